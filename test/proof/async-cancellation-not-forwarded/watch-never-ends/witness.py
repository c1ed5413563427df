# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long does a program that is told to end go on with its work of two seconds?"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
import witness  # noqa: E402

WORK = 2  # Seconds that it takes if nothing stops it.

seconds = witness.seconds_to_end()
harm = seconds > WORK * 0.9
witness.verdict(
    harm,
    "a program that is told to end goes on until its work is done" if harm else "a program that is told to end does so",
    f"after {seconds * 1000:.0f} ms",
)
