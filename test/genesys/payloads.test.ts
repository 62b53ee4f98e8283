import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Transient } from "../../src/errors.ts";
import { type Conversation, mediaArrays, parseConversation } from "../../src/genesys/conversation.ts";
import { parseChannel, parseQueue, parseQueuePage, parseSubscriptions } from "../../src/genesys/payloads.ts";
import { parseMessages, parseTranscript, parseTranscriptUrl } from "../../src/genesys/words.ts";

const time = "2026-08-01T08:00:00.000Z";
const at = Date.parse(time);

/** What stands where something else was expected. */
const wrongs: readonly unknown[] = [null, undefined, 0, -1.5, true, "", "what", [], [null], {}, { id: 5 }];

function participantOf(raw: Record<string, unknown>): Conversation["participants"][number] | undefined {
  return parseConversation({ id: "c", participants: [raw] }).participants[0];
}

test.each([
  ["2026-08-01T08:00:00.000Z", 0],
  ["2026-08-01T08:00:00Z", 0],
  ["2026-08-01T08:00:00.123456Z", 123],
  ["2026-08-01T10:00:00+02:00", 0],
  ["2026-08-01T10:00:00.000+0200", 0],
  ["2026-08-01T03:30:00.5-04:30", 500],
  ["2026-08-01T08:00:00", 0],
  ["2026-08-01T08:00:00.250", 250],
  ["2026-08-01 08:00:00.250", 250],
])("%s is the instant it names, whatever the machine's zone", (startTime, ms) => {
  const zone = process.env.TZ;
  process.env.TZ = "America/New_York";
  try {
    expect(parseConversation({ id: "c", startTime }).startedAt).toBe(at + ms);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

describe("a conversation", () => {
  test("is read with everything it tells", () => {
    const leg = {
      id: "l",
      state: "DISCONNECTED",
      direction: "Inbound",
      connectedTime: time,
      disconnectedTime: time,
      disconnectType: "Peer",
      messages: [{ messageId: "m-1", messageTime: time }, { message: { id: "m-2" } }],
      segments: [{ type: "Interact" }, { type: "HOLD" }],
      somethingNew: { of: "tomorrow" },
    };
    const raw = {
      id: "c",
      startTime: time,
      endTime: time,
      participants: [
        {
          purpose: "Agent",
          userId: "u",
          queueId: "q",
          consultParticipantId: "p-0",
          startTime: time,
          connectedTime: time,
          endTime: time,
          attributes: { customerNumber: "1", loyal: true, age: 7, nothing: null, deep: {} },
          messages: [leg],
        },
      ],
    };
    const conversation = parseConversation(raw);
    expect(conversation).toMatchObject({ id: "c", startedAt: at, endedAt: at });
    expect(conversation.participants).toMatchObject([
      {
        purpose: "agent",
        userId: "u",
        queueId: "q",
        consults: true,
        observes: false,
        startedAt: at,
        connectedAt: at,
        endedAt: at,
        communications: [
          {
            id: "l",
            media: "messages",
            state: "disconnected",
            direction: "inbound",
            connectedAt: at,
            disconnectedAt: at,
            disconnectType: "peer",
            messages: [{ id: "m-1", at }, { id: "m-2" }],
            segments: ["interact", "hold"],
          },
        ],
      },
    ]);
    expect({ ...conversation.participants[0]?.attributes }).toEqual({
      customerNumber: "1",
      loyal: "true",
      age: "7",
    });
  });

  test.each(wrongs)("no field but its id is demanded: %j instead of any of them", (wrong) => {
    const names = [
      "id",
      "purpose",
      "userId",
      "user",
      "queueId",
      "queue",
      "consultParticipantId",
      "startTime",
    ];
    const all = [...names, "connectedTime", "endTime", "attributes", ...mediaArrays];
    const inside = ["state", "direction", "connectedTime", "disconnectedTime", "disconnectType"];
    const leg = Object.fromEntries([...inside, "messages", "segments"].map((name) => [name, wrong]));
    const participant = {
      ...Object.fromEntries(all.map((name) => [name, wrong])),
      calls: [{ id: "l", ...leg }],
    };
    const raw = { id: "c", startTime: wrong, endTime: wrong, participants: [participant, wrong] };
    const conversation = parseConversation(raw);
    expect(conversation.id).toBe("c");
    const [first] = conversation.participants;
    expect(first?.communications.map(({ id }) => id)).toContain("l");
    for (const instant of [
      conversation.startedAt,
      first?.connectedAt,
      first?.communications[0]?.connectedAt,
    ]) {
      expect(instant).toBeUndefined();
    }
    expect(parseConversation({ id: "c", participants: wrong }).participants).toBeInstanceOf(Array);
    expect(parseConversation({ id: "c" })).toEqual({
      id: "c",
      startedAt: undefined,
      endedAt: undefined,
      participants: [],
    });
  });

  test.each([{ userId: "u" }, { user: { id: "u" } }, { userId: null, user: { id: "u" } }])(
    "a user is told as id or as reference: %j",
    (raw) => {
      expect(participantOf(raw)?.userId).toBe("u");
    },
  );

  test.each([{ queueId: "q" }, { queue: { id: "q" } }, { queueId: 5, queue: { id: "q" } }])(
    "a queue is told as id or as reference: %j",
    (raw) => {
      expect(participantOf(raw)?.queueId).toBe("q");
    },
  );

  test.each<[what: string, raw: Record<string, unknown>, observes: boolean]>([
    ["nobody in particular", {}, false],
    ["an agent listened to", { monitoredParticipantId: "p-1" }, true],
    ["an agent whispered with", { coachedParticipantId: "p-1" }, true],
    [
      "an agent whose call was joined aloud",
      { coachedParticipantId: "p-1", bargedParticipantId: "p-1" },
      false,
    ],
    ["numbers", { monitoredParticipantId: 5, coachedParticipantId: null }, false],
  ])("who names %s observes: %3$s", (_what, raw, observes) => {
    expect(participantOf(raw)).toMatchObject({ observes, consults: false });
  });

  test("a leg or a message without an id is nobody's, the others stay", () => {
    const calls = [
      { state: "connected" },
      null,
      { id: 5 },
      { id: "l", messages: [{}, { messageId: "m" }, "x"] },
    ];
    const communications = participantOf({ calls })?.communications ?? [];
    expect(communications.map(({ id }) => id)).toEqual(["l"]);
    expect(communications[0]?.messages.map(({ id }) => id)).toEqual(["m"]);
  });

  test("a state nobody knows yet is passed on", () => {
    const calls = [{ id: "l", state: "TELEPORTED", direction: "sideways", segments: [{ type: "hum" }, {}] }];
    expect(participantOf({ purpose: "Hologram", calls })).toMatchObject({
      purpose: "hologram",
      communications: [{ state: "teleported", direction: "sideways", segments: ["hum", ""] }],
    });
  });

  test("an attribute named __proto__ or constructor reaches no prototype", () => {
    const raw = JSON.parse('{"__proto__":"evil","constructor":"c","toString":"t"}');
    const attributes = participantOf({ attributes: raw })?.attributes ?? {};
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
    expect(Object.getPrototypeOf(attributes)).toBeNull();
    expect(participantOf({ attributes: {} })?.attributes.constructor).toBeUndefined();
  });

  test("half a character, which JSON can carry and no URL, is none in an id nor in an attribute", () => {
    const half = "c\ud800";
    const leg = { id: half, state: "connected" };
    const raw = { id: half, participants: [{ queueId: half, attributes: { account: half }, calls: [leg] }] };
    const { id, participants } = parseConversation(raw);
    const [first] = participants;
    const all = [id, first?.queueId, first?.attributes.account, first?.communications[0]?.id];
    expect(all).toEqual(Array(4).fill("c\ufffd"));
  });

  test("a huge one is read in time", () => {
    const calls = Array.from({ length: 5_000 }, (_, index) => ({ id: `l${index}`, state: "disconnected" }));
    const participants = Array.from({ length: 4 }, () => ({ purpose: "agent", calls }));
    expect(parseConversation({ id: "c", participants }).participants[3]?.communications).toHaveLength(5_000);
  });

  test("whatever comes in, it is read or refused as Transient", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ id: fc.constant("c"), participants: fc.anything() })),
        (raw) => {
          try {
            expect(parseConversation(raw).id).not.toBe("");
          } catch (error) {
            expect(error).toBeInstanceOf(Transient);
          }
        },
      ),
    );
  });
});

