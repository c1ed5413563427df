// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way from a finding to what it is about, as a drawing: boxes with arrows, in as many rows as the page is wide.
"use strict";

const BOX = {width: 228, height: 78, gapX: 34, gapY: 30};

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

/** Rows run to and fro like a plough, so that every arrow is short. */
function layOut(steps, width) {
  const perRow = Math.max(1, Math.min(steps.length, Math.floor((width + BOX.gapX) / (BOX.width + BOX.gapX))));
  return steps.map((step, index) => {
    const row = Math.floor(index / perRow);
    const column = row % 2 ? perRow - 1 - (index % perRow) : index % perRow;
    return {...step, row, x: 1 + column * (BOX.width + BOX.gapX), y: 1 + row * (BOX.height + BOX.gapY)};
  });
}

function arrow(from, to) {
  const middle = BOX.height / 2;
  let path, head;
  if (from.row !== to.row) {
    const x = from.x + BOX.width / 2;
    path = `M${x} ${from.y + BOX.height} V${to.y - 6}`;
    head = `M${x - 5} ${to.y - 8} L${x} ${to.y - 1} L${x + 5} ${to.y - 8} Z`;
  } else {
    const right = to.x > from.x;
    const start = right ? from.x + BOX.width : from.x;
    const end = right ? to.x : to.x + BOX.width;
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
    shape("title", {}, `${step.message}\n${step.code}\n${step.place}`),
    shape("rect", {width: BOX.width, height: BOX.height, rx: 9}),
    shape("text", {class: "what", x: 14, y: 25}, fit(step.name, 26, true)),
    shape("text", {class: "text", x: 14, y: 45}, fit(step.code, 31, false)),
    shape("text", {class: "where", x: 14, y: 64}, fit(step.place, 34, true)));
  return group;
}

/** The steps {name, code, place, message} of a way. It is drawn anew when its place gets wider or narrower. */
function pathDrawing(steps) {
  const figure = make("div.path", {tabindex: "0", role: "img",
    "aria-label": "Call path: " + steps.map((step) => `${step.name} at ${step.place}`).join(", then ")});
  let drawn = 0;
  const draw = () => {
    const width = figure.clientWidth || 900;
    const perRow = Math.max(1, Math.floor((width + BOX.gapX) / (BOX.width + BOX.gapX)));
    if (perRow === drawn) return;
    drawn = perRow;
    const laid = layOut(steps, width);
    const right = Math.max(...laid.map((step) => step.x)) + BOX.width + 1;
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
