# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Somebody guesses a password; when does the next client get in, who knows it?"""

import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
import witness  # noqa: E402

PENALTY = 0.3  # That of the program, in seconds.
TRIES = 5


def answered_after_a_guess(server):
    with server.connect() as thief, server.connect() as user:
        guessed = time.monotonic()
        witness.send_line(thief, "1234")
        time.sleep(PENALTY / 4)  # Until the server has read it.
        witness.send_line(user, "open sesame")
        answer = witness.read_line(user)
        answered = time.monotonic() - guessed
        if answer != "welcome" or witness.read_line(thief) != "wrong":
            sys.exit("these are not the answers of a login server")
        return answered


with witness.server() as server:
    # On a busy machine one answer may be late, or one guess read late; not most of them.
    answered = statistics.median(answered_after_a_guess(server) for _ in range(TRIES))
harm = answered >= PENALTY
witness.verdict(
    harm,
    "a user with the right password gets no answer before somebody else's penalty of 300 ms is over"
    if harm
    else "a user with the right password gets an answer while somebody else's penalty of 300 ms lasts",
    f"{answered * 1000:.0f} ms after the wrong guess",
)
