#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""asyncio as a contestant: ROW N [LIVE], prints one line of JSON. See contestant.hpp."""
import asyncio
import concurrent.futures
import contextlib
import json
import random
import resource
import socket
import sys
import time

READ_SIZE = 1024
CHANNEL_CAPACITY = 64


def memory(path, key):
    with open(path, encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key))


def resident():
    return memory("/proc/self/smaps_rollup", "Rss:")


def now():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic(), "bytes": 0}


def since(begin):
    return {key: value - begin[key] for key, value in now().items()}


# Two coroutines take turns.
async def hop(n, _):
    async def hops():
        for _ in range(n // 2):
            await asyncio.sleep(0)
    begin = now()
    await asyncio.gather(hops(), hops())
    return since(begin)


async def increment(i):
    return i + 1


async def child(n, _):
    begin = now()
    total = 0
    while total < n:
        total = await increment(total)
    return since(begin)


# Tasks that end at once, a thousand at a time.
async def spawn(n, _):
    begin = now()
    for _ in range(0, n, 1000):
        async with asyncio.TaskGroup() as group:
            for _ in range(min(n, 1000)):
                group.create_task(increment(0))
    return since(begin)


# Timers that are set and cancelled, 64 at a time, beside live ones; none is ever due.
async def timers(n, live):
    loop = asyncio.get_running_loop()
    draw = random.Random(1)
    def start():
        return loop.call_later(3600 + draw.randrange(3600), print)
    others = [start() for _ in range(live)]
    begin = now()
    for _ in range(0, n, 64):
        for timer in [start() for _ in range(64)]:
            timer.cancel()
        await asyncio.sleep(0)
    result = since(begin)
    for timer in others:
        timer.cancel()
    return result


# Something that takes a hop, under a time-out that never comes.
async def timeout(n, _):
    begin = now()
    for _ in range(n):
        async with asyncio.timeout(3600):
            await asyncio.sleep(0)
    return since(begin)


# One producer, one consumer, a bound.
async def channel(n, _):
    queue = asyncio.Queue(CHANNEL_CAPACITY)
    async def produce():
        for i in range(n):
            await queue.put(i)
    async def consume():
        for _ in range(n):
            await queue.get()
    begin = now()
    await asyncio.gather(produce(), consume())
    return since(begin)


async def growth(coroutines):
    before = resident()
    tasks = [asyncio.create_task(c) for c in coroutines]
    await asyncio.sleep(0.01)
    bytes_ = resident() - before
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"cpu": 0, "wall": 0, "bytes": bytes_}


async def sleepers(n, _):
    return await growth(asyncio.sleep(3600) for _ in range(n))


async def echo_one(reader, writer):
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(READ_SIZE):
            writer.write(data)
            await writer.drain()
    writer.close()


# Connections that nobody writes to.
async def idle(n, _):
    peers = []
    async def wait():
        one, other = socket.socketpair()
        peers.append(other)
        await echo_one(*await asyncio.open_connection(sock=one))
    return await growth(wait() for _ in range(n))


async def echo(_n, _):
    server = await asyncio.start_server(echo_one, "127.0.0.1", 0, backlog=4096)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


def work(i):
    return i + 1


async def offload(n, _):
    await asyncio.to_thread(work, 0)
    begin = now()
    for i in range(n):
        await asyncio.to_thread(work, i)
    return since(begin)


async def pool_per_call(n, _):
    loop = asyncio.get_running_loop()
    begin = now()
    for i in range(n):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            await loop.run_in_executor(pool, work, i)
    return since(begin)


async def process(n, _):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        await loop.run_in_executor(pool, work, 0)
        begin = now()
        for i in range(n):
            await loop.run_in_executor(pool, work, i)
        return since(begin)


# Requests that take 100 ms each, all at once.
async def requests(n, _):
    begin = now()
    async with asyncio.TaskGroup() as group:
        for _ in range(n):
            group.create_task(asyncio.sleep(0.1))
    return since(begin)


def main():
    rows = {"hop": hop, "child": child, "spawn": spawn, "timers": timers, "timeout": timeout, "channel": channel,
            "sleepers": sleepers, "idle": idle, "echo": echo, "offload": offload, "pool-per-call": pool_per_call,
            "process": process, "requests": requests}
    if len(sys.argv) < 3 or sys.argv[1] not in rows:
        print(f"usage: {sys.argv[0]} ROW N [LIVE]; rows: {' '.join(rows)}", file=sys.stderr)
        sys.exit(2)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    n = int(sys.argv[2])
    m = asyncio.run(rows[sys.argv[1]](n, int(sys.argv[3]) if len(sys.argv) > 3 else 0))
    print(json.dumps({"cpu_ns": m["cpu"] * 1e9 / n, "wall_ns": m["wall"] * 1e9 / n, "bytes": m["bytes"] / n, "cpu_s": m["cpu"],
                      "wall_s": m["wall"], "peak": memory("/proc/self/status", "VmHWM:")}))


if __name__ == "__main__":
    main()
