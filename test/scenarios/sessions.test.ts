import { expect, test } from "vitest";
import { openLedger } from "../../src/ledger/sqlite.ts";
import type { ContactLog } from "../../src/model.ts";
import type { Conversation } from "../../src/simulator/conversation.ts";
import type { Leg } from "../../src/simulator/legs.ts";
import { play, quickConversation } from "../../src/simulator/player.ts";
import type { Step, Story } from "../../src/simulator/story.ts";
import { startWorld, until, type World } from "../harness.ts";

function chat(steps: readonly Step[]): Story {
  return {
    id: "chat",
    title: "chat",
    medium: "message",
    language: "nl-nl",
    attributes: { customerNumber: "NRD-7", authenticated: "true" },
    customerName: "Test Klant",
    steps,
  };
}

const opening: readonly Step[] = [
  { says: "customer", text: "Hallo, mijn eerste vraag gaat over de jaarafrekening." },
  { queue: "Noordlicht Chat" },
  { answers: "Daan" },
  { says: "agent", text: "Ik heb de jaarafrekening aangepast." },
  { says: "customer", text: "Fijn, dank u wel." },
];

const reopening: readonly Step[] = [
  { says: "customer", text: "Daar ben ik weer, nu over mijn tweede vraag: de slimme meter." },
  { queue: "Noordlicht Chat" },
  { answers: "Femke" },
  { says: "agent", text: "Ik stuur een monteur voor de slimme meter." },
];

async function logs(world: World, count: number): Promise<ContactLog[]> {
  const accepted = await world.backend.waitFor(count);
  return accepted.map(({ body }) => body as ContactLog);
}

const settled = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 250));

test("a chat whose agent leaves is logged after settleMs, though the customer's leg stays open", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const { conversation } = await play(world.platform, chat([...opening, { agentLeaves: true }]));
  const [log] = await logs(world, 1);
  const agent = conversation.legs.find(({ purpose }) => purpose === "agent");
  expect(conversation.endTime).toBeUndefined();
  expect(log?.key).toBe(`${conversation.id}:${agent?.communicationId}`);
  expect(log?.startedAt).toBe(new Date(conversation.startTime).toISOString());
  expect(log?.endedAt).toBe(new Date(agent?.disconnectedTime ?? 0).toISOString());
});

test("a chat that is re-opened gets a second log of its own words, and closing it gets none", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const story = chat([
    ...opening,
    { agentLeaves: true },
    { pause: true, ms: 300 },
    ...reopening,
    { agentLeaves: true },
    { pause: true, ms: 300 },
    { customerLeaves: true },
  ]);
  const { conversation } = await play(world.platform, story);
  const [first, second] = await logs(world, 2);
  await settled();
  expect(world.backend.attempts).toHaveLength(2);
  const agents = conversation.legs.filter(({ purpose }) => purpose === "agent");
  expect([first?.key, second?.key]).toEqual(
    agents.map(({ communicationId }) => `${conversation.id}:${communicationId}`),
  );
  expect(second?.startedAt).toBe(new Date(agents[1]?.connectedTime ?? 0).toISOString());
  expect(first?.note).toContain("jaarafrekening");
  expect(first?.note).not.toContain("slimme meter");
  expect(second?.note).toContain("slimme meter");
  expect(second?.note).not.toContain("jaarafrekening");
});

test("both sessions of a chat are logged though the daemon only comes when it is over", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50 } });
  const first = world.start();
  await first.connected();
  await first.stop();
  await play(
    world.platform,
    chat([
      ...opening,
      { agentLeaves: true },
      { pause: true, ms: 300 },
      ...reopening,
      { customerLeaves: true },
    ]),
  );
  await world.start().connected();
  const [one, two] = await logs(world, 2);
  expect(one?.key).not.toBe(two?.key);
});

test("two agents in one chat by transfer are one session: one log, named after the last leg", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const story = chat([
    ...opening,
    { transfersTo: "Noordlicht Service" },
    { pause: true, ms: 200 },
    { answers: "Femke" },
    { says: "agent", text: "Ik neem het over en heb het bedrag teruggestort." },
    { agentLeaves: true },
  ]);
  const { conversation } = await play(world.platform, story);
  const [log] = await logs(world, 1);
  await settled();
  expect(world.backend.attempts).toHaveLength(1);
  const last = conversation.legs.findLast(({ purpose }) => purpose === "agent");
  expect(log?.key).toBe(`${conversation.id}:${last?.communicationId}`);
  expect(log?.agents.map(({ userId }) => userId)).toEqual([
    world.platform.organization.userId("Daan"),
    world.platform.organization.userId("Femke"),
  ]);
});

test("an agent whose phone only rang is not among the agents", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const story = chat([
    { says: "customer", text: "Ik wil mijn contract verlengen." },
    { queue: "Noordlicht Chat" },
    { rings: "Sanne", outcome: "no-answer" },
    { rings: "Youssef", outcome: "declined" },
    { answers: "Daan" },
    { says: "agent", text: "Ik heb uw contract verlengd." },
    { customerLeaves: true },
  ]);
  await play(world.platform, story);
  const [log] = await logs(world, 1);
  expect(log?.agents.map(({ userId }) => userId)).toEqual([world.platform.organization.userId("Daan")]);
});

