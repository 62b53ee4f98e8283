import { expect, test } from "vitest";
import type { Platform } from "../../src/simulator/platform.ts";
import { startPlatform } from "../../src/simulator/platform.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Step, Story } from "../../src/simulator/story.ts";
import type { Json } from "./client.ts";
import { Client, isEvent, queueTopic } from "./client.ts";

function story(medium: Story["medium"], ...steps: Step[]): Story {
  const attributes = { accountNumber: "A-1001" };
  return { id: "test", title: "A test", medium, language: "en-us", attributes, customerName: "Alex", steps };
}

const stepMs = 2;

async function restOf(platform: Platform, id: string): Promise<Json> {
  return (await (await Client.of(platform)).call("GET", `/conversations/${id}`)).body;
}

const legsOf = (rest: Json) =>
  rest.participants.map((participant: Json) => {
    const { state, disconnectType } = (participant.calls ?? participant.messages)[0];
    return [participant.purpose, participant.name, state, disconnectType];
  });

test("a transferred call: four legs and one event a queue and change, the last ones with after-call work", async () => {
  await using platform = await startPlatform({ transcriptDelayMs: 0 });
  const client = await Client.of(platform);
  using socket = await client.listen(queueTopic(platform, "Support"), queueTopic(platform, "Billing"));
  const transferred = story(
    "voice",
    { flow: "starts" },
    { says: "ivr", text: "Welcome to our company." },
    { queue: "Support" },
    { answers: "Anna" },
    { says: "agent", text: "Hello, this is Anna." },
    { says: "customer", text: "I want a refund of €10." },
    { transfersTo: "Billing" },
    { answers: "Ben" },
    { says: "agent", text: "Ben here." },
    { customerLeaves: true },
    { repeated: 2 },
  );
  const { conversationId, conversation, endedAt } = await play(platform, transferred, { stepMs });

  const rest = await restOf(platform, conversationId);
  expect(legsOf(rest)).toEqual([
    ["customer", "Alex", "disconnected", "endpoint"],
    ["ivr", "Welcome", "disconnected", "transfer"],
    ["acd", "Support", "disconnected", "transfer"],
    ["agent", "Anna", "disconnected", "transfer"],
    ["acd", "Billing", "disconnected", "transfer"],
    ["agent", "Ben", "disconnected", "peer"],
  ]);
  expect(rest.endTime).toBe(new Date(endedAt ?? 0).toISOString());
  expect(rest.participants[0].attributes).toEqual({ accountNumber: "A-1001" });
  expect(rest.participants[5].calls[0].afterCallWork.state).toBe("complete");

  await socket.settled();
  const events = socket.frames.filter(isEvent);
  const queues = (frames: Json[]) => new Set(frames.map(({ topicName }) => topicName));
  expect(queues(events)).toEqual(new Set([queueTopic(platform, "Support"), queueTopic(platform, "Billing")]));
  const ended = events.filter(({ eventBody }) => eventBody.participants[0].endTime !== undefined);
  expect(ended).toHaveLength(2 * (1 + 2 + 1));
  expect(ended[0].eventBody).not.toHaveProperty("endTime");
  expect(ended[0].eventBody.participants[0]).not.toHaveProperty("startTime");

  const { body } = await client.call(
    "GET",
    `/speechandtextanalytics/conversations/${conversationId}/communications/${conversation.customer.communicationId}/transcripturl`,
  );
  const file: Json = await (await fetch(body.url)).json();
  const speakers = file.transcripts[0].phrases.map((phrase: Json) => {
    const inside = file.participants.find(
      (participant: Json) =>
        !["customer", "acd"].includes(participant.participantPurpose) &&
        participant.startTimeMs <= phrase.startTimeMs &&
        phrase.startTimeMs < participant.endTimeMs,
    );
    return [phrase.participantPurpose, inside.participantPurpose, inside.userId, phrase.decoratedText];
  });
  const [anna, ben] = [platform.organization.userId("Anna"), platform.organization.userId("Ben")];
  expect(speakers).toEqual([
    ["internal", "ivr", undefined, "Welcome to our company."],
    ["internal", "agent", anna, "Hello, this is Anna."],
    ["external", "agent", anna, "I want a refund of €10."],
    ["internal", "agent", ben, "Ben here."],
  ]);
  expect(file.transcripts[0].phrases[1].text).toBe("hello this is anna");
});

test("agents who let it ring or decline never get a connectedTime", async () => {
  await using platform = await startPlatform();
  const noAnswer = story(
    "voice",
    { queue: "Support" },
    { rings: "Anna", outcome: "no-answer" },
    { rings: "Ben", outcome: "declined" },
    { answers: "Cleo" },
    { says: "customer", text: "At last." },
    { agentLeaves: true },
  );
  const { conversationId } = await play(platform, noAnswer, { stepMs });
  const rest = await restOf(platform, conversationId);
  expect(legsOf(rest)).toEqual([
    ["customer", "Alex", "disconnected", "peer"],
    ["acd", "Support", "disconnected", "transfer"],
    ["agent", "Anna", "disconnected", "transfer.noanswer"],
    ["agent", "Ben", "disconnected", "client"],
    ["agent", "Cleo", "disconnected", "client"],
  ]);
  expect(
    rest.participants.map((participant: Json) => participant.calls[0].connectedTime !== undefined),
  ).toEqual([true, true, false, false, true]);
});

