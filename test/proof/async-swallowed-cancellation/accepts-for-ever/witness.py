# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Connects once, sends SIGTERM, and looks whether the server ends or goes round and round."""

import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from witness import TIMEOUT, read_line, server, verdict  # noqa: E402

ROUNDS = 100  # Nobody who is about to end goes round that often.

with server() as s:
    with s.connect() as connection:
        if (greeting := read_line(connection)) != "hello":
            sys.exit(f"the server does not greet: {greeting!r}")
    s.process.send_signal(signal.SIGTERM)
    silent = threading.Timer(TIMEOUT, s.process.kill)  # Ends the loop below.
    silent.start()
    said = 0
    for line in s.process.stdout:
        said += "canceled" in line
        if said == ROUNDS:
            break
    silent.cancel()
    if said == ROUNDS:
        s.process.kill()
    ended = s.process.wait()

if said == ROUNDS:
    verdict(True, "after SIGTERM the server went on accepting, a hundred times in vain, and had to be killed", said)
elif ended == -signal.SIGKILL:
    verdict(True, "after SIGTERM the server was still there, and had to be killed", said)
elif ended == 0:
    verdict(False, "after SIGTERM the server ended", said)
else:
    sys.exit(f"the server ended with {ended}")