test.each<[what: string, read: (value: unknown) => unknown, value: unknown, fields: string]>([
  ["a conversation that is none", parseConversation, "secret", "the whole answer"],
  ["a conversation of null", parseConversation, null, "the whole answer"],
  ["a conversation without an id", parseConversation, { id: "", participants: [] }, "id"],
  ["a conversation with a number for an id", parseConversation, { id: 5 }, "id"],
  ["a queue list that is an array", parseQueuePage, [], "the whole answer"],
  ["a queue without an id", parseQueue, { name: "secret" }, "id"],
  ["a channel without an address", parseChannel, { id: "secret" }, "connectUri"],
  ["a channel at a web page", parseChannel, { id: "secret", connectUri: "https://secret" }, "connectUri"],
  ["a channel without an id", parseChannel, { connectUri: "wss://secret" }, "id"],
  ["a transcript URL of another kind", parseTranscriptUrl, { url: "file:///secret" }, "url"],
  ["a transcript URL missing", parseTranscriptUrl, {}, "url"],
  ["a transcript without transcripts", parseTranscript, { secret: 1 }, "transcripts"],
  ["messages that are text", parseMessages, "secret", "the whole answer"],
  ["subscriptions that are null", parseSubscriptions, null, "the whole answer"],
])("%s is Transient and names the field, never a value", (_what, read, value, fields) => {
  let thrown: unknown;
  try {
    read(value);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Transient);
  const { reason, message } = thrown as Transient;
  expect(reason).toBe("unexpected_payload");
  expect(message).toContain(`(${fields})`);
  expect(message).not.toContain("secret");
});

