import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ran, read, root, withOurNode } from "./repository.ts";

const place = mkdtempSync(join(tmpdir(), "contactlogd-package-"));
const installed = join(place, "opt/contactlogd");
const left = new Set(["node_modules", "dist", ".git"]);
let tarball = "";

beforeAll(() => {
  const checkout = join(place, "checkout");
  cpSync(root, checkout, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  npm(["pack", "--pack-destination", place], checkout);
  expect(readdirSync(checkout), "pack cleans up").not.toContain("npm-shrinkwrap.json");
  tarball = join(place, readdirSync(place).find((name) => name.endsWith(".tgz")) ?? "");
  mkdirSync(installed, { recursive: true });
  expect(ran("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]).status).toBe(0);
  npm(["ci", "--omit=dev", "--omit=optional", "--ignore-scripts"], installed);
}, 180_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

function npm(args: readonly string[], cwd: string): void {
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund"];
  const { status, output } = ran("npm", [...args, ...quietly], { cwd, env: withOurNode });
  expect(status, output).toBe(0);
}

test("the package holds the program, its prompts and documents: no test, no data, no source", () => {
  const packed = ran("tar", ["-tf", tarball])
    .stdout.trim()
    .split("\n")
    .map((name) => name.replace(/^package\//, ""));
  const topmost = new Set(packed.map((name) => name.split("/")[0]));
  expect([...topmost].toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "config.example.json",
    "config.schema.json",
    "deploy",
    "dist",
    "docs",
    "npm-shrinkwrap.json",
    "package.json",
    "prompts",
  ]);
  expect(packed).toEqual(expect.arrayContaining(["dist/cli.js", "deploy/contactlogd.service"]));
  const pages = [...read("README.md").matchAll(/\]\(((?:docs|deploy)\/[\w./-]+)/g)].map(
    ([, page = ""]) => page,
  );
  const missing = pages.filter((page) => !packed.some((name) => name.startsWith(page)));
  expect(missing, "pages that the README names").toEqual([]);
  expect(packed.filter((name) => /^dist\/.*\.(ts|map)$/.test(name))).toEqual([]);
});

test("what is installed is what was tested: every package at the version of the lock file", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { version: string; dev?: true; devOptional?: true; optional?: true }>;
  };
  const production = Object.entries(packages).filter(
    ([path, { dev, devOptional, optional }]) => path !== "" && !dev && !devOptional && !optional,
  );
  expect(production.length).toBeGreaterThan(50);
  const other = production.filter(([path, { version }]) => versionAt(join(installed, path)) !== version);
  expect(other.map(([path]) => path)).toEqual([]);
});

test("it says its version, and plays its demo", { timeout: 60_000 }, () => {
  const program = join(place, "contactlogd");
  symlinkSync(join(installed, "dist/cli.js"), program);
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(ran(program, ["--version"], { cwd: place, env: withOurNode }).stdout).toBe(`${version}\n`);
  const { status, output } = ran(program, ["demo"], { cwd: place, env: { PATH: withOurNode.PATH } });
  expect(status, output).toBe(0);
});

function versionAt(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}
