# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Several clients ask at once; how many threads has the server then?"""

import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
import witness  # noqa: E402

CLIENTS = 8
POOL = 4  # Threads, in the program.


def ask(server):
    with server.connect() as client:
        witness.send_line(client, "sunset")
        answers.append(witness.read_line(client))


answers = []
most = 0
with witness.server() as server:
    clients = [threading.Thread(target=ask, args=(server,)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        while client.is_alive():
            most = max(most, len(os.listdir(f"/proc/{server.pid}/task")))
            client.join(0.01)
if answers != ["small sunset"] * CLIENTS:
    sys.exit("these are not the answers of a server of previews")
# One pool, the loop, and another one for good measure.
harm = most > POOL + 2
witness.verdict(
    harm,
    f"{CLIENTS} clients at once make the server start more threads than one pool has"
    if harm
    else f"{CLIENTS} clients at once share the threads of one pool",
    f"{most} threads",
)
