# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One client leaves a letter and is told that it is delivered; another comes to collect it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from witness import read_line, send_line, server, verdict  # noqa: E402


def ask(office, request):
    with office.connect() as connection:
        send_line(connection, request)
        return read_line(connection)


with server() as office:
    confirmed = ask(office, "leave Ada the meeting is at nine")
    collected = ask(office, "collect Ada")

if confirmed != "delivered":
    sys.exit(f"the letter was not taken: {confirmed!r}")
if collected == "nothing":
    verdict(True, 'the sender was told "delivered", and the addressee "nothing"', None)
elif collected == "the meeting is at nine":
    verdict(False, 'the sender was told "delivered", and the addressee got the letter', None)
else:
    sys.exit(f"the addressee got {collected!r}")
