import { afterEach, expect, test } from "vitest";
import type { Conversation } from "../../src/simulator/conversation.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import { killChildren } from "../cli.ts";
import { DoorsClient } from "../doors/client.ts";
import {
  attributes,
  type File,
  quietCall,
  runOpenWorld,
  spawnOpenDaemon,
  startOpenWorld,
} from "../doors/world.ts";
import { type Daemon, until, type World } from "../harness.ts";

const path = "/v1/events";
afterEach(killChildren);

const withoutChannel = (file: File): void => {
  file.genesys.notifications = false;
};

/** As an EventBridge partner bus delivers it. */
function event(conversationId: string, end: string, mediaType = "VOICE"): object {
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": `v2.detail.events.conversation.{id}.${end}`,
    source: "aws.partner/genesys.com/cloud/32aa07aa-db1b-4987-abd0-9483601ec29d/bus",
    account: "123456789012",
    time: new Date().toISOString(),
    region: "eu-central-1",
    resources: [],
    detail: {
      topicName: `v2.detail.events.conversation.${conversationId}.${end}`,
      version: "2",
      eventBody: { eventTime: Date.now(), conversationId, mediaType, participantId: "p", sessionId: "s" },
      metadata: { CorrelationId: crypto.randomUUID() },
      timestamp: new Date().toISOString(),
    },
  };
}

function balance(daemon: Daemon): Promise<Record<string, unknown>> {
  return daemon
    .address()
    .then(async (url) => (await new DoorsClient(url).get("/status")).body.sinceStart["*"]);
}

const quiet = async (ms = 300): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

function quietChat({ platform }: World): Conversation {
  return quickConversation(platform, {
    medium: "message",
    queue: "Noordlicht Chat",
    attributes: { customerNumber: "NRD-1", authenticated: "true" },
    durationMs: 2_000,
    emit: false,
  });
}

test("in the channel's place: what events tell is posted, no channel is made, and nobody is deaf", async () => {
  await using scene = await runOpenWorld(withoutChannel);
  const { world, client, daemon } = scene;
  const id = quietCall(world, { transcriptDelayMs: 200 });
  const { status, body } = await client.post(path, event(id, "customer.end"));
  expect([status, body]).toEqual([202, { recorded: 1, ignored: 0 }]);
  await world.backend.waitFor(1);
  expect((await client.get("/readyz")).status).toBe(200);
  expect(await balance(daemon)).toMatchObject({ ended: 1, posted: 1, gaps: { open: 0, filled: 0 } });
  expect(world.platform.requests.filter((one) => one.path.includes("/notifications/"))).toEqual([]);
  expect(await daemon.metrics()).toContain('contactlogd_notices_total{source="eventbridge"} 1');
});

test("history is the safety net there too: a sweep finds what no event told, a restart what came meanwhile", async () => {
  await using scene = await runOpenWorld(withoutChannel, { timing: { historyLagMs: 50, sweepEveryMs: 200 } });
  const { world, daemon } = scene;
  const swept = quietCall(world);
  await world.backend.waitFor(1);
  await until(async () => (await balance(daemon)).foundBySweep === 1, "the sweep's find");
  await daemon.stop();
  const missed = quietCall(world);
  const next = world.start();
  await next.logged("gap filled from history", { reason: "restart" });
  await world.backend.waitFor(2);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([swept, missed]);
});

test("beside the channel: told by both, repeated and out of order, each is posted once", async () => {
  await using scene = await runOpenWorld();
  const { world, client, daemon } = scene;
  await daemon.connected();
  const said: { readonly id: string; readonly media: string; readonly key: string }[] = [];
  for (let n = 0; n < 6; n++) {
    const id = quietCall(world);
    said.push({ id, media: "VOICE", key: id });
    const chat = quietChat(world);
    const agent = chat.legs.findLast(({ purpose }) => purpose === "agent");
    said.push({ id: chat.id, media: "MESSAGE", key: `${chat.id}:${agent?.communicationId}` });
  }
  const tell = async (turn: number): Promise<void> => {
    const events = said.flatMap(({ id, media }) =>
      ["acw", "customer.end", "user.end", "user.end"].map((end) => event(id, end, media)),
    );
    for (const one of turn % 2 === 0 ? events : events.toReversed()) {
      expect((await client.post(path, one)).status).toBe(202);
    }
  };
  const byChannel = async (): Promise<void> => {
    for (const { id } of said) {
      const conversation = world.platform.conversations.get(id);
      if (conversation) for (let n = 0; n < 2; n++) world.platform.publish(conversation);
      await quiet(5);
    }
  };
  await Promise.all([tell(0), byChannel()]);
  await tell(1);
  await world.backend.waitFor(said.length);
  await byChannel();
  await tell(2);
  await quiet(500);
  const keys = said.map(({ key }) => key).toSorted();
  expect(world.backend.attempts.map(({ key }) => key).toSorted()).toEqual(keys);
  expect(await balance(daemon)).toMatchObject({ ended: said.length, posted: said.length, dead: {} });
});

