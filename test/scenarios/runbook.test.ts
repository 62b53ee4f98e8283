import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren } from "../cli.ts";
import { type Daemon, startWorld, until, type World, type WorldOptions } from "../harness.ts";

/**
 * What docs/runbook.md says at night, done: the cause for real, what the alert asks for, the section's steps as they
 * stand there, and the log in the backend afterwards.
 */

afterEach(killChildren);

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const endCall = ({ platform }: World): string =>
  quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;

async function begun(options: WorldOptions = {}): Promise<{ world: World; daemon: Daemon }> {
  const world = await startWorld(options);
  const daemon = world.start();
  await daemon.connected();
  return { world, daemon };
}

/** A step of the runbook, as it is typed. */
async function type(world: World, ...args: string[]): Promise<string> {
  const run = cli([...args, "--config", world.configPath], world);
  expect(await run.exit, run.output).toBe(0);
  return run.output;
}

/** What an alert asks for. */
async function reads(daemon: Daemon, series: string, isSo: (value: number) => boolean): Promise<void> {
  await until(
    async () => {
      const line = (await daemon.metrics()).split("\n").find((one) => one.startsWith(`${series} `));
      return line !== undefined && isSo(Number(line.split(" ").at(-1)));
    },
    series,
    8_000,
    () => daemon.text.slice(-2_000),
  );
}

const isThere = (world: World, key: string): Promise<unknown> =>
  until(() => world.backend.accepted.some((one) => one.key === key), `the log of ${key}`, 10_000);
const unready = async (daemon: Daemon): Promise<string> =>
  await (await fetch(`${await daemon.address()}/readyz`)).text();
const dead = 'contactlogd_ledger_rows{stage="dead"}';

test("ContactlogdDeadLetters, http_422: listed with its cause, and replayed once the backend is mended", async () => {
  const { world, daemon } = await begun();
  await using _ = world;
  world.backend.fail({ status: 422, body: { error: "unknown subcategory" } });
  const id = endCall(world);
  await reads(daemon, dead, (rows) => rows === 1);
  expect(await type(world, "dead", "list")).toContain("http_422");
  expect(await type(world, "explain", id)).toContain(
    `what now: mend the cause (docs/runbook.md, http_422), then: contactlogd dead replay --id ${id}`,
  );
  expect(await type(world, "dead", "replay", "--reason", "http_422")).toContain("1 replayed");
  await isThere(world, id);
  await reads(daemon, dead, (rows) => rows === 0);
}, 40_000);

test("http_401: with the right token in place, after a restart, a replay brings what died", async () => {
  const world = await startWorld({ backend: { token: "the-right-token" } });
  await using _ = world;
  const before = world.start();
  await before.connected();
  const id = endCall(world);
  await reads(before, dead, (rows) => rows === 1);
  expect(await type(world, "dead", "list")).toContain("http_401");
  world.environment.BACKEND_TOKEN = "the-right-token";
  await before.stop();
  await world.start().connected();
  expect(await type(world, "dead", "replay", "--reason", "http_401")).toContain("1 replayed");
  await isThere(world, id);
}, 40_000);

test("uncertain: dropped where the backend has the key, replayed where it has not", async () => {
  const { world, daemon } = await begun({
    edit: (file) => {
      for (const { destination } of file.brands) Object.assign(destination, { ambiguous: "park" });
    },
  });
  await using _ = world;
  world.backend.fail({ reset: "after" });
  const there = endCall(world);
  await reads(daemon, dead, (rows) => rows === 1);
  world.backend.fail({ reset: "before" });
  const lost = endCall(world);
  await reads(daemon, dead, (rows) => rows === 2);
  expect(await type(world, "dead", "list")).toContain("uncertain");
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([there]);
  await type(world, "dead", "drop", "--id", there);
  await type(world, "dead", "replay", "--id", lost);
  await isThere(world, lost);
  await reads(daemon, dead, (rows) => rows === 0);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([there, lost]);
}, 40_000);

test("ContactlogdCircuitOpen: named by brand and destination; it closes by itself, and the backlog flows", async () => {
  const { world, daemon } = await begun();
  await using _ = world;
  world.backend.fail({ status: 503, times: 20 });
  const ids = Array.from({ length: 8 }, () => endCall(world));
  await reads(daemon, 'contactlogd_circuit_open{endpoint="helder main"}', (open) => open === 1);
  await daemon.logged("circuit open: its contacts wait", { endpoint: "helder main" });
  for (const id of ids) await isThere(world, id);
  await reads(daemon, 'contactlogd_circuit_open{endpoint="helder main"}', (open) => open === 0);
}, 40_000);

