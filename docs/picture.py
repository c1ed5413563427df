#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draws docs/lint.svg, the picture in README.md, from what `./dev lint` really prints.

usage: docs/picture.py          lint the example and write the picture
       docs/picture.py --check  exit with 1 and show the difference if the picture is not what lint prints now
"""
import argparse
import difflib
import html
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS, CHARACTER, LINE, MARGIN = 132, 7.3, 16, 14
COLOURS = {"31": "#f47067", "32": "#6bc46d", "33": "#daaa3f", "34": "#6cb6ff", "35": "#dcbdfb", "36": "#76e3ea", "30": "#909dab"}


def lint(plugin, database):
    """What lint prints on a terminal for the example; how long it took is nobody's business."""
    done = subprocess.run([sys.executable, os.path.join(TOP, "driver", "lint.py"), "--plugin=" + plugin, "-p", database,
                           "--color=always", "--relative-to=" + TOP], stdout=subprocess.PIPE, text=True)
    if done.returncode != 1:
        sys.exit(f"lint ended with {done.returncode} where findings were expected")
    return re.sub(r"in \d+\.\d s", "in 4.0 s", done.stdout)


def cells(text):
    """(line, column, style, character) with the terminal's wrapping."""
    style, row = "", 0
    for line in text.splitlines():
        column = 0
        for escape, character in re.findall(r"\x1b\[([0-9;]*)m|(.)", line):
            if not character:
                for code in escape.split(";"):
                    if code in ("0", ""):
                        style = ""
                    elif code == "1":
                        style = "bold " + style
                    elif code[:-1] in ("3", "9"):
                        style = ("bold " if "bold" in style else "") + COLOURS.get("3" + code[-1], "")
                continue
            if column == COLUMNS:
                row, column = row + 1, 0
            yield row, column, style, character
            column += 1
        row += 1


def draw(text):
    rows = {}
    for row, column, style, character in cells("$ ./dev lint\n" + text):
        spans = rows.setdefault(row, [])
        if not spans or spans[-1][1] != style:
            spans.append([column, style, ""])
        spans[-1][2] += character
    height = (max(rows) + 1) * LINE + 2 * MARGIN
    width = round(COLUMNS * CHARACTER) + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
           "<title>What ./dev lint prints for the bundled example</title>",
           f'<rect width="{width}" height="{height}" rx="8" fill="#1c2128"/>',
           '<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="12" fill="#cdd9e5" xml:space="preserve">']
    for row, spans in sorted(rows.items()):
        for column, style, characters in spans:
            if not characters.strip():
                continue
            fill = re.search(r"#\w+", style)
            attributes = (f' fill="{fill.group()}"' if fill else "") + (' font-weight="bold"' if "bold" in style else "")
            x, y = MARGIN + column * CHARACTER, MARGIN + row * LINE + 12
            out.append(f'<text x="{x:.1f}" y="{y}" textLength="{len(characters) * CHARACTER:.1f}"{attributes}>{html.escape(characters, quote=False)}</text>')
    return "\n".join(out + ["</g>", "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plugin", default=os.path.join(TOP, "build", "lib", "AsyncTidy.so"))
    parser.add_argument("--database", default=os.path.join(TOP, "build", "examples", "price-feed"))
    args = parser.parse_args()
    drawn, path = draw(lint(args.plugin, args.database)), os.path.join(TOP, "docs", "lint.svg")
    if not args.check:
        with open(path, "w", encoding="utf-8") as file:
            file.write(drawn)
        return 0
    with open(path, encoding="utf-8") as file:
        current = file.read()
    sys.stdout.writelines(difflib.unified_diff(current.splitlines(True), drawn.splitlines(True), "docs/lint.svg", "lint now"))
    return 0 if current == drawn else 1


if __name__ == "__main__":
    sys.exit(main())
