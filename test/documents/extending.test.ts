import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { killChildren } from "../cli.ts";
import { runArguments, startProgram } from "../deploy/program.ts";
import { ran, withOurNode } from "../deploy/repository.ts";
import { startWorld, until, type World } from "../harness.ts";
import { type Block, blocksIn, read, root } from "./pages.ts";

const blocks = blocksIn(read("docs/extending.md"));
const copy = mkdtempSync(join(tmpdir(), "contactlogd-extending-"));
const inCopy = (file: string): string => join(copy, file);

for (const name of ["src", "prompts", "package.json"])
  cpSync(join(root, name), inCopy(name), { recursive: true });
writeFileSync(inCopy("tsconfig.json"), read("tsconfig.json").replace(/"include": .*/, '"include": ["src"]'));
symlinkSync(join(root, "node_modules"), inCopy("node_modules"));
afterEach(killChildren);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The blocks of a section, by their language. */
function section(title: string): (language: string) => Block {
  const own = blocks.filter(({ under }) => under.at(-1) === title);
  return (language) => own.find((block) => block.language === language) as Block;
}

/** Does to the copy what a block of the page shows: each line that stays is looked for below the one before. */
function change({ text }: Block): void {
  const [head = "", ...shown] = text.split("\n");
  const file = inCopy(head.replace("--- ", ""));
  const lines = readFileSync(file, "utf8").split("\n");
  let at = 0;
  for (const line of shown) {
    const [mark, own] = [line[0], line.slice(1)];
    if (mark === "+") lines.splice(at++, 0, own);
    else {
      const found = lines.indexOf(own, at);
      expect(found, `${file}: ${own}`).toBeGreaterThanOrEqual(at);
      at = mark === "-" ? found : found + 1;
      if (mark === "-") lines.splice(found, 1);
    }
  }
  writeFileSync(file, lines.join("\n"));
}

/** The files of the copy in which the compiler finds an error. */
function complaints(): string[] {
  const flags = ["--noEmit", "--incremental", "--tsBuildInfoFile", inCopy("types"), "-p", copy];
  const { status, output } = ran(inCopy("node_modules/.bin/tsc"), flags, { env: withOurNode, cwd: copy });
  const files = [...output.matchAll(/^(src\/[\w./-]+)\(/gm)].map(([, file = ""]) => file);
  expect(files.length === 0, output).toBe(status === 0);
  return [...new Set(files)].toSorted();
}

const attributes = { customerNumber: "VNK-1", authenticated: "true" };
const callIn = ({ platform }: World, queue: string): string =>
  quickConversation(platform, { queue, attributes, durationMs: 1_000 }).id;

test("a brand is an entry in the configuration: its queues' logs go to its backend", async () => {
  const brand = JSON.parse(section("A brand")("json").text);
  await using world = await startWorld({
    platform: { queues: [{ name: "Helder Facturen" }, { name: "Vonk Laadpalen" }] },
    edit: (file) => file.brands.push(brand),
  });
  const { origin, pathname } = new URL(brand.destination.url);
  writeFileSync(world.configPath, readFileSync(world.configPath, "utf8").replace(origin, world.backend.url));
  const daemon = world.start();
  await daemon.connected();
  const key = callIn(world, "Vonk Laadpalen");
  const [accepted] = await world.backend.waitFor(1);
  expect(accepted).toMatchObject({ path: pathname, key, body: { brand: brand.id, category: "Laadpaal" } });
});

test("a destination is a file and its lines in the registry: types pass, and a log reaches it", async () => {
  const shown = section("A destination");
  const [, file = ""] = /^\/\/ (\S+)/.exec(shown("ts").text) ?? [];
  writeFileSync(inCopy(file), shown("ts").text);
  change(shown("diff"));
  expect(complaints()).toEqual([]);

  const destination = { ...JSON.parse(shown("json").text), folder: "spool" };
  await using world = await startWorld({
    edit: ({ brands }) => Object.assign(brands[0] as object, { destination }),
  });
  const daemon = startProgram([process.execPath, inCopy("src/cli.ts"), ...runArguments(world)], world);
  await until(
    () => daemon.output.includes("channel connected"),
    "the channel",
    10_000,
    () => daemon.output,
  );
  const key = callIn(world, "Helder Facturen");
  await until(
    () => daemon.output.includes("contact log posted"),
    "the post",
    10_000,
    () => daemon.output,
  );
  const folder = join(world.directory, "spool");
  expect(readdirSync(folder)).toEqual([`${key}.json`]);
  expect(JSON.parse(readFileSync(join(folder, `${key}.json`), "utf8"))).toMatchObject({
    key,
    accountId: "VNK-1",
  });
}, 120_000);

test("of a vendor, a medium and a kind of redaction the compiler asks for what the page says", () => {
  for (const title of ["A model vendor", "A medium", "A kind of redaction"]) change(section(title)("diff"));
  const asked = [
    "src/media/index.ts",
    "src/redaction/cues.ts",
    "src/redaction/index.ts",
    "src/summarizers/index.ts",
  ];
  expect(complaints()).toEqual(asked);
  for (const file of asked) expect(read("docs/extending.md")).toContain(`\`${file}\``);
}, 120_000);
