export type Purpose = "customer" | "ivr" | "workflow" | "acd" | "agent";

/** The part of the platform's `disconnectType` values that stories can cause. */
export type DisconnectType =
  | "client"
  | "endpoint"
  | "inactivity"
  | "peer"
  | "session.expired"
  | "transfer"
  | "transfer.noanswer";

/** A participant with its one communication; every time in epoch milliseconds. */
export interface Leg {
  readonly participantId: string;
  /** The platform's communicationId, which analytics calls sessionId. */
  readonly communicationId: string;
  readonly purpose: Purpose;
  readonly name: string | undefined;
  readonly userId: string | undefined;
  readonly queueId: string | undefined;
  readonly startTime: number;
  readonly initialState: "alerting" | "connected";
  state: "alerting" | "connected" | "disconnected";
  /** Only once answered: an agent who declined or let it ring never gets one. */
  connectedTime: number | undefined;
  disconnectedTime: number | undefined;
  disconnectType: DisconnectType | undefined;
  afterCallWork: AfterCallWork | undefined;
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
}
