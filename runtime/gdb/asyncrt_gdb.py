# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""asyncrt-await-graph, a command for gdb: which tasks there are, and what each of their coroutines awaits.

    gdb -x asyncrt_gdb.py program core          (or: -p PID)
    (gdb) asyncrt-await-graph

It prints what asyncrt::debug::await_graph() gives, for all loops of the program, of a process and of a core file alike: it
reads memory and calls nothing. It needs no debug information, since the program carries a map of the members it reads
(asyncrt_memory_map, see src/debug/loop_list.cpp), and source locations are data of the program; but a program that was
stripped of its symbols cannot be read. With -v it says more of each coroutine, and that takes debug
information.
"""
import re
import struct
from typing import Iterator, NamedTuple

import gdb

# What memory_map holds in this order: names of members.
VERSION = b"asyncrt map 001\0"
OFFSETS = (
    "listed_environments", "listed_current_env", "listed_activity", "environment_stop", "environment_task",
    "environment_leaf", "environment_parent", "environment_place", "task_name", "stop_requested", "promise_next_ready",
    "promise_continuation", "promise_env", "promise_where", "promise_awaits_at", "frame_promise",
)
# As in await_graph.cpp.
MOST_SHOWN = 32
LONGEST_LINE = 1022
DEEPEST_INDENT = 32
# Whoever has more is taken for memory that was overwritten.
MOST_LOOPS = 10_000
MOST_TASKS = 10_000_000
DEEPEST_CHAIN = 10_000_000
LONGEST_TEXT = 4096
# Control characters: a terminal would obey them.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What clang adds to a frame: its own members, and temporaries, which it names after their types.
IS_NO_VARIABLE = re.compile(r"__|.*_\d+$")


class Unreadable(Exception):
    """Memory that the core file lacks, or that cannot be what it should be."""


class Memory:
    """The memory of the inferior."""

    def __init__(self) -> None:
        if gdb.lookup_type("void").pointer().sizeof != 8:
            raise gdb.GdbError("asyncrt-await-graph: only programs of 64 bits can be read")
        self._inferior = gdb.selected_inferior()

    def read(self, address: int, size: int) -> bytes:
        """Throws Unreadable."""
        try:
            return bytes(self._inferior.read_memory(address, size))
        except (gdb.MemoryError, gdb.error, OverflowError):
            raise Unreadable(f"there is no memory at {address:#x}") from None

    def pointer(self, address: int) -> int:
        """The pointer at `address`."""
        return struct.unpack("<Q", self.read(address, 8))[0]

    def number(self, address: int) -> int:
        """The 32-bit number at `address`."""
        return struct.unpack("<I", self.read(address, 4))[0]

    def text(self, address: int) -> str:
        """The text at `address`, which ends with a zero."""
        found = b""
        while b"\0" not in found and len(found) < LONGEST_TEXT:
            # Up to the next multiple of 64: no byte is read behind the page in which the text ends.
            found += self.read(address + len(found), 64 - (address + len(found)) % 64)
        return found.split(b"\0")[0].decode("utf-8", "replace")


class Location(NamedTuple):
    """A std::source_location."""
    file: str
    function: str
    line: int


class Graph:
    """Reads the graphs of all loops. `verbose`: also where each coroutine's frame is and what is in it."""

    def __init__(self, memory: Memory, map_at: int, verbose: bool) -> None:
        self._memory = memory
        self._verbose = verbose
        found = memory.read(map_at, len(VERSION) + 4 * len(OFFSETS))
        if not found.startswith(VERSION):
            version = found[:len(VERSION)].split(b"\0")[0].decode("ascii", "replace")
            raise gdb.GdbError(f"asyncrt-await-graph: the program is of another version of asyncrt: its map is "
                               f"{version!r}, this script reads {VERSION[:-1].decode()!r}; use the script of that version")
        values = struct.unpack_from(f"<{len(OFFSETS)}I", found, len(VERSION))
        self._at = dict(zip(OFFSETS, values))
        self._loops_at = map_at + len(found)

    def lines(self) -> Iterator[str]:
        """The text, line by line."""
        loops = list(self._ring(self._loops_at, MOST_LOOPS, "loops"))
        if not loops:
            yield "no loops"
        for number, loop in enumerate(loops, 1):
            if len(loops) > 1:
                yield f"loop {number} of {len(loops)}"
            yield from self._loop(loop)

    def _ring(self, fixed: int, most: int, what: str) -> Iterator[int]:
        """The places in a ring after its fixed element. What has been yielded stays true if the rest is unreadable."""
        place = fixed
        for _ in range(most):
            place = self._memory.pointer(place)
            if place == fixed:
                return
            if place == 0:
                raise Unreadable(f"the list of {what} is broken: the program was about to change it, or has overwritten it")
            yield place
        raise Unreadable(f"there are more than {most} {what}: the list has been overwritten")

    def _loop(self, loop: int) -> Iterator[str]:
        m, at = self._memory, self._at
        ring = m.pointer(loop + at["listed_environments"])
        current = m.pointer(m.pointer(loop + at["listed_current_env"]))
        runs = m.pointer(m.pointer(loop + at["listed_activity"])) & 1 != 0
        empty = True
        for place in self._ring(ring, MOST_TASKS, "tasks"):
            empty = False
            env = place - at["environment_place"]
            yield from self._guarded(self._environment(env, runs and env == current))
        if empty:
            yield "no tasks"

    def _guarded(self, lines: Iterator[str]) -> Iterator[str]:
        """One task that cannot be read does not hide the others."""
        try:
            yield from lines
        except Unreadable as error:
            yield f"  cannot be read: {error}"

    def _environment(self, env: int, runs: bool) -> Iterator[str]:
        m, at = self._memory, self._at
        depth = 0
        parent = m.pointer(env + at["environment_parent"])
        while parent:
            depth += 1
            if depth > DEEPEST_CHAIN:
                raise Unreadable("adapters within each other without an end: memory has been overwritten")
            parent = m.pointer(m.pointer(parent + at["promise_env"]) + at["environment_parent"])
        if depth == 0:
            name = m.text(m.pointer(m.pointer(env + at["environment_task"]) + at["task_name"]))
            stop = m.pointer(env + at["environment_stop"])
            stopped = stop != 0 and m.read(stop + at["stop_requested"], 1) != b"\0"
            name = CONTROLS.sub(lambda c: "".join(f"\\x{byte:02x}" for byte in c[0].encode()), name)
            yield line(0, f'task "{name}"' + (", asked to stop" if stopped else ""))
        if runs:
            yield line(depth + 1, "runs now")
        elif not m.pointer(env + at["environment_leaf"]):
            yield line(depth + 1, "is being destroyed")
        else:
            yield from self._chain(m.pointer(env + at["environment_leaf"]), depth + 1)

    def _chain(self, leaf: int, depth: int) -> Iterator[str]:
        """From the outermost to the promise `leaf`."""
        outermost: list[int] = []
        length = 0
        promise = leaf
        while promise:
            outermost.append(promise)
            length += 1
            del outermost[:-MOST_SHOWN]
            if length > DEEPEST_CHAIN:
                raise Unreadable("coroutines that await each other without an end: memory has been overwritten")
            frame = self._memory.pointer(promise + self._at["promise_continuation"])
            promise = frame + self._at["frame_promise"] if frame else 0
        for promise in reversed(outermost):
            yield from self._coroutine(promise, depth)
        if length > MOST_SHOWN + 1:
            yield line(depth, f"... {length - MOST_SHOWN - 1} more coroutines ...")
        if length > MOST_SHOWN:
            yield from self._coroutine(leaf, depth)

    def _coroutine(self, promise: int, depth: int) -> Iterator[str]:
        where = self._location(promise + self._at["promise_where"])
        awaits = self._location(promise + self._at["promise_awaits_at"])
        ready = ", ready" if self._memory.pointer(promise + self._at["promise_next_ready"]) != promise else ""
        if awaits.line == 0:
            yield line(depth, f"{where.function} ({where.file}:{where.line}){ready}, not begun")
        else:
            yield line(depth, f"{where.function} awaits at {awaits.file}:{awaits.line}{ready}")
        if self._verbose:
            frame = promise - self._at["frame_promise"]
            for said in describe_frame(self._memory, frame):
                yield "  " * (min(depth, DEEPEST_INDENT) + 2) + said

    def _location(self, address: int) -> Location:
        """The std::source_location at `address`: a pointer to two texts and two numbers, or null."""
        m = self._memory
        data = m.pointer(address)
        if data == 0:
            return Location("", "", 0)
        return Location(m.text(m.pointer(data)), m.text(m.pointer(data + 8)), m.number(data + 16))