test("the platform is asked again while it lags: 404 first, then not ended, then ended", async () => {
  await using world = await startWorld({ platform: { endTimeDelayMs: 300 } });
  const daemon = world.start();
  await daemon.connected();
  world.platform.faults.rest({ path: /\/api\/v2\/conversations\/[^/]+$/, status: 404, body: "{}", times: 2 });
  await play(world.platform, chat([...opening, { customerLeaves: true }]));
  expect(await logs(world, 1)).toHaveLength(1);
  await until(() => world.platform.requests.filter(({ status }) => status === 404).length === 2, "two 404s");
});

test("an event alone decides nothing: one that misses the agent does not cost the contact its log", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const conversation = quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes: { customerNumber: "HLD-1", authenticated: "true" },
    emit: false,
  });
  const agents = conversation.legs.filter(({ purpose }) => purpose === "agent");
  const others = conversation.legs.filter(({ purpose }) => purpose !== "agent");
  conversation.legs.splice(0, Infinity, ...others);
  world.platform.publish(conversation);
  conversation.legs.push(...agents);
  expect(agents).toHaveLength(1);
  expect(await logs(world, 1)).toMatchObject([{ conversationId: conversation.id }]);
});

test("B2 a session whose key was kept its time and is gone is not logged again when its chat is re-opened", async () => {
  await using world = await startWorld();
  const now = Date.now();
  const longAgo = now - 91 * 24 * 3_600_000;
  {
    // As if what settled up to a day after that session had been removed since.
    await using ledger = openLedger(world.stateFile);
    await ledger.marks.set("retired_before", String(longAgo + 24 * 3_600_000));
  }
  const daemon = world.start();
  await daemon.connected();
  const conversation = world.platform.begin(chat([]), longAgo);
  for (const at of [longAgo, now - 1_000]) sessionOf(world, conversation, at);
  world.platform.publish(conversation);
  const [log] = await logs(world, 1);
  await daemon.logged("contact skipped", { reason: "too_old" });
  await settled();
  expect(world.backend.attempts).toHaveLength(1);
  expect(log?.endedAt).toBe(new Date(now - 400).toISOString());
});

test("what ended before the state file was begun is logged: nothing that old was ever removed from it", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const longAgo = Date.now() - 400 * 24 * 3_600_000;
  const conversation = world.platform.begin(chat([]), longAgo);
  sessionOf(world, conversation, longAgo);
  world.platform.publish(conversation);
  const [log] = await logs(world, 1);
  expect(log).toMatchObject({ endedAt: new Date(longAgo + 600).toISOString() });
});

test("B5 a session that ended unheard is found, though its chat began weeks ago and was re-opened ever since", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50 } });
  const first = world.start();
  await first.connected();
  await first.stop();
  const [now, weeksAgo] = [Date.now(), Date.now() - 24 * 24 * 3_600_000];
  const conversation = world.platform.begin(chat([]), weeksAgo);
  sessionOf(world, conversation, now - 1_000);
  world.start();
  const [log] = await logs(world, 1);
  expect(log).toMatchObject({ conversationId: conversation.id, endedAt: new Date(now - 400).toISOString() });
});

test("B15 two sessions for two accounts, as their agents noted them, are each logged to their own", async () => {
  await using world = await startWorld();
  await world.start().connected();
  const now = Date.now();
  const conversation = world.platform.begin(
    { ...chat([]), attributes: { authenticated: "true" } },
    now - 20_000,
  );
  for (const [at, customerNumber] of [
    [now - 15_000, "NRD-1"],
    [now - 5_000, "NRD-2"],
  ] as const) {
    const { participantId } = sessionOf(world, conversation, at);
    conversation.attributesSet.set(participantId, { customerNumber });
  }
  world.platform.publish(conversation);
  const [first, second] = (await logs(world, 2)).toSorted((a, b) => a.endedAt.localeCompare(b.endedAt));
  expect([first?.accountId, second?.accountId]).toEqual(["NRD-1", "NRD-2"]);
});

/** One agent's session in a chat, all within 600 ms. @returns the agent's leg */
function sessionOf(world: World, conversation: Conversation, at: number): Leg {
  const queue = world.platform.queues.find(({ name }) => name === "Noordlicht Chat");
  if (queue === undefined) throw new Error("the queue is not there");
  conversation.enqueue(queue, at + 100);
  conversation.alert({ name: "Daan", userId: "daan" }, at + 200);
  conversation.answer(at + 300);
  conversation.say(conversation.customer, "Ik heb een vraag over de slimme meter.", at + 400);
  conversation.say(conversation.agent(), "Ik stuur een monteur.", at + 500);
  const agent = conversation.agent();
  conversation.agentLeaves(at + 600);
  return agent;
}
