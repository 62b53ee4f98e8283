import { expect, test } from "vitest";
import type { Conversation } from "../../src/simulator/conversation.ts";
import type { Platform } from "../../src/simulator/platform.ts";
import { startPlatform } from "../../src/simulator/platform.ts";
import type { Played } from "../../src/simulator/player.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import { edgeStories } from "../../src/simulator/stories/edge.ts";
import type { Json } from "./client.ts";
import { Client, isEvent, queueTopic } from "./client.ts";

const stepMs = 2;

async function begin(): Promise<Platform> {
  const names = ["Helder Facturen", "Helder Verhuizen", "Helder Storingen", "Noordlicht Chat"];
  return await startPlatform({ queues: names.map((name) => ({ name })), transcriptDelayMs: 0 });
}

async function playEdge(platform: Platform, id: string): Promise<Played> {
  const story = edgeStories.find((candidate) => candidate.id === id);
  if (story === undefined) throw new Error(`no story ${id}`);
  return await play(platform, story, { stepMs });
}

/** Who, medium and how it ended, of every communication, as REST tells it. */
async function legsOf(platform: Platform, id: string): Promise<string[][]> {
  const { body } = await (await Client.of(platform)).call("GET", `/conversations/${id}`);
  return body.participants.flatMap(({ purpose, name, ...participant }: Json) =>
    ["calls", "callbacks", "emails", "messages"].flatMap((media) =>
      (participant[media] ?? []).map(({ disconnectType }: Json) => [purpose, name, media, disconnectType]),
    ),
  );
}

/** Kinds and ends of somebody's segments, as analytics tells them. */
function segmentsOf(conversation: Conversation, name: string): string[] {
  const { participants } = conversation.toAnalytics();
  return participants
    .filter(({ participantName }) => participantName === name)
    .flatMap(({ sessions }) => sessions.flatMap(({ segments }): Json[] => segments))
    .map(({ segmentType, disconnectType = "" }) => `${segmentType} ${disconnectType}`.trim());
}

async function transcriptOf(platform: Platform, id: string, communicationId: string): Promise<Json> {
  const client = await Client.of(platform);
  const path = `/speechandtextanalytics/conversations/${id}/communications/${communicationId}/transcripturl`;
  const { status, body } = await client.call("GET", path);
  return status === 200 ? await (await fetch(body.url)).json() : status;
}

test("every edge story plays to its end, within a day, and says what should become of it", async () => {
  await using platform = await begin();
  const ids = edgeStories.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const played = await Promise.all(ids.map((id) => playEdge(platform, id)));
  for (const [index, { id, expect: expected, attributes }] of edgeStories.entries()) {
    const { conversations = [], endedAt } = played[index] ?? {};
    expect(endedAt, id).toBeDefined();
    expect(conversations, id).toHaveLength(id === "edge-conference" ? 2 : 1);
    expect(expected.logs === 0, id).toBe(expected.skip !== undefined);
    if (expected.logs > 0) expect(attributes.authenticated, id).toBe("true");
    const names = conversations.flatMap(({ legs }) => legs.map(({ name }) => name));
    for (const agent of expected.agents ?? []) expect(names, id).toContain(agent);
  }
});

test("a quick conversation can be any of them", async () => {
  await using platform = await begin();
  for (const { steps, medium, begins } of edgeStories) {
    if (begins !== undefined) continue;
    expect(quickConversation(platform, { steps, medium }).endTime).toBeDefined();
  }
});

test("a consult: the customer is on hold, and it comes back, or goes on as transfer.consult", async () => {
  await using platform = await begin();
  const cancelled = await playEdge(platform, "edge-consult-cancelled");
  expect((await legsOf(platform, cancelled.conversationId)).slice(2)).toEqual([
    ["agent", "Sanne", "calls", "peer"],
    ["agent", "Youssef", "calls", "peer"],
  ]);
  const held = ["alert", "interact", "hold", "interact peer", "wrapup"];
  expect(segmentsOf(cancelled.conversation, "Sanne")).toEqual(held);
  const [customer, , , target] = cancelled.conversation.toEvent().participants;
  expect(target?.consultParticipantId).toBe(customer?.id);

  const transferred = await playEdge(platform, "edge-consult-transferred");
  expect((await legsOf(platform, transferred.conversationId)).slice(2)).toEqual([
    ["agent", "Sanne", "calls", "transfer.consult"],
    ["agent", "Femke", "calls", "peer"],
  ]);
  expect(segmentsOf(transferred.conversation, "Sanne")).toContain("hold consultTransfer");

  const outside = await playEdge(platform, "edge-consult-outside");
  expect((await legsOf(platform, outside.conversationId)).at(-1)).toEqual([
    "external",
    "Bouwman Installatie",
    "calls",
    "peer",
  ]);
});

