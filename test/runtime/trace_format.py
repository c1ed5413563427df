#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds traces against the rules of the Chrome Trace Event Format.

usage: trace_format.py [--unfinished] FILE...    0 if all keep the rules; 1 with a line for each that is broken
       trace_format.py --self-test               whether it sees what is wrong with traces made for that

Of a right one it says how many events of each phase there are. The rules: "Trace Event Format", the document by Google that
chrome://tracing and Perfetto name as theirs: the JSON array form, of which "the ] at the end is optional", and the JSON
object form with `traceEvents`. With --unfinished the array may also end in the middle of an event, as that of a program
that was killed may.
"""
import argparse
import collections
import json
import math
import re
import sys
from typing import Any, Iterator, NamedTuple

# The keys that an event of each phase must have besides `ph`, of which all are listed in the format's document.
REQUIRED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("B", ("name", "ts", "pid", "tid")),
    **dict.fromkeys("E", ("ts", "pid", "tid")),
    "X": ("name", "ts", "dur", "pid", "tid"),
    **dict.fromkeys("iI", ("name", "ts", "pid", "tid")),
    "C": ("name", "ts", "pid", "args"),
    **dict.fromkeys("bne", ("name", "cat", "id", "ts", "pid", "tid")),
    **dict.fromkeys("stf", ("name", "cat", "id", "ts", "pid", "tid")),
    "P": ("name", "ts", "pid", "tid"),
    **dict.fromkeys("NOD", ("name", "id", "ts", "pid", "tid")),
    "M": ("name", "pid", "args"),
    **dict.fromkeys("vV", ("id", "ts", "pid", "tid", "args")),
    "R": ("name", "ts", "pid", "tid"),
    "c": ("name", "ts", "pid", "tid", "args"),
}
# Of metadata: the one argument, and its type.
METADATA = {
    "process_name": ("name", str), "process_labels": ("labels", str), "process_sort_index": ("sort_index", int),
    "thread_name": ("name", str), "thread_sort_index": ("sort_index", int),
}
SCOPES = ("g", "p", "t")


class Refused(Exception):
    """The file is none of the forms of a trace."""


class Trace(NamedTuple):
    """What is in a file. `complete`: its end is there."""
    events: list[Any]
    complete: bool


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which a name is to be there once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = collections.Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Refused(f"the name {twice!r} is twice in an object")
    return found


def no_constant(text: str) -> None:
    """NaN and Infinity, which Python reads, are no JSON."""
    raise Refused(f"{text} is no number of JSON")


DECODER = json.JSONDecoder(object_pairs_hook=unique, parse_constant=no_constant)
SPACE = re.compile(r"[ \t\n\r]*")


def read(data: bytes, unfinished: bool) -> Trace:
    """The events of a trace; raises Refused. `unfinished`: the last event may have been cut off."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not unfinished or error.end != len(data):
            raise Refused(f"it is no UTF-8: {error}") from None
        text = data[:error.start].decode("utf-8")
    at = skip(text, 0)
    if at == len(text):
        raise Refused("it is empty")
    if text[at] == "[":
        return read_array(text, at, unfinished)
    try:
        whole, end = DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Refused(f"it is no JSON: {error}") from None
    if skip(text, end) != len(text):
        raise Refused("something follows the trace")
    if not isinstance(whole, dict):
        raise Refused("it is neither an array nor an object")
    if not isinstance(whole.get("traceEvents"), list):
        raise Refused("the object has no array traceEvents")
    if whole.get("displayTimeUnit", "ms") not in ("ms", "ns"):
        raise Refused("displayTimeUnit is neither ms nor ns")
    return Trace(whole["traceEvents"], True)


def skip(text: str, at: int) -> int:
    """Behind the space at `at`."""
    found = SPACE.match(text, at)
    return found.end() if found else at


