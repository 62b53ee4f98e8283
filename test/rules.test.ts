import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/*
 * Who may know whom. A room is a folder under src, or a file at its top. An entry names a room (`errors`, `genesys/`),
 * one file of a room (`ledger/ledger.ts`), or one of whose types alone may be known (`type media/medium.ts`).
 */
const leaves = ["model", "errors", "time", "text", "glob"];
const plugIn = ["contact-log", "model", "errors", "time", "text", "http", "limited-fetch", "genesys/"];
const rooms: Readonly<
  Record<string, { readonly knows: readonly string[] | "everything"; readonly not?: readonly string[] }>
> = {
  "contact-log": { knows: leaves },
  model: { knows: leaves },
  errors: { knows: leaves },
  time: { knows: leaves },
  text: { knows: leaves },
  glob: { knows: leaves },
  http: { knows: ["errors"] },
  "limited-fetch": { knows: ["errors"] },
  "language/": { knows: ["text"] },
  "redaction/": { knows: ["model", "text", "language/"] },
  "grounding/": { knows: ["model", "text", "language/"] },
  "guard/": { knows: ["model", "text", "language/"] },
  "genesys/": { knows: ["errors", "time", "http"] },
  "aws/": { knows: ["errors", "time", "text"] },
  "sources/": { knows: [...plugIn, "aws/"] },
  "media/": { knows: [...plugIn, "aws/"] },
  "summarizers/": { knows: [...plugIn, "language/", "redaction/", "grounding/", "guard/"] },
  "destinations/": { knows: [...plugIn, "aws/"] },
  "ledger/": { knows: ["model", "errors", "time"] },
  "pipeline/": {
    knows: [
      "contact-log",
      "model",
      "errors",
      "time",
      "ledger/ledger.ts",
      "type ledger/shadow.ts",
      "type media/medium.ts",
      "type summarizers/summarizer.ts",
      "type summarizers/writer.ts",
      "type destinations/destination.ts",
    ],
  },
  "evaluation/": {
    knows: [
      "model",
      "errors",
      "time",
      "text",
      "language/",
      "type summarizers/writer.ts",
      "type summarizers/summarizer.ts",
      "type grounding/claims.ts",
      "type redaction/kinds.ts",
    ],
  },
  "doors/": { knows: ["model", "errors", "time", "text"] },
  "ops/": { knows: ["model", "errors"] },
  "page/": {
    knows: ["model", "errors", "time", "type ledger/ledger.ts", "type ops/events.ts", "type doors/door.ts"],
  },
  "tracing/": {
    knows: [
      "model",
      "errors",
      "time",
      "http",
      "ops/ids.ts",
      "destinations/http-auth.ts",
      "destinations/http-tls.ts",
      "type ledger/ledger.ts",
      "type ops/events.ts",
    ],
  },
  "simulator/": { knows: ["time"] },
  "demo/": { knows: ["model", "errors", "simulator/"] },
  "config/": {
    knows: [
      "errors",
      "type model.ts",
      "destinations/index.ts",
      "redaction/keep.ts",
      "redaction/kinds.ts",
      "sources/schema.ts",
      "type summarizers/doubt.ts",
      "type summarizers/summarizer.ts",
      "tracing/schema.ts",
    ],
  },
  config: {
    knows: [
      "config/",
      "errors",
      "destinations/index.ts",
      "type sources/schema.ts",
      "type summarizers/doubt.ts",
      "type summarizers/summarizer.ts",
      "tracing/schema.ts",
    ],
  },
  "app/": { knows: "everything", not: ["cli", "cli/", "commands/", "app"] },
  app: { knows: "everything", not: ["cli", "cli/", "commands/"] },
  brands: { knows: "everything", not: ["cli", "cli/", "commands/", "app", "app/"] },
  settings: { knows: ["brands", "glob", "pipeline/", "summarizers/", "type config.ts"] },
  reload: { knows: ["errors", "type time.ts", "type config.ts", "type settings.ts"] },
  "checks/": { knows: "everything", not: ["cli", "cli/", "commands/"] },
  "commands/": { knows: "everything", not: ["cli", "cli/"] },
  "cli/": { knows: ["commands/", "config/", "errors", "ops/log.ts"] },
  cli: { knows: ["cli/", "errors"] },
};

