import { NotYet, Transient } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Conversation, Participant } from "../genesys/conversation.ts";
import type { Message } from "../genesys/words.ts";
import type { Contact, Leg } from "../model.ts";
import { agentsOf, customerNamesOf, endOf, factsOf, isOver, legOf, type Stay, staysOf } from "./legs.ts";
import type { Ends, Fetched, Found, LookContext, Medium, Utterance } from "./medium.ts";

/** Ids a bulk request may name (PROTOCOL §3.2). */
const bulkSize = 1000;
/** How long after a hand-over the next leg may begin and still be where it went: a phone rings, a queue searches. */
const handOverMs = 120_000;
/** Asks after which the messages that are there are taken for all there will be. */
const patientAsks = 3;
/** No upper bound, as a number that JSON can carry. */
const endOfTime = Number.MAX_SAFE_INTEGER;

/**
 * Messaging (web messaging, SMS, WhatsApp …). The customer's leg stays open after the agent has left, and a message
 * inside the threading window re-opens the same conversation id; so the contact is the agent session: agents who
 * follow each other without the customer being left alone (PROTOCOL §2.2, rule 7).
 */
export function createMessage(api: GenesysApi): Medium {
  return {
    ends,
    firstAskAt: (_contact, now) => now,
    async fetch(contact, { asks, live }, signal) {
      const ids = [...new Set(contact.legs.flatMap(({ messageIds }) => messageIds))];
      const messages = new Map<string, Message>();
      for (let start = 0; start < ids.length; start += bulkSize) {
        const batch = ids.slice(start, start + bulkSize);
        for (const message of await api.getMessages(
          contact.conversationId,
          batch,
          live ? "live" : "history",
          signal,
        )) {
          messages.set(message.id, message);
        }
      }
      const missing = ids.filter((id) => !messages.has(id)).length;
      if (missing > 0 && missing === ids.length) {
        throw new Transient("no_messages", "messages: the platform does not show one of them (yet)");
      }
      // A part of the words would be told as all of them: the others get some time to show.
      if (missing > 0 && asks < patientAsks) {
        throw new NotYet("messages", "messages: some are not there yet");
      }
      return words(contact, [...messages.values()]);
    },
  };
}

/** Agents who followed each other; `over` is when the last of them had left, Infinity while one is there or awaited. */
interface Session {
  readonly stays: Stay[];
  over: number;
}

function ends(conversation: Conversation, context: LookContext): Ends {
  const stays = staysOf(conversation, ["messages"]);
  const sessions = sessionsOf(conversation.id, stays, context);
  const closed = isOver(conversation, stays);
  if (sessions.length === 0) return withoutAgent(conversation, stays, closed, context);
  const found: Found[] = [];
  let rest: Ends = { found: [], rest: closed ? "done" : "open" };
  for (const [index, session] of sessions.entries()) {
    const last = index === sessions.length - 1;
    const settledAt = Math.min(session.over, context.heardAt) + context.settleMs;
    if (last && !closed) {
      if (session.over === Infinity) break;
      if (context.now < settledAt && !context.known.has(keyOf(conversation.id, session))) {
        rest = { found: [], rest: "settling", lookAt: settledAt };
        break;
      }
      rest = { found: [], rest: "done" };
    }
    const previous = sessions[index - 1];
    found.push(foundOf(conversation, stays, session, previous, last && closed));
  }
  return { ...rest, found: found.filter(({ contact }) => !context.known.has(contact.key)) };
}

/** A bot alone, or a customer who gave up waiting: one contact, to be skipped, once it is closed. */
function withoutAgent(
  conversation: Conversation,
  stays: readonly Stay[],
  closed: boolean,
  { known }: LookContext,
): Ends {
  if (!closed) return { found: [], rest: "open" };
  if (known.has(conversation.id)) return { found: [], rest: "done" };
  const endedAt = endOf(conversation, stays);
  const startedAt = conversation.startedAt ?? endedAt;
  const contact: Contact = {
    key: conversation.id,
    conversationId: conversation.id,
    medium: "message",
    startedAt,
    endedAt,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: endOfTime },
  };
  return { found: [{ contact, facts: factsOf(conversation, stays) }], rest: "done" };
}

function sessionsOf(id: string, stays: readonly Stay[], { settleMs, known }: LookContext): Session[] {
  const internal = stays.filter(({ party }) => party === "agent" || party === "queue");
  const sessions: Session[] = [];
  for (const stay of internal.filter(({ party, answered }) => party === "agent" && answered)) {
    const current = sessions.at(-1);
    const follows =
      current && !known.has(keyOf(id, current)) && stay.began <= awaitedUntil(current, internal, settleMs);
    if (follows) current.stays.push(stay);
    else sessions.push({ stays: [stay], over: 0 });
  }
  for (const session of sessions) session.over = awaitedUntil(session, internal, settleMs) - settleMs;
  // Whoever waits now, or is being rung for, may yet belong to the last of them.
  const last = sessions.at(-1);
  if (last && internal.some(({ live }) => live)) last.over = Infinity;
  return sessions;
}

