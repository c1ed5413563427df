# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A client orders something, waits until that is forwarded or has failed, and looks at the books."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from witness import TIMEOUT, read_line, send_line, server, verdict  # noqa: E402


def ask(connection, request):
    send_line(connection, request)
    return read_line(connection)


with server() as shop, shop.connect() as connection:
    confirmed = ask(connection, "order a kettle")
    books = ask(connection, "books")
    # What is counted as failed is so at once; half a second is enough to see that it is not.
    end = time.monotonic() + min(0.5, TIMEOUT)
    while "0 failed" in books and time.monotonic() < end:
        time.sleep(0.01)
        books = ask(connection, "books")

if confirmed != "confirmed":
    sys.exit(f"the order was not taken: {confirmed!r}")
if books == "1 confirmed, 0 forwarded, 0 failed":
    verdict(True, f"of one order the books say: {books}", None)
elif books == "1 confirmed, 0 forwarded, 1 failed":
    verdict(False, f"of one order the books say: {books}", None)
else:
    sys.exit(f"the books say {books!r}")
