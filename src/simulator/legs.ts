export type Medium = "voice" | "message" | "callback" | "email";

/** The platform's array a communication is listed in, in the singular. */
export type LegMedia = "call" | "callback" | "message" | "email";

export type Purpose = "customer" | "external" | "ivr" | "workflow" | "acd" | "agent" | "user" | "api";

/**
 * The part of the platform's `disconnectType` values that stories can cause, as events spell them; REST, analytics
 * and detail events have spellings of their own (`views/spelling.ts`).
 */
export type DisconnectType =
  | "client"
  | "endpoint"
  | "inactivity"
  | "peer"
  | "session.expired"
  | "system"
  | "transfer"
  | "transfer.conference"
  | "transfer.consult"
  | "transfer.dnd"
  | "transfer.noanswer"
  | "transfer.notavailable"
  | "transport.failure";

export type LegState = "alerting" | "dialing" | "scheduled" | "connected" | "parked" | "disconnected";

/** What somebody does in a stretch of time, as analytics calls its segments. */
export type StageKind =
  | "alert"
  | "callback"
  | "coaching"
  | "dialing"
  | "hold"
  | "interact"
  | "ivr"
  | "monitoring"
  | "parked"
  | "scheduled";

export interface Stage {
  readonly kind: StageKind;
  readonly from: number;
  to: number | undefined;
}

/** A communication of a participant, who may have several; every time in epoch milliseconds. */
export interface Leg {
  readonly participantId: string;
  /** The platform's communicationId, which analytics calls sessionId. */
  readonly communicationId: string;
  readonly media: LegMedia;
  readonly direction: "inbound" | "outbound";
  readonly purpose: Purpose;
  readonly name: string | undefined;
  readonly userId: string | undefined;
  readonly queueId: string | undefined;
  readonly startTime: number;
  readonly initialState: LegState;
  state: LegState;
  /** Only once answered: an agent who declined or let it ring never gets one. */
  connectedTime: number | undefined;
  disconnectedTime: number | undefined;
  disconnectType: DisconnectType | undefined;
  afterCallWork: AfterCallWork | undefined;
  /** What was assigned through the API, in place of what the agent's own after-call work gave. */
  wrapup?: AssignedWrapup;
  /** What this leg went through, in order; the last stage is open while the leg lives. */
  readonly stages: Stage[];
  /** The customer somebody was called in for, where this leg is the target of a consult. */
  consultParticipantId?: string;
  /** Whom a supervisor listens to, or whispers to. */
  monitoredParticipantId?: string;
  coachedParticipantId?: string;
  parkTime?: number;
  resumeTime?: number;
  /** When a callback is due. */
  callbackScheduledTime?: number;
  /** The leg of another conversation this one comes from, or went on as: a conference. */
  source?: ConferenceLink;
  destination?: ConferenceLink;
}

export interface ConferenceLink {
  readonly conversationId: string;
  readonly sessionId: string;
}

export interface AssignedWrapup {
  readonly code: string;
  readonly notes: string;
  readonly at: number;
}

export interface AfterCallWork {
  readonly startTime: number;
  endTime: number | undefined;
}

export type MessageKind = "text" | "typing" | "presence" | "receipt" | "structured";

/** Something said (voice) or sent (messaging) by a leg. */
export interface Utterance {
  readonly id: string;
  readonly at: number;
  readonly leg: Leg;
  readonly kind: MessageKind;
  readonly text: string | undefined;
  readonly originatingEntity: "Human" | "Bot";
  /** BCP 47, of what is said in a call. */
  readonly language: string;
}

export function isLive(leg: Leg): boolean {
  return leg.state !== "disconnected";
}

/** A human of ours who speaks with the customer: not one who listens in. */
export function isWorker({ purpose, monitoredParticipantId, coachedParticipantId }: Leg): boolean {
  return (
    (purpose === "agent" || purpose === "user") &&
    monitoredParticipantId === undefined &&
    coachedParticipantId === undefined
  );
}

/** Has the customer on hold. */
export function isHolding({ stages }: Leg): boolean {
  const stage = stages.at(-1);
  return stage?.kind === "hold" && stage.to === undefined;
}

/** Ends the stage a leg is in and begins another. */
export function enterStage(leg: Leg, kind: StageKind, at: number): void {
  leaveStage(leg, at);
  leg.stages.push({ kind, from: at, to: undefined });
}

export function leaveStage(leg: Leg, at: number): void {
  const stage = leg.stages.at(-1);
  if (stage !== undefined && stage.to === undefined) stage.to = at;
}

/** Legs by the participant they belong to, in order of arrival. */
export function participantsOf(legs: readonly Leg[]): (readonly [Leg, ...Leg[]])[] {
  const participants = new Map<string, [Leg, ...Leg[]]>();
  for (const leg of legs) {
    const own = participants.get(leg.participantId);
    if (own === undefined) participants.set(leg.participantId, [leg]);
    else own.push(leg);
  }
  return [...participants.values()];
}
