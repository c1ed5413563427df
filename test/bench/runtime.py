#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""asyncrt side by side with Boost.Asio, asyncio, plain threads, and other coroutine libraries of which there is a checkout.

Each contestant is a program in test/bench/runtime with the same rows. For each row the contestants run in turn, several
rounds, so that whatever else the machine does hits all of them; medians are taken. All run pinned to one CPU, the client
of the echo servers to another one. Only the ratios mean something on another machine: asyncrt's value divided by
another's; below 1, asyncrt needs less. A goal that is missed is shown and is no failure.
"""
import argparse
import collections
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runtime")

# How much of each: for contestants whose every operation is fast, for the others, and for all with --quick.
SIZES = {
    "hop": ("4000000", "200000", "2000"),
    "child": ("20000000", "2000000", "2000"),
    "spawn": ("1000000", "20000", "2000"),
    "timers": ("1000000 10000", "200000 10000", "640 100"),
    "timeout": ("300000", "50000", "500"),
    "channel": ("3000000", "300000", "2000"),
    "sleepers": ("100000", "1000", "200"),
    "idle": ("8000", "8000", "100"),
    "echo": ("300000", "100000", "500"),
    "offload": ("20000", "5000", "50"),
    "pool-per-call": ("2000", "1000", "20"),
    "process": ("10000", "3000", "20"),
    "requests": ("10000", "10000", "50"),
}
SLOW = ("asyncio", "asyncio debug", "threads")
ECHO_CONNECTIONS, ECHO_IN_FLIGHT = 200, 64

# `goal`: asyncrt's value is to be less than this part of that contestant's. `over`: the command by whose value, for the
# same contestant, to divide.
Row = collections.namedtuple("Row", "name title command field scale unit goal over", defaults=(None, None))
FASTER_THAN_ASIO = (1, "Boost.Asio")
FIVE_TIMES_ASYNCIO = (0.2, "asyncio")
ROWS = [
    Row("child", "await a child", "child", "cpu_ns", 1, "ns CPU", FASTER_THAN_ASIO),
    Row("hop", "hop through the loop", "hop", "cpu_ns", 1, "ns CPU", FASTER_THAN_ASIO),
    Row("spawn", "spawn a task and let it end", "spawn", "cpu_ns", 1, "ns CPU", FASTER_THAN_ASIO),
    Row("timers", "set a timer and take it out", "timers", "cpu_ns", 1, "ns CPU", FASTER_THAN_ASIO),
    Row("timeout", "await under a time-out", "timeout", "cpu_ns", 1, "ns CPU"),
    Row("channel", "a value through a channel", "channel", "cpu_ns", 1, "ns CPU", FASTER_THAN_ASIO),
    Row("sleepers", "a sleeping task", "sleepers", "bytes", 1, "bytes", FASTER_THAN_ASIO),
    Row("idle", "an idle connection", "idle", "bytes", 1, "bytes", FASTER_THAN_ASIO),
    Row("echo", "echo, one CPU", "echo", "wall_ns", 1e-3, "us", FASTER_THAN_ASIO),
    Row("echo-cpu", "echo, CPU of the server", "echo", "cpu_ns", 1e-3, "us CPU", FASTER_THAN_ASIO),
    Row("offload", "round trip to a thread", "offload", "wall_ns", 1e-3, "us", FIVE_TIMES_ASYNCIO),
    Row("pool-per-call", "... with a pool per call", "pool-per-call", "wall_ns", 1e-3, "us"),
    Row("pool-per-call-cost", "... divided by one pool's", "pool-per-call", "wall_ns", 1, "x", None, "offload"),
    Row("process", "round trip to a process", "process", "wall_ns", 1e-3, "us", FIVE_TIMES_ASYNCIO),
    Row("requests-wall", "requests of 100 ms at once", "requests", "wall_s", 1e3, "ms"),
    Row("requests-cpu", "... their CPU time", "requests", "cpu_s", 1e3, "ms CPU"),
    Row("requests-peak", "... peak memory", "requests", "peak", 1 / (1 << 20), "MiB"),
]
# The rows of variants: where that on io_uring differs from asyncrt, and where debugging is paid for.
VARIANT_ROWS = {
    "asyncrt io_uring": ("idle", "echo", "offload", "process"),
    "asyncrt debug": ("child", "hop"),
    "asyncio debug": ("child", "hop"),
}
# What debugging may cost in these rows, in nanoseconds.
MOST_FOR_DEBUGGING = 3

# Where in its checkout a peer keeps what its adapter, runtime/peers/NAME.cpp, includes; the files of its src/ that are
# compiled with it; and how.
Peer = collections.namedtuple("Peer", "include sources flags", defaults=((), ()))
PEERS = {
    "TooManyCooks": Peer("include"),
    "async_simple": Peer(".", (), ("-DASYNC_SIMPLE_HAS_NOT_AIO",)),
    "libcoro": Peer("include", ("event.cpp", "mutex.cpp", "sync_wait.cpp", "thread_pool.cpp", "detail/task_self_deleting.cpp")),
}


def refuse(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(2)


def run(command, cpu, may_lack=False):
    """What the program prints, as an object; None when it has no such row."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
    if done.returncode == 2 and may_lack:
        return None
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


