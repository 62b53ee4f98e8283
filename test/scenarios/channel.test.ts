import { expect, test } from "vitest";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, until, type World } from "../harness.ts";

const customer = { customerNumber: "HLD-1", authenticated: "true" };

/** A call that has ended; unless told otherwise the platform says so. */
function endCall(world: World, emit = true, endedAt = Date.now()): string {
  return quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes: customer,
    emit,
    endedAt,
    durationMs: 2_000,
  }).id;
}

/** Times so short that history is believed at once. */
const timing = { historyLagMs: 100, sweepEveryMs: 600_000, retryBaseMs: 20 };

async function postedOnce(world: World, ids: readonly string[]): Promise<void> {
  await world.backend.waitFor(ids.length);
  const keys = world.backend.accepted.map(({ key }) => key);
  expect(keys.toSorted()).toEqual([...ids].sort());
}

async function connected(world: World): Promise<Daemon> {
  const daemon = world.start();
  await daemon.connected();
  return daemon;
}

test("I4 what ended while the socket was down is found in history", async () => {
  await using world = await startWorld({ timing });
  const daemon = await connected(world);
  world.platform.faults.refuseHandshake(503, 3);
  world.platform.faults.dropSockets();
  await daemon.logged("channel disconnected");
  const ids = [endCall(world), endCall(world)];
  await postedOnce(world, ids);
  await daemon.logged("gap filled from history");
});

test("a half-open socket is noticed within heartbeatTimeoutMs, and what it swallowed is found", async () => {
  await using world = await startWorld({ timing: { ...timing, heartbeatTimeoutMs: 400, pingEveryMs: 100 } });
  const daemon = await connected(world);
  world.platform.faults.stallSockets();
  const stalledAt = performance.now();
  const id = endCall(world);
  await daemon.logged("channel disconnected", { wake: "socket_silent" });
  expect(performance.now() - stalledAt).toBeLessThan(400 + 5_000);
  await postedOnce(world, [id]);
});

test("a planned close overlaps: no gap, no event lost", async () => {
  await using world = await startWorld({ timing });
  const daemon = await connected(world);
  world.platform.faults.socketClosing(300);
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) {
    ids.push(endCall(world));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await postedOnce(world, ids);
  expect(daemon.lines.filter(({ msg }) => msg === "channel disconnected")).toEqual([]);
  expect(daemon.lines.filter(({ msg }) => msg === "gap opened: ends may not have been heard")).toEqual([]);
});

test.each([
  ["evicted", (world: World) => world.platform.faults.evictChannels()],
  ["token revoked", (world: World) => world.platform.faults.revokeTokens()],
  ["closed with 1001", (world: World) => world.platform.faults.closeSockets(1001)],
  [
    "gone at the handshake",
    (world: World) => {
      world.platform.faults.refuseHandshake(404, 1);
      world.platform.faults.dropSockets();
    },
  ],
  [
    "forbidden at the handshake",
    (world: World) => {
      world.platform.faults.refuseHandshake(401, 2);
      world.platform.faults.dropSockets();
    },
  ],
])("a channel that is %s comes back by itself, without a loop", async (_what, fault) => {
  await using world = await startWorld({ timing });
  const daemon = await connected(world);
  fault(world);
  await daemon.logged("channel disconnected");
  const id = endCall(world, false);
  await until(
    () => daemon.lines.filter(({ msg }) => msg === "channel connected").length >= 2,
    "a second connection",
  );
  const later = endCall(world);
  await postedOnce(world, [id, later]);
  const created = world.platform.requests.filter(
    ({ method, path }) => method === "POST" && path.endsWith("/channels"),
  );
  expect(created.length).toBeLessThanOrEqual(4);
});

test("an end that no event told of is found by the sweep, and counted", async () => {
  await using world = await startWorld({ timing: { ...timing, sweepEveryMs: 300 } });
  const daemon = await connected(world);
  world.platform.faults.withholdEvents(true);
  const id = endCall(world);
  await postedOnce(world, [id]);
  world.platform.faults.withholdEvents(false);
  expect(await daemon.metrics()).toContain("contactlogd_found_by_sweep_total 1");
  const status = (await (await fetch(`${await daemon.address()}/status`)).json()) as Record<string, never>;
  expect(status.sinceStart).toMatchObject({ helder: { ended: 1, posted: 1, foundBySweep: 1 } });
});

test("a healthy channel leaves nothing to the sweep", async () => {
  await using world = await startWorld({ timing: { ...timing, sweepEveryMs: 200 } });
  const daemon = await connected(world);
  const ids = Array.from({ length: 5 }, () => endCall(world));
  await postedOnce(world, ids);
  await daemon.logged("swept through history", { seen: 5 });
  expect(await daemon.metrics()).toContain("contactlogd_found_by_sweep_total 0");
});

