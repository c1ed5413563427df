// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Source code on the page: colours, marks, excerpts and diffs. Everything becomes text nodes.
"use strict";

/** make("p.note", {title: "x"}, "text", otherNode): an element. */
function make(what, attributes, ...inside) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...inside.filter((node) => node !== null && node !== undefined && node !== ""));
  return made;
}

const KEYWORDS = new Set(
  [
    "alignas alignof auto bool break case catch char class co_await co_return co_yield concept const",
    "consteval constexpr constinit continue decltype default delete do double else enum explicit export",
    "extern false final float for friend if inline int long mutable namespace new noexcept nullptr",
    "operator override private protected public requires return short signed sizeof static static_assert",
    "struct switch template this throw true try typedef typename union unsigned using virtual void",
    "volatile while",
  ]
    .join(" ")
    .split(" "),
);
/** Comments, strings, letters, names, numbers, blanks, anything else. */
const TOKEN = new RegExp(
  [
    "//.*|/\\*.*?(?:\\*/|$)",
    'R?"(?:\\\\.|[^"\\\\])*"?',
    "'(?:\\\\.|[^'\\\\])'",
    "[A-Za-z_\\u0080-\\uffff][\\w\\u0080-\\uffff]*",
    "\\d[\\w.']*",
    "\\s+",
    ".",
  ].join("|"),
  "gu",
);

/** The pieces of a line: [text, class]. */
function tokens(line) {
  const found = [];
  if (/^\s*#/.test(line)) return [[line, "pre"]];
  for (const [text] of line.matchAll(TOKEN)) {
    let kind = "";
    if (text.startsWith("//") || text.startsWith("/*")) kind = "com";
    else if (/^R?"/.test(text) || /^'./.test(text)) kind = "str";
    else if (/^\d/.test(text)) kind = "num";
    else if (KEYWORDS.has(text)) kind = "key";
    found.push([text, kind]);
  }
  return found;
}

/** A line with its colours, and with marks {from, to, kind} laid over them; columns count from 0. */
function codeLine(line, marks = []) {
  const code = make("code");
  let at = 0;
  const plain = (text, kind) => (kind ? make("span." + kind, null, text) : text);
  let group = null;
  for (const [text, kind] of tokens(line)) {
    for (let from = 0; from < text.length;) {
      const column = at + from;
      const inside =
        marks.find((mark) => column >= mark.from && column < mark.to && mark.kind === "await") ||
        marks.find((mark) => column >= mark.from && column < mark.to);
      const ends = marks.flatMap((mark) => [mark.from, mark.to]).filter((end) => end > column);
      const to = Math.min(text.length, ...ends.map((end) => end - at));
      const piece = plain(text.slice(from, to), kind);
      if (!inside) {
        code.append(piece);
        group = null;
      } else {
        if (!group || group.mark !== inside) {
          group = {mark: inside, element: make("span." + inside.kind)};
          code.append(group.element);
        }
        group.element.append(piece);
      }
      from = to;
    }
    at += text.length;
  }
  return code;
}

/** The word at a suspension point. */
function awaitMark(line, column) {
  const word = /^(?:for\s+co_await|\w+)/.exec(line.slice(column - 1));
  return {from: column - 1, to: column - 1 + (word ? word[0].length : 1), kind: "await"};
}

/** The lines around a finding, with line numbers, dots at suspension points and the finding underlined. */
function excerpt(source, finding) {
  const run =
    source && source.lines.find(([first, ...texts]) => first <= finding.line && finding.line < first + texts.length);
  if (!run) return null;
  const [first, ...texts] = run;
  const table = make("div.code.excerpt", {
    role: "region",
    tabindex: "0",
    "aria-label": `Source around line ${finding.line}`,
  });
  for (
    let number = Math.max(first, finding.line - 4);
    number <= Math.min(first + texts.length - 1, finding.line + 4);
    ++number
  ) {
    const text = texts[number - first];
    const awaits = ((source.suspensions || {})[number] || []).map((column) => awaitMark(text, column));
    const hot = number === finding.line;
    const marks = hot
      ? [...awaits, {from: finding.column - 1, to: Math.max(finding.end - 1, finding.column), kind: "hurt"}]
      : awaits;
    table.append(
      make(
        hot ? "div.row.hot" : "div.row",
        null,
        make(
          awaits.length ? "span.gutter.suspends" : "span.gutter",
          awaits.length ? {title: "suspension point"} : null,
          awaits.length ? make("span.away", null, "suspension point") : "",
        ),
        make("span.number", {"aria-hidden": "true"}, String(number)),
        codeLine(text, marks),
      ),
    );
  }
  return table;
}

/** A fix as hunks of removed and added lines. */
function diffView(hunks) {
  const box = make("div.code.diff", {role: "region", tabindex: "0", "aria-label": "The fix as a diff"});
  let file = null;
  for (const hunk of hunks) {
    if (hunk.file !== file) box.append(make("div.name", null, hunk.file));
    else box.append(make("div.gap", {"aria-hidden": "true"}, "⋯"));
    file = hunk.file;
    const kinds = {"+": "div.row.added", "-": "div.row.removed", " ": "div.row"};
    for (const [sign, number, text] of hunk.rows)
      box.append(
        make(
          kinds[sign],
          null,
          make("span.sign", null, sign),
          make("span.number", {"aria-hidden": "true"}, sign === "+" ? "" : String(number)),
          codeLine(text),
        ),
      );
  }
  return box;
}

/** A message with its 'names' set as code; control characters are shown by their pictures. */
function prose(text) {
  const shown = text.replace(/[\0-\x1f]/g, (letter) => String.fromCharCode(0x2400 + letter.charCodeAt(0)));
  return shown
    .split(/('[^'\s][^']*')/)
    .map((part, index) => (index % 2 ? make("code.name", null, part.slice(1, -1)) : part));
}
