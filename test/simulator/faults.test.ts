import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Step } from "../../src/simulator/story.ts";
import { Client, isEvent, queueTopic, Socket } from "./client.ts";

test("lost subscriptions: the channel and its socket are well, and nothing comes until subscribed anew", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const topic = queueTopic(platform, "Support");
  using socket = await client.listen(topic);
  platform.faults.loseSubscriptions();
  quickConversation(platform);
  await socket.settled();
  expect(socket.frames.filter(isEvent)).toEqual([]);
  const path = `/notifications/channels/${socket.channelId}`;
  expect((await client.call("HEAD", path)).status).toBe(200);
  expect((await client.call("GET", `${path}/subscriptions`)).body.entities).toEqual([]);
  await client.subscribe(socket.channelId, [topic]);
  quickConversation(platform);
  await socket.next();
});

test("new sockets can stall as the open ones do, until all are resumed", async () => {
  await using platform = await startPlatform({ heartbeatMs: 10 });
  const client = await Client.of(platform);
  using old = await client.listen(queueTopic(platform, "Support"));
  platform.faults.stallSockets({ newOnes: true });
  using fresh = await Socket.open(old.ws.url);
  await expect(fresh.next(() => true, 60)).rejects.toThrow("no such frame");
  platform.faults.resumeSockets();
  quickConversation(platform);
  await fresh.next();
  using later = await Socket.open(old.ws.url);
  await later.settled();
});

test("a platform whose clock is ahead dates everything so, and is consistent with itself", async () => {
  const skew = 3_600_000;
  await using platform = await startPlatform({ clockSkewMs: skew, transcriptDelayMs: 20 });
  const client = await Client.of(platform);
  const facts = { medium: "voice", language: "en-us", attributes: {}, customerName: "Al" } as const;
  const steps: Step[] = [
    { queue: "Support" },
    { answers: "Anna" },
    { says: "agent", text: "Hi" },
    { customerLeaves: true },
  ];
  const story = { id: "skew", title: "A skewed clock", ...facts, steps };
  const { conversation } = await play(platform, story, { stepMs: 1 });
  const near = (text: string) => Math.abs(Date.parse(text) - Date.now() - skew) < 5_000;
  const rest = (await client.call("GET", `/conversations/${conversation.id}`)).body;
  expect([near(rest.startTime), near(rest.endTime)]).toEqual([true, true]);
  const { body: channel } = await client.call("POST", "/notifications/channels");
  expect(near(new Date(Date.parse(channel.expires) - 86_400_000).toISOString())).toBe(true);
  const { communicationId } = conversation.customer;
  const path = `/speechandtextanalytics/conversations/${conversation.id}/communications/${communicationId}/transcripturl`;
  await expect.poll(async () => (await client.call("GET", path)).status).toBe(200);
});

test("ended conversations are forgotten after a while, by GET conversation alone", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const old = quickConversation(platform, { endedAt: Date.now() - 60_000 });
  const fresh = quickConversation(platform);
  const open = quickConversation(platform, { steps: [{ queue: "Support" }], endedAt: Date.now() - 60_000 });
  platform.faults.forgetConversations(30_000);
  const statusOf = async (path: string) => (await client.call("GET", path)).status;
  const ids = [old.id, fresh.id, open.id];
  const statuses = await Promise.all(ids.map((id) => statusOf(`/conversations/${id}`)));
  expect(statuses).toEqual([404, 200, 200]);
  expect(await statusOf(`/analytics/conversations/${old.id}/details`)).toBe(200);
  platform.faults.clear();
  expect(await statusOf(`/conversations/${old.id}`)).toBe(200);
});

test("the rate limit's window can be shorter than a minute", async () => {
  await using platform = await startPlatform({ requestsPerMinute: 2, rateWindowMs: 100 });
  const client = await Client.of(platform);
  const status = async () => (await client.call("GET", "/organizations/me")).status;
  expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
  await expect.poll(status).toBe(200);
});

test("a call's recording is 202 and empty while it is transcoded; its metadata are there at once", async () => {
  await using platform = await startPlatform({ transcodeMs: 60_000 });
  const client = await Client.of(platform);
  const call = quickConversation(platform);
  const done = quickConversation(platform, { endedAt: Date.now() - 60_000 });
  const chat = quickConversation(platform, { medium: "message" });
  const recordings = async (id: string) => await client.call("GET", `/conversations/${id}/recordings`);
  expect(await recordings(call.id)).toMatchObject({ status: 202, body: undefined });
  const { communicationId: sessionId } = done.customer;
  expect((await recordings(done.id)).body).toMatchObject([{ media: "audio", sessionId }]);
  const [written] = (await recordings(chat.id)).body;
  expect(written).toMatchObject({ media: "message", sessionId: chat.customer.communicationId });
  expect(written.messagingTranscript).toHaveLength(4);
  const metadata = await client.call("GET", `/conversations/${call.id}/recordingmetadata`);
  expect(metadata.body).toMatchObject([{ media: "audio", sessionId: call.customer.communicationId }]);
  expect((await recordings("none")).status).toBe(404);
});
