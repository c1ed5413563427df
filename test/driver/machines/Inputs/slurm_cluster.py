#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command on a Slurm cluster of its own, with two nodes of one processor, alpha and beta: slurm_cluster.py COMMAND...

munged, slurmctld and two slurmd run on loopback, with what they keep in a folder that is gone afterwards.
"""
import getpass
import os
import socket
import subprocess
import sys
import tempfile

from daemons import Daemons, free_ports, wait_until

NODES = ("alpha", "beta")


def main():
    host, user = socket.gethostname().split(".")[0], getpass.getuser()
    # Names of sockets are short, and the folders of a test are deep.
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder, Daemons() as daemons:
        control, *ports = free_ports(1 + len(NODES))
        for name in ("state", *(f"spool/{node}" for node in NODES)):
            os.makedirs(f"{folder}/{name}")
        with open(f"{folder}/munge.key", "wb") as key:
            os.chmod(key.name, 0o600)
            key.write(os.urandom(128))
        with open(f"{folder}/slurm.conf", "w", encoding="utf-8") as config:
            config.write(f"""ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
PartitionName=all Nodes=ALL Default=YES
""")
            for name, port in zip(NODES, ports):
                config.write(f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1\n")
        # Nothing here uses cgroups. Looking for them, slurmd would fail in a container that has none.
        with open(f"{folder}/cgroup.conf", "w", encoding="utf-8") as config:
            config.write("CgroupPlugin=cgroup/v1\n")
        logs = [f"{folder}/{name}.log" for name in ("munged", "slurmctld", *(f"slurmd-{node}" for node in NODES))]
        daemons.start("munged", "--foreground", "--force", f"--socket={folder}/munge.socket", f"--key-file={folder}/munge.key",
                      f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munged.seed")
        wait_until(lambda: os.path.exists(f"{folder}/munge.socket"), "munged", logs)
        environment = {**os.environ, "SLURM_CONF": f"{folder}/slurm.conf"}
        daemons.start("slurmctld", "-D", env=environment)
        for node in NODES:
            daemons.start("slurmd", "-D", "-N", node, env=environment)

        def are_idle():
            said = subprocess.run(["sinfo", "--noheader", "--Node", "--format=%T"], env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, check=False)
            return said.stdout.split() == ["idle"] * len(NODES)

        wait_until(are_idle, "two idle nodes", logs)
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


sys.exit(main())
