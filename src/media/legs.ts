import type { Communication, Conversation, MediaArray, Participant } from "../genesys/conversation.ts";
import type { Agent, ContactFacts, Leg } from "../model.ts";

/** A communication with its participant and its place in time. */
export interface Stay {
  readonly participant: Participant;
  readonly communication: Communication;
  readonly party: "customer" | "agent" | "queue" | "automaton";
  readonly live: boolean;
  /** A human picked up; a phone that only rang did not. */
  readonly answered: boolean;
  /** When it began to ring or to wait, which can be long before `from`, when it was connected. */
  readonly began: number;
  readonly from: number;
  /** Infinity while live. */
  readonly to: number;
}

/** What stands for a customer nobody knows, folded. */
const notNames =
  /^(?:anonymous|anoniem|unknown|onbekend|private|guest|gast|customer|klant|visitor|bezoeker|web(?:chat)? (?:user|visitor)|(?:the )?netherlands|nederland|belgium|belgi[eë]|germany|mobile|toll free)\b/i;

const deadStates: ReadonlySet<string> = new Set(["disconnected", "terminated", "none"]);
const liveStates: ReadonlySet<string> = new Set([
  "alerting",
  "dialing",
  "contacting",
  "offering",
  "connected",
  "parked",
  "scheduled",
  "converting",
  "uploading",
  "transmitting",
]);
/** Parties that are machines, whoever's id stands beside them: a mailbox has an owner. */
const machines: ReadonlySet<string> = new Set([
  "acd",
  "botflow",
  "campaign",
  "dialer",
  "fax",
  "ivr",
  "voicemail",
  "voicesurveyflow",
  "workflow",
]);
const talking: ReadonlySet<string> = new Set(["interact", "hold"]);
const ringing: ReadonlySet<string> = new Set(["alert", "dial", "contacting", "delay", "system"]);
/** How a leg ends that was never answered, as events, REST and analytics spell it (PROTOCOL §2.1), lower case. */
const unansweredEnds: ReadonlySet<string> = new Set([
  "transfer.noanswer",
  "transfer.notavailable",
  "transfer.dnd",
  "transfer.donotdisturb",
  "endpoint.dnd",
  "endpoint.donotdisturb",
  "noanswertransfer",
  "notavailabletransfer",
  "dndtransfer",
  "dndendpoint",
]);

/**
 * Every stay of the given media, in order of time. The same user can appear as several participants and stale ones
 * stay listed (PROTOCOL §2.2), so all are kept. An agent who was only consulted did not speak with the customer, and
 * counts as an automaton.
 */
export function staysOf(conversation: Conversation, media: readonly MediaArray[]): Stay[] {
  const hasCustomer = namesCustomer(conversation);
  const stays = conversation.participants
    .flatMap((participant) =>
      participant.communications
        .filter((communication) => media.includes(communication.media))
        .map((communication) => stayOf(conversation, participant, communication, hasCustomer)),
    )
    .sort((a, b) => a.from - b.from);
  return stays.map((stay) => (wasOnlyConsulted(stay, stays) ? { ...stay, party: "automaton" } : stay));
}

/**
 * Whether somebody is called the customer, who then is the only one. Who asked for a callback is there by that alone
 * where the call that came of it has another participant.
 */
function namesCustomer({ participants }: Conversation): boolean {
  return participants.some(
    ({ purpose, communications }) =>
      purpose === "customer" &&
      (communications.length === 0 || communications.some(({ media }) => media !== "callbacks")),
  );
}

/** Marked as part of a consult, and gone while the agent who asked was still there: nobody was handed over to. */
function wasOnlyConsulted(stay: Stay, stays: readonly Stay[]): boolean {
  if (stay.party !== "agent" || !stay.participant.consults) return false;
  return stays.some(
    (other) =>
      other !== stay &&
      other.party === "agent" &&
      other.answered &&
      other.from <= stay.from &&
      other.to >= stay.to,
  );
}

function stayOf(
  conversation: Conversation,
  participant: Participant,
  communication: Communication,
  hasCustomer: boolean,
): Stay {
  const live = isLive(communication, participant) && conversation.endedAt === undefined;
  const from = communication.connectedAt ?? participant.connectedAt ?? participant.startedAt;
  const to = communication.disconnectedAt ?? participant.endedAt ?? conversation.endedAt;
  const connected = from ?? conversation.startedAt ?? to ?? 0;
  return {
    participant,
    communication,
    party: partyOf(participant, hasCustomer),
    live,
    answered: isAnswered(communication, participant),
    began: Math.min(communication.alertedAt ?? participant.startedAt ?? connected, connected),
    from: connected,
    to: live ? Infinity : (to ?? from ?? conversation.startedAt ?? 0),
  };
}

/** A state that is missing, or that nobody knows yet, says nothing: then the times do. */
function isLive({ state = "", disconnectedAt }: Communication, { endedAt }: Participant): boolean {
  if (liveStates.has(state)) return true;
  return !deadStates.has(state) && disconnectedAt === undefined && endedAt === undefined;
}

