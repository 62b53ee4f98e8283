import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import type { DeliveryWork, Ledger } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, cli, connected, killChildren, runDaemon } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";
import { recorded } from "../ledger/contacts.ts";
import { toSchema } from "../ledger/older.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
afterEach(killChildren);

const versionOf = (file: string): unknown => {
  using database = new DatabaseSync(file, { readOnly: true });
  return database.prepare("PRAGMA user_version").get()?.user_version;
};

async function stopped(daemon: Cli): Promise<void> {
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit, daemon.output.slice(-2_000)).toBe(0);
}

/** A call that ended and waits for its transcript when the daemon stops. */
async function waitingCall(world: World, transcriptDelayMs: number): Promise<string> {
  const call = { queue: "Helder Facturen", attributes, durationMs: 500, transcriptDelayMs };
  const daemon = runDaemon(world);
  await connected(daemon);
  const { id } = quickConversation(world.platform, call);
  const waits = async (): Promise<boolean> => {
    const run = cli(["explain", id, "--config", world.configPath]);
    await run.exit;
    return run.output.includes("transcript");
  };
  await until(waits, "the wait for the transcript");
  await stopped(daemon);
  return id;
}

async function written(ledger: Ledger, key: string): Promise<DeliveryWork> {
  const body = JSON.stringify({ key });
  const [work] = await ledger.keep(await recorded(ledger, key), new Map([["main", { body }]]));
  return work as DeliveryWork;
}

/** A row in every stage in which something is owed, or must never be sent. */
async function everyStage(file: string): Promise<void> {
  await using ledger = openLedger(file);
  await written(ledger, "written");
  await ledger.markPosting(await written(ledger, "posting"));
  await ledger.markPosting(await written(ledger, "posting-unseen"));
  const doubt = { reason: "connection_lost", dueAt: 5, since: 4, looks: 0 };
  await ledger.doubt(await written(ledger, "uncertain"), doubt);
  await ledger.settle(await written(ledger, "posted"));
  await ledger.bury(await written(ledger, "dead"), { reason: "http_422", message: "no" });
}

/** The log arrived, and the older daemon never knew. */
async function arrived(world: World, key: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "idempotency-key": key,
    authorization: `Bearer ${world.environment.BACKEND_TOKEN}`,
  };
  const body = JSON.stringify({ key });
  const url = `${world.backend.url}/helder/contact-logs`;
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(201);
}

test.each([1, 2, 3] as const)(
  "a state file of schema %d is taken over: what is owed is posted once, what is settled or dead never",
  async (version) => {
    await using world = await startWorld({ timing: { historyLagMs: 50 } });
    const call = await waitingCall(world, 4_000);
    expect(world.backend.attempts).toEqual([]);
    await everyStage(world.stateFile);
    for (const key of ["posting", "uncertain"]) await arrived(world, key);
    toSchema(world.stateFile, version);
    expect(versionOf(world.stateFile)).toBe(version);

    const daemon = runDaemon(world);
    await connected(daemon);
    const owed = [call, "posting", "posting-unseen", "uncertain", "written"].toSorted();
    await world.backend.waitFor(owed.length);
    const isSettled = async (): Promise<boolean> => {
      const run = cli(["status", "--json", "--config", world.configPath], world);
      await run.exit;
      return Object.keys(JSON.parse(run.output).sinceStart["*"]?.waiting ?? { none: 1 }).length === 0;
    };
    await until(isSettled, "nothing to wait", 15_000, () => daemon.output.slice(-2_000));
    expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(owed);
    const sent = (key: string) => world.backend.attempts.filter((attempt) => attempt.key === key).length;
    expect([sent("posted"), sent("dead"), sent("written"), sent(call)]).toEqual([0, 0, 1, 1]);
    const dead = cli(["dead", "list", "--json", "--config", world.configPath], world);
    expect(await dead.exit).toBe(0);
    expect(JSON.parse(dead.output)).toMatchObject([{ key: "dead", reason: "http_422" }]);
    await stopped(daemon);
    expect(versionOf(world.stateFile)).toBeGreaterThan(2);
  },
  40_000,
);
