// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page: what is shown, by what the address asks for (#check=a,b&file=c&text=d&suppressed=1 or #finding=e), and
// the keys.
"use strict";

const filter = {check: new Set(), file: new Set(), text: "", finding: "", suppressed: false};
const CHUNK = 25;
let shown = [];
let made = 0;

// --- Address ------------------------------------------------------------------------------------------------------

function readAddress() {
  for (const key of ["check", "file"]) filter[key].clear();
  filter.text = filter.finding = "";
  filter.suppressed = false;
  for (const pair of location.hash.slice(1).split("&")) {
    const [key, value = ""] = pair.split("=");
    const plain = (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    };
    if (key === "check" || key === "file")
      value
        .split(",")
        .filter(Boolean)
        .forEach((name) => filter[key].add(plain(name)));
    else if (key === "text") filter.text = plain(value);
    else if (key === "finding") filter.finding = plain(value);
    else if (key === "suppressed") filter.suppressed = value === "1";
  }
}

function writeAddress() {
  const parts = [];
  for (const key of ["check", "file"])
    if (filter[key].size) parts.push(`${key}=${[...filter[key]].map(encodeURIComponent).join(",")}`);
  if (filter.text) parts.push("text=" + encodeURIComponent(filter.text));
  if (filter.finding) parts.push("finding=" + encodeURIComponent(filter.finding));
  if (filter.suppressed) parts.push("suppressed=1");
  history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  update();
}

// --- Findings -----------------------------------------------------------------------------------------------------

const words = new Map();
function textOf(finding) {
  if (!words.has(finding))
    words.set(
      finding,
      [
        finding.check,
        finding.message,
        finding.function,
        finding.file,
        ...finding.notes.flatMap((note) => [note.message, note.file]),
      ]
        .join("\n")
        .toLowerCase(),
    );
  return words.get(finding);
}

/** Whether the filter lets it through; \p but names the part of the filter that is not asked. */
function passes(finding, but) {
  return (
    (!filter.finding || filter.finding === finding.mark) &&
    (filter.suppressed || filter.finding || !finding.suppressed) &&
    (but === "check" || !filter.check.size || filter.check.has(finding.check)) &&
    (but === "file" || !filter.file.size || filter.file.has(finding.file)) &&
    filter.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => textOf(finding).includes(word))
  );
}

/** Adds the next few findings; the page never holds more than what was scrolled to. */
function more(count = CHUNK) {
  const list = spot("list");
  const end = Math.min(made + count, shown.length);
  for (; made < end; ++made) {
    const finding = shown[made];
    if (!made || shown[made - 1].file !== finding.file)
      list.append(
        make(
          "h2.file",
          null,
          make("span", null, finding.file),
          make("span.number", null, many(shown.filter((other) => other.file === finding.file).length, "finding")),
        ),
      );
    list.append(card(finding));
  }
}

// --- The rest of the page -----------------------------------------------------------------------------------------

function choices(id, key, names) {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const finding of report.all) if (passes(finding, key)) counts.set(finding[key], counts.get(finding[key]) + 1);
  const most = Math.max(1, ...counts.values());
  const focused = document.activeElement?.dataset?.choice;
  spot(id).replaceChildren(
    ...names.map((name) => {
      const button = make(
        "button.choice",
        {type: "button", "aria-pressed": String(filter[key].has(name)), "data-choice": key + name, title: name},
        make("span.label", null, make("bdi", null, name)),
        make("span.number", null, String(counts.get(name))),
        make("span.bar", {style: `width:${(100 * counts.get(name)) / most}%`, "aria-hidden": "true"}),
      );
      if (!counts.get(name) && !filter[key].has(name)) button.classList.add("none");
      button.addEventListener("click", () => {
        filter[key].has(name) ? filter[key].delete(name) : filter[key].add(name);
        writeAddress();
      });
      return button;
    }),
  );
  if (focused)
    spot(id)
      .querySelector(`[data-choice="${CSS.escape(focused)}"]`)
      ?.focus();
}

const names = (key) => [...new Set(report.all.map((finding) => finding[key]))].sort();
const checkNames = names("check"),
  fileNames = names("file");

function update() {
  shown = report.all.filter((finding) => passes(finding));
  choices("checks", "check", checkNames);
  choices("files", "file", fileNames);
  if (spot("search").value !== filter.text) spot("search").value = filter.text;
  made = 0;
  spot("list").replaceChildren();
  const total = report.all.filter((finding) => filter.suppressed || !finding.suppressed).length;
  const unused = shown.filter((finding) => finding.check === UNUSED).length;
  const told = (unused < shown.length || !unused ? [many(shown.length - unused, "finding")] : [])
    .concat(unused ? [many(unused, "unused NOLINT")] : [])
    .join(" and ");
  spot("count").textContent = shown.length === total ? told : `${told}, of ${total.toLocaleString("en")} in all`;
  if (!shown.length)
    spot("list").append(
      make(
        "p.empty",
        null,
        total
          ? "No finding matches. Press Esc to see all."
          : `Nothing found in ${many(report.coroutines, "coroutine")} of ${many(report.done - report.problems.length, "file")}.`,
      ),
    );
  const check = spot("more").querySelector("input");
  if (check) check.checked = filter.suppressed;
  more();
}

function step(by) {
  const cards = () => [...document.querySelectorAll("article.card")];
  let at = cards().indexOf(document.activeElement.closest?.("article.card"));
  at = at < 0 ? (by > 0 ? 0 : -1) : at + by;
  if (at >= made && made < shown.length) more();
  const next = cards()[at];
  if (!next) return;
  next.focus({preventScroll: true});
  next.scrollIntoView({
    block: "start",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    filter.check.clear();
    filter.file.clear();
    filter.text = filter.finding = "";
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
  waiting = setTimeout(() => {
    filter.text = spot("search").value;
    writeAddress();
  }, 120);
});
addEventListener("hashchange", () => {
  if (location.hash !== "#findings") {
    readAddress();
    update();
  }
});
addEventListener("beforeprint", () => more(500));
new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) more();
  },
  {rootMargin: "1500px"},
).observe(spot("rest"));
if (matchMedia("(max-width: 900px)").matches) spot("filters").open = false;
document.body.classList.toggle("nothing", !report.all.length);
head();
readAddress();
update();