function isAnswered(
  { state, connectedAt, disconnectType, segments }: Communication,
  participant: Participant,
): boolean {
  if (unansweredEnds.has(disconnectType ?? "")) return false;
  if (state === "connected" || state === "parked" || segments.some((type) => talking.has(type))) return true;
  // All that ever happened on it was ringing, whatever its connected time says.
  if (segments.length > 0 && segments.every((type) => ringing.has(type))) return false;
  return connectedAt !== undefined || joinedLater(participant);
}

/** Connected some time after they were called in: where a leg lacks its own times, its participant was not only rung. */
function joinedLater({ startedAt, connectedAt }: Participant): boolean {
  return connectedAt !== undefined && connectedAt > (startedAt ?? -Infinity);
}

/** Somebody of the organisation: an agent's leg also comes as `user`, `station`, `external` and whatever is added next. */
export function isPerson(purpose: string, userId: string | undefined): boolean {
  return userId !== undefined && !machines.has(purpose);
}

/** An `external` party is the customer only where the platform names nobody so: else it is a consult target. */
function partyOf({ purpose, userId, observes }: Participant, hasCustomer: boolean): Stay["party"] {
  if (observes) return "automaton";
  if (purpose === "customer" || (purpose === "external" && !hasCustomer)) return "customer";
  if (isPerson(purpose, userId)) return "agent";
  return purpose === "acd" || purpose === "agent" ? "queue" : "automaton";
}

/** Humans who spoke with the customer, in order, once each. */
export function agentsOf(stays: readonly Stay[]): Agent[] {
  const agents = new Map<string, Agent>();
  for (const { party, answered, participant } of stays) {
    const { userId, queueId } = participant;
    if (party === "agent" && answered && userId !== undefined && !agents.has(userId)) {
      agents.set(userId, { userId, queueId });
    }
  }
  return [...agents.values()];
}

/**
 * What the platform calls the customers. For a call without a known contact it shows the number, a town or a country
 * in a name's place ("Amsterdam, Netherlands"): those say nothing of a person.
 */
export function customerNamesOf(stays: readonly Stay[]): string[] {
  const names = stays
    .filter(({ party }) => party === "customer")
    .map(({ participant }) => participant.name?.trim() ?? "")
    .filter((name) => /^\p{L}[\p{L}'’. -]{1,99}$/u.test(name) && !notNames.test(name));
  return [...new Set(names)];
}

/**
 * Queue of the last agent who answered, else the last queue anybody was in.
 * @param apart who had no part in this contact, but in others of the conversation
 */
export function factsOf(
  conversation: Conversation,
  stays: readonly Stay[],
  apart: ReadonlySet<Participant> = new Set(),
): ContactFacts {
  const answered = stays.filter(({ party, answered }) => party === "agent" && answered);
  const queueOf = (list: readonly Stay[]): Participant | undefined =>
    list.findLast(({ participant }) => participant.queueId !== undefined)?.participant;
  const inQueue = queueOf(answered) ?? queueOf(stays);
  const newestFirst = conversation.participants.toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  const hasCustomer = namesCustomer(conversation);
  return {
    queueId: inQueue?.queueId,
    queueName: inQueue?.queueName,
    supported: true,
    merged: wasMerged(stays),
    handled: answered.length > 0,
    hasCustomer: stays.some(({ party }) => party === "customer") || hasCustomer,
    attributes: newestFirst
      .map((participant) => ({
        customer: partyOf(participant, hasCustomer) === "customer",
        apart: apart.has(participant),
        values: participant.attributes,
      }))
      .sort((a, b) => Number(b.customer) - Number(a.customer)),
  };
}

/** The customer's last leg ended into a conference: a new conversation id takes over (PROTOCOL §2.2, rule 10). */
function wasMerged(stays: readonly Stay[]): boolean {
  const last = stays
    .filter(({ party }) => party === "customer")
    .toSorted((a, b) => a.to - b.to)
    .at(-1);
  return last?.communication.disconnectType?.includes("conference") ?? false;
}

/** A stay as a contact keeps it: what fetching needs, no names and no addresses. */
export function legOf({ participant, communication, party, from, to }: Stay, endedAt: number): Leg {
  return {
    communicationId: communication.id,
    party: party === "customer" || party === "agent" ? party : "automaton",
    userId: participant.userId,
    from,
    to: Math.min(to, endedAt),
    messageIds: communication.messages.map(({ id }) => id),
  };
}

/** The end of the last leg, else the conversation's own. */
export function endOf(conversation: Conversation, stays: readonly Stay[]): number {
  const ends = stays.map(({ to }) => to).filter(Number.isFinite);
  return ends.length > 0 ? Math.max(...ends) : (conversation.endedAt ?? conversation.startedAt ?? 0);
}

/** Over altogether: the platform says so, or a customer was there and nobody is connected any more. */
export function isOver(conversation: Conversation, stays: readonly Stay[]): boolean {
  if (conversation.endedAt !== undefined) return true;
  return stays.length > 0 && stays.every(({ live }) => !live);
}
