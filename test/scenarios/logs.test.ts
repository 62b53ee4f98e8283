import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { followFile } from "../../src/commands/follow.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, cli, killChildren } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const line = (msg: string, fields: object = {}): string =>
  `${JSON.stringify({ level: 30, time: "2026-11-20T08:00:00.000Z", ...fields, msg })}\n`;
const shows = (run: Cli, text: string): Promise<unknown> =>
  until(
    () => run.output.includes(text),
    `"${text}" to be shown`,
    30_000,
    () => run.output,
  );
const count = (run: Cli, text: string): number => run.output.split(text).length - 1;

afterEach(killChildren);

test("ids are hashed in the log; explain and logs take the hash, and logs the id as well", async () => {
  await using world = await startWorld({ edit: (file) => Object.assign(file, { log: {} }) });
  const daemon = world.start();
  await daemon.connected();
  const one = quickConversation(world.platform, { queue: "Helder Facturen", attributes });
  const two = quickConversation(world.platform, {
    queue: "Noordlicht Chat",
    attributes,
    medium: "message",
  });
  await world.backend.waitFor(2);
  const posted = await until(
    () => daemon.lines.find(({ msg, brand }) => msg === "contact log posted" && brand === "helder"),
    "the log line",
  );
  const hash = String(posted.key);
  expect(hash).toMatch(/^[\da-f]{12}$/);
  await daemon.logged("contact log posted", { brand: "noordlicht" });
  expect(daemon.text).not.toContain(one.id);
  expect(daemon.text).not.toContain(two.id);
  const file = join(world.directory, "daemon.log");
  writeFileSync(file, daemon.lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
  await daemon.stop();

  // The same key after a restart, or hashes would be of no use.
  const again = world.start();
  await again.connected();
  const three = quickConversation(world.platform, { queue: "Helder Facturen", attributes });
  await world.backend.waitFor(3);
  const later = await again.logged("contact log posted");
  await again.stop();

  const told = cli(["explain", hash, "--config", world.configPath, "--json"], world);
  expect(await told.exit, told.output).toBe(0);
  expect(JSON.parse(told.output)).toMatchObject({ conversationId: one.id, contacts: [{ stage: "posted" }] });
  const toldLater = cli(["explain", String(later.key), "--config", world.configPath], world);
  expect(await toldLater.exit).toBe(0);
  expect(toldLater.output).toContain(`conversation ${three.id}`);
  const unknown = cli(["explain", "0123456789ab", "--config", world.configPath], world);
  await unknown.exit;
  expect(unknown.output).toContain("unheard of");

  const byHash = await logsOf(world, "--file", file, "--conversation", hash);
  const byId = await logsOf(world, "--file", file, "--conversation", one.id, "--config", world.configPath);
  expect(byHash).toEqual(byId);
  expect(byHash.at(-1)).toContain("contact log posted");
  expect(byHash.every((each) => each.includes(hash))).toBe(true);
  const ofTwo = await logsOf(world, "--file", file, "--conversation", two.id, "--config", world.configPath);
  expect(ofTwo.length).toBeGreaterThan(1);
  expect(ofTwo.join("\n")).not.toContain(hash);
  const ofBrand = await logsOf(world, "--file", file, "--brand", "noordlicht");
  expect(ofBrand.length).toBeGreaterThan(0);
  expect(ofBrand.every((each) => each.includes("brand=noordlicht"))).toBe(true);
});

test("a dead letter is found and replayed by the hash the log names it by", async () => {
  await using world = await startWorld({ edit: (file) => Object.assign(file, { log: {} }) });
  const daemon = world.start();
  await daemon.connected();
  world.backend.fail({ status: 422, body: {}, times: 2 });
  for (const medium of ["voice", "message"] as const)
    quickConversation(world.platform, { queue: "Helder Facturen", attributes, medium });
  const died = await until(() => {
    const lines = daemon.lines.filter(({ msg }) => msg === "contact is a dead letter");
    return lines.length === 2 && lines;
  }, "both to die");
  const config = ["--config", world.configPath];
  const keyed = String(died.find(({ id }) => String(id).includes(":"))?.id);
  expect(keyed).toMatch(/^[\da-f]{12}:[\da-f]{12}$/);
  const shown = cli(["dead", "show", keyed, ...config], world);
  expect(await shown.exit, shown.output).toBe(0);
  expect(shown.output.match(/^key /gm)).toHaveLength(1);
  const replayed = cli(["dead", "replay", "--id", keyed, ...config], world);
  expect(await replayed.exit, replayed.output).toBe(0);
  expect(replayed.output).toContain("1 replayed");
  const [accepted] = await world.backend.waitFor(1);
  expect(shown.output).toContain(accepted?.key);
  const none = cli(["dead", "replay", "--id", "0123456789ab", ...config], world);
  await none.exit;
  expect(none.output).toContain("0 replayed");
});

test("log.ids plain: as they are", async () => {
  await using world = await startWorld({ edit: (file) => Object.assign(file, { log: { ids: "plain" } }) });
  const daemon = world.start();
  await daemon.connected();
  const { id } = quickConversation(world.platform, { queue: "Helder Facturen", attributes });
  await world.backend.waitFor(1);
  await daemon.logged("contact log posted", { key: id });
});

test("a file is followed through a rotation and a truncation; what is not ours is shown as it is", async () => {
  await using world = await startWorld();
  const file = join(world.directory, "d.log");
  writeFileSync(file, `${line("before")}Started contactlogd.service\u001b[2J\n{"level":30\n`);
  const run = cli(["logs", "--follow", "--file", file], world);
  await shows(run, '{"level":30\n');
  expect(run.output).toContain(
    "2026-11-20T08:00:00.000Z INFO  before\nStarted contactlogd.service\ufffd[2J\n",
  );

  // A line that is written in two goes is one line.
  appendFileSync(file, line("in two", { key: "één" }).slice(0, 20));
  appendFileSync(file, line("in two", { key: "één" }).slice(20));
  await shows(run, "in two  key=één");

  // Moved away; the writer goes on in it for a moment, then opens a new one.
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, line("last of the old"));
  await shows(run, "last of the old");
  appendFileSync(`${file}.1`, line("very last of the old"));
  writeFileSync(file, line("first of the new"));
  await shows(run, "first of the new");
  expect(run.output.indexOf("very last")).toBeLessThan(run.output.indexOf("first of the new"));

  truncateSync(file);
  await new Promise((resolve) => setTimeout(resolve, 500));
  appendFileSync(file, line("cut"));
  await shows(run, "INFO  cut");
  for (const once of ["before", "very last of the old", "first of the new", "INFO  cut"])
    expect(count(run, once), once).toBe(1);
  run.child.kill("SIGINT");
  expect(await run.exit).toBe(0);
});

