import { randomUUID } from "node:crypto";
import type { DisconnectType, Leg, LegMedia, Medium, MessageKind, Purpose, Utterance } from "./legs.ts";
import { enterStage, isLive, isWorker, leaveStage } from "./legs.ts";
import type { Joining } from "./new-leg.ts";
import { newLeg, workOf } from "./new-leg.ts";
import type { Queue } from "./organization.ts";
import type { Scenario } from "./story.ts";
import { toAnalytics } from "./views/analytics.ts";
import { toEvent, toMediaEvent } from "./views/event.ts";
import { toMessageData } from "./views/message.ts";
import { toRest } from "./views/rest.ts";
import { toTranscript } from "./views/transcript.ts";

export interface ConversationOptions {
  readonly id?: string;
  readonly medium: Medium;
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly customerName: string;
  /** The customer, where the platform has recognised them. */
  readonly externalContactId?: string | undefined;
  readonly begins?: Scenario["begins"];
  readonly startTime: number;
  readonly organizationId: string;
  readonly divisionId: string;
  /** How long after the end a voice transcript exists; Infinity for never. */
  readonly transcriptDelayMs: number;
}

const machines: readonly Purpose[] = ["ivr", "workflow", "acd", "api"];

/**
 * What the platform knows of one conversation. Methods are what happens in the world, at an instant that never goes
 * back; views are what the platform tells of it. Participants are never taken away: who left stays listed.
 */
export class Conversation {
  readonly id: string;
  readonly medium: Medium;
  readonly attributes: Readonly<Record<string, string>>;
  /** Attributes set through the API, by participant. */
  readonly attributesSet = new Map<string, Record<string, string>>();
  readonly externalContactId: string | undefined;
  readonly startTime: number;
  readonly organizationId: string;
  readonly divisionId: string;
  readonly legs: Leg[] = [];
  readonly utterances: Utterance[] = [];
  /** Spoken now. */
  language: string;
  transcriptDelayMs: number;
  /** Grows with every change: nothing that happened to a conversation is ever taken back. */
  revision = 0;
  /** The conversation that took this one's place when agents made it a conference. */
  mergedInto: Conversation | undefined;

  constructor(options: ConversationOptions) {
    this.id = options.id ?? randomUUID();
    this.medium = options.medium;
    this.language = options.language;
    this.attributes = options.attributes;
    this.externalContactId = options.externalContactId;
    this.startTime = options.startTime;
    this.organizationId = options.organizationId;
    this.divisionId = options.divisionId;
    this.transcriptDelayMs = options.transcriptDelayMs;
    const { begins = "customer", startTime } = options;
    const waits = this.medium === "callback" ? ({ state: "scheduled" } as const) : {};
    if (begins === "customer") this.join("customer", startTime, { name: options.customerName, ...waits });
    if (begins === "platform") this.join("api", startTime, { direction: "outbound" });
  }

  get customer(): Leg {
    const leg = this.legs[0];
    if (leg?.purpose !== "customer") throw new Error("this conversation has no customer");
    return leg;
  }

  get hasCustomer(): boolean {
    return this.legs[0]?.purpose === "customer";
  }

  /** Speech, which nobody hears while it lasts. */
  get isSpoken(): boolean {
    return this.medium === "voice" || this.medium === "callback";
  }

  /** Queues the conversation has been in, in order, once each. */
  get queueIds(): string[] {
    return [...new Set(this.legs.map(({ queueId }) => queueId).filter((id) => id !== undefined))];
  }

  /** When the last participant left; undefined while anybody is there. After-call work does not keep it open. */
  get endTime(): number | undefined {
    if (this.legs.length === 0 || this.legs.some(isLive)) return undefined;
    return Math.max(...this.legs.map((leg) => leg.disconnectedTime ?? 0));
  }

  /** A bot or IVR flow takes the customer: purpose `ivr` in calls, `workflow` in messaging. */
  startFlow(at: number): Leg {
    return this.join(this.medium === "voice" ? "ivr" : "workflow", at, { name: "Welcome" });
  }

  endFlow(at: number): void {
    this.leave(this.live("ivr", "workflow"), at, "transfer");
  }

  /** The customer waits; a flow that had them hands over. */
  enqueue(queue: Queue, at: number): void {
    this.leave([...this.live("ivr", "workflow"), ...this.live("acd")], at, "transfer");
    this.join("acd", at, { name: queue.name, queueId: queue.id });
  }

  /** An agent's phone or chat alerts; the customer keeps waiting in the queue meanwhile. */
  alert(agent: { readonly name: string; readonly userId: string }, at: number): void {
    const waiting = this.live("acd")[0];
    if (waiting === undefined)
      throw new Error(`${agent.name} cannot be alerted: the customer is in no queue`);
    this.join("agent", at, { ...agent, queueId: waiting.queueId, state: "alerting" });
  }