test("a chat stays open when the agent leaves, and opens again under the same id when the customer writes", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  using socket = await client.listen(queueTopic(platform, "Support", ".messages"));
  const session: Step[] = [{ queue: "Support" }, { answers: "Anna" }, { says: "agent", text: "Hello!" }];
  const first = await play(platform, story("message", ...session, { agentLeaves: true }), { stepMs });
  expect(first.endedAt).toBeUndefined();
  const open = await restOf(platform, first.conversationId);
  expect(open).not.toHaveProperty("endTime");
  expect(legsOf(open)[0]).toEqual(["customer", "Alex", "connected", undefined]);

  const reopened = story(
    "message",
    { flow: "starts" },
    { says: "bot", text: "What is it about?" },
    { noise: "typing" },
    { says: "customer", text: "My parcel" },
    { flow: "ends" },
    ...session,
    { noise: "receipt" },
    { noise: "system", text: "Anna is away for a moment" },
    { noise: "structured", text: "Pick one" },
    { agentLeaves: true },
    { says: "customer", text: "One more thing" },
    { queue: "Support" },
    { answers: "Ben" },
    { says: "agent", text: "Go ahead" },
    { customerLeaves: true },
  );
  const { conversationId, endedAt } = await play(platform, reopened, { stepMs });
  const rest = await restOf(platform, conversationId);
  expect(rest.endTime).toBe(new Date(endedAt ?? 0).toISOString());
  expect(legsOf(rest).filter(([purpose]: string[]) => purpose === "agent")).toEqual([
    ["agent", "Anna", "disconnected", "client"],
    ["agent", "Ben", "disconnected", "peer"],
  ]);

  const listed = rest.participants.flatMap(({ messages }: Json) => messages[0].messages);
  const ids = listed.map(({ messageId }: Json) => messageId);
  const path = `/conversations/messages/${conversationId}/messages`;
  const { body } = await client.call("POST", `${path}/bulk`, [...ids, "unknown"]);
  const texts = body.entities
    .toSorted((a: Json, b: Json) => a.timestamp.localeCompare(b.timestamp))
    .map(({ normalizedMessage: { type, originatingEntity, direction, text } }: Json) =>
      [type, originatingEntity, direction, text].join(" "),
    );
  expect(texts).toEqual([
    "Text Bot Outbound What is it about?",
    "Event Human Inbound ",
    "Text Human Inbound My parcel",
    "Text Human Outbound Hello!",
    "Receipt Bot Outbound ",
    "Text Bot Outbound Anna is away for a moment",
    "Structured Bot Outbound Pick one",
    "Text Human Inbound One more thing",
    "Text Human Outbound Go ahead",
  ]);
  expect((await client.call("GET", `${path}/${ids[0]}`)).body.id).toBe(ids[0]);
  expect((await client.call("GET", `${path}/unknown`)).status).toBe(404);

  await socket.settled();
  const last = socket.frames.findLast(isEvent);
  expect(last.eventBody.participants[0]).toMatchObject({ state: "disconnected", disconnectType: "client" });
  expect(last.eventBody.participants[0].messages[0]).toHaveProperty("message.id");
});

test("the end of a conversation and its transcript can be late", async () => {
  await using platform = await startPlatform({ endTimeDelayMs: 60_000, transcriptDelayMs: 60_000 });
  const client = await Client.of(platform);
  const fresh = quickConversation(platform);
  const old = quickConversation(platform, { endedAt: Date.now() - 120_000 });
  const never = quickConversation(platform, { endedAt: Date.now() - 120_000, transcriptDelayMs: Infinity });
  const urlOf = async ({ id, customer }: typeof fresh, communicationId = customer.communicationId) =>
    (
      await client.call(
        "GET",
        `/speechandtextanalytics/conversations/${id}/communications/${communicationId}/transcripturl`,
      )
    ).status;

  expect(await restOf(platform, fresh.id)).not.toHaveProperty("endTime");
  expect(await restOf(platform, old.id)).toHaveProperty("endTime");
  expect([await urlOf(fresh), await urlOf(old), await urlOf(never)]).toEqual([404, 200, 404]);
  expect(await urlOf(old, old.legs[1]?.communicationId)).toBe(404);
});

test("a chat the platform ends for want of words ends for everybody in it", async () => {
  await using platform = await startPlatform();
  const { id } = quickConversation(platform, { medium: "message", expires: "inactivity" });
  expect(legsOf(await restOf(platform, id))).toEqual([
    ["customer", "Alex Customer", "disconnected", "inactivity"],
    ["acd", "Support", "disconnected", "transfer"],
    ["agent", "Sam Agent", "disconnected", "inactivity"],
  ]);
});

test("several stories play at once, and an aborted one stops", async () => {
  await using platform = await startPlatform();
  const call = story("voice", { queue: "Support" }, { answers: "Anna" }, { customerLeaves: true });
  const played = await Promise.all([1, 2, 3].map(() => play(platform, call, { stepMs })));
  expect(new Set(played.map(({ conversationId }) => conversationId)).size).toBe(3);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(play(platform, call, { stepMs, signal })).rejects.toThrow();
  await expect(play(platform, story("voice", { queue: "Nowhere" }))).rejects.toThrow(
    'no queue named "Nowhere"',
  );
});