test("a queue list keeps what has an id, and tells what it knows", () => {
  const entities = [
    { id: "q-1", name: "One", enableTranscription: true },
    { id: "q-2" },
    { name: "No id" },
    null,
  ];
  const { queues, pageCount, rows } = parseQueuePage({ entities, pageCount: "3" });
  expect(queues).toMatchObject([
    { id: "q-1", name: "One", enableTranscription: true },
    { id: "q-2", name: "" },
  ]);
  expect([pageCount, rows]).toEqual([undefined, 4]);
  expect(parseQueuePage({ entities: null, pageCount: 2 })).toMatchObject({
    queues: [],
    rows: 0,
    pageCount: 2,
  });
  expect(parseQueue({ id: "q", name: null })).toEqual({ id: "q", name: "" });
});

test("a channel needs its id and its socket address only", () => {
  expect(parseChannel({ id: "s", connectUri: "wss://x.example/s" })).toMatchObject({ id: "s" });
  expect(parseChannel({ id: "s", connectUri: "ws://127.0.0.1:1/s", expires: time }).expires).toBe(at);
  expect(parseChannel({ id: "s", connectUri: "wss://x.example/s", expires: "soon" }).expires).toBeUndefined();
});

test("a topic is rejected only where the platform says so", () => {
  const entities = [
    { id: "a", state: "Permitted" },
    { id: "b", state: "REJECTED" },
    { id: "c" },
    { id: "d", state: 5 },
    { id: "e", state: "Pondered" },
    { state: "Rejected" },
  ];
  expect(parseSubscriptions({ entities })).toEqual([
    { id: "a", rejected: false },
    { id: "b", rejected: true },
    { id: "c", rejected: false },
    { id: "d", rejected: false },
    { id: "e", rejected: false },
  ]);
});

test("a message's text is the normalized one, and missing fields are not told", () => {
  const entities = [
    {
      id: "m-1",
      timestamp: time,
      direction: "INBOUND",
      textBody: "old",
      normalizedMessage: { type: "Text", text: "new" },
    },
    { id: "m-2", textBody: "old", normalizedMessage: null },
    { id: "m-3", normalizedMessage: { direction: "Inbound", type: "Receipt", originatingEntity: "BOT" } },
    { id: "m-4", createdBy: { id: "u" }, direction: "outbound", timestamp: 5 },
    { textBody: "no id" },
  ];
  expect(parseMessages({ entities })).toMatchObject([
    { id: "m-1", at, inbound: true, type: "text", text: "new", byBot: false },
    { id: "m-2", inbound: false, type: "text", text: "old" },
    { id: "m-3", inbound: true, type: "receipt", text: "", byBot: true },
    { id: "m-4", at: undefined, userId: "u", inbound: false },
  ]);
});

