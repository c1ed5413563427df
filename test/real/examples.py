#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copy the coroutine examples of Debian's Asio and Boost documentation and write a compile database for them.

Debian ships real, maintained coroutine programs as documentation: libasio-doc (against standalone Asio) and
libboost1.81-doc (Boost.Asio and Boost.Beast). They are copied whole directories at a time, because some include their
neighbours, and never become part of this repository. Debian compresses large files under /usr/share/doc, so a source
may be there only as name.cpp.gz.

usage: examples.py OUT    writes OUT/compile_commands.json and OUT/{asio,boost}/..., prints the files in the database
"""
import gzip
import json
import pathlib
import re
import shutil
import sys

COROUTINE = re.compile(r"\bco_(await|return|yield)\b")
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-pthread"]

# What an example needs beyond its own text.
EXTRA_FLAGS = {
    # uses std::list and relies on some other header to include it
    "advanced_server_flex_awaitable.cpp": ["-include", "list"],
}


class Collection:
    """One package's examples: where they are, what to compile them against, which package brings them."""

    def __init__(self, name, package, root, header, flags):
        self.name, self.package, self.header, self.flags = name, package, header, flags
        self.root = pathlib.Path(root)

    def missing(self):
        if not self.root.is_dir():
            return self.package
        if not pathlib.Path(self.header).exists():
            return self.header
        return None


COLLECTIONS = [
    Collection("asio", "libasio-doc", "/usr/share/doc/libasio-dev/examples",
               "/usr/include/asio/awaitable.hpp",
               # Asio 1.22 looks for the Coroutines TS only, when the compiler is clang.
               ["-DASIO_STANDALONE", "-DASIO_HAS_CO_AWAIT", "-DASIO_HAS_STD_COROUTINE"]),
    Collection("boost", "libboost1.81-doc", "/usr/share/doc/libboost1.81-doc/examples/libs",
               "/usr/include/boost/asio/awaitable.hpp", []),
]


def source_text(path):
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")
    with opened:
        return opened.read().decode("utf-8", "replace")


def sources(root):
    for path in sorted(root.rglob("*")):
        name = path.name.removesuffix(".gz")
        if path.is_file() and name.endswith((".cpp", ".hpp", ".ipp")):
            yield path, path.relative_to(root).with_name(name)


def build(out, log=None):
    """Fill `out` and return the relative paths of the translation units. SystemExit names a missing package."""
    out = pathlib.Path(out).resolve()
    entries, units = [], []
    for collection in COLLECTIONS:
        gap = collection.missing()
        if gap:
            sys.exit(f"examples.py: {gap} is missing: apt-get install {collection.package} libasio-dev libboost1.81-dev")
        texts = {relative: source_text(path) for path, relative in sources(collection.root)}
        chosen = [r for r, text in texts.items() if r.suffix == ".cpp" and COROUTINE.search(text)]
        if not chosen:
            sys.exit(f"examples.py: no coroutine example in {collection.root}: is {collection.package} complete?")
        # Whole example trees, since sources include neighbours: "listener.hpp", "example/common/root_certificates.hpp".
        wanted = {r.parent for r in chosen}
        base = out / collection.name
        shutil.rmtree(base, ignore_errors=True)
        for relative, text in texts.items():
            if relative.parent in wanted or relative.suffix != ".cpp":
                target = base / relative
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        includes = [f"-I{base}"]
        # Beast's examples say "example/common/…", relative to the library's own top.
        includes += [f"-I{top}" for top in sorted(base.iterdir()) if (top / "example").is_dir()]
        for relative in chosen:
            file = base / relative
            entries.append({"directory": str(out), "file": str(file),
                            "arguments": ["clang++", *FLAGS, *collection.flags, *includes,
                                          *EXTRA_FLAGS.get(relative.name, []), "-c", str(file),
                                          "-o", str(file) + ".o"]})
            units.append(f"{collection.name}/{relative}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "compile_commands.json").write_text(json.dumps(entries, indent=1))
    if log:
        print(*units, sep="\n", file=log)
    return units


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    build(sys.argv[1], sys.stdout)
