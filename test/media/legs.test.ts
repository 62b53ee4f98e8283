import { describe, expect, test } from "vitest";
import { type Conversation, parseConversation } from "../../src/genesys/conversation.ts";
import { factsOf, isOver, type Stay, staysOf } from "../../src/media/legs.ts";

const start = "2026-11-20T09:00:00.000Z";
const pickedUp = "2026-11-20T09:00:20.000Z";
const end = "2026-11-20T09:05:00.000Z";

/** A customer's and an agent's call, each leg as the platform spells it where nothing is missing. */
function called(agent: object = {}, leg: object = {}, customerLeg: object = {}): Conversation {
  const call = { state: "disconnected", connectedTime: pickedUp, disconnectedTime: end };
  return parseConversation({
    id: "c",
    participants: [
      { id: "p1", purpose: "customer", endTime: end, calls: [{ id: "l1", ...call, ...customerLeg }] },
      {
        id: "p2",
        purpose: "agent",
        userId: "u",
        queueId: "q",
        startTime: start,
        connectedTime: pickedUp,
        endTime: end,
        ...agent,
        calls: [{ id: "l2", ...call, ...leg }],
      },
    ],
  });
}

function agentsStay(conversation: Conversation): Stay | undefined {
  return staysOf(conversation, ["calls"]).find(({ communication }) => communication.id === "l2");
}

describe("whether a leg is still there", () => {
  test.each<[what: string, over: boolean, agent: object, leg: object]>([
    ["disconnected", true, {}, {}],
    ["a state nobody knows, with the time it ended", true, {}, { state: "hungup" }],
    ["no state, with the time it ended", true, {}, { state: undefined }],
    ["no state, and only its participant has ended", true, {}, { state: null, disconnectedTime: null }],
    [
      "a state nobody knows, and no end",
      false,
      { endTime: null },
      { state: "moving", disconnectedTime: null },
    ],
    ["connected, whatever the times of a leg before say", false, {}, { state: "connected" }],
    ["parked", false, {}, { state: "parked" }],
  ])("%s", (_what, over, agent, leg) => {
    const conversation = called(agent, leg);
    expect(isOver(conversation, staysOf(conversation, ["calls"]))).toBe(over);
  });
});

describe("whether an agent picked up", () => {
  const untimed = { connectedTime: undefined };
  test.each<[what: string, answered: boolean, agent: object, leg: object]>([
    ["connected", true, {}, {}],
    ["the time stands on the participant alone", true, {}, untimed],
    ["an event, where no participant has a start", true, { startTime: undefined }, untimed],
    ["on the participant it is the moment the phone began to ring", false, { connectedTime: start }, untimed],
    ["no time anywhere", false, { connectedTime: undefined }, untimed],
    ["nobody came to the phone", false, {}, { ...untimed, disconnectType: "transfer.noanswer" }],
    ["all it did was ring", false, {}, { ...untimed, segments: [{ type: "Alert" }] }],
  ])("%s", (_what, answered, agent, leg) => {
    expect(agentsStay(called(agent, leg))?.answered).toBe(answered);
  });
});

describe("who takes part", () => {
  test.each<[purpose: string, userId: string | undefined, party: Stay["party"]]>([
    ["agent", "u", "agent"],
    ["user", "u", "agent"],
    ["station", "u", "agent"],
    ["external", "u", "agent"],
    ["outbound", "u", "agent"],
    ["purpose-of-tomorrow", "u", "agent"],
    ["external", undefined, "automaton"],
    ["agent", undefined, "queue"],
    ["acd", "u", "queue"],
    ["voicemail", "its-owner", "automaton"],
    ["workflow", "u", "automaton"],
    ["dialer", "u", "automaton"],
  ])("%s with user %s beside a customer is %s", (purpose, userId, party) => {
    expect(agentsStay(called({ purpose, userId }))?.party).toBe(party);
  });
});

test("a callback's call that has a participant of its own is the customer's", () => {
  const call = { state: "disconnected", connectedTime: pickedUp, disconnectedTime: end };
  const conversation = parseConversation({
    id: "c",
    participants: [
      { purpose: "customer", attributes: { account: "1" }, callbacks: [{ id: "asked", ...call }] },
      { purpose: "agent", userId: "u", queueId: "q", calls: [{ id: "dialled", ...call }] },
      { purpose: "external", attributes: { account: "2" }, calls: [{ id: "answered", ...call }] },
    ],
  });
  const stays = staysOf(conversation, ["calls", "callbacks"]);
  expect(stays.map(({ communication, party }) => [communication.id, party])).toEqual([
    ["asked", "customer"],
    ["dialled", "agent"],
    ["answered", "customer"],
  ]);
  expect(factsOf(conversation, stays)).toMatchObject({ hasCustomer: true, handled: true });
});