test("a transcript of any age: words, sides and parties as far as they are told", () => {
  const phrases = [
    { text: "raw", decoratedText: "Nice.", startTimeMs: at, participantPurpose: "External" },
    { text: "plain", decoratedText: null, startTimeMs: "5", participantPurpose: "internal" },
    { phraseIndex: 3 },
    null,
  ];
  const transcripts = [{ language: "nl-NL", phrases }, { language: "en", phrases: null }, 5];
  const parties = [{ participantPurpose: "Agent", userId: "u", startTimeMs: 1, endTimeMs: 2 }, {}];
  const { language, phrases: read, parties: who } = parseTranscript({ transcripts, participants: parties });
  expect(language).toBe("nl-NL");
  expect(read).toMatchObject([
    { text: "Nice.", at, external: true },
    { text: "plain", at: undefined, external: false },
    { text: "", external: false },
  ]);
  expect(who).toMatchObject([
    { purpose: "agent", userId: "u", from: 1, to: 2 },
    { purpose: "", from: -Infinity, to: Infinity },
  ]);
  expect(parseTranscript({ transcripts: [] })).toMatchObject({ phrases: [], parties: [] });
});

const examples = fileURLToPath(new URL("../../../shared/genesys/examples", import.meta.url));

describe.skipIf(!existsSync(examples))("the platform's examples are read", () => {
  const json = (path: string) => JSON.parse(readFileSync(`${examples}/${path}`, "utf8"));
  const named = (pattern: RegExp): string[] =>
    ["real", "synthetic"]
      .filter((folder) => existsSync(`${examples}/${folder}`))
      .flatMap((folder) => readdirSync(`${examples}/${folder}`).map((name) => `${folder}/${name}`))
      .filter((path) => pattern.test(path));

  test.each(named(/rest-conversation-.*-200|conversation-chat-get/))("%s", (path) => {
    const conversation = parseConversation(json(path));
    const legs = conversation.participants.flatMap(({ communications }) => communications);
    expect(conversation.startedAt).toBeLessThan(conversation.endedAt ?? 0);
    expect(conversation.participants.map(({ purpose }) => purpose)).toContain("customer");
    expect(legs.length).toBeGreaterThan(0);
    for (const { state } of legs) expect(state).toMatch(/^[a-z]+$/);
  });

  test.each(named(/topic-queue-conversations[-.](voice|message|calls|emails)/))("%s", (path) => {
    const { eventBody } = json(path);
    const { id, participants } = parseConversation(eventBody);
    expect(id).toBe(eventBody.id);
    expect(participants).toHaveLength(eventBody.participants.length);
  });

  test.each(named(/sta-transcript/))("%s", (path) => {
    const { phrases, language } = parseTranscript(json(path));
    expect(language).toMatch(/^[a-z]{2}/i);
    expect(phrases.length).toBeGreaterThan(0);
    expect(phrases.every(({ text, at: spoken }) => text !== "" && spoken !== undefined)).toBe(true);
    expect(new Set(phrases.map(({ external }) => external)).size).toBe(2);
  });

  test.each(named(/routing-queues/))("%s", (path) => {
    const { queues } = parseQueuePage(json(path));
    expect(queues).toHaveLength(json(path).entities.length);
    expect(queues.every(({ name }) => name !== "")).toBe(true);
  });

  test.each(named(/rest-channel-create/))("%s", (path) => {
    expect(parseChannel(json(path)).expires).toBeGreaterThan(0);
  });

  test.each(named(/rest-subscriptions-put-.*200|rest-subscriptions-put-200/))("%s", (path) => {
    const refused = parseSubscriptions(json(path)).filter(({ rejected }) => rejected);
    expect(refused).toHaveLength(path.includes("ignoreErrors") ? 1 : 0);
  });

  test.each(named(/rest-messages-bulk-200/))("%s", (path) => {
    const messages = parseMessages(json(path));
    expect(messages.map(({ at: sent }) => sent)).not.toContain(undefined);
    expect(messages.some(({ inbound, text }) => inbound && text !== "")).toBe(true);
  });

  test.each(named(/rest-transcripturl/))("%s", (path) => {
    expect(parseTranscriptUrl(json(path))).toMatch(/^https:/);
  });
});
