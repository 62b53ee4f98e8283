import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, killChildren } from "../cli.ts";

/** Help by command, of the program and of all there is below it. */
const pages = new Map<string, string>();

async function readPages(path: readonly string[]): Promise<void> {
  const help = cli([...path, "--help"]);
  expect(await help.exit).toBe(0);
  pages.set(path.join(" "), help.output);
  const commands = rows(help.output, "COMMANDS").map((term) => term.split(" ", 1)[0] as string);
  for (const command of commands) await readPages([...path, command]);
}

beforeAll(async () => await readPages([]), 60_000);
afterAll(killChildren);

/** Lines of a section, of a table its terms alone. */
function rows(page: string, title: string): string[] {
  const section = page.split(/^(?=[A-Z])/m).find((one) => one.startsWith(`${title}\n`)) ?? "";
  return section.split("\n").flatMap((line) => /^ {7}(\S.*)$/.exec(line)?.[1] ?? []);
}

function flagsOf(page: string): string[] {
  return rows(page, "OPTIONS").flatMap((term) => term.match(/--[\w-]+/g) ?? []);
}

test("every command has a page: what it is, how it is called, what it may be given, how it ends", () => {
  expect([...pages.keys()]).toEqual(
    expect.arrayContaining(["", "run", "init", "check", "dead", "dead list"]),
  );
  for (const [path, page] of pages) {
    expect(rows(page, "NAME")[0], path).toMatch(new RegExp(`^contactlogd ?${path} - `));
    for (const title of ["SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"]) {
      expect(rows(page, title), `${path} ${title}`).not.toEqual([]);
    }
    expect(rows(page, "EXIT STATUS")).toEqual(["0", "1", "78"]);
  }
});

test("every flag says what it is for", () => {
  // A term at seven columns that no line at eleven follows.
  const bare = [...pages].flatMap(([path, page]) =>
    [...(/^OPTIONS\n(?: .*\n)*/m.exec(page)?.[0] ?? "").matchAll(/^ {7}(-\S.*)\n(?! {11}\S)/gm)].map(
      ([, flag]) => `${path} ${flag}`,
    ),
  );
  expect(bare).toEqual([]);
});

test("a flag a command cannot do without stands in its synopsis, a default beside its flag", () => {
  expect(rows(pages.get("check") ?? "", "SYNOPSIS")).toEqual(["contactlogd check --config <file> [options]"]);
  expect(pages.get("init")).toMatch(/--out <file>\n +where to write it \(default: "config\.json"\)/);
  expect(pages.get("init")).not.toMatch(/default: (false|\[\])/);
});

test("lines fit where they are read", () => {
  for (const page of pages.values()) {
    const prose = page.split("EXAMPLES")[0] ?? "";
    expect(prose.split("\n").filter((line) => line.length > 80 && line.includes("  "))).toEqual([]);
  }
});

describe("examples", () => {
  test("call commands and flags that are there", () => {
    const examples = [...pages.values()].flatMap((page) => rows(page, "EXAMPLES"));
    expect(examples.length).toBeGreaterThan(15);
    for (const example of examples) {
      const called = /contactlogd ([^|)"]*)/.exec(example)?.[1] ?? "";
      const words = called.split(" ");
      const path = [words.slice(0, 2).join(" "), words[0] ?? ""].find((one) => pages.has(one));
      expect(path, example).toBeTruthy();
      const known = flagsOf(pages.get(path ?? "") ?? "");
      for (const flag of called.match(/--[\w-]+/g) ?? []) expect(known, example).toContain(flag);
    }
  });
});