test("a conference ends every leg of the old conversation and goes on under an id of its own", async () => {
  await using platform = await begin();
  using socket = await (await Client.of(platform)).listen(queueTopic(platform, "Helder Facturen"));
  const { conversations } = await playEdge(platform, "edge-conference");
  const [old, next] = conversations;
  if (old === undefined || next === undefined) throw new Error("two conversations were expected");
  expect((await legsOf(platform, old.id)).map((leg) => leg.at(-1))).toEqual([
    "transfer.conference",
    "transfer",
    "transfer.conference",
  ]);
  expect(await legsOf(platform, next.id)).toEqual([
    ["customer", "Peter Oosterhof", "calls", "endpoint"],
    ["agent", "Sanne", "calls", "peer"],
    ["agent", "Femke", "calls", "peer"],
  ]);
  const ends = (conversation: Conversation) =>
    conversation.toAnalytics().participants[0]?.sessions[0]?.segments as Json[];
  expect(ends(old).at(-1)).toMatchObject({
    disconnectType: "conferenceTransfer",
    destinationConversationId: next.id,
    destinationSessionId: next.customer.communicationId,
  });
  expect(ends(next)[0]).toMatchObject({
    sourceConversationId: old.id,
    sourceSessionId: old.customer.communicationId,
  });
  const { communicationId } = next.customer;
  const { transcripts } = await transcriptOf(platform, next.id, communicationId);
  expect(transcripts[0].phrases).toHaveLength(3);
  await socket.settled();
  const told = new Set(socket.frames.filter(isEvent).map(({ eventBody }) => eventBody.id));
  expect(told).toEqual(new Set([old.id, next.id]));
});

test("supervisors are users beside the agent they watch, and on no transcript", async () => {
  await using platform = await begin();
  for (const [id, doing, field] of [
    ["edge-monitored", "monitoring", "monitoredParticipantId"],
    ["edge-coached", "coaching", "coachedParticipantId"],
  ] as const) {
    const { conversation } = await playEdge(platform, id);
    const [, , agent, supervisor] = conversation.toEvent().participants;
    expect(supervisor).toMatchObject({ purpose: "user", [field]: agent?.id });
    expect(segmentsOf(conversation, "Miriam Teamleider")).toEqual([`${doing} peer`]);
    const { participants } = conversation.toTranscript();
    expect(participants.map(({ participantPurpose }) => participantPurpose)).toEqual([
      "customer",
      "acd",
      "agent",
    ]);
  }
});

test("a callback is live while scheduled, and is a callback and then a call of the same participants", async () => {
  await using platform = await begin();
  const client = await Client.of(platform);
  const topic = queueTopic(platform, "Helder Facturen");
  using socket = await client.listen(topic, `${topic}.callbacks`, `${topic}.calls`);
  const { conversation } = await playEdge(platform, "edge-callback");
  expect(await legsOf(platform, conversation.id)).toEqual([
    ["customer", "Olga Jansen", "calls", "peer"],
    ["customer", "Olga Jansen", "callbacks", "peer"],
    ["acd", "Helder Facturen", "callbacks", "transfer"],
    ["agent", "Sanne", "calls", "client"],
    ["agent", "Sanne", "callbacks", "client"],
  ]);
  const first = (await socket.next((frame) => frame.topicName === topic)).eventBody.participants;
  expect(first.map(({ callbacks }: Json) => callbacks[0].state)).toEqual(["scheduled", "scheduled"]);
  expect(first[0].callbacks[0].callbackScheduledTime).toBeDefined();
  await socket.settled();
  const last = (suffix: string) =>
    socket.frames.findLast(({ topicName }) => topicName === `${topic}${suffix}`);
  expect(last(".calls").eventBody.participants).toHaveLength(2);
  expect(last(".callbacks").eventBody.participants).toHaveLength(3);
  const [callback, call] = conversation.legs.filter(({ purpose }) => purpose === "customer");
  expect(await transcriptOf(platform, conversation.id, callback?.communicationId ?? "")).toBe(404);
  const file = await transcriptOf(platform, conversation.id, call?.communicationId ?? "");
  expect(file.transcripts[0].phrases).toHaveLength(4);
});

test("a parked leg is live, and says since when and until when it was parked", async () => {
  await using platform = await begin();
  const topic = queueTopic(platform, "Noordlicht Chat", ".messages");
  using socket = await (await Client.of(platform)).listen(topic);
  const { conversation } = await playEdge(platform, "edge-parked-message");
  const parked = await socket.next((frame) => frame.eventBody.participants?.[2]?.state === "parked");
  expect(parked.eventBody.participants[2].parkTime).toBeDefined();
  expect(parked.eventBody.participants[2]).not.toHaveProperty("endTime");
  expect(segmentsOf(conversation, "Anna")).toEqual([
    "alert",
    "interact",
    "parked",
    "interact peer",
    "wrapup",
  ]);
});

