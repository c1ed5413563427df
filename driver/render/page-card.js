// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A finding on the page: what it says, its code, the way to what it is about, its fixes, and the page of its check.
"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const sources = new Map(report.sources.map((source) => [source.path, source]));

function drawing(finding) {
  if (!finding.notes.some((note) => note.step)) return null;
  const run = (sources.get(finding.file)?.lines || []).find(
    ([first, ...texts]) => first <= finding.line && finding.line < first + texts.length,
  );
  return make(
    "section.part",
    null,
    make(
      "h4",
      null,
      finding.notes.every((note) => !note.step || note.message.startsWith("which "))
        ? "How it gets there"
        : "Step by step",
    ),
    pathDrawing(boxes(finding, run && run[1 + finding.line - run[0]])),
  );
}

function fixes(finding) {
  const parts = [];
  if (finding.fix)
    parts.push(
      make(
        "section.part.safe",
        null,
        make("h4", null, make("span.tag", null, "Safe fix"), " can be applied automatically"),
        diffView(finding.fix),
      ),
    );
  for (const note of finding.notes.filter((note) => note.fix))
    parts.push(
      make(
        "section.part.unsafe",
        null,
        make("h4", null, make("span.tag", null, "Your decision"), " ", ...prose(note.message)),
        diffView(note.fix),
      ),
    );
  const advice = finding.notes.filter((note) => !note.fix && !note.step);
  if (advice.length)
    parts.unshift(make("ul.advice", null, ...advice.map((note) => make("li", null, ...prose(note.message)))));
  return parts;
}

function aboutCheck(name) {
  const check = report.checks[name];
  if (!check) return null;
  const fold = make("details.about", null, make("summary", null, "About ", make("code", null, name)));
  fold.addEventListener("toggle", () => {
    if (fold.open && fold.children.length === 1) fold.append(helpPage(check.help));
  });
  return fold;
}

function card(finding) {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  return make(
    `article.card.${finding.level}${finding.suppressed ? ".suppressed" : ""}`,
    {tabindex: "-1", "aria-label": `${finding.check} at ${place}`},
    make(
      "header",
      null,
      make(
        "p.meta",
        null,
        make(`span.level.${finding.level}`, null, finding.level),
        make("code.check", null, finding.check),
        finding.suppressed ? make("span.tag", null, "suppressed") : "",
      ),
      make("h3", null, ...prose(finding.message)),
      make(
        "p.place",
        null,
        finding.mark
          ? make("a.link", {href: "#finding=" + finding.mark, title: "only this finding"}, make("code", null, place))
          : make("code", null, place),
        finding.function ? " in " : "",
        finding.function ? make("code", null, finding.function) : "",
      ),
    ),
    excerpt(sources.get(finding.file), finding),
    drawing(finding),
    ...fixes(finding),
    aboutCheck(finding.check),
  );
}
