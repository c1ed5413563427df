# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One guest says nothing; does the next one get a number?"""

import pathlib
import select
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
import witness  # noqa: E402

PATIENCE = 0.5  # Seconds.

with witness.server() as server, server.connect() as silent:
    if witness.read_line(silent) != "number 1":
        sys.exit("this is not the answer of a server of numbers")
    with server.connect() as other:
        harm = not select.select([other], [], [], PATIENCE)[0]
        witness.send_line(silent, "nobody")
        if witness.read_line(other) != "number 2":
            sys.exit("the second guest did not get the second number")
        witness.send_line(other, "somebody")
witness.verdict(
    harm,
    "a guest gets no number until the one before has said a name"
    if harm
    else "a guest gets a number although the one before says nothing",
    f"looked at after {PATIENCE * 1000:.0f} ms",
)
