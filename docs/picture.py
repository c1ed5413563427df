#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draws the pictures in README.md, docs/lint.svg and docs/prove.svg, from what ./dev lint and ./dev prove really print.

usage: docs/picture.py [lint|prove]...          run them and write the pictures
       docs/picture.py [lint|prove]... --check  exit with 1 and show the difference if a picture is not what is printed now
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
DIM = "#768390"
PROOF = ("async-swallowed-cancellation", "discount-lost")


def lint(args):
    """What lint prints on a terminal for the example; how long it took is nobody's business."""
    done = subprocess.run([os.path.join(args.build, "bin", "async-tidy"), "-p", args.database, "--color=always"],
                          stdout=subprocess.PIPE, text=True, cwd=TOP)
    if done.returncode != 1:
        sys.exit(f"lint ended with {done.returncode} where findings were expected")
    return re.sub(r"in \d+\.\d s", "in 4.0 s", done.stdout)


def prove(args):
    """What prove prints on a terminal for one program."""
    done = subprocess.run(["/usr/bin/python3", os.path.join(TOP, "test", "proof", "prove.py"), "--build=" + args.build,
                           "--work=" + os.path.join(args.build, "picture"), "--color=always", *PROOF],
                          stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": str(COLUMNS)})
    if done.returncode:
        sys.exit(f"prove ended with {done.returncode}")
    return done.stdout


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
                    elif code == "2":
                        style = DIM
                    elif code[:-1] in ("3", "9"):
                        style = ("bold " if "bold" in style else "") + COLOURS.get("3" + code[-1], "")
                continue
            if column == COLUMNS:
                row, column = row + 1, 0
            yield row, column, style, character
            column += 1
        row += 1


def draw(command, text):
    rows = {}
    for row, column, style, character in cells(f"$ {command}\n{text}"):
        spans = rows.setdefault(row, [])
        if not spans or spans[-1][1] != style:
            spans.append([column, style, ""])
        spans[-1][2] += character
    height = (max(rows) + 1) * LINE + 2 * MARGIN
    width = round(COLUMNS * CHARACTER) + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
           f"<title>What {command} prints</title>",
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


PICTURES = {"lint": (lint, "./dev lint"), "prove": (prove, " ".join(("./dev prove", *PROOF)))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", metavar="PICTURE", help=f"one of {', '.join(PICTURES)}; all if none is named")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--database")
    args = parser.parse_args()
    if unknown := set(args.pictures) - PICTURES.keys():
        parser.error(f"there is no picture {', '.join(unknown)}")
    args.database = args.database or os.path.join(args.build, "examples", "price-feed")
    wrong = False
    for name in args.pictures or PICTURES:
        run, command = PICTURES[name]
        drawn, path = draw(command, run(args)), os.path.join(TOP, "docs", name + ".svg")
        if not args.check:
            with open(path, "w", encoding="utf-8") as file:
                file.write(drawn)
            continue
        with open(path, encoding="utf-8") as file:
            current = file.read()
        sys.stdout.writelines(difflib.unified_diff(current.splitlines(True), drawn.splitlines(True), f"docs/{name}.svg", f"{name} now"))
        wrong = wrong or current != drawn
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
