import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, connected, killChildren, lastLine, runDaemon, watchChild } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const attributes = { customerNumber: "HLD-1", authenticated: "true" };
afterEach(killChildren);

function endCall(world: World): string {
  return quickConversation(world.platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;
}

test("a real process posts, drains at SIGTERM and exits 0", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  world.backend.fail({ delayMs: 300, times: 1 });
  endCall(world);
  await until(() => world.backend.attempts.length === 1, "the post to be under way");
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  expect(world.backend.accepted).toHaveLength(1);
});

test("I1 kill -9 at any moment: what was recorded is posted by the next run, once each", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50 } });
  const ids: string[] = [];
  for (let round = 0; round < 5; round++) {
    const daemon = runDaemon(world);
    await connected(daemon);
    for (let n = 0; n < 4; n++) ids.push(endCall(world));
    await new Promise((resolve) => setTimeout(resolve, 30 + 45 * round));
    daemon.child.kill("SIGKILL");
    await daemon.exit;
  }
  const last = runDaemon(world);
  await connected(last);
  await world.backend.waitFor(ids.length);
  last.child.kill("SIGTERM");
  expect(await last.exit).toBe(0);
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});

test("SIGUSR1 opens no debugger, and the daemon goes on", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  daemon.child.kill("SIGUSR1");
  endCall(world);
  await world.backend.waitFor(1);
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  expect(daemon.output).not.toContain("Debugger");
});

test("a second daemon on the same state file is refused with a clear sentence", async () => {
  await using world = await startWorld();
  const first = runDaemon(world);
  await connected(first);
  const second = runDaemon(world);
  expect(await second.exit).toBe(1);
  expect(lastLine(second)).toMatch(/state\.file: .* is in use by another contactlogd/);
});

test("refused credentials end with exit 1 and the reason as the last line", async () => {
  await using world = await startWorld();
  const daemon = cli(["run", "--config", world.configPath], world, {
    GENESYS_CLIENT_SECRET: "wrong-secret-canary",
  });
  expect(await daemon.exit).toBe(1);
  expect(lastLine(daemon)).toMatch(/refused the OAuth client's credentials/);
  expect(daemon.output).not.toContain("wrong-secret-canary");
  expect(daemon.output).not.toMatch(/^\s+at /m);
});

test("a port in use ends with exit 1 and says so", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await using world = await startWorld({ edit: (file) => (file.http.port = port) });
  const daemon = runDaemon(world);
  expect(await daemon.exit).toBe(1);
  expect(lastLine(daemon)).toMatch(new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port} \\(it is in use\\)`));
  server.close();
});

test.each([
  ["text", "this is not a database, and it is long enough to look like a header of one, is it not?"],
  ["half a header", "SQLite format 3\0"],
])("a state file that is %s ends with exit 1, and is left as it was", async (_what, content) => {
  await using world = await startWorld();
  mkdirSync(dirname(world.stateFile), { recursive: true });
  writeFileSync(world.stateFile, content);
  const daemon = runDaemon(world);
  expect(await daemon.exit).toBe(1);
  expect(lastLine(daemon)).toMatch(/^contactlogd: state\.file: /);
  expect(readFileSync(world.stateFile, "utf8")).toBe(content);
});

test("a state directory that cannot be made ends with exit 1", async () => {
  await using world = await startWorld({ edit: (file) => (file.state.file = "/proc/nowhere/state.db") });
  const daemon = runDaemon(world);
  expect(await daemon.exit).toBe(1);
  expect(lastLine(daemon)).toMatch(/state\.file: \/proc\/nowhere\/state\.db cannot be used/);
});

test.each([
  [["run"], /--config/],
  [["run", "--config", "/nowhere/config.json"], /cannot be read \(ENOENT\)/],
  [["run", "--config", "x", "--confg", "x"], /unknown option/],
  [["dance"], /unknown command/],
  [["run", "--config", "x", "--log-level", "loud"], /log-level/],
])("wrong arguments %j end with exit 78", async (args, sentence) => {
  const run = cli(args);
  expect(await run.exit).toBe(78);
  expect(run.output).toMatch(sentence);
});

test("an unknown brand ends with exit 78 and names those there are", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world, "--brand", "zonnig");
  expect(await daemon.exit).toBe(78);
  expect(lastLine(daemon)).toMatch(/no such brand; the configuration has helder, noordlicht/);
});

test("status and explain tell of a posted, a skipped, a waiting and an unheard-of conversation", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  const posted = endCall(world);
  const skipped = quickConversation(world.platform, { queue: "Helder Facturen", durationMs: 500 }).id;
  await world.backend.waitFor(1);
  const waiting = quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes,
    transcriptDelayMs: Number.POSITIVE_INFINITY,
  }).id;
  const ask = async (...args: string[]): Promise<string> => {
    const run = cli([...args, "--config", world.configPath]);
    expect(await run.exit).toBe(0);
    return run.output;
  };
  await until(
    async () => (await ask("explain", waiting)).includes("waits, recorded, transcript"),
    "the wait",
    30_000,
  );
  expect(await ask("explain", posted)).toMatch(
    /noticed[\s\S]*ended[\s\S]*written[\s\S]*posting[\s\S]*posted[\s\S]*is in the backend/,
  );
  expect(await ask("explain", skipped)).toMatch(
    /skipped, no_account\n +why: .*eligibility\.accountAttribute/,
  );
  expect(await ask("explain", waiting)).toMatch(/next try .* \((in .*|now)\)\n +what now: nothing: /);
  expect(await ask("explain", "never-heard-of")).toMatch(/unheard of/);
  const status = JSON.parse(await ask("status", "--json"));
  expect(status.sinceStart["*"]).toMatchObject({
    ended: 3,
    posted: 1,
    skipped: { no_account: 1 },
    waiting: { recorded: 1 },
    dead: {},
  });
  expect(status).toMatchObject({ deadLetters: 0, gapOpenSince: null });
  expect(await ask("status")).toMatch(/^! no daemon answers[^\n]*\n\n[\s\S]*helder/);
});

test("backfill by hand finds what nobody told of, with the daemon running and without", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50, heartbeatTimeoutMs: 20_000 } });
  const quiet = (): string =>
    quickConversation(world.platform, { queue: "Helder Facturen", attributes, durationMs: 500, emit: false })
      .id;
  const range = (): string[] => [
    "--from",
    new Date(Date.now() - 60_000).toISOString(),
    "--to",
    new Date(Date.now() - 20).toISOString(),
  ];
  quiet();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const alone = cli(["backfill", "--config", world.configPath, ...range()], world);
  expect(await alone.exit).toBe(0);
  expect(alone.output).toContain("1 ended, 1 of them new");
  const daemon = runDaemon(world);
  await world.backend.waitFor(1);
  await connected(daemon);
  quiet();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const beside = cli(["backfill", "--config", world.configPath, ...range()], world);
  expect(await beside.exit).toBe(0);
  expect(beside.output).toContain("2 ended, 1 of them new");
  await world.backend.waitFor(2);
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
});

test("an unforeseen flag of Node or npm does not change output or exit code: npm run -s contactlogd", async () => {
  const child = spawn("npm", ["run", "-s", "contactlogd", "--", "run", "--config", "/nowhere.json"], {
    cwd: root,
  });
  watchChild(child);
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(78);
  expect(output).toContain("contactlogd: the configuration file /nowhere.json cannot be read (ENOENT)\n");
});

test.each([0, 1, 5, 20])("told to stop %i ms after its start, it does", async (afterMs) => {
  await using world = await startWorld();
  const daemon = world.start();
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await daemon.stop();
});