  /** The alerting agent does not take it. */
  unanswered(type: DisconnectType, at: number): void {
    this.leave(this.#alerting(), at, type);
  }

  answer(at: number): void {
    for (const leg of this.#alerting()) this.connect(leg, at);
    this.leave(this.live("acd"), at, "transfer");
  }

  /** Blind transfer by the connected agent. */
  transfer(queue: Queue, at: number): void {
    this.leave([this.agent()], at, "transfer");
    this.enqueue(queue, at);
  }

  /** The last agent ends the customer's leg of a call too; a chat stays open for the customer, and so does the conversation. */
  agentLeaves(at: number, name?: string): void {
    const agent = this.agent(name);
    const own = this.live().filter((leg) => leg.participantId === agent.participantId);
    this.leave(own, at, "client");
    const attached = (leg: Leg) =>
      (leg.monitoredParticipantId ?? leg.coachedParticipantId) === agent.participantId;
    this.leave(this.live().filter(attached), at, "peer");
    if (this.medium === "message") return;
    const colleagues = this.live().filter((leg) => isWorker(leg) && leg.state === "connected");
    if (this.hasCustomer && colleagues.length > 0) return;
    this.leave(this.live(), at, this.medium === "email" ? "client" : "peer");
  }

  /** A caller who hangs up ends as `endpoint`, whoever is left as `peer`; in a chat the customer's own leg says `client`. */
  customerLeaves(at: number): void {
    this.leave(this.live("customer"), at, this.isSpoken ? "endpoint" : "client");
    this.leave(this.live(), at, "peer");
  }

  /** The platform ends it for everybody: queue inactivity timeout, guest session expiry. */
  expire(type: "inactivity" | "session.expired" | "system", at: number): void {
    this.leave(this.live(), at, type);
  }

  say(by: Leg, text: string, at: number): void {
    this.#utter(by, at, "text", text, machines.includes(by.purpose));
  }

  /** A message that nobody wrote: `by` is the leg the platform lists it under. */
  note(by: Leg, kind: MessageKind, text: string | undefined, at: number): void {
    this.#utter(by, at, kind, text, kind !== "typing" && kind !== "presence");
  }

  /** Agents who still have after-call work finish it; false when nobody had any. */
  wrapUp(at: number): boolean {
    const pending = this.legs.flatMap((leg) =>
      leg.afterCallWork !== undefined && leg.afterCallWork.endTime === undefined ? [leg.afterCallWork] : [],
    );
    for (const work of pending) work.endTime = at;
    this.revision += pending.length;
    return pending.length > 0;
  }

  /** The connected agent of that name, or the one who answered last. */
  agent(name?: string): Leg {
    const there = (leg: Leg) => leg.state === "connected" || leg.state === "parked";
    const connected = this.legs.filter((leg) => isWorker(leg) && there(leg));
    const agent = connected.findLast((leg) => name === undefined || leg.name === name);
    if (agent === undefined) throw new Error(`agent ${name ?? ""} is not connected`);
    return agent;
  }

  /** The leg that speaks for the machine: a live flow, else one that has just joined. */
  automaton(at: number): Leg {
    return this.live("ivr", "workflow", "api")[0] ?? this.startFlow(at);
  }

  join(purpose: Purpose, at: number, who: Joining): Leg {
    const leg = newLeg(purpose, at, { media: this.medium === "voice" ? "call" : this.medium, ...who });
    this.legs.push(leg);
    this.revision++;
    return leg;
  }

  connect(leg: Leg, at: number): void {
    leg.state = "connected";
    leg.connectedTime ??= at;
    enterStage(leg, workOf(leg), at);
    this.revision++;
  }

  leave(legs: readonly Leg[], at: number, type: DisconnectType): void {
    for (const leg of legs) {
      leg.state = "disconnected";
      leg.disconnectedTime = at;
      leg.disconnectType = type;
      leaveStage(leg, at);
      const worked = leg.purpose === "agent" && leg.queueId !== undefined && leg.connectedTime !== undefined;
      // Whoever went on in a conference works on, there.
      if (worked && type !== "transfer.conference") {
        leg.afterCallWork = { startTime: at, endTime: undefined };
      }
      this.revision++;
    }
  }

  live(...purposes: readonly Purpose[]): Leg[] {
    return this.legs.filter(
      (leg) => isLive(leg) && (purposes.length === 0 || purposes.includes(leg.purpose)),
    );
  }

  /** The queue's topic tells the whole conversation each time: no top-level endTime, no startTime anywhere. */
  toEvent() {
    return toEvent(this);
  }

  /** Body of `….conversations.calls`, `.messages` and the like: flat participants, no communication ids. */
  toMediaEvent(media: LegMedia = this.medium === "voice" ? "call" : this.medium) {
    return toMediaEvent(this, media);
  }

  /** GET /api/v2/conversations/{id}. */
  toRest(options: { readonly hideEndTime?: boolean } = {}) {
    return toRest(this, options);
  }

  /** The Speech & Text Analytics file of one of the customer's communications; the first when left out. */
  toTranscript(leg: Leg = this.customer) {
    return toTranscript(this, leg);
  }

  toMessageData(messageId: string) {
    const message = this.utterances.find((candidate) => candidate.id === messageId);
    return message && toMessageData(this, message);
  }

  /** @param options.seenUntil analytics is behind, and knows nothing of what happened later */
  toAnalytics(options: { readonly seenUntil?: number } = {}) {
    return toAnalytics(this, options);
  }

  #utter(leg: Leg, at: number, kind: MessageKind, text: string | undefined, byMachine: boolean): void {
    const originatingEntity = byMachine ? "Bot" : "Human";
    this.utterances.push({
      id: randomUUID(),
      at,
      leg,
      kind,
      text,
      originatingEntity,
      language: this.language,
    });
    this.revision++;
  }

  #alerting(): Leg[] {
    return this.legs.filter((leg) => leg.state === "alerting");
  }
}
