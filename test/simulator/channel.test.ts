import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { Client, queueTopic, refusalOf, Socket } from "./client.ts";

const unknownId = "00000000-0000-4000-8000-000000000000";
const system = (type: string) => (frame: { topicName: string }) =>
  frame.topicName.startsWith(`v2.system.${type}`);

test("an event reaches who subscribed its queue, by generic, media and combined topic, and nobody else", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using generic = await client.listen(queueTopic(platform, "Support"));
  const combined = queueTopic(platform, "Support").replace(
    ".conversations",
    "?conversations.calls&conversations.messages",
  );
  using media = await client.listen(combined);
  using other = await client.listen(queueTopic(platform, "Billing"));

  const { id } = quickConversation(platform, { queue: "Support" });

  const event = await generic.next();
  expect(event).toMatchObject({
    topicName: queueTopic(platform, "Support"),
    version: "2",
    eventBody: { id },
  });
  const flat = await media.next();
  expect(flat.topicName).toBe(queueTopic(platform, "Support", ".calls"));
  expect(flat.eventBody.participants[0]).toMatchObject({ purpose: "customer", state: "disconnected" });
  await other.settled();
  expect(other.frames.filter(({ topicName }) => topicName.startsWith("v2.routing"))).toEqual([]);
});

test("ping is answered, heartbeats come, and a subscribe over the socket is answered and works", async () => {
  await using platform = await startPlatform({ heartbeatMs: 20 });
  using socket = await (await Client.of(platform)).listen();
  await socket.next((frame) => frame.eventBody?.message === "WebSocket Heartbeat");
  await socket.settled();

  const topics = [queueTopic(platform, "Support")];
  socket.send({ message: "subscribe", topics, correlationId: "sub-1" });
  expect(await socket.next((frame) => frame.correlationId === "sub-1")).toMatchObject({
    result: "200",
    status: "subscribed",
  });
  quickConversation(platform);
  await socket.next();

  socket.send({
    message: "subscribe",
    topics: ["v2.routing.queues.*.conversations"],
    correlationId: "sub-2",
  });
  expect(await socket.next((frame) => frame.correlationId === "sub-2")).toMatchObject({ result: "400" });
  platform.faults.expireTokens();
  socket.send({ message: "subscribe", topics, correlationId: "sub-3" });
  expect(await socket.next((frame) => frame.correlationId === "sub-3")).toEqual({
    result: "404",
    correlationId: "sub-3",
  });
});

test("a second connection on a channel disconnects the first and gets the events", async () => {
  await using platform = await startPlatform();
  using first = await (await Client.of(platform)).listen(queueTopic(platform, "Support"));
  using second = await Socket.open(first.ws.url);
  expect(await first.closed()).toBe(1000);
  quickConversation(platform);
  await second.next();
});

test("the 21st channel evicts the longest unused, those without a connection first", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using connected = await client.listen();
  const made = [];
  for (let n = 0; n < 19; n++) made.push((await client.call("POST", "/notifications/channels")).body.id);
  const alive = async (id: string) => (await client.call("HEAD", `/notifications/channels/${id}`)).status;

  await client.call("POST", "/notifications/channels");
  expect(await alive(connected.channelId)).toBe(200);
  expect(await alive(made[0])).toBe(404);
  expect(await alive(made[1])).toBe(200);
  expect((await client.call("GET", "/notifications/channels")).body.entities).toHaveLength(20);
});

test("an evicted channel is told so, closed, and refused afterwards", async () => {
  await using platform = await startPlatform();
  using socket = await (await Client.of(platform)).listen();
  platform.faults.evictChannels();
  expect((await socket.next(system("no_longer_subscribed"))).eventBody.reason).toBe(
    "another_channel_subscribed",
  );
  expect(await socket.closed()).toBe(1001);
  expect(await refusalOf(socket.ws.url)).toBe(404);
});

test("a channel ends with its life, which subscribing extends", async () => {
  await using platform = await startPlatform({ channelLifeMs: 150 });
  const client = await Client.of(platform);
  using kept = await client.listen();
  using left = await client.listen();
  const renewal = setInterval(() => void client.subscribe(kept.channelId, []), 30);
  await left.closed();
  clearInterval(renewal);
  expect(kept.closedWith).toBeUndefined();
  expect((await client.call("HEAD", `/notifications/channels/${left.channelId}`)).status).toBe(404);
});