test("a call that is recorded already costs no further request, however often events tell of it", async () => {
  await using scene = await runOpenWorld(withoutChannel);
  const { world, client } = scene;
  const id = quietCall(world);
  await client.post(path, event(id, "customer.end"));
  await world.backend.waitFor(1);
  const before = world.platform.requests.length;
  for (const end of ["user.end", "acw", "customer.end"]) {
    expect((await client.post(path, event(id, end))).body).toEqual({ recorded: 0, ignored: 1 });
  }
  await quiet();
  expect(world.platform.requests).toHaveLength(before);
});

test("an agent's end is no conversation's: the log comes when it is over, from an event that follows", async () => {
  await using scene = await runOpenWorld(withoutChannel);
  const { world, client } = scene;
  const played = play(world.platform, {
    id: "call",
    title: "call",
    medium: "voice",
    language: "nl-nl",
    attributes,
    customerName: "Test Klant",
    steps: [
      { queue: "Helder Facturen" },
      { answers: "Sanne" },
      { says: "customer", text: "Ik heb een vraag over mijn factuur." },
      { says: "agent", text: "Ik verbind u door." },
      { pause: true, ms: 600 },
      { customerLeaves: true },
    ],
  });
  const id = await until(() => [...world.platform.conversations.keys()][0], "the call to begin");
  await client.post(path, event(id, "user.end"));
  await quiet();
  expect(world.backend.attempts).toHaveLength(0);
  expect((await client.get(`/v1/contact-logs/${id}`)).status).toBe(202);
  await played;
  await client.post(path, event(id, "customer.end"));
  expect((await world.backend.waitFor(1)).map(({ key }) => key)).toEqual([id]);
});

test("several at once, in SNS's envelope and as a trigger sends them, with what is of no interest", async () => {
  await using scene = await runOpenWorld(withoutChannel);
  const { world, client } = scene;
  const ids = Array.from({ length: 3 }, () => quietCall(world));
  const [one = "", two = "", three = ""] = ids;
  const { status, body } = await client.post(path, [
    event(one, "customer.end"),
    { Type: "Notification", Message: JSON.stringify(event(two, "user.end")) },
    { eventTime: Date.now(), conversationId: three, disconnectType: "PEER" },
    event(one, "customer.start"),
  ]);
  expect([status, body]).toEqual([202, { recorded: 3, ignored: 1 }]);
  const text = await client.post(path, JSON.stringify(event(one, "acw")), { "content-type": "text/plain" });
  expect(text.status).toBe(202);
  await world.backend.waitFor(3);
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});

test("400 for what is no event, and nothing of the request is recorded; 401 without the token", async () => {
  await using scene = await runOpenWorld(withoutChannel);
  const { world, client, daemon } = scene;
  const end = event(quietCall(world), "customer.end");
  const answer = await client.post(path, [end, { conversationId: "kanarie kanarie" }]);
  expect([answer.status, answer.body]).toEqual([400, { problems: ["1: is not an event"] }]);
  expect(answer.text).not.toContain("kanarie");
  expect((await client.post(path, end, { authorization: "Bearer none" })).status).toBe(401);
  expect((await client.post(path, "[]")).status).toBe(400);
  expect(await daemon.metrics()).toContain('contactlogd_ledger_rows{stage="noticed"} 0');
});

test("what was answered 202 outlives a kill -9", async () => {
  await using world = await startOpenWorld(withoutChannel);
  const first = await spawnOpenDaemon(world);
  // An hour ago: no gap of a restart reaches there.
  const long = { endedAt: Date.now() - 3_600_000, transcriptDelayMs: 0 };
  const ids = Array.from({ length: 20 }, () => quietCall(world, long));
  const events = ids.map((id) => event(id, "customer.end"));
  world.backend.fail({ delayMs: 300, times: 3 });
  expect((await first.client.post(path, events)).status).toBe(202);
  first.daemon.child.kill("SIGKILL");
  await first.daemon.exit;
  expect(world.backend.accepted.length).toBeLessThan(ids.length);
  await spawnOpenDaemon(world);
  await world.backend.waitFor(ids.length);
  await quiet();
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
});
