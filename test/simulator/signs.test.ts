import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Story } from "../../src/simulator/story.ts";
import type { Json, Socket } from "./client.ts";
import { Client, queueTopic } from "./client.ts";

const call: Story = {
  ...{ id: "call", title: "A call", medium: "voice", language: "en-us", customerName: "Alex" },
  attributes: {},
  steps: [
    { queue: "Support" },
    { answers: "Anna" },
    { pause: true, ms: 200 },
    { says: "agent", text: "Hello, how can I help?" },
    { says: "customer", text: "My invoice is 42." },
    { customerLeaves: true },
  ],
};

const topicsOf = (id: string) => ({
  transcription: `v2.conversations.${id}.transcription`,
  found: `v2.speechandtextanalytics.conversation.${id}.topics`,
});

const named = (topicName: string) => (frame: Json) => frame.topicName === topicName;
const names = ({ frames }: Socket) => frames.map(({ topicName }) => topicName);

test("who subscribed a call's own topics hears its words, the end of its session, and that its transcript is there", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 30 });
  const client = await Client.of(platform);
  using socket = await client.listen(queueTopic(platform, "Support"));
  using deaf = await client.listen(queueTopic(platform, "Support"));
  const playing = play(platform, call, { stepMs: 5 });
  const { id } = (await socket.next()).eventBody;
  const { transcription, found } = topicsOf(id);
  // Subscribed over the socket, as one does for a conversation that has just been heard of.
  socket.send({ message: "subscribe", topics: [transcription, found], correlationId: "1" });
  expect(await socket.next((frame) => frame.correlationId === "1")).toMatchObject({ result: "200" });
  const { conversation } = await playing;
  const communicationId = conversation.customer.communicationId;

  const [hello, question, over] = [
    await socket.next(named(transcription)),
    await socket.next(named(transcription)),
    await socket.next(named(transcription)),
  ].map(({ eventBody }) => eventBody);
  expect(hello.transcripts[0]).toMatchObject({ channel: "INTERNAL", isFinal: true });
  expect(question.transcripts[0].alternatives[0]).toMatchObject({ transcript: "my invoice is 42" });
  expect(over).toMatchObject({ communicationId, transcripts: [], status: { status: "SESSION_ENDED" } });

  expect((await socket.next(named(found))).eventBody).toMatchObject({
    conversationId: id,
    communicationId,
    mediaType: "call",
    participants: [{ purpose: "agent", userId: platform.organization.userId("Anna") }],
  });
  const path = `/speechandtextanalytics/conversations/${id}/communications/${communicationId}/transcripturl`;
  expect((await client.call("GET", path)).status).toBe(200);
  await deaf.settled();
  expect(names(deaf).filter((name) => [transcription, found].includes(name))).toEqual([]);
});

test("no transcript, no sign: a queue that is not transcribed, a chat, a transcript that never comes", async () => {
  const queues = [{ name: "Support", enableTranscription: false }, { name: "Billing" }];
  await using platform = await startPlatform({ queues, transcriptDelayMs: 0 });
  const client = await Client.of(platform);
  const ids = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  const topics = ids.map(topicsOf);
  using socket = await client.listen(...topics.flatMap(({ transcription, found }) => [transcription, found]));
  const [untranscribed, chat, never] = ids;
  quickConversation(platform, { queue: "Support", ...(untranscribed && { id: untranscribed }) });
  quickConversation(platform, { queue: "Billing", medium: "message", ...(chat && { id: chat }) });
  const delay = { transcriptDelayMs: Number.POSITIVE_INFINITY };
  quickConversation(platform, { queue: "Billing", ...delay, ...(never && { id: never }) });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await socket.settled();
  const signs = names(socket).filter((name) => /transcription$|topics$/.test(name));
  // The live session of the third was there; its file is what never comes.
  expect(signs).toEqual([topics[2]?.transcription]);
});

test("users' topics tell of calls that no queue knows", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const topic = `v2.users.${platform.organization.userId("Femke")}.conversations`;
  using socket = await client.listen(topic, `${topic}.calls`);
  const { id } = quickConversation(platform, {
    steps: [{ queue: "Support" }, { answers: "Femke" }, { customerLeaves: true }],
  });
  expect((await socket.next(named(topic))).eventBody.id).toBe(id);
  expect((await socket.next(named(`${topic}.calls`))).eventBody.id).toBe(id);
});

test("the platform says which topics there are, over what they come, and what they need", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  const path = "/notifications/availabletopics";
  const { entities } = (await client.call("GET", path)).body;
  expect(entities).toContainEqual({ id: "v2.routing.queues.{id}.conversations" });
  const expanded = await client.call("GET", `${path}?expand=transports&expand=requiresPermissions`);
  expect(expanded.body.entities).toContainEqual(
    expect.objectContaining({
      id: "v2.detail.events.conversation.{id}.user.end",
      transports: ["Websocket", "EventBridge", "ProcessAutomation"],
      requiresPermissions: ["analytics:conversationDetail:view"],
    }),
  );
  expect((await client.call("GET", `${path}?expand=everything`)).status).toBe(400);
});
