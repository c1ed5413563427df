# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the witnesses of proofs share: a server that is started, asked as its clients would ask it, and stopped.

The server prints `port N` on its first line, listens on 127.0.0.1 and ends on SIGTERM. A witness is
`python3 witness.py PROGRAM`; its last line is verdict(), and its exit code tells whether it could judge at all.
"""

import contextlib
import json
import select
import signal
import socket
import subprocess
import sys
import time

TIMEOUT = 20  # Seconds, for anything that is awaited: a machine may be very busy.


class Server:
    """A running program."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            if not select.select([self.process.stdout], [], [], TIMEOUT)[0]:
                sys.exit("the server has not told its port")
            word, _, number = self.process.stdout.readline().partition(" ")
            if word != "port":
                sys.exit(f"the server said {word!r} instead of its port")
            self.port = int(number)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        """Asks it to end, and kills it if it does not hear."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def connect(self):
        """A connection, as a socket with a time-out."""
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)


@contextlib.contextmanager
def server(program=None):
    """`with server() as s:` runs the program that the command line names."""
    s = Server(program or sys.argv[1])
    try:
        yield s
    finally:
        s.stop()


def seconds_to_end(program=None):
    """How long a program goes on after SIGTERM, which comes as soon as it has printed its first line."""
    with subprocess.Popen([program or sys.argv[1]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            process.stdout.readline()
            told = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(TIMEOUT)
            return time.monotonic() - told
        finally:
            process.kill()


def send_line(connection, text):
    connection.sendall(text.encode() + b"\n")


def read_line(connection):
    """The next line without its end, or what came before the connection ended."""
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            break
        line += byte
    return line.decode().rstrip("\n")


def verdict(harm, saw, measured):
    """Prints what the witness saw. `saw` is printed in documentation: no number that varies from run to run."""
    print(json.dumps({"harm": bool(harm), "saw": saw, "measured": measured}))
