import { randomUUID } from "node:crypto";
import type { Leg, LegMedia, LegState, Purpose, StageKind } from "./legs.ts";
import { enterStage } from "./legs.ts";

export interface Joining {
  readonly name?: string | undefined;
  readonly userId?: string | undefined;
  readonly queueId?: string | undefined;
  /** Connected when left out. */
  readonly state?: "alerting" | "dialing" | "scheduled";
  /** Of the conversation's own medium when left out. */
  readonly media?: LegMedia;
  readonly direction?: Leg["direction"];
  /** What is done from the moment of being connected on, where that is not what the purpose suggests. */
  readonly doing?: StageKind;
  /** Another communication of somebody who is there already. */
  readonly participantId?: string;
}

const firstStage = { alerting: "alert", dialing: "dialing", scheduled: "scheduled" } as const;

export function newLeg(purpose: Purpose, at: number, who: Joining & { readonly media: LegMedia }): Leg {
  const { media } = who;
  const state: LegState = who.state ?? "connected";
  const leg: Leg = {
    participantId: who.participantId ?? randomUUID(),
    communicationId: randomUUID(),
    media,
    direction: who.direction ?? "inbound",
    purpose,
    name: who.name,
    userId: who.userId,
    queueId: who.queueId,
    startTime: at,
    initialState: media === "call" && state === "connected" ? "alerting" : state,
    state,
    connectedTime: state === "connected" ? at : undefined,
    disconnectedTime: undefined,
    disconnectType: undefined,
    afterCallWork: undefined,
    stages: [],
  };
  enterStage(leg, who.state === undefined ? (who.doing ?? workOf(leg)) : firstStage[who.state], at);
  return leg;
}

/** What somebody connected does. */
export function workOf({ purpose, media }: Leg): StageKind {
  if (purpose === "ivr") return "ivr";
  return media === "callback" && purpose !== "acd" ? "callback" : "interact";
}
