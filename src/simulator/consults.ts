import { Conversation } from "./conversation.ts";
import type { Leg } from "./legs.ts";
import { enterStage, isHolding } from "./legs.ts";
import type { Organization } from "./organization.ts";

export interface Person {
  readonly name: string;
  /** Undefined for somebody outside. */
  readonly userId: string | undefined;
}

/** The agent puts the customer on hold and calls somebody: a colleague, or somebody outside, who is no customer. */
export function beginConsult(conversation: Conversation, person: Person, at: number): void {
  enterStage(conversation.agent(), "hold", at);
  const outside = person.userId === undefined;
  const target = conversation.join(outside ? "external" : "agent", at, {
    ...person,
    state: outside ? "dialing" : "alerting",
    direction: outside ? "outbound" : "inbound",
  });
  target.consultParticipantId = conversation.customer.participantId;
}

export function answerConsult(conversation: Conversation, at: number): void {
  conversation.connect(targetOf(conversation), at);
}

/** The agent comes back to the customer alone. */
export function cancelConsult(conversation: Conversation, at: number): void {
  conversation.leave([targetOf(conversation)], at, "peer");
  enterStage(initiatorOf(conversation), "interact", at);
}

/** The agent leaves the customer with whom they called. */
export function completeConsult(conversation: Conversation, at: number): void {
  conversation.leave([initiatorOf(conversation)], at, "transfer.consult");
}

function initiatorOf(conversation: Conversation): Leg {
  const initiator = conversation.live().find(isHolding);
  if (initiator === undefined) throw new Error("nobody consults");
  return initiator;
}

function targetOf(conversation: Conversation): Leg {
  const target = conversation.live().findLast((leg) => leg.consultParticipantId !== undefined);
  if (target === undefined) throw new Error("nobody is consulted");
  return target;
}

/** A colleague is called in and stays: nobody is on hold, and nobody is being transferred. */
export function join(conversation: Conversation, person: Person, at: number): void {
  conversation.join("agent", at, person);
}

/**
 * Two calls become a conference: everybody's leg ends as `transfer.conference`, and a conversation with an id of its
 * own goes on with them and the colleague.
 */
export function merge(
  conversation: Conversation,
  person: Person,
  organization: Organization,
  at: number,
): void {
  const talking = conversation.live("customer", "agent");
  conversation.leave(conversation.live(), at, "transfer.conference");
  const next = new Conversation({
    medium: conversation.medium,
    language: conversation.language,
    attributes: conversation.attributes,
    customerName: conversation.customer.name ?? "",
    startTime: at,
    organizationId: conversation.organizationId,
    divisionId: conversation.divisionId,
    transcriptDelayMs: conversation.transcriptDelayMs,
  });
  for (const old of talking) {
    const { name, userId, queueId } = old;
    const leg =
      old.purpose === "customer" ? next.customer : next.join("agent", at, { name, userId, queueId });
    old.destination = { conversationId: next.id, sessionId: leg.communicationId };
    leg.source = { conversationId: conversation.id, sessionId: old.communicationId };
  }
  next.join("agent", at, person);
  conversation.mergedInto = next;
  organization.conversations.set(next.id, next);
}

/** A supervisor, who is no agent of this conversation: nobody but the agent may hear them. */
export function supervise(
  conversation: Conversation,
  person: Person,
  doing: "monitoring" | "coaching",
  at: number,
): void {
  const { participantId } = conversation.agent();
  const leg = conversation.join("user", at, { ...person, doing });
  if (doing === "monitoring") leg.monitoredParticipantId = participantId;
  else leg.coachedParticipantId = participantId;
}
