import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { dashboard } from "../../deploy/dashboard.ts";
import { skipReasons } from "../../src/model.ts";
import { unknownIn } from "./metrics.ts";
import { reasonsInSource } from "./reasons.ts";
import { isInstalled, ran, read } from "./repository.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook", string>>;
}

const { groups } = parse(read("deploy/alerts.yml")) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const expressions = (
  dashboard() as { panels: { title: string; targets?: { expr: string }[] }[] }
).panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
const folder = mkdtempSync(join(tmpdir(), "contactlogd-alerts-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("there are rules, each with a name of its own", () => {
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
});

describe.each(rules)("$alert", ({ alert, expr, labels, annotations }) => {
  test("asks only for what the program exposes", () => expect(unknownIn(expr)).toEqual([]));

  test("says how bad it is, what it means, and where to read on", () => {
    expect(["critical", "warning"]).toContain(labels.severity);
    expect(annotations.summary).not.toBe("");
    expect(annotations.description).toMatch(/\.$/);
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    expect(read("docs/runbook.md")).toContain(`### ${alert}\n`);
  });

  test("knows the reasons it names", () => {
    const named = [...expr.matchAll(/reason=~"([^"]+)"/g)].flatMap(([, list = ""]) => list.split("|"));
    const known = [...reasonsInSource().keys(), ...skipReasons];
    expect(named.filter((reason) => !known.includes(reason))).toEqual([]);
  });
});

test.each(expressions)("the dashboard's $title asks only for what the program exposes: $expr", ({ expr }) => {
  expect(unknownIn(expr)).toEqual([]);
});

test("what is not exposed would be noticed", () => {
  expect(unknownIn(`rate(contactlogd_nothing_total[5m]) + contactlogd_queues{brand="x"}`)).toEqual([
    "contactlogd_nothing_total",
    "contactlogd_queues{brand}",
  ]);
});

test("the dashboard in the repository is the one its source makes (npm run -s dashboard)", () => {
  expect(JSON.parse(read("deploy/grafana-dashboard.json"))).toEqual(dashboard());
});

const prometheus = test.skipIf(!isInstalled("promtool"));

prometheus.each(rules)("$alert fires where it should and stays quiet where it should not", ({ alert }) => {
  const { status, output } = testRules(rules, alert);
  expect(status, output).toBe(0);
});

prometheus.each(rules)("a test notices when $alert never fires, or always", (rule) => {
  for (const expr of ["vector(0) == 1", "vector(1)"]) {
    const { for: _, ...broken } = { ...rule, expr };
    expect(
      testRules(
        rules.map((one) => (one === rule ? broken : one)),
        rule.alert,
      ).status,
      expr,
    ).toBe(1);
  }
});

prometheus("every expression of the dashboard is PromQL", () => {
  const file = join(folder, "dashboard.yml");
  const records = expressions.map(({ expr }, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll("$__rate_interval", "5m"),
  }));
  writeFileSync(file, stringify({ groups: [{ name: "dashboard", rules: records }] }));
  const { status, output } = ran("promtool", ["check", "rules", file]);
  expect(status, output).toBe(0);
});

/** Runs the groups of the two files of tests that speak of an alert, on those of these rules they may speak of. */
function testRules(these: readonly Rule[], about: string): ReturnType<typeof ran> {
  const isMeant = ({ alert }: Rule): boolean => alert.startsWith(about) || about.startsWith(alert);
  writeFileSync(
    join(folder, "alerts.yml"),
    stringify({ groups: [{ name: "contactlogd", rules: these.filter(isMeant) }] }),
  );
  const files = ["alerts.test.yml", "alerts-week.test.yml"].flatMap((name) => {
    const { tests, ...rest } = parse(read(join("deploy", name))) as { tests: object[] };
    const groupsAbout = tests.filter((group) => JSON.stringify(group).includes(about));
    writeFileSync(join(folder, name), stringify({ ...rest, tests: groupsAbout }));
    return groupsAbout.length > 0 ? [join(folder, name)] : [];
  });
  expect(files).not.toEqual([]);
  return ran("promtool", ["test", "rules", ...files]);
}
