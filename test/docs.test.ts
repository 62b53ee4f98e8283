import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { configJsonSchema, configSchema } from "../src/config/schema.ts";
import { migrations } from "../src/ledger/migrations.ts";
import { skipReasons } from "../src/model.ts";
import { blocksIn, pages, read, root } from "./documents/pages.ts";

const under = (folder: string, extension: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));

/** Tables without a person in them, which the data map tells of as a whole. */
const inOneSentence = new Set(["counts", "gaps", "marks"]);

describe.each(pages)("%s", (page) => {
  const text = read(page);

  test("every relative link leads somewhere, also to its heading", () => {
    const broken = linksOf(text).filter((target) => {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(file)) return true;
      return heading !== undefined && !headingsOf(readFileSync(file, "utf8")).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  test("every file it names exists", () => {
    expect(filesNamedIn(text).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe("the table of the configuration", () => {
  const rows = new Map(
    tableUnder("docs/configuration.md", "# Configuration").map(([key = "", initial = ""]) => [
      unquoted(key),
      initial,
    ]),
  );
  // Each of several destinations has the keys of the one: one row stands for them all.
  const several = "brands[].destinations";
  const keys = [
    ...keysOf(configJsonSchema() as Schema).filter(({ path }) => !path.startsWith(`${several}[].`)),
    { path: several, initial: undefined },
  ];

  test("has every key of the schema, and no other", () => {
    expect([...rows.keys()].sort()).toEqual([...new Set(keys.map(({ path }) => path))].sort());
  });

  test.each(keys.filter(({ initial }) => initial !== undefined))("$path says its default", (key) => {
    expect(rows.get(key.path)).toBe(`\`${JSON.stringify(key.initial)}\``);
  });
});

test("every reason to skip is explained, also what a person does by hand, and no other", () => {
  const ledger = under("src/ledger", ".ts").map(read).join("\n");
  const found = ledger.matchAll(
    /'skipped', reason = '(\w+)'|'unknown', 'skipped', '(\w+)'|closeContact\(\w+, \w+, "(\w+)"\)|otherwise = "(\w+)"/g,
  );
  const reasons = [...found].flatMap(([, ...groups]) => groups.filter((one) => one !== undefined));
  const byHand = [...new Set(reasons)]
    .filter((one) => !(skipReasons as readonly string[]).includes(one))
    .sort();
  const explained = tableUnder("docs/contact-log.md", "## What gets none").map(([name = ""]) =>
    unquoted(name),
  );
  expect(byHand).toEqual(["dropped", "forgotten"]);
  expect(explained.toSorted()).toEqual([...skipReasons, ...byHand].toSorted());
});

test("every line of the log that the runbook explains is one the program says", () => {
  const sources = under("src", ".ts").map(read).join("\n");
  const said = tableUnder("docs/runbook.md", "## Log lines")
    .flatMap(([seen = ""]) => [...seen.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string))
    .flatMap((sentence) => sentence.split("…"))
    .map((piece) => piece.trim())
    .filter((piece) => /\w{3}/.test(piece));
  expect(said.length).toBeGreaterThan(20);
  expect(said.filter((piece) => !sources.includes(piece))).toEqual([]);
});

test("every test that an invariant names is there", () => {
  const named = [...read("docs/invariants.md").matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(0);
  const missing = named.filter(([, file = "", title = ""]) => !read(file).includes(title));
  expect(missing.map(([whole]) => whole)).toEqual([]);
});

test("the data map has every table of the state file, and every column of it", () => {
  const map = read("docs/privacy.md");
  using database = new DatabaseSync(":memory:");
  for (const step of migrations) database.exec(step);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  expect(tables.length).toBeGreaterThan(8);
  const missing = tables.flatMap(({ name }) => {
    const [, section] = map.split(`**\`${name}\`**`);
    if (section === undefined) return [String(name)];
    if (inOneSentence.has(String(name))) return [];
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all();
    const [own = ""] = section.split("\n**`");
    return columns
      .filter((column) => !own.includes(`\`${column.name}\``))
      .map((one) => `${name}.${one.name}`);
  });
  expect(missing).toEqual([]);
});

test.each(["docs/interfaces.md", "deploy/README.md"])("what %s shows of a configuration is valid", (page) => {
  const shown = blocksIn(read(page)).filter(({ language }) => language === "json");
  const example = JSON.parse(read("config.example.json"));
  for (const { text } of shown) {
    const parts = Object.entries(
      JSON.parse(text.startsWith("{") ? text : `{${text}}`) as Record<string, object>,
    );
    const merged = parts.map(([key, part]) => [key, { ...example[key], ...part }]);
    expect(configSchema.safeParse({ ...example, ...Object.fromEntries(merged) }).error).toBeUndefined();
  }
  expect(shown).toHaveLength(1);
});

test("the table of metrics has every one, with its labels", () => {
  const told = tableUnder("docs/health.md", "## Metrics").flatMap(([names = ""]) =>
    names.match(/[\w]+(\{[\w,]+\})?/g),
  );
  const made = read("src/ops/metrics.ts").matchAll(
    /name: "(\w+)",(?:\s*help:[^\n]+\n\s*labelNames: \[([^\]]*)\])?/g,
  );
  const names = [...made].map(([, name, labels]) =>
    labels ? `${name}{${labels.replace(/[" ]/g, "")}}` : name,
  );
  expect(told.toSorted()).toEqual(names.toSorted());
});

test("the tree of the architecture has every folder of the program, and every file beside them", () => {
  const [, tree = ""] = read("docs/architecture.md").split("\n## The tree\n");
  const missing = readdirSync(join(root, "src"), { withFileTypes: true })
    .map((entry) => `src/${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .filter((path) => !tree.split("\n## ")[0]?.includes(`\`${path}`));
  expect(missing).toEqual([]);
});

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** Every key that holds a value, as a path: `brands[].match.queues`. */
function keysOf(schema: Schema, path = ""): { path: string; initial: unknown }[] {
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, one]) =>
      keysOf(one, path === "" ? name : `${path}.${name}`),
    );
  }
  if (schema.items && (schema.items.properties || schema.items.oneOf || schema.items.anyOf)) {
    return keysOf(schema.items, `${path}[]`);
  }
  if (choices.some(({ properties }) => properties)) return choices.flatMap((one) => keysOf(one, path));
  return [{ path, initial: schema.default }];
}

/** Cells of every table row between a heading of a page and the next section. */
function tableUnder(page: string, heading: string): string[][] {
  const [, after] = `\n${read(page)}`.split(`\n${heading}\n`);
  expect(after, heading).toBeDefined();
  const section = after?.split(/\n## /)[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = ""]) => first.includes("`"));
}

function unquoted(cell: string): string {
  return cell.replaceAll("`", "");
}

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] as string)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Names in backticks that are plainly files or folders of this repository. */
function filesNamedIn(text: string): string[] {
  return [...text.matchAll(/`([^`\s]+)`/g)]
    .map((match) => match[1] as string)
    .filter((name) =>
      /^(?:src|test|docs|prompts|bench|\.ci)\/|^(?:config\.[a-z]+\.json|package\.json|[A-Z]+\.md|Dockerfile)$/.test(
        name,
      ),
    );
}
