import { expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, until } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };

const readiness = async (daemon: Daemon): Promise<{ status: number; reason: string }> => {
  const answer = await fetch(`${await daemon.address()}/readyz`);
  const { reason = "" } = (await answer.json()) as { reason?: string };
  return { status: answer.status, reason };
};
const gaugeOf = async (daemon: Daemon, series: string): Promise<number> => {
  const line = (await daemon.metrics()).split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
};

test("B44 not heard and no history: alive but idle, and both are named; with history alone it is merely deaf", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  await until(async () => (await readiness(daemon)).status === 200, "it to be ready");
  expect(await gaugeOf(daemon, "contactlogd_ready")).toBe(1);
  expect(await gaugeOf(daemon, "contactlogd_gap_open_seconds")).toBe(0);
  const heard = await gaugeOf(daemon, 'contactlogd_channel_heard_seconds{channel="0"}');
  expect(heard).toBeGreaterThanOrEqual(0);
  expect(heard).toBeLessThan(1);

  // Deaf for a while, with history there.
  world.platform.faults.refuseHandshake(503, 10_000);
  world.platform.faults.dropSockets();
  const deaf = await until(async () => {
    const now = await readiness(daemon);
    return now.status === 503 && now;
  }, "it to say that it is deaf");
  expect(deaf.reason).toBe("1 of 1 notification channels are not connected");
  expect(await gaugeOf(daemon, "contactlogd_ready")).toBe(0);
  await until(
    async () => (await gaugeOf(daemon, 'contactlogd_channel_heard_seconds{channel="0"}')) > 0.5,
    "the silence to be measured",
  );

  // Heard again, but the gap cannot be looked through: ready, as ever.
  world.platform.faults.clear();
  world.platform.faults.rest({ path: /\/analytics\//, status: 503, times: 10_000 });
  await daemon.logged("gap opened: ends may not have been heard", { reason: "socket_closed" });
  await daemon.logged("history cannot be read");
  await until(async () => (await readiness(daemon)).status === 200, "it to be ready again");
  await until(
    async () => (await gaugeOf(daemon, "contactlogd_gap_open_seconds")) > 0.05,
    "the gap's age to be measured",
  );

  world.platform.faults.refuseHandshake(503, 10_000);
  world.platform.faults.dropSockets();
  const idle = await until(async () => {
    const now = await readiness(daemon);
    return now.status === 503 && now;
  }, "it to say that it is idle");
  expect(idle.reason).toMatch(
    /^alive but idle: 1 of 1 notification channels are not connected, and history cannot be read \(.*503.*\)$/,
  );

  world.platform.faults.clear();
  await until(async () => (await readiness(daemon)).status === 200, "both to be back");
  quickConversation(world.platform, { queue: "Helder Facturen", attributes });
  await world.backend.waitFor(1);
});

test.each([
  ["live", {}],
  ["shadow", { shadow: true }],
  ["dry run", { dryRun: true }],
])("the first line says what becomes of contact logs: %s", async (mode, flags) => {
  await using world = await startWorld({ flags });
  const daemon = world.start();
  expect(await daemon.logged("contactlogd started")).toMatchObject({ mode });
});

test("what agents wrote is counted by what became of it", async () => {
  await using world = await startWorld({
    flags: { shadow: true },
    edit: (file) => Object.assign(file.http, { token: "token-of-the-doors" }),
  });
  const daemon = world.start();
  const answer = await fetch(`${await daemon.address()}/feedback`, {
    method: "POST",
    headers: { authorization: "Bearer token-of-the-doors", "content-type": "application/json" },
    body: JSON.stringify([
      { key: "k-1", note: "x" },
      { conversationId: "c-2", note: "y" },
    ]),
  });
  expect(answer.status).toBe(200);
  expect(await gaugeOf(daemon, 'contactlogd_feedback_total{outcome="waiting"}')).toBe(2);
  expect(await gaugeOf(daemon, 'contactlogd_feedback_total{outcome="matched"}')).toBe(0);
});

test("a clock that is behind, the disk, and who is refused at a door can be seen from outside", async () => {
  await using world = await startWorld({
    platform: { clockSkewMs: 90_000 },
    edit: (file) => Object.assign(file.http, { token: "token-of-a-test-0123" }),
  });
  const daemon = world.start();
  await daemon.connected();
  const behind = await gaugeOf(daemon, "contactlogd_clock_ahead_seconds");
  expect(behind).toBeGreaterThan(-92);
  expect(behind).toBeLessThan(-80);
  const free = await gaugeOf(daemon, "contactlogd_state_disk_free_bytes");
  expect(free).toBeGreaterThan(0);
  expect(await gaugeOf(daemon, "contactlogd_state_disk_size_bytes")).toBeGreaterThan(free);

  const knock = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${await daemon.address()}/dead?${token}`, { headers })).status;
  };
  expect(await knock("an-old-token")).toBe(401);
  expect(await knock("another-one")).toBe(401);
  expect(await knock("token-of-a-test-0123")).toBe(200);
  const doors = (status: number): Promise<number> =>
    gaugeOf(daemon, `contactlogd_door_requests_total{door="/dead",status="${status}"}`);
  expect([await doors(401), await doors(200)]).toEqual([2, 1]);
  expect(await daemon.metrics()).not.toContain("an-old-token");
});

test("a clock that agrees is told as 0, in spite of dates in whole seconds", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  expect(await gaugeOf(daemon, "contactlogd_clock_ahead_seconds")).toBe(0);
});