def cpu_ns_of_main_thread(process):
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def echo(command, messages, client, cpus):
    """One server and the client; None when the contestant has no server."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, {cpus[0]})) as server:
        first = server.stdout.readline()
        if not first:
            if server.wait() == 2:
                return None
            sys.exit(f"bench: {' '.join(command)}\nended with {server.returncode}")
        before = cpu_ns_of_main_thread(server.pid)
        try:
            result = run([client, str(json.loads(first)["port"]), str(ECHO_CONNECTIONS), str(ECHO_IN_FLIGHT), messages], cpus[-1])
        finally:
            server.kill()
        # Exact, and of all its threads, also of those that have ended.
        _, status, used = os.wait4(server.pid, 0)
        server.returncode = os.waitstatus_to_exitcode(status)
    result["cpu_ns"] = ((used.ru_utime + used.ru_stime) * 1e9 - before) / result["messages"]
    return result


def build_peer(name, checkout, into):
    """The program of a peer; None when it cannot be built."""
    peer = PEERS[name]
    sources = [os.path.join(HERE, "peers", name + ".cpp")] + [os.path.join(checkout, "src", source) for source in peer.sources]
    flags = ["-std=c++20", "-O3", "-DNDEBUG", "-w", "-pthread", "-I" + HERE, "-isystem", os.path.join(checkout, peer.include), *peer.flags]
    objects = []
    for number, source in enumerate(sources):
        objects.append(os.path.join(into, f"{name}-{number}.o"))
        if subprocess.run(["ccache", "clang++-22", *flags, "-c", source, "-o", objects[-1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return None
    program = os.path.join(into, name)
    done = subprocess.run(["clang++-22", "-pthread", *objects, "-o", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return None if done.returncode else program


def contestants_of(build, peers, into, left_out):
    """The command of each contestant, asyncrt first."""
    def program(name):
        return os.path.join(build, "bin", "asyncrt-bench-" + name)
    found = {"asyncrt": [program("asyncrt")], "asyncrt io_uring": [program("asyncrt"), "--io-uring"]}
    said = subprocess.run([*found["asyncrt io_uring"], "idle", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    if said:
        left_out.append("asyncrt io_uring: " + said.splitlines()[0])
        del found["asyncrt io_uring"]
    found["asyncrt debug"] = ["env", "ASYNCRT_DEBUG=1", program("asyncrt")]
    if os.path.exists(program("asio")):
        found["Boost.Asio"] = [program("asio")]
    else:
        left_out.append("Boost.Asio: there is no boost/asio.hpp")
    found["asyncio"] = [sys.executable, os.path.join(HERE, "in_asyncio.py")]
    found["asyncio debug"] = ["env", "PYTHONASYNCIODEBUG=1", *found["asyncio"]]
    found["threads"] = [program("threads")]
    for name in PEERS if peers else ():
        checkout = os.path.join(peers, name)
        if not os.path.isdir(checkout):
            left_out.append(f"{name}: not in {peers}")
        elif built := build_peer(name, checkout, into):
            found[name] = [built]
        else:
            left_out.append(f"{name}: it does not build")
    return found


def measure(commands, contestants, rounds, quick, client, cpus):
    """What each contestant printed in each round: {command: {contestant: [object]}}, without those that lack a row."""
    results = {command: collections.defaultdict(list) for command in commands}
    show = sys.stderr.isatty()
    for number, command in enumerate(commands, 1):
        racing = [name for name in contestants if command in VARIANT_ROWS.get(name, (command,))]
        for round_ in range(rounds):
            for name in list(racing):
                if show:
                    print(f"\r\x1b[K[{number}/{len(commands)}] {command}, round {round_ + 1}: {name}", end="", file=sys.stderr, flush=True)
                size = SIZES[command][2 if quick else 1 if name in SLOW else 0].split()
                if command == "echo":
                    result = echo([*contestants[name], command, "1"], size[0], client, cpus)
                else:
                    result = run([*contestants[name], command, *size], cpus[0], may_lack=True)
                if result is None:
                    racing.remove(name)
                else:
                    results[command][name].append(result)
    if show:
        print("\r\x1b[K", end="", file=sys.stderr)
    return results


def evaluate(rows, results):
    """Of each row the medians, the ratios to asyncrt, and whether the goal is met."""
    evaluated = []
    for row in rows:
        values = {name: statistics.median(r[row.field] for r in rounds) * row.scale for name, rounds in results[row.command].items()}
        if row.over:
            values = {name: value / statistics.median(r[row.field] for r in results[row.over][name])
                      for name, value in values.items() if name in results[row.over]}
        ratios = {name: values["asyncrt"] / value for name, value in values.items() if name != "asyncrt" and value and not row.over}
        entry = {"name": row.name, "title": row.title, "unit": row.unit, "values": values, "ratios": ratios}
        if row.goal and row.goal[1] in ratios:
            below, against = row.goal
            entry["goal"] = {"below": below, "against": against, "met": ratios[against] < below}
        entry["debugging"] = {name: {"more": values[name + " debug"] - values[name], "times": values[name + " debug"] / values[name]}
                              for name in ("asyncrt", "asyncio") if name + " debug" in values and values.get(name)}
        evaluated.append(entry)
    return evaluated


def number_of(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def print_table(evaluated, contestants):
    contestants = [name for name in contestants if any(name in entry["values"] for entry in evaluated)]
    lines = [["", ""] + [name for name in contestants] + ["goal"]]
    for entry in evaluated:
        line = [entry["title"], entry["unit"]]
        for name in contestants:
            value = entry["values"].get(name)
            ratio = entry["ratios"].get(name)
            line.append("-" if value is None else number_of(value) + (f"  ({ratio:.3f})" if ratio is not None else ""))
        goal = entry.get("goal")
        line.append(f"below {goal['below']} of {goal['against']}: {'met' if goal['met'] else 'MISSED'}" if goal else "")
        lines.append(line)
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [cell.ljust(width) if column in (0, 1, len(line) - 1) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())


def print_debugging(evaluated):
    for entry in evaluated:
        for name, cost in entry["debugging"].items():
            met = "met" if cost["more"] <= MOST_FOR_DEBUGGING else "MISSED"
            print(f"debugging, {entry['title']}, {name}: {number_of(cost['more'])} ns more, {cost['times']:.2f} times"
                  + (f"; at most {MOST_FOR_DEBUGGING} ns more: {met}" if name == "asyncrt" else ""))


def main():
    parser = argparse.ArgumentParser(prog="./dev bench runtime", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rows", metavar="NAMES", help="only these, with commas between them: " + ", ".join(row.name for row in ROWS))
    parser.add_argument("--peers", metavar="DIR", help="measure other libraries as well, whose checkouts are in DIR: " + ", ".join(PEERS))
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each row (default: 5)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes and one round: shows that it works, and nothing else")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    args = parser.parse_args()

    names = args.rows.split(",") if args.rows else [row.name for row in ROWS]
    for name in names:
        if name not in [row.name for row in ROWS]:
            refuse(f"there is no row called {name}; there are: {', '.join(row.name for row in ROWS)}")
    if args.peers and not os.path.isdir(args.peers):
        refuse(f"there is no directory {args.peers}")
    rounds = (1 if args.quick else 5) if args.rounds is None else args.rounds
    if rounds < 1:
        refuse("at least one round is needed")

    built = subprocess.run(["ninja", "-C", args.build, "--quiet", "asyncrt-bench"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        sys.exit(f"bench: the contestants do not build\n{built.stdout}")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cpus = sorted(os.sched_getaffinity(0))
    rows = [row for row in ROWS if row.name in names]
    commands = list(dict.fromkeys([row.command for row in rows] + [row.over for row in rows if row.over]))
    left_out = []
    with tempfile.TemporaryDirectory(prefix="bench-runtime-") as scratch:
        contestants = contestants_of(args.build, args.peers, scratch, left_out)
        client = os.path.join(args.build, "bin", "asyncrt-bench-client")
        results = measure(commands, contestants, rounds, args.quick, client, cpus)
    evaluated = evaluate(rows, results)
    if args.json:
        print(json.dumps({"rounds": rounds, "cpus": len(cpus), "contestants": list(contestants), "left_out": left_out, "rows": evaluated,
                          "measured": results}, indent=1))
        return
    for line in left_out:
        print(f"left out: {line}")
    print(f"medians of {rounds} rounds; in parentheses: asyncrt's value divided by this one, below 1 where asyncrt needs less")
    print_table(evaluated, contestants)
    print_debugging(evaluated)
    goals = [entry["goal"]["met"] for entry in evaluated if "goal" in entry]
    print(f"{sum(goals)} of {len(goals)} goals met")


if __name__ == "__main__":
    main()
