# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Does a client that asks for a price get an answer?"""

import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
import witness  # noqa: E402

PATIENCE = 3  # Seconds; the answer takes some milliseconds.


with witness.server() as server, server.connect() as client:
    client.settimeout(PATIENCE)
    asked = time.monotonic()
    witness.send_line(client, "lamp")
    try:
        answer = witness.read_line(client)
    except socket.timeout:
        answer = None
        server.process.kill()  # It does not hear SIGTERM either.
    waited = time.monotonic() - asked
    if answer not in ("4", None):
        sys.exit(f"{answer!r} is not the answer of a price server")
harm = answer is None
witness.verdict(
    harm,
    "a client that asks for a price gets no answer" if harm else "a client that asks for a price gets it",
    f"after {waited * 1000:.0f} ms",
)