/**
 * Until when a next agent would still belong to the session: from its end on through every queue or agent's leg that
 * began within `settleMs` of the one before, and through hand-overs, where a phone may ring a while.
 * Infinity while a hand-over has not shown where it went.
 */
function awaitedUntil(session: Session, internal: readonly Stay[], settleMs: number): number {
  const rest = internal.filter((stay) => !session.stays.includes(stay));
  let until = leftAt(session);
  let handedOver = isHandOver(lastOf(session));
  for (;;) {
    const later = rest.filter(({ to }) => to > until);
    const reach = until + (handedOver ? Math.max(settleMs, handOverMs) : settleMs);
    const next = later.find(({ began }) => began <= reach);
    if (next === undefined) break;
    if (next.party === "agent" && next.answered) return Math.max(until + settleMs, next.began);
    until = next.to;
    handedOver = isHandOver(next);
  }
  const lastSeen = Math.max(0, ...internal.map(({ began }) => began));
  // A transfer that nobody was seen to take: its target has not shown yet.
  if (isHandOver(lastOf(session)) && until === leftAt(session) && lastSeen < until) return Infinity;
  return until + settleMs;
}

/** A leg that ended by handing the customer on: an agent's transfer, a queue that found an agent. */
function isHandOver({ communication: { disconnectType } }: Stay): boolean {
  return disconnectType?.startsWith("transfer") ?? false;
}

/** The agent leg that left last; its communication id is the session's name. */
function lastOf({ stays }: Session): Stay {
  return stays.reduce((last, stay) => (stay.to >= last.to ? stay : last));
}

function keyOf(conversationId: string, session: Session): string {
  return `${conversationId}:${lastOf(session).communication.id}`;
}

function foundOf(
  conversation: Conversation,
  stays: readonly Stay[],
  session: Session,
  previous: Session | undefined,
  closesConversation: boolean,
): Found {
  const first = session.stays[0] as Stay;
  const from = previous ? leftAt(previous) : 0;
  const endedAt = closesConversation ? endOf(conversation, stays) : leftAt(session);
  const to = closesConversation ? endOfTime : leftAt(session);
  const within = (at: number | undefined): boolean => at === undefined || (at > from && at <= to);
  const contact: Contact = {
    key: keyOf(conversation.id, session),
    conversationId: conversation.id,
    medium: "message",
    startedAt: previous ? first.from : (conversation.startedAt ?? first.from),
    endedAt,
    agents: agentsOf(session.stays),
    customerNames: customerNamesOf(stays),
    legs: stays.map((stay) => ({
      ...legOf(stay, endedAt),
      messageIds: stay.communication.messages.flatMap(({ id, at }) => (within(at) ? [id] : [])),
    })),
    transcribed: true,
    window: { from, to },
  };
  return { contact, facts: factsOf(conversation, session.stays, apartFrom(contact, stays)) };
}

/** Those who were only there before the session or after it: what they say of the account is of another one. */
function apartFrom({ window: { from, to } }: Contact, stays: readonly Stay[]): Set<Participant> {
  const there = stays.filter((stay) => stay.to > from && stay.began <= to);
  const present = new Set(there.map(({ participant }) => participant));
  return new Set(stays.map(({ participant }) => participant).filter((one) => !present.has(one)));
}

/** End of the session's last agent leg. */
function leftAt(session: Session): number {
  return Math.max(...session.stays.map(({ to }) => to));
}

function words(contact: Contact, messages: readonly Message[]): Fetched {
  const legOfMessage = new Map<string, Leg>();
  for (const leg of contact.legs) {
    // Listed under the customer too, a message is still its sender's.
    for (const id of leg.messageIds)
      if (leg.party !== "customer" || !legOfMessage.has(id)) legOfMessage.set(id, leg);
  }
  const utterances = messages.flatMap((message): Utterance[] => {
    const at = message.at ?? contact.startedAt;
    if (["receipt", "event"].includes(message.type) || at <= contact.window.from || at > contact.window.to)
      return [];
    const speaker = speakerOf(message, at, legOfMessage.get(message.id), contact);
    return speaker === undefined ? [] : [{ ...speaker, at, text: message.text }];
  });
  return {
    kind: "words",
    language: undefined,
    confidence: undefined,
    utterances: utterances.sort((a, b) => a.at - b.at),
  };
}

/** Undefined for bots and for what nobody wrote. */
function speakerOf(
  message: Message,
  at: number,
  leg: Leg | undefined,
  contact: Contact,
): Pick<Utterance, "speaker" | "userId"> | undefined {
  if (message.inbound) return { speaker: "customer", userId: undefined };
  if (message.byBot) return undefined;
  if (leg?.party === "agent") return { speaker: "agent", userId: leg.userId };
  const author = contact.agents.find(({ userId }) => userId === message.userId);
  if (author) return { speaker: "agent", userId: author.userId };
  // A person wrote it, listed under nobody of the organisation: whoever was there then.
  const isNobodys = leg === undefined || leg.party === "customer";
  const present = contact.legs.findLast(({ party, from, to }) => party === "agent" && from <= at && at <= to);
  return message.byHuman && isNobodys && present ? { speaker: "agent", userId: present.userId } : undefined;
}
