#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds docs/runtime.md to its word.

  page.py follow --project=DIR --into=DIR   does what the page tells a newcomer to do, and talks to the server
  page.py map PAGE HEADERS                  every row of the map is there, and every name in it is in the headers
"""
import argparse
import pathlib
import re
import signal
import socket
import subprocess
import sys


def blocks(page):
    """The files that the page gives, by their names, and its shell commands."""
    files, commands = {}, []
    for info, text in re.findall(r"^```(\S+(?: \S+)?)\n(.*?)^```$", page, re.M | re.S):
        if info == "sh":
            commands += text.splitlines()
        elif " " in info:
            files[info.split()[1]] = text
    return files, commands


def follow(options):
    project, into = pathlib.Path(options.project).resolve(), pathlib.Path(options.into)
    hello = into / "hello"
    hello.mkdir(parents=True)
    (into / "async-tidy").symlink_to(project)
    files, commands = blocks((project / "docs/runtime.md").read_text())
    # The port of the page may be somebody else's here.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "7000" in files["hello.cpp"]
    for name, text in files.items():
        (hello / name).write_text(text.replace("7000", str(port)))
    for command in commands:
        if not command.startswith(("apt-get ", "hello/build/hello ", "async-tidy/dev ")):
            print("$", command, flush=True)
            subprocess.run(command, shell=True, cwd=into, check=True, stdout=None if "test" in command else subprocess.DEVNULL)
    server = subprocess.Popen([hello / "build/hello"], stdout=subprocess.PIPE, text=True)
    print(server.stdout.readline().replace(str(port), "PORT"), end="")
    with socket.create_connection(("127.0.0.1", port)) as idle, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"world\nlast of them")
        client.shutdown(socket.SHUT_WR)
        print(client.makefile().read(), end="")
        server.send_signal(signal.SIGINT)
        print("the other client:", idle.recv(1))
    print(server.stdout.read(), end="")
    print("exit code", server.wait())


def check_map(options):
    page = pathlib.Path(options.page).read_text()
    headers = "\n".join(path.read_text() for path in pathlib.Path(options.headers).rglob("*.hpp"))
    rows = re.findall(r"^\| (\d+) \| (.*) \| (.*) \|$", page, re.M)
    wrong = []
    if [int(number) for number, _, _ in rows] != list(range(1, 92)):
        wrong.append("the rows are not those from 1 to 91 in their order")
    names = 0
    for number, _, ours in rows:
        for code in re.findall(r"`([^`]+)`", ours):
            # A diagnostic is one name; of an expression, each name of some length.
            for name in [code] if "-" in code else re.findall(r"[a-z]\w\w+", code.replace('"name"', "")):
                names += 1
                if name not in ("while", "auto", "co_await", "handles", "asyncrt") and not re.search(rf"\b{name}\b", headers):
                    wrong.append(f"row {number}: there is no {name} in the headers")
    print("\n".join(wrong) or f"{len(rows)} rows with {names} names")
    sys.exit(bool(wrong))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
commands = parser.add_subparsers(required=True)
sub = commands.add_parser("follow")
sub.add_argument("--project", required=True)
sub.add_argument("--into", required=True)
sub.set_defaults(run=follow)
sub = commands.add_parser("map")
sub.add_argument("page")
sub.add_argument("headers")
sub.set_defaults(run=check_map)
options = parser.parse_args()
options.run(options)