test("ContactlogdRefused, forbidden: the line names call and permission; given, contacts go on by themselves", async () => {
  const { world, daemon } = await begun();
  await using _ = world;
  const body = { code: "missing.permissions", message: "needs conversation:communication:view" };
  world.platform.faults.rest({ path: /\/conversations\/[\w-]+$/, status: 403, body, times: 100_000 });
  const id = endCall(world);
  await reads(daemon, 'contactlogd_postponed_total{reason="forbidden"}', (times) => times > 2);
  const { detail } = await daemon.logged("contact postponed", { reason: "forbidden" });
  expect(detail).toMatch(
    /^conversation: .*needs conversation:communication:view.*give the OAuth client's role/,
  );
  world.platform.faults.clear();
  await isThere(world, id);
}, 40_000);

test("ContactlogdDeaf and ContactlogdGapOpen: both say why, and what ended meanwhile is found in history", async () => {
  const { world, daemon } = await begun({ timing: { historyLagMs: 60 } });
  await using _ = world;
  const body = { code: "missing.permissions", message: "needs analytics:conversationDetail:view" };
  world.platform.faults.rest({ path: /\/analytics\//, status: 403, body, times: 100_000 });
  world.platform.faults.refuseHandshake(503, 3);
  world.platform.faults.dropSockets();
  await reads(daemon, 'contactlogd_channel_connected{channel="0"}', (connected) => connected === 0);
  await daemon.logged("channel failed");
  const id = endCall(world);
  await until(async () => (await unready(daemon)).includes("are not connected"), "readiness to say so");
  await until(
    () =>
      daemon.lines.some(
        ({ msg, detail }) =>
          msg === "history cannot be read" && String(detail).includes("analytics:conversationDetail:view"),
      ),
    "the missing permission to be named",
  );
  await reads(daemon, "contactlogd_gap_open_seconds", (age) => age > 0);
  world.platform.faults.clear();
  await isThere(world, id);
  await reads(daemon, "contactlogd_gap_open_seconds", (age) => age === 0);
}, 40_000);

test("ContactlogdNoQueues: readiness names the setting", async () => {
  const world = await startWorld({ edit: (file) => (file.genesys.queues.include = ["Nergens *"]) });
  await using _ = world;
  const daemon = world.start();
  await reads(daemon, "contactlogd_queues", (queues) => queues === 0);
  await until(async () => (await unready(daemon)).includes("no queue matches genesys.queues"), "the reason");
}, 40_000);

test("ContactlogdSkipping, no_account: counted by brand and reason against what ended, and explained", async () => {
  const { world, daemon } = await begun();
  await using _ = world;
  const { id } = quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes: { klantnummer: "HLD-1", authenticated: "true" },
  });
  const skipped = 'contactlogd_contacts_total{brand="helder",outcome="skipped",reason="no_account"}';
  await reads(daemon, skipped, (contacts) => contacts === 1);
  await reads(daemon, 'contactlogd_ended_total{brand="helder",medium="voice"}', (contacts) => contacts === 1);
  expect(await type(world, "explain", id)).toMatch(/skipped, no_account\n.*eligibility\.accountAttribute/);
}, 40_000);

test("ContactlogdRefused, transcript_host: with the setting mended, after a restart, what waits goes on by itself", async () => {
  const world = await startWorld({
    edit: (file) => Object.assign(file.genesys, { transcriptHosts: ["*.amazonaws.com"] }),
  });
  await using _ = world;
  const before = world.start();
  await before.connected();
  const id = endCall(world);
  await reads(before, 'contactlogd_postponed_total{reason="transcript_host"}', (times) => times > 2);
  expect(await type(world, "explain", id)).toMatch(/what now: add the host .* genesys\.transcriptHosts/);
  await before.stop();
  const file = JSON.parse(readFileSync(world.configPath, "utf8"));
  // A list takes https alone, which the simulator does not speak; without one any host will do beside a baseUrl.
  delete file.genesys.transcriptHosts;
  writeFileSync(world.configPath, JSON.stringify(file));
  await world.start().connected();
  await isThere(world, id);
}, 40_000);

test("ContactlogdDown: what ended while it stood still is posted after the start", async () => {
  const { world, daemon } = await begun({ timing: { historyLagMs: 60 } });
  await using _ = world;
  await daemon.stop();
  const id = endCall(world);
  await world.start().connected();
  await isThere(world, id);
}, 40_000);
