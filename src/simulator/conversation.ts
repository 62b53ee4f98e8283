import { randomUUID } from "node:crypto";
import type { DisconnectType, Leg, MessageKind, Purpose, Utterance } from "./legs.ts";
import type { Queue } from "./organization.ts";
import type { Story } from "./story.ts";
import { toAnalytics } from "./views/analytics.ts";
import { toEvent, toMediaEvent } from "./views/event.ts";
import { toMessageData } from "./views/message.ts";
import { toRest } from "./views/rest.ts";
import { toTranscript } from "./views/transcript.ts";

export interface ConversationOptions {
  readonly id?: string;
  readonly medium: Story["medium"];
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly customerName: string;
  readonly startTime: number;
  readonly organizationId: string;
  readonly divisionId: string;
  /** How long after the end a voice transcript exists; Infinity for never. */
  readonly transcriptDelayMs: number;
}

/**
 * What the platform knows of one conversation. Methods are what happens in the world, at an instant that never goes
 * back; views are what the platform tells of it. Participants are never taken away: who left stays listed.
 */
export class Conversation {
  readonly id: string;
  readonly medium: Story["medium"];
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly startTime: number;
  readonly organizationId: string;
  readonly divisionId: string;
  readonly legs: Leg[] = [];
  readonly utterances: Utterance[] = [];
  transcriptDelayMs: number;

  constructor(options: ConversationOptions) {
    this.id = options.id ?? randomUUID();
    this.medium = options.medium;
    this.language = options.language;
    this.attributes = options.attributes;
    this.startTime = options.startTime;
    this.organizationId = options.organizationId;
    this.divisionId = options.divisionId;
    this.transcriptDelayMs = options.transcriptDelayMs;
    this.#join("customer", options.startTime, { name: options.customerName });
  }

  get customer(): Leg {
    const leg = this.legs[0];
    if (leg === undefined) throw new Error("a conversation begins with its customer");
    return leg;
  }

  /** Queues the conversation has been in, in order, once each. */
  get queueIds(): string[] {
    return [...new Set(this.legs.map(({ queueId }) => queueId).filter((id) => id !== undefined))];
  }

  /** When the last participant left; undefined while anybody is there. After-call work does not keep it open. */
  get endTime(): number | undefined {
    if (this.legs.some((leg) => leg.state !== "disconnected")) return undefined;
    return Math.max(...this.legs.map((leg) => leg.disconnectedTime ?? 0));
  }

  /** Grows with every change: nothing that happened to a conversation is ever taken back. */
  get revision(): number {
    const marks = this.legs.flatMap((leg) => [
      leg,
      leg.connectedTime,
      leg.disconnectedTime,
      leg.afterCallWork?.endTime,
    ]);
    return this.utterances.length + marks.filter((mark) => mark !== undefined).length;
  }

  /** A bot or IVR flow takes the customer: purpose `ivr` in calls, `workflow` in messaging. */
  startFlow(at: number): Leg {
    return this.#join(this.medium === "voice" ? "ivr" : "workflow", at, { name: "Welcome" });
  }

  endFlow(at: number): void {
    this.#leave(this.#live("ivr", "workflow"), at, "transfer");
  }

  /** The customer waits; a flow that had them hands over. */
  enqueue(queue: Queue, at: number): void {
    this.#leave([...this.#live("ivr", "workflow"), ...this.#live("acd")], at, "transfer");
    this.#join("acd", at, { name: queue.name, queueId: queue.id });
  }

  /** An agent's phone or chat alerts; the customer keeps waiting in the queue meanwhile. */
  alert(agent: { readonly name: string; readonly userId: string }, at: number): void {
    const waiting = this.#live("acd")[0];
    if (waiting === undefined)
      throw new Error(`${agent.name} cannot be alerted: the customer is in no queue`);
    this.#join("agent", at, { ...agent, queueId: waiting.queueId, state: "alerting" });
  }

  /** The alerting agent does not take it: `transfer.noanswer` when it rang out, `client` when declined. */
  unanswered(outcome: "no-answer" | "declined", at: number): void {
    this.#leave(this.#alerting(), at, outcome === "no-answer" ? "transfer.noanswer" : "client");
  }

  answer(at: number): void {
    for (const leg of this.#alerting()) {
      leg.state = "connected";
      leg.connectedTime = at;
    }
    this.#leave(this.#live("acd"), at, "transfer");
  }

  /** Blind transfer by the connected agent. */
  transfer(queue: Queue, at: number): void {
    this.#leave([this.agent()], at, "transfer");
    this.enqueue(queue, at);
  }