test("standard input is read to its end, and a reader that goes away ends it", async () => {
  await using world = await startWorld();
  const run = cli(["logs", "--file", "-"], world);
  run.child.stdin?.end(`${line("one", { brand: "a" })}${line("no newline").trim()}`);
  expect(await run.exit).toBe(0);
  expect(run.output).toBe(
    "2026-11-20T08:00:00.000Z INFO  one  brand=a\n2026-11-20T08:00:00.000Z INFO  no newline\n",
  );
  const endless = join(world.directory, "long.log");
  writeFileSync(endless, line("x").repeat(50_000));
  const left = cli(["logs", "--follow", "--file", endless], world);
  await shows(left, "INFO  x");
  left.child.stdout?.destroy();
  expect(await left.exit).toBe(0);
});

test("a file that is not there is named, and exit is 1", async () => {
  await using world = await startWorld();
  const run = cli(["logs", "--file", join(world.directory, "none.log")], world);
  expect(await run.exit).toBe(1);
  expect(run.output).toMatch(/--file: .*none\.log cannot be read \(ENOENT\)\n$/);
});

test("without a file it is the unit's journal, as journalctl gives it", async () => {
  await using world = await startWorld();
  const bin = join(world.directory, "bin");
  mkdirSync(bin);
  const asked = join(world.directory, "asked");
  const journal = `#!/bin/sh\necho "$@" > ${asked}\ncat ${join(world.directory, "journal")}\n[ "$#" -gt 7 ] && exec sleep 60\nexit 0\n`;
  writeFileSync(join(bin, "journalctl"), journal);
  chmodSync(join(bin, "journalctl"), 0o755);
  writeFileSync(join(world.directory, "journal"), line("from the journal"));
  const path = { PATH: `${bin}${delimiter}${process.env.PATH}` };
  const run = cli(["logs"], world, path);
  expect(await run.exit).toBe(0);
  expect(run.output).toBe("2026-11-20T08:00:00.000Z INFO  from the journal\n");
  expect(readFileSync(asked, "utf8")).toBe("--unit contactlogd --output cat --no-pager\n");
  const following = cli(["logs", "--follow", "--unit", "other"], world, path);
  await shows(following, "from the journal");
  expect(readFileSync(asked, "utf8")).toBe("--unit other --output cat --no-pager --follow --lines 100\n");
  following.child.kill("SIGINT");
  expect(await following.exit).toBe(0);
  const without = cli(["logs"], world, { PATH: "/nowhere" });
  expect(await without.exit).toBe(1);
  expect(without.output).toContain("journalctl cannot be read (ENOENT); give --file FILE");
});

