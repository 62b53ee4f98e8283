import { afterAll, beforeAll, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { startWorld, type World } from "../harness.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.start().connected();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

interface Body {
  readonly id: string;
  readonly normalizedMessage: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const lines = [
  { says: "customer", text: "Mijn slimme meter stuurt geen standen door." },
  { says: "agent", text: "Ik kijk het even voor u na." },
  { says: "customer", text: "Dat is goed." },
  { says: "agent", text: "Ik stuur morgen een monteur langs." },
] as const;

type Answers = readonly ((bodies: readonly Body[]) => unknown)[];

/** A chat that has ended; the first answers to the question for its messages are `answers`, made of the right one. */
function chat(answers: Answers): string {
  const { platform } = world;
  const conversation = quickConversation(platform, {
    medium: "message",
    queue: "Noordlicht Chat",
    attributes: { customerNumber: "NRD-7", authenticated: "true" },
    lines,
  });
  const bodies = conversation.utterances.map(({ id }) => conversation.toMessageData(id)) as unknown as Body[];
  for (const answer of answers) {
    platform.faults.rest({ path: /messages\/bulk$/, status: 200, body: { entities: answer(bodies) } });
  }
  return conversation.id;
}

async function logOf(answers: Answers): Promise<Record<string, unknown>> {
  const before = world.backend.accepted.length;
  const conversationId = chat(answers);
  const log = (await world.backend.waitFor(before + 1)).at(-1)?.body as Record<string, unknown>;
  expect(log).toMatchObject({ conversationId });
  return log;
}

test.each<[what: string, answers: Answers]>([
  ["one is not there yet", [(bodies) => bodies.slice(0, 3), (bodies) => bodies.slice(0, 3)]],
  ["none is there yet", [() => [], () => []]],
])("%s: it is waited for, and in the log", async (_what, answers) => {
  const { note } = await logOf(answers);
  expect(note).toContain("monteur langs");
});

test("a message that never comes is done without", async () => {
  const part = (bodies: readonly Body[]): readonly Body[] => bodies.slice(0, 3);
  const { note } = await logOf(Array.from({ length: 9 }, () => part));
  expect(note).toContain("slimme meter");
  expect(note).not.toContain("monteur");
  world.platform.faults.clear();
});

const isAgents = ({ direction }: Body): boolean => direction === "outbound";

test.each<[what: string, edit: (body: Body) => Body]>([
  [
    "in parts in place of a text",
    ({ normalizedMessage: { text, ...normal }, ...body }) => ({
      ...body,
      normalizedMessage: {
        ...normal,
        type: "Structured",
        content: [{ contentType: "Text", text: { type: "Text", body: text } }, { contentType: "Card" }, null],
      },
    }),
  ],
  [
    "as the buttons that were chosen",
    ({ normalizedMessage: { text, ...normal }, ...body }) => ({
      ...body,
      normalizedMessage: {
        ...normal,
        type: "Structured",
        content: [
          { contentType: "ButtonResponse", buttonResponse: { type: "QuickReply", text, payload: "P1" } },
        ],
      },
    }),
  ],
])("words that come %s are read", async (_what, edit) => {
  expect((await logOf([(bodies) => bodies.map(edit)])).note).toContain("monteur");
});

test("what a person wrote, listed under nobody of the organisation, is the agent's who was there", async () => {
  const { platform } = world;
  const before = world.backend.accepted.length;
  const conversation = quickConversation(platform, {
    medium: "message",
    queue: "Noordlicht Chat",
    attributes: { customerNumber: "NRD-7", authenticated: "true" },
    lines,
    emit: false,
  });
  const agent = conversation.legs.find(({ purpose }) => purpose === "agent");
  const at = conversation.utterances.map((one) => one.at);
  const listed = conversation.utterances.map((one, index) => ({
    // An older list names where the message lies alone.
    messageURI: `/api/v2/conversations/messages/${conversation.id}/messages/${one.id}`,
    messageTime: new Date(at[index] ?? 0).toISOString(),
  }));
  const ended = new Date(Math.max(...at) + 1).toISOString();
  const leg = { state: "disconnected", connectedTime: new Date(Math.min(...at)).toISOString() };
  const body = {
    id: conversation.id,
    endTime: ended,
    participants: [
      {
        purpose: "customer",
        attributes: conversation.attributes,
        messages: [{ id: "c", ...leg, disconnectedTime: ended, messages: listed }],
      },
      {
        purpose: "agent",
        userId: agent?.userId,
        queueId: agent?.queueId,
        messages: [{ id: "a", ...leg, disconnectedTime: ended, messages: [] }],
      },
    ],
  };
  platform.faults.rest({ path: new RegExp(`conversations/${conversation.id}$`), status: 200, body });
  const entities = conversation.utterances.map(({ id }) => conversation.toMessageData(id) as unknown as Body);
  const anonymous = entities.map(({ createdBy: _, ...one }) => one);
  platform.faults.rest({ path: /messages\/bulk$/, status: 200, body: { entities: anonymous } });
  platform.publish(conversation);
  const log = (await world.backend.waitFor(before + 1)).at(-1)?.body;
  expect(entities.filter(isAgents)).toHaveLength(2);
  expect(log).toMatchObject({
    conversationId: conversation.id,
    agents: [{ userId: agent?.userId }],
    note: expect.stringContaining("monteur"),
  });
});
