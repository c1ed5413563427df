# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One client asks for something with a long name; then another asks for a kettle."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from witness import read_line, send_line, server, verdict  # noqa: E402


def ask(shop, what):
    """The answer; empty if there is none."""
    try:
        with shop.connect() as connection:
            send_line(connection, what)
            return read_line(connection)
    except ConnectionError:
        return ""


with server() as shop:
    long = ask(shop, "samovar with a tap")
    kettle = ask(shop, "kettle")

if (long, kettle) == ("too long", "28"):
    verdict(False, "after a question that is too long, a kettle costs 28", None)
elif (long, kettle) == ("", ""):
    verdict(True, "after a question that is too long, nobody answers any more", None)
else:
    sys.exit(f"the answers are {long!r} and {kettle!r}")