test("one invalid topic or missing permission fails the whole request, unless errors are to be ignored", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using socket = await client.listen();
  const [good, calls] = [queueTopic(platform, "Support"), queueTopic(platform, "Billing", ".calls")];
  const combined = calls.replace(".conversations.calls", "?conversations.calls&conversations.messages");
  const put = (topics: string[], query = "") => client.subscribe(socket.channelId, topics, query);

  expect(await put([good, "v2.conversations.ended"])).toMatchObject({
    status: 400,
    body: { code: "notification.invalid.topic", message: "The subscription topic is not valid." },
  });
  expect((await put([`${good}${"x".repeat(200)}`])).status).toBe(400);
  expect((await put([`v2.routing.queues.${unknownId}.conversations`])).status).toBe(200);

  platform.faults.denyTopics(/\.calls$/);
  expect(await put([good, combined])).toMatchObject({
    status: 403,
    body: { code: "missing.any.permissions" },
  });
  const { status, body } = await put([good, combined, calls], "?ignoreErrors=true");
  expect(status).toBe(200);
  expect(body.entities).toMatchObject([
    { id: good, state: "Permitted" },
    { id: combined, state: "Permitted" },
    { id: calls, state: "Rejected", missingPermissions: ["conversation:communication:view"] },
    { id: calls, state: "Rejected" },
  ]);
  const { body: listed } = await client.call(
    "GET",
    `/notifications/channels/${socket.channelId}/subscriptions`,
  );
  expect(listed.entities.map(({ id }: { id: string }) => id)).toEqual([good, combined]);
});

test("a thousand topics are too many by one; POST adds, PUT replaces, DELETE clears", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using socket = await client.listen();
  const path = `/notifications/channels/${socket.channelId}/subscriptions`;
  const topic = (n: number) => ({
    id: `v2.routing.queues.${unknownId.slice(0, -4)}${String(n).padStart(4, "0")}.conversations`,
  });
  const some = (from: number, count: number) => Array.from({ length: count }, (_, n) => topic(from + n));
  const count = async () => (await client.call("GET", path)).body.entities.length;

  expect((await client.call("PUT", path, some(0, 1000))).status).toBe(200);
  expect((await client.call("POST", path, some(1000, 1))).body.code).toBe(
    "notification.subscription.too.many.subscriptions",
  );
  expect((await client.call("PUT", path, some(0, 2))).status).toBe(200);
  expect((await client.call("POST", path, some(1, 2))).status).toBe(200);
  expect(await count()).toBe(3);
  expect((await client.call("DELETE", path)).status).toBe(200);
  expect(await count()).toBe(0);
});

test("sockets end in every scripted way", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using dropped = await client.listen();
  platform.faults.dropSockets();
  expect(await dropped.closed()).toBe(1006);
  using closed = await client.listen();
  platform.faults.closeSockets(1011);
  expect(await closed.closed()).toBe(1011);
  using announced = await client.listen();
  platform.faults.socketClosing(20);
  await announced.next(system("socket_closing"));
  expect(await announced.closed()).toBe(1001);

  platform.faults.refuseHandshake(503, 1);
  expect(await refusalOf(announced.ws.url)).toBe(503);
  using back = await Socket.open(announced.ws.url);
  await back.settled();
});

test("a stalled socket stays open and says nothing, while a new one on the same channel is well", async () => {
  await using platform = await startPlatform({ heartbeatMs: 10 });
  using stalled = await (await Client.of(platform)).listen(queueTopic(platform, "Support"));
  platform.faults.stallSockets();
  await expect(stalled.next(() => false, 50)).rejects.toThrow();
  stalled.frames.length = 0;
  quickConversation(platform);
  stalled.ws.ping();
  await expect(stalled.next(() => true, 100)).rejects.toThrow("no such frame");
  expect(stalled.closedWith).toBeUndefined();

  using fresh = await Socket.open(stalled.ws.url);
  quickConversation(platform);
  await fresh.next();
});

test("events are lost, doubled and reordered on demand", async () => {
  await using platform = await startPlatform();
  using socket = await (await Client.of(platform)).listen(queueTopic(platform, "Support"));
  platform.faults.withholdEvents();
  quickConversation(platform);
  platform.faults.withholdEvents(false);
  platform.faults.duplicateEvents(1);
  const doubled = quickConversation(platform);
  const [one, two] = [await socket.next(), await socket.next()];
  expect([one.eventBody.id, two.eventBody]).toEqual([doubled.id, one.eventBody]);
  expect(one.metadata.CorrelationId).not.toBe(two.metadata.CorrelationId);

  platform.faults.reorderEvents();
  const [a, b] = [quickConversation(platform), quickConversation(platform)];
  expect([(await socket.next()).eventBody.id, (await socket.next()).eventBody.id]).toEqual([b.id, a.id]);
});

test("revoked tokens are told of, refused, and their channel is mute until subscribed anew", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using socket = await client.listen(queueTopic(platform, "Support"));
  platform.faults.revokeTokens();
  expect((await socket.next(system("token_revoked"))).eventBody.reason).toBe("user_tokens_revoked");
  expect((await client.call("GET", "/organizations/me")).status).toBe(401);
  quickConversation(platform);
  await client.login();
  await client.subscribe(socket.channelId, [queueTopic(platform, "Support")]);
  const { id } = quickConversation(platform);
  expect((await socket.next()).eventBody.id).toBe(id);
});