def line(depth: int, text: str) -> str:
    """As long as a line of await_graph() at most."""
    return ("  " * min(depth, DEEPEST_INDENT) + text).encode()[:LONGEST_LINE].decode("utf-8", "replace")


def describe_frame(memory: Memory, frame: int) -> Iterator[str]:
    """Where a coroutine's frame is, in which function and line it goes on, and the variables that it holds, as far as the
    debug information of clang tells."""
    resume = memory.pointer(frame)
    if resume == 0:
        yield f"frame {frame:#x}, has ended"
        return
    symbol = gdb.execute(f"info symbol {resume:#x}", to_string=True).split(" in section ")[0].strip()
    yield f"frame {frame:#x}, goes on in {symbol}"
    block = gdb.block_for_pc(resume)
    symbols = {symbol.name: symbol for symbol in block} if block else {}
    if "__coro_frame" not in symbols:
        yield "line and variables: there is no debug information (compile with clang++ -g)"
        return
    value = gdb.Value(frame).cast(symbols["__coro_frame"].type.strip_typedefs().pointer()).dereference()
    members = [field.name for field in value.type.fields() if field.name]
    # A label stands where the coroutine goes on from each point at which it can be suspended.
    index = int(value["__coro_index"]) if "__coro_index" in members else 0
    label = symbols.get(f"__coro_resume_{index}")
    if label:
        yield f"suspended at {label.symtab.filename}:{label.line}"
    else:
        yield "the debug information does not tell the line where it is suspended"
    variables = [name for name in members if not IS_NO_VARIABLE.match(name)]
    for name in variables:
        try:
            text = value[name].format_string(max_elements=20, max_depth=1)
        except gdb.error as error:
            text = f"<{error}>"
        yield f"{name} = {text}"
    if not variables:
        yield "no variables with names (optimisation takes them)"


