import type { Person } from "./consults.ts";
import type { Conversation } from "./conversation.ts";
import type { Leg } from "./legs.ts";
import { enterStage } from "./legs.ts";
import type { Queue } from "./organization.ts";

/** A callback waits for its hour. */
export function schedule(conversation: Conversation, queue: Queue, dueAt: number, at: number): void {
  const waiting = conversation.join("acd", at, { name: queue.name, queueId: queue.id, state: "scheduled" });
  for (const leg of [conversation.customer, waiting]) leg.callbackScheduledTime = dueAt;
}

export function fallDue(conversation: Conversation, at: number): void {
  for (const leg of conversation.live()) if (leg.state === "scheduled") conversation.connect(leg, at);
}

/** The agent who took the callback calls the customer: each gets a call beside their callback. */
export function dial(conversation: Conversation, at: number): void {
  const agent = conversation.agent();
  for (const { purpose, participantId, name, userId, queueId } of [agent, conversation.customer]) {
    const who = { participantId, name, userId, queueId, media: "call", direction: "outbound" } as const;
    conversation.join(purpose, at, { ...who, state: "dialing" });
  }
}

export function pickUp(conversation: Conversation, at: number): void {
  const called = conversation.live().filter(({ state }) => state === "dialing" || state === "alerting");
  for (const leg of called) conversation.connect(leg, at);
}

/** Colleagues among themselves: no queue, no customer. */
export function phone(conversation: Conversation, from: Person, to: Person, at: number): void {
  conversation.join("user", at, { ...from, state: "dialing", direction: "outbound" });
  conversation.join("user", at, { ...to, state: "alerting" });
}

/** The customer's communication breaks off and another of theirs, in the same participant, takes its place. */
export function redial(conversation: Conversation, at: number): void {
  const { participantId, name } = conversation.customer;
  conversation.leave(conversation.live("customer"), at, "transport.failure");
  conversation.join("customer", at, { participantId, name });
}

/** The agent puts the work aside, or takes it up again; a parked leg is a live one. */
export function park(conversation: Conversation, parks: boolean, at: number): void {
  const leg: Leg = conversation.agent();
  leg.state = parks ? "parked" : "connected";
  if (parks) leg.parkTime = at;
  else leg.resumeTime = at;
  enterStage(leg, parks ? "parked" : "interact", at);
  conversation.revision++;
}
