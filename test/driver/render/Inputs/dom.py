# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# dom.py FILE: tells what a browser made of the report's page: the elements that matter, a line each.
import collections
import html.parser
import sys

VOID = {"meta", "input", "link", "br", "img", "hr"}
LINES = {"h1": "title", "h2": "heading", "h3": "message", "dt": "number of", "dd": "number", "button": "choice", "summary": "fold"}
CLASSES = ["verdict", "count", "place", "empty", "row hot", "row removed", "row added", "advice", "help", "problems"]
count = collections.Counter()
awaits = collections.Counter()


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack = []

    def handle_starttag(self, tag, attributes):
        count[tag] += 1
        attributes = dict(attributes)
        classes = attributes.get("class") or ""
        assert not any(name.startswith("on") for name in attributes), attributes
        assert not (attributes.get("src") or attributes.get("href", "").startswith(("http", "//"))), attributes
        if tag == "article":
            print(classes)
        if classes == "gap":
            count["gap"] += 1
        if classes.startswith("step"):
            count["boxes"] += 1
        if tag not in VOID:
            kind = next((name for name in CLASSES if name in classes.split(" ") or name == classes), LINES.get(tag) or ("box " + classes[5:] if classes.startswith("step ") else None))
            self.stack.append([tag, kind, attributes, ""])

    def handle_endtag(self, tag):
        while self.stack:
            closed, kind, attributes, text = self.stack.pop()
            if closed == tag:
                break
        if attributes.get("class") == "await" and self.stack[-1][0] == "code":
            awaits[text] += 1
        if kind:
            pressed = " pressed" if attributes.get("aria-pressed") == "true" else ""
            print(f"{kind}{pressed}: {' '.join(text.split())}")
        if self.stack and closed not in ("script", "style"):
            self.stack[-1][3] += " " + text if closed in ("span", "text", "title", "li") and self.stack[-1][0] in ("button", "g", "ul") else text

    def handle_data(self, text):
        if self.stack:
            self.stack[-1][3] += text


with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
Page().feed(text)
for name in ("article", "img", "script", "boxes", "gap"):
    print(f"{count[name]} {name}")
for name in sorted(awaits):
    print(f"{awaits[name]} marked {name}")
