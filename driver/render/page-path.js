// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way from a finding to what it is about, as a drawing: boxes with arrows, in as many rows as the page is wide.
"use strict";

const BOX = {width: 220, height: 78, gapX: 28, gapY: 28};

function shape(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** What fits into a box, by an estimate of how wide a letter is; the middle goes when \p end matters. */
function fit(text, letters, end) {
  const all = [...text];
  if (all.length <= letters) return text;
  return end ? "…" + all.slice(all.length - letters + 1).join("") : all.slice(0, letters - 1).join("") + "…";
}

/** A text in lines of so many letters, two at most. */
function wrap(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line && line.length + 1 + word.length > letters && lines.length < 2) lines.push(word);
    else lines[lines.length - 1] = line ? line + " " + word : word;
  }
  return lines.map((line) => fit(line, letters, false));
}

const columns = (width) => Math.max(1, Math.floor((width + BOX.gapX) / (BOX.width + BOX.gapX)));

/** Rows of the same length run to and fro like a plough, so that every arrow is short. A column of its own is as wide as
    the page. */
function layOut(steps, width) {
  const rows = Math.ceil(steps.length / columns(width));
  const perRow = Math.ceil(steps.length / rows);
  const wide = columns(width) === 1 ? Math.max(BOX.width, Math.min(width - 6, 420)) : BOX.width;
  return steps.map((step, index) => {
    const row = Math.floor(index / perRow);
    const column = row % 2 ? perRow - 1 - (index % perRow) : index % perRow;
    return {...step, row, wide, x: 1 + column * (wide + BOX.gapX), y: 1 + row * (BOX.height + BOX.gapY)};
  });
}

function arrow(from, to) {
  const middle = BOX.height / 2;
  let path, head;
  if (from.row !== to.row) {
    const x = from.x + from.wide / 2;
    path = `M${x} ${from.y + BOX.height} V${to.y - 6}`;
    head = `M${x - 5} ${to.y - 8} L${x} ${to.y - 1} L${x + 5} ${to.y - 8} Z`;
  } else {
    const right = to.x > from.x;
    const start = right ? from.x + from.wide : from.x;
    const end = right ? to.x : to.x + to.wide;
    const back = right ? -8 : 8;
    const y = from.y + middle;
    path = `M${start} ${y} H${end + back}`;
    head = `M${end + back} ${y - 5} L${end + (right ? -1 : 1)} ${y} L${end + back} ${y + 5} Z`;
  }
  return [shape("path", {class: "wire", d: path}), shape("path", {class: "head", d: head})];
}

function box(step, index, count) {
  const kind = index === 0 ? "from" : index === count - 1 ? "to" : "via";
  const group = shape("g", {class: "step " + kind, transform: `translate(${step.x} ${step.y})`});
  group.append(
    shape("title", {}, [step.message, step.code, step.place].filter(Boolean).join("\n")),
    shape("rect", {width: step.wide, height: BOX.height, rx: 9}),
  );
  const letters = (step.wide - 28) / 6.7;
  if (step.name) {
    const down = step.place ? 0 : 9;
    group.append(
      shape("text", {class: "what", x: 14, y: 25 + down}, fit(step.name, Math.floor(letters * 0.85), true)),
      shape(
        "text",
        {class: step.code ? "text" : "", x: 14, y: 45 + down},
        fit(step.code || step.message, Math.floor(letters), false),
      ),
    );
  } else {
    wrap(step.message, Math.floor(letters)).forEach((line, index) =>
      group.append(shape("text", {class: "told", x: 14, y: 24 + 18 * index}, line)),
    );
  }
  group.append(shape("text", {class: "where", x: 14, y: 64}, fit(step.place, Math.floor(letters), true)));
  return group;
}

/** The boxes of a finding: of a chain of calls, each function where it calls the next one, and what is at its end;
    otherwise what each note says, and where. \p code is the line of the finding. */
function boxes(finding, code) {
  const steps = finding.notes.filter((note) => note.step);
  const quoted = (text) => (/'([^'\s][^']*)'/.exec(text) || [null, ""])[1];
  const from = (text, column) => (text || "").slice(column - 1).trim();
  const calls = steps.map((note) => (/^which calls '(.+)' here$/.exec(note.message) || [])[1]);
  const first = {
    name: finding.function || finding.check,
    code: from(code, finding.column),
    place: `${finding.file}:${finding.line}`,
    message: finding.message,
  };
  const place = (note) => `${note.file}:${note.line}`;
  if (!calls.every(Boolean))
    return [first, ...steps.map((note) => ({message: note.message, code: note.source.trim(), place: place(note)}))];
  const inside = [quoted(finding.message), ...calls];
  const does = (/, which (.+)$/.exec(finding.message) || [null, finding.message])[1];
  return [
    first,
    ...steps.map((note, index) => ({
      name: inside[index],
      code: from(note.source, note.column),
      place: place(note),
      message: note.message,
    })),
    {name: calls[calls.length - 1], message: does, code: "", place: ""},
  ];
}

/** The steps {name, code, place, message} of a way. It is drawn anew when its place gets wider or narrower. */
function pathDrawing(steps) {
  const figure = make("div.path", {
    tabindex: "0",
    role: "img",
    "aria-label":
      "Call path: " +
      steps.map((step) => [step.name || step.message, step.place].filter(Boolean).join(" at ")).join(", then "),
  });
  let drawn = "";
  const draw = () => {
    const width = figure.clientWidth || 900;
    const wanted = `${columns(width)} ${columns(width) === 1 ? width : ""}`;
    if (wanted === drawn) return;
    drawn = wanted;
    const laid = layOut(steps, width);
    const right = Math.max(...laid.map((step) => step.x)) + laid[0].wide + 1;
    const bottom = laid[laid.length - 1].y + BOX.height + 1;
    const svg = shape("svg", {viewBox: `0 0 ${right} ${bottom}`, width: right, height: bottom, "aria-hidden": "true"});
    for (let index = 1; index < laid.length; ++index) svg.append(...arrow(laid[index - 1], laid[index]));
    svg.append(...laid.map((step, index) => box(step, index, laid.length)));
    figure.replaceChildren(svg);
  };
  new ResizeObserver(draw).observe(figure);
  requestAnimationFrame(draw);
  return figure;
}
