import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { HourBalance } from "../../src/ledger/ledger.ts";
import type { Status } from "../../src/ledger/status.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, connected, killChildren, runDaemon } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";

afterEach(killChildren);

const attributes = { customerNumber: "HLD-4711", authenticated: "true" };

async function ask(world: World, ...args: string[]): Promise<string> {
  const run = cli([...args, "--config", world.configPath]);
  const code = await run.exit;
  expect(code, run.output).toBe(0);
  return run.output;
}

function endCall({ platform }: World): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;
}

test("dead letters are listed, shown, replayed beside the running daemon, and dropped", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  world.backend.fail({ status: 422, body: { error: "unknown subcategory" }, times: 2 });
  const first = endCall(world);
  const second = endCall(world);
  await until(
    () => (daemon.output.match(/contact is a dead letter/g) ?? []).length === 2,
    "two dead letters",
  );

  const listed = JSON.parse(await ask(world, "dead", "list", "--json")) as { key: string; reason: string }[];
  expect(listed.map(({ key }) => key).toSorted()).toEqual([first, second].sort());
  expect(await ask(world, "dead", "list", "--reason", "http_400")).toContain("no dead letters");
  expect(await ask(world, "dead", "show", first)).toMatch(/http_422[\s\S]*unknown subcategory/);

  expect(await ask(world, "dead", "replay", "--id", first)).toContain("1 replayed");
  await world.backend.waitFor(1);
  expect(world.backend.accepted[0]?.key).toBe(first);
  const tries = world.backend.attempts.filter(({ key }) => key === first);
  expect(tries[1]?.text).toBe(tries[0]?.text);
  expect(await ask(world, "dead", "replay", "--id", first)).toContain("0 replayed");

  expect(await ask(world, "dead", "drop", "--brand", "helder")).toContain("1 dropped");
  expect(await ask(world, "dead", "list")).toContain("no dead letters");
  expect(await ask(world, "explain", second)).toMatch(/dropped[\s\S]*skipped, dropped/);
  const status = JSON.parse(await ask(world, "status", "--json"));
  expect(status.sinceStart["*"]).toMatchObject({ ended: 2, posted: 1, skipped: { dropped: 1 }, dead: {} });
  expect(Object.keys(status)).not.toContain("hours");

  // From the daemon and from its file: 24 hours are 25 rows but at the stroke of one, and add up to the day.
  await expectHours(world, status.lastDay["*"]);
  expect(await ask(world, "status", "--hours", "24")).toMatch(
    /by the hour \(UTC\)[\s\S]*helder +│ +2 │ +1 │/,
  );
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  await expectHours(world, status.lastDay["*"]);
});

async function expectHours(world: World, day: { ended: number; posted: number }): Promise<void> {
  const { hours, lastDay } = JSON.parse(await ask(world, "status", "--json", "--hours", "24")) as Status;
  expect([24, 25]).toContain(hours?.length);
  expect(hours?.map(({ from }) => from)).toEqual(hours?.map(({ from }) => from).toSorted());
  expect(hours?.slice(1).every(({ from }) => from.endsWith(":00:00.000Z"))).toBe(true);
  for (const brand of ["*", "helder"]) {
    const rows = (hours ?? []).flatMap(({ brands }) => brands[brand] ?? []);
    const sum = (of: (row: HourBalance) => number | undefined) =>
      rows.reduce((total, row) => total + (of(row) ?? 0), 0);
    expect(lastDay[brand]).toMatchObject({ ended: day.ended, posted: day.posted });
    expect(sum(({ ended }) => ended)).toBe(day.ended);
    expect(sum(({ posted }) => posted)).toBe(day.posted);
    expect(sum(({ skipped }) => skipped.dropped)).toBe(1);
  }
}

test("hours that cannot be asked for are refused with the limits, by the daemon and by the command", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  const at = `${await daemon.address()}/status`;
  for (const hours of ["0", "169", "1.5", "x", "", "1&hours=2"]) {
    const answer = await fetch(`${at}?hours=${hours}`);
    expect([hours, answer.status]).toEqual([hours, 400]);
    expect(await answer.json()).toEqual({ error: "hours: must be a whole number from 1 to 168" });
  }
  const widest = (await (await fetch(`${at}?hours=168`)).json()) as Status;
  expect(widest.hours?.length).toBeGreaterThanOrEqual(168);
  const run = cli(["status", "--config", world.configPath, "--hours", "169"]);
  expect(await run.exit).toBe(78);
  expect(run.output).toContain("must be a whole number from 1 to 168");
});

test("replaying or dropping everything has to be said", async () => {
  await using world = await startWorld();
  const run = cli(["dead", "drop", "--config", world.configPath]);
  expect(await run.exit).toBe(78);
  expect(run.output).toContain("or --all");
});

test("forget erases what is kept of an account, and what is forgotten is not written again", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50 } });
  const daemon = runDaemon(world);
  await connected(daemon);
  world.backend.fail({ status: 422, times: 1 });
  const id = endCall(world);
  await until(() => daemon.output.includes("contact is a dead letter"), "a dead letter");
  const bytes = (): string =>
    ["", "-wal"].map((suffix) => readFileSync(`${world.stateFile}${suffix}`).toString("latin1")).join("");
  expect(bytes()).toContain("HLD-4711");
  expect(await ask(world, "forget", "--account", "HLD-4711")).toContain("1 contacts forgotten");
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  expect(readFileSync(world.stateFile).toString("latin1")).not.toContain("HLD-4711");
  const again = runDaemon(world);
  await connected(again);
  world.platform.publish(world.platform.conversations.get(id) as never);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(world.backend.accepted).toHaveLength(0);
  expect(await ask(world, "explain", id)).toContain("skipped, forgotten");
});

test("B51 what is forgotten while its log is on its way to one destination goes to no other", async () => {
  await using world = await startWorld({
    edit(file) {
      for (const brand of file.brands as { destination?: object; destinations?: object[] }[]) {
        const { destination } = brand;
        brand.destinations = ["crm", "archive"].map((id) => ({ ...destination, id, timeoutMs: 10_000 }));
        delete brand.destination;
      }
    },
    backend: { latencyMs: 1_500 },
  });
  const daemon = world.start();
  await daemon.connected();
  endCall(world);
  await until(() => world.backend.attempts.length === 1, "a post under way");
  expect(await ask(world, "forget", "--account", "HLD-4711")).toContain("1 contacts forgotten");
  await daemon.stop();
  expect(world.backend.attempts).toHaveLength(1);
});

test("a thousand ends at once are rows, not heap, and every one is posted once", async () => {
  await using world = await startWorld({ pipeline: { concurrency: 64 }, postTimeoutMs: 20_000 });
  const daemon = world.start();
  await daemon.connected();
  const before = process.memoryUsage().heapUsed;
  const count = 1_000;
  for (let n = 0; n < count; n++) endCall(world);
  await world.backend.waitFor(count, 100_000);
  expect(new Set(world.backend.accepted.map(({ key }) => key)).size).toBe(count);
  expect(world.backend.attempts).toHaveLength(count);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(250 * 2 ** 20);
});