test("a unit the journal does not know is told, and exit is 1, though nobody ever wrote to it", async () => {
  await using world = await startWorld();
  const bin = join(world.directory, "bin");
  mkdirSync(bin);
  for (const said of [":", "echo '-- No entries --'"]) {
    writeFileSync(join(bin, "journalctl"), `#!/bin/sh\n${said}\n[ "$#" -gt 7 ] && exec sleep 60\nexit 0\n`);
    chmodSync(join(bin, "journalctl"), 0o755);
    for (const more of [[], ["--follow"]]) {
      const run = cli(["logs", "--unit", "contactlog", ...more], world, {
        PATH: `${bin}${delimiter}${process.env.PATH}`,
      });
      expect(await run.exit).toBe(1);
      expect(run.output).toMatch(
        /^contactlogd: logs: the journal has nothing of the unit contactlog: name it with --unit/,
      );
    }
  }
});

test("a new file that vanishes again while it is opened is waited for", async () => {
  await using world = await startWorld();
  const file = join(world.directory, "d.log");
  writeFileSync(file, line("old"));
  const stop = new AbortController();
  let read = "";
  const following = (async () => {
    for await (const chunk of followFile(file, stop.signal)) read += Buffer.from(chunk).toString();
  })();
  await until(() => read.includes("old"), "the old one");
  // There and gone in turn, faster than anybody looks: between any two calls the name may lose its file.
  const end = performance.now() + 1_500;
  for (let n = 0; performance.now() < end; n++) {
    if (n % 2 === 0) renameSync(file, `${file}.1`);
    else writeFileSync(file, line(`new ${n}`));
    await new Promise((resolve) => setImmediate(resolve));
  }
  writeFileSync(file, line("last"));
  await until(() => read.includes("last"), "the last one");
  stop.abort();
  await following;
}, 15_000);

async function logsOf(world: World, ...args: string[]): Promise<string[]> {
  const run = cli(["logs", ...args], world);
  expect(await run.exit, run.output).toBe(0);
  return run.output
    .trim()
    .split("\n")
    .filter((text) => text !== "");
}

const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") === true;

test.skipIf(!hasScript)("a terminal is given colours, but to whom NO_COLOR is set", async () => {
  await using world = await startWorld();
  const file = join(world.directory, "some.log");
  writeFileSync(file, line("in colour"));
  const program = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
  const shown = (environment: Record<string, string>): string =>
    spawnSync("script", ["-qec", `${process.execPath} ${program} logs --file ${file}`, "/dev/null"], {
      env: { PATH: process.env.PATH, TERM: "xterm-256color", ...environment },
      encoding: "utf8",
    }).stdout;
  expect(shown({})).toContain("\u001b[32mINFO");
  expect(shown({ NO_COLOR: "1" })).toBe("2026-11-20T08:00:00.000Z INFO  in colour\r\n");
});
