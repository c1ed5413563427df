// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pages of the checks: as much of Markdown as they use, made into elements.
"use strict";

/** `code`, **strong**, *emphasis* and [text](https://...). */
function inline(text) {
  const made = [];
  for (const part of text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\(https?:[^)\s]+\))/)) {
    const link = /^\[([^\]]+)\]\((https?:[^)\s]+)\)$/.exec(part);
    if (link) made.push(make("a", {href: link[2], rel: "noreferrer"}, link[1]));
    else if (/^`.+`$/s.test(part)) made.push(make("code", null, part.slice(1, -1)));
    else if (/^\*\*.+\*\*$/s.test(part)) made.push(make("strong", null, ...inline(part.slice(2, -2))));
    else if (/^\*.+\*$/s.test(part)) made.push(make("em", null, ...inline(part.slice(1, -1))));
    else if (part) made.push(part);
  }
  return made;
}

function cells(line) {
  // A bar within `code` may be written \|.
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function helpTable(lines) {
  const [head, , ...rows] = lines;
  return make(
    "div.scroll",
    null,
    make(
      "table",
      null,
      make("thead", null, make("tr", null, ...cells(head).map((cell) => make("th", {scope: "col"}, ...inline(cell))))),
      make(
        "tbody",
        null,
        ...rows.map((row) => make("tr", null, ...cells(row).map((cell) => make("td", null, ...inline(cell))))),
      ),
    ),
  );
}

function helpCode(lines) {
  const box = make("div.code", {tabindex: "0", role: "region", "aria-label": "Example"});
  box.append(...lines.map((line) => make("div.row", null, codeLine(line))));
  return box;
}

/** Blocks are told apart by how their first line begins. */
function helpPage(markdown) {
  const page = make("div.help");
  const lines = markdown.split("\n");
  const take = (wanted) => {
    const taken = [];
    while (lines.length && wanted(lines[0])) taken.push(lines.shift());
    return taken;
  };
  while (lines.length) {
    const line = lines[0];
    if (line.trim() === "") {
      lines.shift();
    } else if (line.startsWith("```")) {
      lines.shift();
      page.append(helpCode(take((next) => !next.startsWith("```"))));
      lines.shift();
    } else if (/^#+ /.test(line)) {
      page.append(make("h4", null, ...inline(lines.shift().replace(/^#+ /, ""))));
    } else if (line.startsWith("|")) {
      page.append(helpTable(take((next) => next.startsWith("|"))));
    } else if (/^[-*] /.test(line)) {
      const list = make("ul");
      while (lines.length && /^[-*] /.test(lines[0])) {
        const item = [lines.shift().slice(2), ...take((next) => /^\s+\S/.test(next)).map((more) => more.trim())];
        list.append(make("li", null, ...inline(item.join(" "))));
      }
      page.append(list);
    } else if (line.startsWith("<!--")) {
      lines.shift();
    } else {
      const text = [lines.shift(), ...take((next) => next.trim() !== "" && !/^(```|#+ |\||[-*] )/.test(next))];
      page.append(make("p", null, ...inline(text.join(" "))));
    }
  }
  return page;
}
