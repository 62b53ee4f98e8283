import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installing, packing } from "../documents/executed.ts";
import { Shell } from "../documents/shell.ts";
import { ran, read, root, withOurNode } from "./repository.ts";

const place = mkdtempSync(join(tmpdir(), "contactlogd-package-"));
const checkout = join(place, "checkout");
const contactlogd = join(place, "usr/local/bin/contactlogd");
const installed = join(place, "opt/contactlogd");
const left = new Set(["node_modules", "dist", ".git"]);
let tarball = "";

/* The commands of deploy/README.md, in a folder that stands for the machine. */
beforeAll(async () => {
  cpSync(root, checkout, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  mkdirSync(join(place, "usr/local/bin"), { recursive: true });
  const folders = ["/opt/contactlogd", "/usr/local/bin", "/etc/contactlogd", "/etc/systemd/system"];
  mkdirSync(join(place, "etc/systemd/system"), { recursive: true });
  const shell = new Shell({
    home: join(place, "home"),
    cwd: checkout,
    environment: {
      HOME: process.env.HOME ?? "",
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
    },
    // The checkout's packages are there, linked to those of the repository.
    replaced: {
      "npm ci && npm pack": "npm pack",
      ...Object.fromEntries(folders.map((one) => [one, place + one])),
    },
  });
  for (const command of [...packing, ...installing]) await shell.run(command);
  expect(readdirSync(checkout), "pack cleans up").not.toContain("npm-shrinkwrap.json");
  tarball = join(checkout, readdirSync(checkout).find((name) => name.endsWith(".tgz")) ?? "");
}, 180_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

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
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(ran(contactlogd, ["--version"], { cwd: place, env: withOurNode }).stdout).toBe(`${version}\n`);
  const { status, output } = ran(contactlogd, ["demo"], { cwd: place, env: { PATH: withOurNode.PATH } });
  expect(status, output).toBe(0);
});

function versionAt(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}
