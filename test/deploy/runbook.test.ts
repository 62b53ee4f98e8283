import { expect, test } from "vitest";
import { skipReasons } from "../../src/model.ts";
import { reasonsInSource, sources, uncollected } from "./reasons.ts";
import { read } from "./repository.ts";

const runbook = read("docs/runbook.md");
const [alerts = "", reasons = ""] = runbook.split("\n## Dead letters\n");

test("every reason an error is made with has its place in the runbook", () => {
  const explained = new Set(
    reasons
      .split("\n")
      .filter((line) => /^(#### |\| `|`)/.test(line))
      .flatMap((line) => [...line.matchAll(/`([\w…]+)`/g)].map(([, reason = ""]) => reason)),
  );
  expect(reasonsInSource().size).toBeGreaterThan(40);
  const missing = [...reasonsInSource()].filter(([reason]) => !explained.has(reason));
  expect(missing.map(([reason, files]) => `${reason} (${files.join(", ")})`)).toEqual([]);
});

test("every reason to skip a contact has its place, for when it takes most of them", () => {
  const [, table = ""] = runbook.split("\n## Why contacts are skipped\n");
  const rows = (table.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, one]) => one),
  );
  expect(named.toSorted()).toEqual([...skipReasons].toSorted());
});

test("every section of a reason names one that the program still has", () => {
  const named = [...reasons.matchAll(/^#### (.+)$/gm)].flatMap(([, heading = ""]) =>
    [...heading.matchAll(/`([^`]+)`/g)].map(([, reason = ""]) => reason),
  );
  expect(named.filter((reason) => !reasonsInSource().has(reason))).toEqual([]);
});

test("no error is made with a reason that cannot be collected", () => {
  expect(uncollected()).toEqual([]);
});

test("every section says what to do", () => {
  const sections = reasons.split(/^#### /m).slice(1);
  expect(sections.filter((text) => !/\*\*Do\*\*|Not a dead letter/.test(text))).toEqual([]);
  const rung = alerts.split(/^### (?=Contactlogd)/m).slice(1);
  expect(rung.length).toBeGreaterThan(15);
  expect(rung.filter((text) => !/\*\*Means\*\*: [\s\S]*\*\*Do\*\*: /.test(text))).toEqual([]);
});

test("every section of an alert is of an alert there is, and every exit has one", () => {
  const rung = [...runbook.matchAll(/^### (Contactlogd\w+)$/gm)].map(([, name]) => name);
  const rules = [...read("deploy/alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  expect(rung.toSorted()).toEqual(rules.toSorted());
  for (const code of [0, 1, 78]) expect(runbook).toContain(`### Exit ${code}\n`);
  for (const code of [0, 1, 78]) expect(read("src/commands/manual.ts")).toContain(`["${code}",`);
});

test("every last line of exit 1 is one the program says", () => {
  const [, section = ""] = runbook.split("### Exit 1\n");
  const cells = [...(section.split("\n### ")[0] ?? "").matchAll(/^\| (`[^|]+) \|/gm)].map(
    ([, cell = ""]) => cell,
  );
  const pieces = cells
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .flatMap(([, sentence = ""]) => sentence.split("…"))
    .map((piece) => piece.trim())
    .filter((piece) => /\w{3}/.test(piece));
  const program = sources().map(({ text }) => text);
  expect(pieces.length).toBeGreaterThan(10);
  expect(pieces.filter((piece) => !program.some((text) => text.includes(piece)))).toEqual([]);
});
