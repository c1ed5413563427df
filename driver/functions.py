# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which function a place in C++ source is in, as clang's parser sees it: lambdas, templates and local classes included."""
import dataclasses
import os

from clang import cindex  # Debian: python3-clang-22

LIBCLANG = "/usr/lib/llvm-22/lib/libclang.so"
KINDS = {cindex.CursorKind.FUNCTION_DECL, cindex.CursorKind.CXX_METHOD, cindex.CursorKind.CONSTRUCTOR,
         cindex.CursorKind.DESTRUCTOR, cindex.CursorKind.CONVERSION_FUNCTION, cindex.CursorKind.FUNCTION_TEMPLATE,
         cindex.CursorKind.LAMBDA_EXPR}


@dataclasses.dataclass(frozen=True)
class Function:
    """A function with a body. Lines and columns count from one, columns in bytes; the end is behind the last brace."""
    file: str
    name: str  # Qualified; of a lambda: "lambda in f".
    begin: tuple
    end: tuple

    def contains(self, line, column):
        """Whether a place is in it. Without a column, which is None, a line is enough."""
        if column is None:
            return self.begin[0] <= line <= self.end[0]
        return self.begin <= (line, column) < self.end

    def encloses(self, other):
        """Whether another function stands in this one."""
        return self.file == other.file and self.begin <= other.begin and other.end <= self.end


class Functions:
    """The functions of those files that are asked for, read from the translation units that are added."""

    def __init__(self, wanted):
        if not cindex.Config.loaded:
            cindex.Config.set_library_file(LIBCLANG)
        self.wanted = {os.path.realpath(file) for file in wanted}
        self.functions = {}  # By file, outer ones before inner ones.
        self.statements = {}  # By file: (first line, last line), outer ones before inner ones.
        self.paths = {}

    def add(self, source, arguments, directory):
        """Parses a source file with the compiler's arguments (without the compiler) as it is compiled in a directory.

        Files that earlier ones have shown are not read again. Whether there are errors is for the linter to say: what
        could be parsed is used. False if nothing could.
        """
        missing = self.wanted - self.functions.keys()
        options = cindex.TranslationUnit.PARSE_KEEP_GOING if hasattr(cindex.TranslationUnit, "PARSE_KEEP_GOING") else 0
        try:
            unit = cindex.Index.create().parse(source, [f"-working-directory={directory}", *arguments], options=options)
        except cindex.TranslationUnitLoadError:
            return False
        self._walk(unit.cursor, missing, directory, None)
        return True

    def complete(self):
        """Whether all files that are wanted have been seen."""
        return self.wanted <= self.functions.keys()

    def at(self, file, line, column=None):
        """The innermost function at a place, or None."""
        inner = None
        for function in self.functions.get(os.path.realpath(file), ()):
            # Of two that share a line the one that ends first, or else the later one, is the inner one.
            if function.contains(line, column) and (inner is None or function.end <= inner.end):
                inner = function
        return inner

    def statement(self, file, line):
        """The first and the last line of the innermost statement that a line of a function belongs to."""
        around = [s for s in self.statements.get(os.path.realpath(file), ()) if s[0] <= line <= s[1]]
        return min(around, key=lambda s: s[1] - s[0], default=(line, line))

    def _real(self, file, directory):
        if file.name not in self.paths:
            self.paths[file.name] = os.path.realpath(os.path.join(directory, file.name))
        return self.paths[file.name]

    def _walk(self, cursor, files, directory, outer):
        for child in cursor.get_children():
            start = child.extent.start
            if not start.file or (path := self._real(start.file, directory)) not in files:
                continue
            function = outer
            seen = self.functions.setdefault(path, [])
            if child.kind in KINDS and has_body(child):
                function = Function(path, name_of(child, outer), (start.line, start.column),
                                    (child.extent.end.line, child.extent.end.column))
                seen.append(function)
            if cursor.kind == cindex.CursorKind.COMPOUND_STMT:
                self.statements.setdefault(path, []).append((start.line, child.extent.end.line))
            self._walk(child, files, directory, function)


def has_body(cursor):
    return cursor.kind == cindex.CursorKind.LAMBDA_EXPR or cursor.is_definition()


def name_of(cursor, outer):
    if cursor.kind == cindex.CursorKind.LAMBDA_EXPR:
        return f"lambda in {outer.name}" if outer else "lambda"
    parts, at = [cursor.spelling.partition("<")[0] if "operator" not in cursor.spelling else cursor.spelling], cursor.semantic_parent
    while at is not None and at.kind != cindex.CursorKind.TRANSLATION_UNIT:
        if at.spelling and "(anonymous" not in at.spelling and "(unnamed" not in at.spelling:
            parts.append(at.spelling)
        at = at.semantic_parent
    return "::".join(reversed(parts))