def read_array(text: str, at: int, unfinished: bool) -> Trace:
    """Events with commas between them, whose closing bracket may be missing."""
    events: list[Any] = []
    at = skip(text, at + 1)
    while at < len(text) and text[at] != "]":
        try:
            event, at = DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if unfinished:
                return Trace(events, False)
            raise Refused(f"event {len(events) + 1} is no JSON: {error}") from None
        events.append(event)
        at = skip(text, at)
        if at < len(text) and text[at] == ",":
            at = skip(text, at + 1)
            if at < len(text) and text[at] == "]":
                raise Refused("a comma stands before the end of the array")
        elif at < len(text) and text[at] != "]":
            raise Refused(f"no comma follows event {len(events)}")
    if at == len(text):
        return Trace(events, False)
    if skip(text, at + 1) != len(text):
        raise Refused("something follows the array")
    return Trace(events, True)


def is_number(value: Any) -> bool:
    """Whether it is a number of JSON that has a value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def broken_in(event: Any) -> Iterator[str]:
    """What is wrong with one event by itself."""
    if not isinstance(event, dict):
        yield "is no object"
        return
    phase = event.get("ph")
    if not isinstance(phase, str) or phase not in REQUIRED:
        yield f"has no phase that exists: {phase!r}"
        return
    for key in REQUIRED[phase]:
        if key not in event:
            yield f"of phase {phase} has no {key}"
    for key in ("name", "cat", "cname"):
        if key in event and not isinstance(event[key], str):
            yield f"has a {key} that is no string"
    for key in ("ts", "dur", "tts", "tdur"):
        if key in event and not is_number(event[key]):
            yield f"has a {key} that is no number"
        elif key in event and event[key] < 0 and key != "ts":
            yield f"has a {key} below zero"
    for key in ("pid", "tid"):
        if key in event and (not isinstance(event[key], int) or isinstance(event[key], bool)):
            yield f"has a {key} that is no integer"
    if "args" in event and not isinstance(event["args"], dict):
        yield "has args that are no object"
    if "s" in event and phase in "iI" and event["s"] not in SCOPES:
        yield f"has a scope that is none of {', '.join(SCOPES)}: {event['s']!r}"
    if "id" in event and not isinstance(event["id"], (str, int)):
        yield "has an id that is neither a string nor an integer"
    if phase == "C" and isinstance(event.get("args"), dict) and not all(map(is_number, event["args"].values())):
        yield "is a counter with something else than numbers"
    if phase == "M" and event.get("name") in METADATA and isinstance(event.get("args"), dict):
        key, kind = METADATA[event["name"]]
        if not isinstance(event["args"].get(key), kind):
            yield f"is metadata {event['name']} without {key}, which is {'text' if kind is str else 'an integer'}"


def in_milliths(value: float) -> int:
    """Nanoseconds, of microseconds: sums of these are exact."""
    return round(value * 1000)


def broken_between(events: list[dict[str, Any]]) -> Iterator[str]:
    """What is wrong between events that are right by themselves: bars of a thread must lie within each other."""
    threads: dict[tuple[int, int], list[tuple[int, dict[str, Any]]]] = collections.defaultdict(list)
    for number, event in enumerate(events, 1):
        if event["ph"] in ("B", "E", "X"):
            threads[event["pid"], event["tid"]].append((number, event))
    for (_, tid), bars in threads.items():
        # An outer bar comes before the inner ones that begin with it.
        bars.sort(key=lambda bar: (in_milliths(bar[1]["ts"]), -in_milliths(bar[1].get("dur", 0))))
        open_bars: list[tuple[int, dict[str, Any]]] = []
        ends: list[float] = []
        for number, event in bars:
            begin = in_milliths(event["ts"])
            if event["ph"] == "X":
                while ends and ends[-1] <= begin:
                    ends.pop()
                end = begin + in_milliths(event["dur"])
                if ends and end > ends[-1]:
                    yield f"event {number} begins in a bar of thread {tid} and ends after it"
                ends.append(end)
            elif event["ph"] == "B":
                open_bars.append((number, event))
            elif not open_bars:
                yield f"event {number} ends a bar of thread {tid} that has not begun"
            else:
                begun_as, begun = open_bars.pop()
                if "name" in event and event["name"] != begun["name"]:
                    yield f"event {number} ends {event['name']!r} of thread {tid}, where event {begun_as} began {begun['name']!r}"
        for number, event in open_bars:
            yield f"event {number} begins {event['name']!r} of thread {tid}, which never ends"


def broken(trace: Trace) -> list[str]:
    """All that is wrong with a trace."""
    alone = [f"event {number} {what}" for number, event in enumerate(trace.events, 1) for what in broken_in(event)]
    if alone:
        return alone
    return [what for what in broken_between(trace.events) if trace.complete or "never ends" not in what]


# --- The self-test ----------------------------------------------------------------------------------------------------

def bar(**changes: Any) -> dict[str, Any]:
    """A right event of phase X, but for `changes`; None takes a key away."""
    event = {"name": "a", "ph": "X", "ts": 1, "dur": 2, "pid": 1, "tid": 1} | changes
    return {key: value for key, value in event.items() if value is not None}


RIGHT: dict[str, Any] = {
    "nothing": [],
    "a bar": [bar()],
    "bars within each other": [bar(dur=10), bar(dur=4), bar(ts=5, dur=6), bar(ts=11, dur=5), bar(tid=2, ts=5, dur=9)],
    "unordered": [bar(ts=9, dur=1), bar()],
    "begin and end": [bar(ph="B", dur=None), bar(ph="B", name="b", ts=2, dur=None), bar(ph="E", name="b", ts=3, dur=None),
                      bar(ph="E", name=None, ts=4, dur=None)],
    "instants": [bar(ph="i", dur=None), bar(ph="i", dur=None, s="g", args={"x": [1]})],
    "metadata": [bar(ph="M", name="thread_name", ts=None, dur=None, args={"name": "main"})],
    "a counter": [bar(ph="C", dur=None, args={"tasks": 3})],
    "an object": {"traceEvents": [bar()], "displayTimeUnit": "ns", "anything": 1},
}
WRONG: dict[str, tuple[Any, str]] = {
    "an event that is a number": ([1], "is no object"),
    "no phase": ([bar(ph=None)], "has no phase that exists"),
    "two phases": ([bar(ph="iX")], "has no phase that exists"),
    "no name": ([bar(name=None)], "of phase X has no name"),
    "no time": ([bar(ts=None)], "has no ts"),
    "no length": ([bar(dur=None)], "has no dur"),
    "no process": ([bar(pid=None)], "has no pid"),
    "no thread": ([bar(tid=None)], "has no tid"),
    "a time in text": ([bar(ts="1")], "has a ts that is no number"),
    "a time that is true": ([bar(ts=True)], "has a ts that is no number"),
    "a length below zero": ([bar(dur=-1)], "has a dur below zero"),
    "a thread with a name": ([bar(tid="main")], "has a tid that is no integer"),
    "a name that is a number": ([bar(name=7)], "has a name that is no string"),
    "arguments in a row": ([bar(args=[1])], "has args that are no object"),
    "a scope that is none": ([bar(ph="i", dur=None, s="x")], "has a scope that is none of"),
    "a counter of text": ([bar(ph="C", dur=None, args={"tasks": "3"})], "something else than numbers"),
    "metadata without its argument": ([bar(ph="M", name="thread_name", args={})], "is metadata thread_name without name"),
    "metadata without arguments": ([bar(ph="M", name="thread_name")], "of phase M has no args"),
    "bars across each other": ([bar(dur=10), bar(ts=5, dur=10)], "begins in a bar of thread 1 and ends after it"),
    "an end too many": ([bar(ph="E", dur=None)], "that has not begun"),
    "an end too few": ([bar(ph="B", dur=None)], "which never ends"),
    "ends across each other": ([bar(ph="B", dur=None), bar(ph="B", name="b", ts=2, dur=None), bar(ph="E", ts=3, dur=None),
                                bar(ph="E", name="b", ts=4, dur=None)], "where event 2 began 'b'"),
    "an object without events": ({"events": []}, "has no array traceEvents"),
    "a unit that is none": ({"traceEvents": [], "displayTimeUnit": "s"}, "displayTimeUnit"),
    "a number": (1, "neither an array nor an object"),
}
# What JSON says, and an end that is missing, in text: the trace, and what is said of it; nothing if it is right.
EVENT = json.dumps(bar())
TEXTS: dict[str, tuple[bytes, bool, str]] = {
    "no end": (f"[\n{EVENT},\n{EVENT}".encode(), False, ""),
    "no end after a comma": (f"[\n{EVENT},\n".encode(), False, ""),
    "no end, and a bar that is open": (b'[{"name": "a", "ph": "B", "ts": 1, "pid": 1, "tid": 1}', False, ""),
    "an event that is cut off": (f"[\n{EVENT},\n{EVENT[:20]}".encode(), False, "event 2 is no JSON"),
    "the same when it may be": (f"[\n{EVENT},\n{EVENT[:20]}".encode(), True, ""),
    "a letter that is cut off": (f'[\n{EVENT},\n{{"name": "\u00e4'.encode()[:-1], True, ""),
    "something wrong before the cut": (f'[\n{{"ph": "X"}},\n{EVENT[:20]}'.encode(), True, "of phase X has no name"),
    "no comma": (f"[{EVENT} {EVENT}]".encode(), False, "no comma follows event 1"),
    "a comma too many": (f"[{EVENT},]".encode(), False, "a comma stands before the end"),
    "two arrays": (b"[][]", False, "something follows the array"),
    "nothing at all": (b"", False, "it is empty"),
    "no UTF-8": (b'[{"name": "\xff"}]', False, "it is no UTF-8"),
    "a time that is none": (EVENT.replace('"ts": 1', '"ts": NaN').join("[]").encode(), False, "NaN is no number of JSON"),
    "a name twice": (b'[{"ph": "X", "ph": "i"}]', False, "is twice in an object"),
}


def check(data: bytes, unfinished: bool) -> tuple[list[str], Trace]:
    """What is wrong with a file, and what is in it."""
    try:
        trace = read(data, unfinished)
    except Refused as error:
        return [str(error)], Trace([], False)
    return broken(trace), trace


def self_test() -> int:
    """Whether all traces above are judged as they should be."""
    cases = [(name, json.dumps(trace).encode(), False, "") for name, trace in RIGHT.items()]
    cases += [(name, json.dumps(trace).encode(), False, said) for name, (trace, said) in WRONG.items()]
    cases += [(name, *rest) for name, rest in TEXTS.items()]
    failed = 0
    for name, data, unfinished, expected in cases:
        said = check(data, unfinished)[0]
        if bool(said) != bool(expected) or (expected and not any(expected in what for what in said)):
            print(f"{name}: expected {expected or 'no complaint'!r}, got {said}")
            failed += 1
    print(f"{len(cases) - failed} of {len(cases)} traces are judged right")
    return 1 if failed else 0


def main() -> int:
    """Judges the files of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unfinished", action="store_true", help="the last event may have been cut off")
    parser.add_argument("--self-test", action="store_true", help="judge traces of its own")
    parser.add_argument("files", nargs="*", metavar="FILE")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    if not args.files:
        parser.error("no file is named")
    wrong = False
    for path in args.files:
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            return 2
        said, trace = check(data, args.unfinished)
        for what in said:
            print(f"{path}: {what}")
        wrong |= bool(said)
        if not said:
            phases = collections.Counter(event["ph"] for event in trace.events)
            print(f"{path}: right; {', '.join(f'{count} {phase}' for phase, count in sorted(phases.items())) or 'no events'}"
                  + ("" if trace.complete else "; without its end"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
