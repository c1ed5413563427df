// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page: what is shown, by what the address asks for (#check=a,b&file=c&text=d&suppressed=1), and the keys.
"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const sources = new Map(report.sources.map((source) => [source.path, source]));
const spot = (id) => document.getElementById(id);
const UNUSED = "unused-suppression";
const many = (count, one, more = one + "s") => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
const filter = {check: new Set(), file: new Set(), text: "", suppressed: false};
const CHUNK = 25;
let shown = [];
let made = 0;

// --- Address ------------------------------------------------------------------------------------------------------

function readAddress() {
  for (const key of ["check", "file"]) filter[key].clear();
  filter.text = "";
  filter.suppressed = false;
  for (const pair of location.hash.slice(1).split("&")) {
    const [key, value = ""] = pair.split("=");
    const plain = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
    if (key === "check" || key === "file") value.split(",").filter(Boolean).forEach((name) => filter[key].add(plain(name)));
    else if (key === "text") filter.text = plain(value);
    else if (key === "suppressed") filter.suppressed = value === "1";
  }
}

function writeAddress() {
  const parts = [];
  for (const key of ["check", "file"])
    if (filter[key].size) parts.push(`${key}=${[...filter[key]].map(encodeURIComponent).join(",")}`);
  if (filter.text) parts.push("text=" + encodeURIComponent(filter.text));
  if (filter.suppressed) parts.push("suppressed=1");
  history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  update();
}

// --- Findings -----------------------------------------------------------------------------------------------------

const words = new Map();
function textOf(finding) {
  if (!words.has(finding))
    words.set(finding, [finding.check, finding.message, finding.function, finding.file,
                        ...finding.notes.flatMap((note) => [note.message, note.file])].join("\n").toLowerCase());
  return words.get(finding);
}

/** Whether the filter lets it through; \p but names the part of the filter that is not asked. */
function passes(finding, but) {
  return (filter.suppressed || !finding.suppressed) &&
         (but === "check" || !filter.check.size || filter.check.has(finding.check)) &&
         (but === "file" || !filter.file.size || filter.file.has(finding.file)) &&
         filter.text.toLowerCase().split(/\s+/).every((word) => textOf(finding).includes(word));
}

function drawing(finding) {
  if (!finding.notes.some((note) => note.step)) return null;
  const run = (sources.get(finding.file)?.lines || []).find(([first, ...texts]) => first <= finding.line && finding.line < first + texts.length);
  return make("section.part", null, make("h4", null, finding.notes.every((note) => !note.step || note.message.startsWith("which ")) ? "How it gets there" : "Step by step"), pathDrawing(boxes(finding, run && run[1 + finding.line - run[0]])));
}

function fixes(finding) {
  const parts = [];
  if (finding.fix)
    parts.push(make("section.part.safe", null, make("h4", null, make("span.tag", null, "Safe fix"), " can be applied automatically"), diffView(finding.fix)));
  for (const note of finding.notes.filter((note) => note.fix))
    parts.push(make("section.part.unsafe", null, make("h4", null, make("span.tag", null, "Your decision"), " ", ...prose(note.message)), diffView(note.fix)));
  const advice = finding.notes.filter((note) => !note.fix && !note.step);
  if (advice.length) parts.unshift(make("ul.advice", null, ...advice.map((note) => make("li", null, ...prose(note.message)))));
  return parts;
}

function aboutCheck(name) {
  const check = report.checks[name];
  if (!check) return null;
  const fold = make("details.about", null, make("summary", null, "About ", make("code", null, name)));
  fold.addEventListener("toggle", () => { if (fold.open && fold.children.length === 1) fold.append(helpPage(check.help)); });
  return fold;
}

function card(finding) {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  return make(`article.card.${finding.level}${finding.suppressed ? ".suppressed" : ""}`, {tabindex: "-1", "aria-label": `${finding.check} at ${place}`},
    make("header", null,
      make("p.meta", null, make(`span.level.${finding.level}`, null, finding.level), make("code.check", null, finding.check),
        finding.suppressed ? make("span.tag", null, "suppressed") : ""),
      make("h3", null, ...prose(finding.message)),
      make("p.place", null, make("code", null, place), finding.function ? " in " : "", finding.function ? make("code", null, finding.function) : "")),
    excerpt(sources.get(finding.file), finding), drawing(finding), ...fixes(finding), aboutCheck(finding.check));
}

/** Adds the next few findings; the page never holds more than what was scrolled to. */
function more(count = CHUNK) {
  const list = spot("list");
  const end = Math.min(made + count, shown.length);
  for (; made < end; ++made) {
    const finding = shown[made];
    if (!made || shown[made - 1].file !== finding.file)
      list.append(make("h2.file", null, make("span", null, finding.file),
        make("span.number", null, many(shown.filter((other) => other.file === finding.file).length, "finding"))));
    list.append(card(finding));
  }
}

// --- The rest of the page -----------------------------------------------------------------------------------------

