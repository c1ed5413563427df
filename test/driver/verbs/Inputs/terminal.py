#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""terminal.py COLUMNS COMMAND...: runs the command on a terminal, and prints what it shows, escapes as \\e."""
import fcntl
import os
import pty
import struct
import sys
import termios

os.environ.pop("COLUMNS", None)
os.environ["TERM"] = "xterm-256color"
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux tells so that nobody writes any more.
        break
    if not part:
        break
    shown += part
print(shown.decode().replace("\r\n", "\n").replace("\x1b", "\\e"), end="")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
