import { expect, test } from "vitest";
import { maxTopicsPerChannel } from "../../src/genesys/topics.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { startWorld, until, type World } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const count = 5_000;

/** Topics of each channel as last put. */
function subscribed({ platform }: World): Map<string, string[]> {
  const channels = new Map<string, string[]>();
  for (const { method, path, body, status } of platform.requests) {
    if (method === "PUT" && status === 200)
      channels.set(
        path,
        (body as { id: string }[]).map(({ id }) => id),
      );
  }
  return channels;
}

test("5,000 queues are heard over as few channels as can hold them; one that is made or closed follows, and moves no other", async ({
  annotate,
}) => {
  await using world = await startWorld({
    platform: { queues: Array.from({ length: count }, (_one, n) => ({ name: `Helder ${n}` })) },
    timing: { queueRefreshMs: 1_000, sweepEveryMs: 600_000, historyLagMs: 50 },
    edit(file) {
      for (const brand of file.brands.slice(0, 1)) brand.match.queues = ["Helder *"];
    },
  });
  const { platform, backend } = world;
  const end = (queue: string): string =>
    quickConversation(platform, { queue, attributes, durationMs: 500 }).id;
  const begun = performance.now();
  const daemon = world.start();
  // Channels, not connections: on a busy machine one may be found silent, and connect anew.
  const connections = (): number =>
    new Set(daemon.lines.flatMap(({ msg, channel }) => (msg === "channel connected" ? channel : []))).size;
  await until(() => connections() === count / maxTopicsPerChannel, "all channels");
  const tookMs = Math.round(performance.now() - begun);
  const requests = platform.requests.length;

  const before = subscribed(world);
  const topics = [...before.values()].flat();
  await annotate(
    `${count} queues: ${before.size} channels, ${requests} requests, heard after ${tookMs} ms, ` +
      `largest subscription ${Math.max(...bodies(world))} bytes`,
  );
  expect(before.size).toBe(5);
  expect(Math.max(...[...before.values()].map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  expect([topics.length, new Set(topics).size]).toEqual([count, count]);
  // `request.bytes.max` of the platform.
  expect(Math.max(...bodies(world))).toBeLessThan(512_000);
  // A login, 50 pages of queues, and for each channel: make, subscribe, read back.
  expect(requests).toBeLessThanOrEqual(1 + 50 + 5 * 3 + 1);

  const ids = [0, 1_234, 4_999].map((n) => end(`Helder ${n}`));
  await backend.waitFor(3);
  expect(backend.accepted.map(({ key }) => key).sort()).toEqual(ids.toSorted());

  const made = platform.addQueue({ name: "Helder Nieuw" });
  await until(() => connections() === 6, "a sixth channel");
  const added = subscribed(world);
  expect([...added.values()].at(-1)).toEqual([`v2.routing.queues.${made.id}.conversations`]);
  for (const [path, list] of before) expect(added.get(path)).toEqual(list);
  end("Helder Nieuw");
  await backend.waitFor(4);

  const closed = platform.organization.queueNamed("Helder 77").id;
  platform.removeQueue("Helder 77");
  const without = await until(() => {
    const now = subscribed(world);
    return [...now.values()].flat().some((topic) => topic.includes(closed)) ? undefined : now;
  }, "the closed queue to be let go");
  expect([...without.values()].flat()).toHaveLength(count);
  const changed = [...without].filter(([path, list]) => list.length !== added.get(path)?.length);
  expect(changed).toHaveLength(1);
  end("Helder 78");
  await backend.waitFor(5);
  expect(platform.openSockets).toBe(6);
});

function bodies({ platform }: World): number[] {
  return platform.requests
    .filter(({ method }) => method === "PUT")
    .map(({ body }) => JSON.stringify(body).length);
}
