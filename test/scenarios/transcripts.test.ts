import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Conversation } from "../../src/simulator/conversation.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, type World } from "../harness.ts";

let world: World;
let daemon: Daemon;

beforeAll(async () => {
  world = await startWorld();
  daemon = world.start();
  await daemon.connected();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

/** A transcript file as the platform writes it, spoken while the agent was there. */
function fileOf(conversation: Conversation) {
  const agent = conversation.legs.find(({ purpose }) => purpose === "agent");
  const from = agent?.connectedTime ?? 0;
  const said = (participantPurpose: string, afterMs: number, text: string) => ({
    participantPurpose,
    text,
    startTimeMs: from + afterMs,
    duration: { milliseconds: 500 },
  });
  const phrases = [
    said("internal", 10, "Goedemiddag, waarmee kan ik u helpen?"),
    said("external", 20, "Mijn jaarnota klopt niet, er staat een verkeerde meterstand op."),
    said("internal", 30, "Ik stuur u vandaag een nieuwe jaarnota."),
  ];
  const participants: object[] = [
    { participantPurpose: "customer", startTimeMs: conversation.startTime, endTimeMs: from + 60_000 },
    { participantPurpose: "acd", startTimeMs: conversation.startTime, endTimeMs: from },
    { participantPurpose: "agent", userId: agent?.userId, startTimeMs: from, endTimeMs: from + 60_000 },
  ];
  return { mediaType: "call", transcripts: [{ language: "nl-NL", phrases }], participants };
}

type File = ReturnType<typeof fileOf>;

const named: Readonly<Record<string, string>> = { internal: "agent", external: "customer" };

test.each<[what: string, edit: (file: File) => unknown]>([
  ["as the schema has it", (file) => file],
  ["without participants", ({ transcripts }) => ({ transcripts })],
  [
    "whose participants are all but the agent",
    (file) => ({ ...file, participants: file.participants.slice(0, 2) }),
  ],
  [
    "whose agent comes under another purpose",
    (file) => ({
      ...file,
      participants: file.participants.map((one, index) =>
        index === 2 ? { ...one, participantPurpose: "external" } : one,
      ),
    }),
  ],
  [
    "whose phrases name customer and agent",
    (file) => ({
      ...file,
      transcripts: file.transcripts.map(({ phrases, ...one }) => ({
        ...one,
        phrases: phrases.map((phrase) => ({
          ...phrase,
          participantPurpose: named[phrase.participantPurpose],
        })),
      })),
    }),
  ],
  ["packed, which no header tells", (file) => gzipSync(JSON.stringify(file))],
  ["begun with a byte order mark", (file) => Buffer.from(`\ufeff${JSON.stringify(file)}`)],
])("a transcript %s is read: both sides are in the log", async (_what, edit) => {
  const before = world.backend.accepted.length;
  const conversation = quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes: { customerNumber: "HLD-1", authenticated: "true" },
    transcriptDelayMs: 0,
  });
  world.platform.faults.rest({ path: /^\/transcripts\//, status: 200, body: edit(fileOf(conversation)) });
  const accepted = await world.backend.waitFor(before + 1);
  expect(accepted.at(-1)?.body).toMatchObject({
    conversationId: conversation.id,
    description: expect.stringContaining("jaarnota klopt niet"),
    note: expect.stringContaining("nieuwe jaarnota"),
  });
  expect(daemon.text).not.toContain("jaarnota klopt niet");
});
