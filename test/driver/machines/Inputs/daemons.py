# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Daemons that a test starts, and that end with it in every case."""
import contextlib
import os
import socket
import subprocess
import sys
import time

PATIENCE = 60  # Seconds, of a machine that is busy.


def free_ports(count, address="127.0.0.1"):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((address, 0))
        return [one.getsockname()[1] for one in sockets]


def program(name):
    """sshd wants to be called by its path, and not everybody's PATH has /usr/sbin."""
    for folder in ("/usr/sbin", "/usr/bin", *os.environ["PATH"].split(os.pathsep)):
        if os.access(path := os.path.join(folder, name), os.X_OK):
            return path
    sys.exit(f"there is no {name}")


class Daemons(contextlib.ExitStack):
    """Those that were started are stopped at the end; should this process be killed, the kernel ends them."""

    def start(self, name, *arguments, **how):
        started = subprocess.Popen(["setpriv", "--pdeathsig=KILL", program(name), *arguments], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
        self.callback(self.stop, started)
        return started

    @staticmethod
    def stop(started):
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until(holds, what, logs=()):
    """Calls it until it holds; when patience ends, so does the test, with the logs."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            for log in logs:
                if os.path.exists(log):
                    with open(log, encoding="utf-8", errors="replace") as file:
                        print(f"--- {log}\n{file.read()}", file=sys.stderr)
            sys.exit(f"waited {PATIENCE} s in vain for {what}")
        time.sleep(0.05)


def answers(address, port):
    with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False
