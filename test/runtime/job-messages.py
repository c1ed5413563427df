#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes packets for fuzz-job-message to begin with: one file each, in the directory named. See job_message.cpp there."""
import os
import struct
import sys

directory = sys.argv[1]


def text(s):
    return struct.pack("<Q", len(s)) + s


# What the fuzzer calls everything: int, bool, string, vectors of ints, of strings, of pairs, two strings.
everything = (struct.pack("<i?", 1, True) + text(b"text") + struct.pack("<Qiii", 3, 1, 2, 3)
              + struct.pack("<Q", 2) + text(b"a") + text(b"") + struct.pack("<Q", 1) + text(b"pi") + struct.pack("<d", 3.14)
              + text(b"x") + text(b"y"))


def packet(kind, payload, files=0, size=None, first=None):
    header = struct.pack("<IIQ", kind, files, len(payload) if size is None else size)
    return bytes([files if first is None else first]) + header + payload


MOST_INLINE = 32 * 1024
seeds = {
    "value": packet(3, everything),
    "region": packet(3, everything + struct.pack("<Q", MOST_INLINE + 1), 1, first=16 | 32 | 64),
    "no-region": packet(3, everything + struct.pack("<Q", 0)),
    "hello": packet(1, struct.pack("<i", 1234), 1),
    "error": packet(4, text(b"std::length_error") + text(b"too heavy")),
    "cut-off": packet(3, everything[:20], size=len(everything)),
    "file": packet(3, b"", first=16 | 32 | 64, size=MOST_INLINE + 1),
    "file-not-sealed": packet(3, b"", first=16 | 32, size=MOST_INLINE + 1),
    "file-of-another-size": packet(3, b"", first=16 | 64, size=MOST_INLINE + 1),
    "no-file": packet(3, b"", size=1 << 60),
    "too-many-files": packet(3, everything, first=15),
    "bare": b"\0" + everything,
    "nested": b"\0" + struct.pack("<Q", 2) + everything * 2,
    "counts": b"\0" + struct.pack("<QQQ", 1, 1, 1 << 60),
}
for name, seed in seeds.items():
    with open(os.path.join(directory, name), "wb") as file:
        file.write(seed)
