import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { credentials, region } from "../aws/fake.ts";
import { type FakeQueue, startSqs } from "../aws/sqs.ts";
import { killChildren, runDaemon } from "../cli.ts";
import { startWorld, until, type World, type WorldOptions } from "../harness.ts";

beforeEach(() => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
});
afterEach(() => {
  killChildren();
  vi.unstubAllEnvs();
});

/** An event as Genesys' EventBridge integration sent it once. */
const example = new URL(
  "../../../shared/genesys/examples/real/eventbridge-aws-event-bridge-conversation-end-event.json",
  import.meta.url,
);

function endEvent(conversationId: string, kind = "customer.end"): object {
  const event = JSON.parse(readFileSync(example, "utf8"));
  event["detail-type"] = `v2.detail.events.conversation.{id}.${kind}`;
  event.detail.topicName = `v2.detail.events.conversation.${conversationId}.${kind}`;
  event.detail.eventBody.conversationId = conversationId;
  event.detail.eventBody.mediaType = "VOICE";
  return event;
}

interface Place extends AsyncDisposable {
  readonly world: World;
  readonly sqs: FakeQueue;
}

/** EventBridge's queue beside the channel, or in its place. */
async function placeOf(notifications: boolean, options: WorldOptions = {}): Promise<Place> {
  const sqs = await startSqs();
  const world = await startWorld({
    // History would find them too, in time.
    timing: { historyLagMs: 60_000, sweepEveryMs: 3_600_000 },
    ...options,
    edit(file) {
      Object.assign(file.genesys, { notifications });
      Object.assign(file, {
        sources: { eventbridge: { sqs: { queueUrl: sqs.queueUrl, region, endpoint: sqs.endpoint } } },
      });
    },
  });
  return {
    world,
    sqs,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await sqs[Symbol.asyncDispose]();
      expect(sqs.mistakes).toEqual([]);
    },
  };
}

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const endCall = ({ platform }: World): string =>
  quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;

test("in the channel's place: an end told by EventBridge is logged once, however often it is told", async () => {
  await using place = await placeOf(false);
  const { world, sqs } = place;
  const daemon = world.start();
  await daemon.logged("contactlogd started");
  const id = endCall(world);
  sqs.send({ Type: "Notification", Message: JSON.stringify(endEvent(id, "user.end")) });
  sqs.send(endEvent(id));
  sqs.send(endEvent(id, "acw"));
  await world.backend.waitFor(1);
  await until(() => sqs.left().length === 0, "the queue to be empty");
  sqs.send(endEvent(id));
  await until(() => sqs.left().length === 0, "the repeat to be taken");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.backend.attempts.map(({ key }) => key)).toEqual([id]);
  expect(world.platform.openSockets).toBe(0);
});

test("beside the channel: what both tell is logged once", async () => {
  await using place = await placeOf(true);
  const { world, sqs } = place;
  const daemon = world.start();
  await daemon.connected();
  const ids = Array.from({ length: 5 }, () => endCall(world));
  for (const id of ids.toReversed()) sqs.send(endEvent(id));
  await world.backend.waitFor(ids.length);
  await until(() => sqs.left().length === 0, "the queue to be empty");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(world.backend.attempts.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});

test("other events are taken off the queue; what is none stays, told by its id alone", async () => {
  await using place = await placeOf(false);
  const daemon = place.world.start();
  const bad = place.sqs.send({ note: "spoken-canary" });
  place.sqs.send(endEvent("some-conversation", "user.start"));
  await daemon.logged("message cannot be read", { source: "eventbridge", id: bad });
  await until(() => place.sqs.left().length === 1, "the other to be taken");
  expect(place.sqs.left()).toEqual([{ id: bad, received: 1 }]);
  expect(daemon.text).not.toContain("spoken-canary");
});

test("a queue that is away is told and waited for, and readiness says so", async () => {
  await using place = await placeOf(false);
  place.sqs.fail({ code: "QueueDoesNotExist", status: 400 }, 12);
  const daemon = place.world.start();
  const { detail } = await daemon.logged("source is away", { source: "eventbridge" });
  expect(detail).toContain("AWS answered QueueDoesNotExist");
  const ready = async () => await (await fetch(`${await daemon.address()}/readyz`)).text();
  await until(
    async () => (await ready()).includes("queue 123456789012/contacts cannot be read"),
    "readiness",
  );
  const id = endCall(place.world);
  place.sqs.send(endEvent(id));
  await place.world.backend.waitFor(1);
  expect((await fetch(`${await daemon.address()}/readyz`)).status).toBe(200);
});

test("kill -9 at any moment: a message that was deleted is recorded, and every end is logged once", async () => {
  await using place = await placeOf(false);
  const { world, sqs } = place;
  Object.assign(world.environment, credentials);
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    const daemon = runDaemon(world);
    await until(() => daemon.output.includes("contactlogd started"), "the daemon to start");
    for (let n = 0; n < 5; n++) {
      ids.push(endCall(world));
      sqs.send(endEvent(ids.at(-1) ?? ""));
    }
    await new Promise((resolve) => setTimeout(resolve, 15 + 40 * round));
    daemon.child.kill("SIGKILL");
    await daemon.exit;
    sqs.showAll();
  }
  const last = runDaemon(world);
  await until(() => {
    sqs.showAll();
    return world.backend.accepted.length >= ids.length;
  }, "every log");
  last.child.kill("SIGTERM");
  expect(await last.exit).toBe(0);
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});
