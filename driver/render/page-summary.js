// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The top of the page: what was looked at, how much was found, and what could not be analysed.
"use strict";

const UNUSED = "unused-suppression";
const spot = (id) => document.getElementById(id);
const many = (count, one, more = one + "s") => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

/** The title, the numbers, and the box about problems. */
function head() {
  const title = report.project ? `${report.project} · async-tidy` : "async-tidy";
  document.title = title;
  spot("title").replaceChildren(
    report.project || "async-tidy",
    make("small", null, report.project ? " async-tidy " + report.version : " " + report.version),
  );
  spot("invocation").textContent = report.invocation;
  const bad = report.problems.length || !report.complete;
  spot("verdict").classList.add(report.findings ? "bad" : bad ? "partly" : "good");
  const levels = ["error", "warning", "hint"].map((level) => [
    level,
    report.all.filter((finding) => finding.level === level && !finding.suppressed && finding.check !== UNUSED).length,
  ]);
  spot("verdict").textContent = report.findings
    ? levels
        .filter(([, count]) => count)
        .map(([level, count]) => many(count, level))
        .join(" · ")
    : bad
      ? "not fully analysed"
      : "clean";
  const numbers = [
    ["findings", report.findings],
    ["files", report.complete ? report.files : `${report.done} of ${report.files}`],
    ["coroutines", report.coroutines],
    ["suspension points", report.suspensions],
    ["suppressed", report.suppressed],
    ["not analysed", report.problems.length],
  ];
  if (report.baselined) numbers.push(["in the baseline", report.baselined]);
  spot("numbers").append(
    ...numbers.map(([name, value]) =>
      make(
        `div${name === "not analysed" && value ? ".alarm" : ""}`,
        null,
        make("dt", null, name),
        make("dd", null, typeof value === "number" ? value.toLocaleString("en") : value),
      ),
    ),
  );
  if (report.suppressed) {
    const box = make("input", {type: "checkbox"});
    box.addEventListener("change", () => {
      filter.suppressed = box.checked;
      writeAddress();
    });
    spot("more").append(make("label.toggle", null, box, ` show ${many(report.suppressed, "suppressed finding")}`));
  }
  if (bad)
    spot("problems").append(
      make(
        "section.problems",
        {"aria-label": "Problems"},
        make(
          "h2",
          null,
          report.complete
            ? "Not fully analysed: findings may be missing"
            : "The run is incomplete: findings are missing",
        ),
        make(
          "ul",
          null,
          ...(report.complete
            ? []
            : [make("li", null, `${report.done} of ${many(report.files, "file")} were analysed`)]),
          ...report.problems.map((problem) =>
            make(
              "li",
              null,
              make("code", null, problem.file),
              ` ${problem.outcome}`,
              problem.reason ? make("span.reason", null, problem.reason) : "",
            ),
          ),
        ),
      ),
    );
}