class AwaitGraph(gdb.Command):
    """Print who awaits what: the tasks of all loops of asyncrt, and their coroutines.
Usage: asyncrt-await-graph [-v]
Each task is followed by its coroutines from the outermost in, each with the line of its co_await.
-v also shows the frame of each coroutine, and the variables in it if there is debug information."""

    def __init__(self) -> None:
        super().__init__("asyncrt-await-graph", gdb.COMMAND_STACK)

    def invoke(self, argument: str, from_tty: bool) -> None:
        """Called by gdb with what the user wrote behind the command."""
        arguments = gdb.string_to_argv(argument)
        if arguments not in ([], ["-v"]):
            raise gdb.GdbError("usage: asyncrt-await-graph [-v]")
        if gdb.selected_inferior().pid == 0:
            raise gdb.GdbError("asyncrt-await-graph: there is no process and no core file; use: gdb program core, or "
                               "gdb -p PID")
        try:
            graph = Graph(Memory(), address_of_map(), bool(arguments))
            for text in graph.lines():
                gdb.write(text + "\n")
        except Unreadable as error:
            raise gdb.GdbError(f"asyncrt-await-graph: {error}")


def address_of_map() -> int:
    """Where memory_map is. The cast is for programs without debug information."""
    try:
        return int(gdb.parse_and_eval("(unsigned long) &asyncrt_memory_map"))
    except gdb.error:
        raise gdb.GdbError("asyncrt-await-graph: there is no symbol asyncrt_memory_map: the program does not use asyncrt, "
                           "was stripped (`strip` takes what is needed; keep an unstripped copy and name it to gdb), or gdb "
                           "was not given the program beside the core file") from None


AwaitGraph()