  /** In a call that ends the customer's leg too; a chat stays open for the customer, and with it the conversation. */
  agentLeaves(at: number): void {
    this.#leave([this.agent()], at, "client");
    if (this.medium === "voice") this.#leave(this.#live(), at, "peer");
  }

  /** A caller who hangs up ends as `endpoint`, whoever is left as `peer`; in a chat the customer's own leg says `client`. */
  customerLeaves(at: number): void {
    this.#leave([this.customer], at, this.medium === "voice" ? "endpoint" : "client");
    this.#leave(this.#live(), at, "peer");
  }

  /** The platform ends it for everybody: queue inactivity timeout, guest session expiry. */
  expire(type: "inactivity" | "session.expired", at: number): void {
    this.#leave(this.#live(), at, type);
  }

  say(by: Leg, text: string, at: number): void {
    const originatingEntity = by.purpose === "customer" || by.purpose === "agent" ? "Human" : "Bot";
    this.utterances.push({ id: randomUUID(), at, leg: by, kind: "text", text, originatingEntity });
  }

  /** A message that nobody wrote: `by` is the leg the platform lists it under. */
  note(by: Leg, kind: MessageKind, text: string | undefined, at: number): void {
    const originatingEntity = kind === "typing" || kind === "presence" ? "Human" : "Bot";
    this.utterances.push({ id: randomUUID(), at, leg: by, kind, text, originatingEntity });
  }

  /** Agents who still have after-call work finish it; false when nobody had any. */
  wrapUp(at: number): boolean {
    const pending = this.legs.flatMap((leg) =>
      leg.afterCallWork !== undefined && leg.afterCallWork.endTime === undefined ? [leg.afterCallWork] : [],
    );
    for (const work of pending) work.endTime = at;
    return pending.length > 0;
  }

  /** The connected agent of that name, or the one who answered last. */
  agent(name?: string): Leg {
    const connected = this.legs.filter((leg) => leg.purpose === "agent" && leg.state === "connected");
    const agent = connected.findLast((leg) => name === undefined || leg.name === name);
    if (agent === undefined) throw new Error(`agent ${name ?? ""} is not connected`);
    return agent;
  }

  /** The leg that speaks for the machine: a live flow, else one that has just joined. */
  automaton(at: number): Leg {
    return this.#live("ivr", "workflow")[0] ?? this.startFlow(at);
  }

  /** The queue's topic tells the whole conversation each time: no top-level endTime, no startTime anywhere. */
  toEvent() {
    return toEvent(this);
  }

  /** Body of `….conversations.calls` and `….conversations.messages`: flat participants, no communication ids. */
  toMediaEvent() {
    return toMediaEvent(this);
  }

  /** GET /api/v2/conversations/{id}. */
  toRest(options: { readonly hideEndTime?: boolean } = {}) {
    return toRest(this, options);
  }

  /** The Speech & Text Analytics file. */
  toTranscript() {
    return toTranscript(this);
  }

  toMessageData(messageId: string) {
    const message = this.utterances.find((candidate) => candidate.id === messageId);
    return message && toMessageData(this, message);
  }

  toAnalytics(options: { readonly hideEnd?: boolean } = {}) {
    return toAnalytics(this, options);
  }

  #join(
    purpose: Purpose,
    at: number,
    who: { name?: string; userId?: string; queueId?: string | undefined; state?: "alerting" },
  ): Leg {
    const state = who.state ?? "connected";
    const leg: Leg = {
      participantId: randomUUID(),
      communicationId: randomUUID(),
      purpose,
      name: who.name,
      userId: who.userId,
      queueId: who.queueId,
      startTime: at,
      initialState: this.medium === "voice" ? "alerting" : state,
      state,
      connectedTime: state === "connected" ? at : undefined,
      disconnectedTime: undefined,
      disconnectType: undefined,
      afterCallWork: undefined,
    };
    this.legs.push(leg);
    return leg;
  }

  #leave(legs: readonly Leg[], at: number, type: DisconnectType): void {
    for (const leg of legs) {
      leg.state = "disconnected";
      leg.disconnectedTime = at;
      leg.disconnectType = type;
      if (leg.purpose === "agent" && leg.connectedTime !== undefined) {
        leg.afterCallWork = { startTime: at, endTime: undefined };
      }
    }
  }

  #live(...purposes: readonly Purpose[]): Leg[] {
    const wanted = (leg: Leg) => purposes.length === 0 || purposes.includes(leg.purpose);
    return this.legs.filter((leg) => leg.state !== "disconnected" && wanted(leg));
  }

  #alerting(): Leg[] {
    return this.legs.filter((leg) => leg.state === "alerting");
  }
}