/** What only some files may touch, and where. Comments do not count. */
const reserved: readonly [what: string, pattern: RegExp, allowed: (file: string) => boolean][] = [
  [
    "the environment is read by config/environment.ts alone",
    /\bprocess\s*(\?\.|\.|\[\s*["'])env\b/,
    is("config/environment.ts"),
  ],
  ["argv is read by cli.ts alone", /\bprocess\.argv\b/, is("cli.ts")],
  ["signals are heard by cli.ts alone", /\bprocess\s*\.\s*(on|once|addListener)\s*\(/, is("cli.ts")],
  ["the exit code is cli.ts's alone", /\bprocess\s*\.\s*(exit|exitCode|abort|kill)\b/, is("cli.ts")],
  ["process is a global, imported nowhere", /from\s+["'](node:)?process["']/, is()],
  ["a database is opened in ledger/ alone", /["'](node:)?sqlite["']/, is("ledger/")],
  [
    "a WebSocket is opened by genesys/socket.ts (and the simulator) alone",
    /["']ws["']/,
    is("genesys/socket.ts", "simulator/"),
  ],
  ["nor is the global WebSocket used", /\bnew\s+WebSocket\(/, is("genesys/socket.ts", "simulator/")],
  ["nobody writes to the console", /\bconsole\s*\.\s*\w+\s*\(|["'](node:)?console["']/, is()],
  ["there are no default exports", /^export default\b/m, is()],
];

function is(...allowed: readonly string[]): (file: string) => boolean {
  return (file) => allowed.some((one) => (one.endsWith("/") ? file.startsWith(one) : file === one));
}

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Import and export-from statements, and dynamic imports. Type-only are `import type …` and `import { type A, type B } …`. */
function importsOf(code: string): Import[] {
  const statements = code.matchAll(
    /^\s*(?:import|export)\s+(?:(type)\s+)?(?:([\w*\s{},$]+?)\s+from\s+)?["']([^"']+)["']/gm,
  );
  const found = [...statements].map(([, type, names = "", specifier = ""]) => {
    const listed = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
    const allTypes = listed
      ?.split(",")
      .filter((name) => name.trim() !== "")
      .every((name) => name.trim().startsWith("type "));
    return { specifier, typeOnly: type !== undefined || allTypes === true };
  });
  const dynamic = [...code.matchAll(/\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g)];
  return [...found, ...dynamic.map(([, specifier = ""]) => ({ specifier, typeOnly: false }))];
}

function withoutComments(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\s\/\/ .*$/gm, "");
}

/** `genesys/` for a file in a folder, `time` for one at the top. */
function roomOf(file: string): string {
  return file.includes("/") ? `${file.split("/", 1)[0]}/` : file.replace(/\.ts$/, "");
}

function allows(file: string, target: string, typeOnly: boolean): boolean {
  const room = rooms[roomOf(file)];
  if (!room) return false;
  if (roomOf(target) === roomOf(file)) return true;
  const names = [roomOf(target), target, ...(typeOnly ? [`type ${target}`] : [])];
  if (room.knows === "everything") return !names.some((name) => room.not?.includes(name));
  return names.some((name) => room.knows.includes(name));
}

const source = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1));
const codeOf = new Map(
  files.map((file) => [file, withoutComments(readFileSync(join(source, file), "utf8"))]),
);

test("there is something to read", () => {
  expect(files).toContain("cli.ts");
  expect(files.length).toBeGreaterThan(50);
});

test("every folder and every top-level file has a row, and every row has its room", () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
});

test("nobody imports from a room it may not know", () => {
  const broken: string[] = [];
  for (const [file, code] of codeOf) {
    for (const { specifier, typeOnly } of importsOf(code)) {
      if (!specifier.startsWith(".")) continue;
      const target = posix.join(dirname(file), specifier);
      if (!allows(file, target, typeOnly))
        broken.push(`${file} imports ${typeOnly ? "types of " : ""}${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every import of ours names a file that is there, with its extension", () => {
  const missing: string[] = [];
  for (const [file, code] of codeOf) {
    for (const { specifier } of importsOf(code)) {
      if (specifier.startsWith(".") && !codeOf.has(posix.join(dirname(file), specifier))) {
        missing.push(`${file} imports ${specifier}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test("every package imported is a dependency the package names, every built-in has its prefix", () => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8"),
  ) as { dependencies: object; peerDependencies: object };
  const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const unknown = new Set<string>();
  const used = new Set<string>();
  for (const [file, code] of codeOf) {
    for (const { specifier } of importsOf(code)) {
      if (/^\.|^node:/.test(specifier)) continue;
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      used.add(name);
      if (!known.has(name) || builtinModules.includes(specifier)) unknown.add(`${file} imports ${specifier}`);
    }
  }
  expect([...unknown]).toEqual([]);
  expect([...known].filter((name) => !used.has(name))).toEqual([]);
});

describe("reserved", () => {
  test.each(reserved)("%s", (_what, pattern, allowed) => {
    expect(files.filter((file) => !allowed(file) && pattern.test(codeOf.get(file) ?? ""))).toEqual([]);
  });
});

describe("the reader of imports", () => {
  test.each<[code: string, expected: Import[]]>([
    ['import { a } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['import type { A } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: true }]],
    ['import { type A, type B } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: true }]],
    ['import { type A, b } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['import {\n  type A,\n  b as c,\n} from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['import a, { type B } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['import * as a from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['import "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['export { a } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['export * from "./a.ts";', [{ specifier: "./a.ts", typeOnly: false }]],
    ['export type { A } from "./a.ts";', [{ specifier: "./a.ts", typeOnly: true }]],
    ['const a = await import("./a.ts");', [{ specifier: "./a.ts", typeOnly: false }]],
    ['export const from = "./a.ts";', []],
    ['/** import { a } from "./a.ts"; */\n// import "./b.ts"', []],
  ])("%s", (code, expected) => {
    expect(importsOf(withoutComments(code))).toEqual(expected);
  });

  test.each<[file: string, target: string, typeOnly: boolean, allowed: boolean]>([
    ["pipeline/process.ts", "media/medium.ts", true, true],
    ["pipeline/process.ts", "media/medium.ts", false, false],
    ["pipeline/process.ts", "ledger/ledger.ts", false, true],
    ["pipeline/process.ts", "ledger/sqlite.ts", true, false],
    ["pipeline/feedback.ts", "ledger/shadow.ts", true, true],
    ["pipeline/feedback.ts", "ledger/shadow.ts", false, false],
    ["evaluation/run.ts", "summarizers/writer.ts", true, true],
    ["evaluation/run.ts", "summarizers/writer.ts", false, false],
    ["language/numbers.ts", "model.ts", true, false],
    ["grounding/claims.ts", "redaction/kinds.ts", true, false],
    ["media/voice.ts", "sources/queues.ts", true, false],
    ["genesys/api.ts", "model.ts", true, false],
    ["cli/beginning.ts", "ops/log.ts", false, true],
    ["cli/beginning.ts", "ops/http.ts", false, false],
    ["app.ts", "commands/run.ts", true, false],
    ["commands/run.ts", "app.ts", false, true],
    ["nowhere/x.ts", "errors.ts", false, false],
  ])("%s to %s (types: %s) is allowed: %s", (file, target, typeOnly, allowed) => {
    expect(allows(file, target, typeOnly)).toBe(allowed);
  });
});
