#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command that can reach two hosts, build1 and build2, by ssh: ssh_hosts.py FOLDER COMMAND...

Each is an sshd of its own on loopback, with a home folder of its own below FOLDER. PARALLEL_SSH knows them both. A third
one, build3, does not answer.
"""
import os
import subprocess
import sys

from daemons import Daemons, answers, free_ports, wait_until


def main():
    folder, command = os.path.abspath(sys.argv[1]), sys.argv[2:]
    os.makedirs(folder, exist_ok=True)
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # What sshd of Debian wants of root.
    for name in ("key", "host-key"):
        if not os.path.exists(f"{folder}/{name}"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"], check=True)
    addresses = {"build1": "127.0.0.1", "build2": "127.0.0.2", "build3": "127.0.0.3"}
    ports = {name: free_ports(1, address)[0] for name, address in addresses.items()}
    with Daemons() as daemons:
        with open(f"{folder}/ssh_config", "w", encoding="utf-8") as config:
            for name, address in addresses.items():
                config.write(f"Host {name}\n  HostName {address}\n  Port {ports[name]}\n")
            config.write(f'Host *\n  IdentityFile "{folder}/key"\n  IdentitiesOnly yes\n  BatchMode yes\n  ConnectTimeout 30\n'
                         f'  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  GlobalKnownHostsFile /dev/null\n  LogLevel ERROR\n')
        for name in ("build1", "build2"):
            home = f"{folder}/{name}"
            os.makedirs(home, exist_ok=True)
            with open(f"{folder}/{name}.sh", "w", encoding="utf-8") as script:
                script.write(f'cd "{home}" && exec sh -c "$SSH_ORIGINAL_COMMAND"\n')
            with open(f"{folder}/{name}.conf", "w", encoding="utf-8") as config:
                config.write(f'ListenAddress {addresses[name]}:{ports[name]}\nHostKey "{folder}/host-key"\nPidFile none\n'
                             f'AuthorizedKeysFile "{folder}/key.pub"\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n'
                             f'PermitRootLogin prohibit-password\nPrintMotd no\nForceCommand sh "{folder}/{name}.sh"\n'
                             f'SetEnv "HOME={home}" HOST={name}\n')  # The shell reads no start-up files of its user's.
            daemons.start("sshd", "-D", "-f", f"{folder}/{name}.conf", "-E", f"{folder}/{name}.log")
        for name in ("build1", "build2"):
            wait_until(lambda: answers(addresses[name], ports[name]), name, [f"{folder}/{name}.log"])
        os.makedirs(f"{folder}/here", exist_ok=True)  # For ~/.parallel of this side.
        environment = {**os.environ, "PARALLEL_SSH": f"ssh -F {folder}/ssh_config", "HOME": f"{folder}/here"}
        return subprocess.run(command, env=environment, check=False).returncode


sys.exit(main())