function choices(id, key, names) {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const finding of report.all) if (passes(finding, key)) counts.set(finding[key], counts.get(finding[key]) + 1);
  const most = Math.max(1, ...counts.values());
  const focused = document.activeElement?.dataset?.choice;
  spot(id).replaceChildren(...names.map((name) => {
    const button = make("button.choice", {type: "button", "aria-pressed": String(filter[key].has(name)), "data-choice": key + name, title: name},
      make("span.label", null, make("bdi", null, name)), make("span.number", null, String(counts.get(name))),
      make("span.bar", {style: `width:${(100 * counts.get(name)) / most}%`, "aria-hidden": "true"}));
    if (!counts.get(name) && !filter[key].has(name)) button.classList.add("none");
    button.addEventListener("click", () => {
      filter[key].has(name) ? filter[key].delete(name) : filter[key].add(name);
      writeAddress();
    });
    return button;
  }));
  if (focused) spot(id).querySelector(`[data-choice="${CSS.escape(focused)}"]`)?.focus();
}

const names = (key) => [...new Set(report.all.map((finding) => finding[key]))].sort();
const checkNames = names("check"), fileNames = names("file");

function update() {
  shown = report.all.filter((finding) => passes(finding));
  choices("checks", "check", checkNames);
  choices("files", "file", fileNames);
  if (spot("search").value !== filter.text) spot("search").value = filter.text;
  made = 0;
  spot("list").replaceChildren();
  const total = report.all.filter((finding) => filter.suppressed || !finding.suppressed).length;
  const unused = shown.filter((finding) => finding.check === UNUSED).length;
  const told = (unused < shown.length || !unused ? [many(shown.length - unused, "finding")] : []).concat(unused ? [many(unused, "unused NOLINT")] : []).join(" and ");
  spot("count").textContent = shown.length === total ? told : `${told}, of ${total.toLocaleString("en")} in all`;
  if (!shown.length) spot("list").append(make("p.empty", null, total ? "No finding matches. Press Esc to see all." : "Nothing found. Every coroutine that was looked at is fine."));
  const check = spot("more").querySelector("input");
  if (check) check.checked = filter.suppressed;
  more();
}

function head() {
  const title = report.project ? `${report.project} · async-tidy` : "async-tidy";
  document.title = title;
  spot("title").replaceChildren(report.project || "async-tidy", make("small", null, report.project ? " async-tidy " + report.version : " " + report.version));
  spot("invocation").textContent = report.invocation;
  const bad = report.problems.length || !report.complete;
  spot("verdict").classList.add(report.findings ? "bad" : bad ? "partly" : "good");
  const levels = ["error", "warning", "hint"].map((level) => [level, report.all.filter((finding) => finding.level === level && !finding.suppressed && finding.check !== UNUSED).length]);
  spot("verdict").textContent = report.findings ? levels.filter(([, count]) => count).map(([level, count]) => many(count, level)).join(" · ") : bad ? "not fully analysed" : "clean";
  const numbers = [["findings", report.findings], ["files", report.complete ? report.files : `${report.done} of ${report.files}`], ["coroutines", report.coroutines],
    ["suspension points", report.suspensions], ["suppressed", report.suppressed], ["not analysed", report.problems.length]];
  if (report.baselined) numbers.push(["in the baseline", report.baselined]);
  spot("numbers").append(...numbers.map(([name, value]) => make(`div${name === "not analysed" && value ? ".alarm" : ""}`, null,
    make("dt", null, name), make("dd", null, typeof value === "number" ? value.toLocaleString("en") : value))));
  if (report.suppressed) {
    const box = make("input", {type: "checkbox"});
    box.addEventListener("change", () => { filter.suppressed = box.checked; writeAddress(); });
    spot("more").append(make("label.toggle", null, box, ` show ${many(report.suppressed, "suppressed finding")}`));
  }
  if (bad)
    spot("problems").append(make("section.problems", {"aria-label": "Problems"},
      make("h2", null, report.complete ? "Not fully analysed: findings may be missing" : "The run is incomplete: findings are missing"),
      make("ul", null, ...(report.complete ? [] : [make("li", null, `${report.done} of ${many(report.files, "file")} were analysed`)]),
        ...report.problems.map((problem) => make("li", null, make("code", null, problem.file), ` ${problem.outcome}`, problem.reason ? make("span.reason", null, problem.reason) : "")))));
}

function step(by) {
  const cards = () => [...document.querySelectorAll("article.card")];
  let at = cards().indexOf(document.activeElement.closest?.("article.card"));
  at = at < 0 ? (by > 0 ? 0 : -1) : at + by;
  if (at >= made && made < shown.length) more();
  const next = cards()[at];
  if (!next) return;
  next.focus({preventScroll: true});
  next.scrollIntoView({block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    filter.check.clear();
    filter.file.clear();
    filter.text = "";
    document.activeElement.blur();
    writeAddress();
  } else if (event.target === spot("search")) {
    if (event.key === "Enter") step(1);
  } else if (event.key === "/") {
    event.preventDefault();
    spot("search").focus();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else if (event.key === "o") {
    const fold = document.activeElement.closest?.("article.card")?.querySelector("details.about");
    if (fold) fold.open = !fold.open;
  }
});
let waiting = 0;
spot("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { filter.text = spot("search").value; writeAddress(); }, 120);
});
addEventListener("hashchange", () => { if (location.hash !== "#findings") { readAddress(); update(); } });
addEventListener("beforeprint", () => more(500));
new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) more(); }, {rootMargin: "1500px"}).observe(spot("rest"));
if (matchMedia("(max-width: 900px)").matches) spot("filters").open = false;
head();
readAddress();
update();