test("an e-mail has its texts in two lengths, and ends for both sides when the agent is done", async () => {
  await using platform = await begin();
  const client = await Client.of(platform);
  const { conversationId } = await playEdge(platform, "edge-email");
  expect(await legsOf(platform, conversationId)).toEqual([
    ["customer", "Joke Hendriks", "emails", "client"],
    ["acd", "Helder Facturen", "emails", "transfer"],
    ["agent", "Sanne", "emails", "client"],
  ]);
  const path = `/conversations/emails/${conversationId}/messages`;
  const { entities } = (await client.call("GET", path)).body;
  expect(entities).toHaveLength(2);
  const mail = (await client.call("GET", `${path}/${entities[1].id}`)).body;
  expect(mail.textBody).toContain("het tarief is op 1 mei gewijzigd");
});

test("colleagues among themselves and the platform's own message have no customer, no queue and no transcript", async () => {
  await using platform = await begin();
  const client = await Client.of(platform);
  const topic = `v2.users.${platform.organization.userId("Femke")}.conversations.calls`;
  using socket = await client.listen(topic);
  const { conversation } = await playEdge(platform, "edge-internal-call");
  expect(await legsOf(platform, conversation.id)).toEqual([
    ["user", "Sanne", "calls", "peer"],
    ["user", "Femke", "calls", "client"],
  ]);
  expect(conversation.queueIds).toEqual([]);
  await socket.next((frame) => frame.topicName === topic);
  const sent = await playEdge(platform, "edge-agentless-message");
  expect(await legsOf(platform, sent.conversationId)).toEqual([["api", undefined, "messages", "system"]]);
  const found = sent.conversation.toAnalytics();
  expect([found.originatingDirection, found.conversationInitiator]).toEqual(["outbound", "api"]);
});

test("a customer with two communications has a transcript of each, with what was said meanwhile", async () => {
  await using platform = await begin();
  const { conversation } = await playEdge(platform, "edge-two-lines");
  const [customer] = conversation.toEvent().participants;
  const lines = customer?.calls ?? [];
  expect(lines.map(({ disconnectType }) => disconnectType)).toEqual(["transport.failure", "endpoint"]);
  const files = await Promise.all(lines.map(({ id }) => transcriptOf(platform, conversation.id, id)));
  expect(files.map(({ communicationId }) => communicationId)).toEqual(lines.map(({ id }) => id));
  expect(files.map(({ transcripts }) => transcripts[0].phrases.length)).toEqual([2, 3]);
  const search = await (await Client.of(platform)).call(
    "POST",
    "/speechandtextanalytics/transcripts/search",
    {
      types: ["transcripts_metadata"],
      query: [{ type: "EXACT", fields: ["conversationId"], value: conversation.id }],
    },
  );
  expect(search.body.total).toBe(2);
});

test("a language switch begins another transcript in the same file", async () => {
  await using platform = await begin();
  const { conversation } = await playEdge(platform, "edge-language-switch");
  const { transcripts } = conversation.toTranscript();
  expect(transcripts.map(({ language, phrases }) => [language, phrases.length])).toEqual([
    ["nl-nl", 2],
    ["en-us", 3],
  ]);
  expect(new Set(transcripts.map(({ transcriptId }) => transcriptId)).size).toBe(2);
});

test("agents overlap when one joins, and the same one can come back as another participant", async () => {
  await using platform = await begin();
  const { conversation } = await playEdge(platform, "edge-overlapping-agents");
  const windows = conversation
    .toTranscript()
    .participants.filter(({ participantPurpose }) => participantPurpose === "agent");
  const [sanne, youssef] = windows;
  expect(Number(youssef?.startTimeMs)).toBeGreaterThan(Number(sanne?.startTimeMs));
  expect(Number(youssef?.endTimeMs)).toBeLessThan(Number(sanne?.endTimeMs));

  const twice = await playEdge(platform, "edge-same-agent-twice");
  const agents = (await legsOf(platform, twice.conversationId)).filter(([purpose]) => purpose === "agent");
  expect(agents.map(([, name, , type]) => [name, type])).toEqual([
    ["Sanne", "transfer"],
    ["Femke", "transfer"],
    ["Sanne", "peer"],
  ]);
});

test("events, REST and analytics each spell an end in their own way", async () => {
  await using platform = await begin();
  const { conversation } = await playEdge(platform, "edge-nobody-free");
  const ends = conversation.toEvent().participants.map(({ calls }) => calls?.[0]?.disconnectType);
  expect(ends).toContain("transfer.dnd");
  expect((await legsOf(platform, conversation.id)).map((leg) => leg.at(-1))).toContain(
    "transfer.donotdisturb",
  );
  expect(segmentsOf(conversation, "Daan")).toEqual(["alert dndTransfer"]);
  expect(segmentsOf(conversation, "Sanne")).toEqual(["alert notAvailableTransfer"]);
});