test("the time since the last run is a gap, and the channel of the last run is used again", async () => {
  await using world = await startWorld({ timing });
  const first = await connected(world);
  const before = endCall(world);
  await postedOnce(world, [before]);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await first.stop();
  const missed = [endCall(world), endCall(world)];
  const second = await connected(world);
  await postedOnce(world, [before, ...missed]);
  await second.logged("gap filled from history", { reason: "restart" });
  const created = world.platform.requests.filter(
    ({ method, path }) => method === "POST" && path.endsWith("/channels"),
  );
  // The queues' channel and the one for signs, each made once.
  expect(created.length).toBeLessThanOrEqual(2);
});

test("I4 a gap left open is not filled before the queues are listed: until then everything would be passed over", async () => {
  await using world = await startWorld({ timing });
  await (await connected(world)).stop();
  const endedAt = Date.now() - 30 * 60_000;
  const id = endCall(world, false, endedAt);
  {
    await using ledger = openLedger(world.stateFile);
    await ledger.gaps.open({ reason: "restart", from: endedAt - 60_000, to: endedAt + 60_000 });
  }
  world.platform.faults.rest({ path: /\/routing\/queues$/, status: 503, body: "{}", times: 10 });
  const again = await connected(world);
  await postedOnce(world, [id]);
  await again.logged("gap filled from history", { lengthMs: 120_000 });
});

test("events that come twice, late and out of order make one contact log", async () => {
  await using world = await startWorld({ timing });
  await connected(world);
  world.platform.faults.duplicateEvents(20);
  world.platform.faults.reorderEvents(6);
  const ids = Array.from({ length: 6 }, () => endCall(world));
  await postedOnce(world, ids);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.backend.attempts).toHaveLength(6);
});

test("a queue made while the daemon runs is heard, and what ended on it before is found", async () => {
  await using world = await startWorld({ timing: { ...timing, queueRefreshMs: 300 } });
  await connected(world);
  world.platform.addQueue({ name: "Helder Nieuw" });
  const id = quickConversation(world.platform, {
    queue: "Helder Nieuw",
    attributes: customer,
    durationMs: 500,
  }).id;
  await postedOnce(world, [id]);
});

test("a 429 stops everybody until its Retry-After, not only the one who met it, and nothing is lost", async () => {
  await using world = await startWorld({ timing });
  await connected(world);
  const lookUp = /^\/api\/v2\/conversations\//;
  world.platform.faults.rest({
    path: lookUp,
    status: 429,
    headers: { "retry-after": "1" },
    body: "{}",
    times: 1,
  });
  const first = endCall(world);
  const refusal = await until(() => world.platform.requests.find(({ status }) => status === 429), "the 429");
  const ids = [first, ...Array.from({ length: 4 }, () => endCall(world))];
  await postedOnce(world, ids);
  const answered = world.platform.requests.filter(({ path, status }) => lookUp.test(path) && status === 200);
  expect(Math.min(...answered.map(({ at }) => at))).toBeGreaterThanOrEqual(refusal.at + 990);
});

test("an unreachable platform is tried for ever: not ready, one clear line a try", async () => {
  await using world = await startWorld({ edit: (file) => (file.genesys.baseUrl = "http://127.0.0.1:9") });
  const daemon = world.start();
  const line = await daemon.logged("Genesys is away");
  expect(line.detail).toMatch(/127\.0\.0\.1:9.*ECONNREFUSED/);
  const ready = await fetch(`${await daemon.address()}/readyz`);
  expect(ready.status).toBe(503);
  expect((await fetch(`${await daemon.address()}/healthz`)).status).toBe(200);
});

test("one topic the platform calls invalid leaves the other queues heard", async () => {
  await using world = await startWorld();
  const { platform, backend } = world;
  const body = {
    code: "notification.invalid.topic",
    message: "The subscription topic is not valid.",
    status: 400,
  };
  platform.faults.rest({ method: "PUT", path: /subscriptions$/, status: 400, body, times: 4 });
  const daemon = world.start();
  await daemon.logged("topics rejected: these queues are not heard");
  await daemon.connected();
  const heard = platform.queues.filter(({ name }) => name.startsWith("Helder "));
  for (const { name } of heard)
    quickConversation(platform, { queue: name, attributes: customer, transcriptDelayMs: 0 });
  expect(await backend.waitFor(heard.length - 1)).toHaveLength(heard.length - 1);
});
