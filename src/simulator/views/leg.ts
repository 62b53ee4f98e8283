import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg } from "../legs.ts";
import { stableId } from "../organization.ts";

const callee = {
  addressNormalized: "tel:+15550100",
  addressRaw: "tel:+15550100",
  addressDisplayable: "+15550100",
};
const caller = {
  addressNormalized: "tel:+15550199",
  addressRaw: "tel:+15550199",
  addressDisplayable: "+15550199",
};

/** Web messaging's own end of every conversation, and the guest's. */
export const deployment = "d0e1f2a3-deployment";
export const guestOf = (conversation: Conversation): string => `guest-${conversation.id.slice(0, 8)}`;

/** A call communication as events and REST have it in common. */
export function callOf(conversation: Conversation, leg: Leg) {
  const customer = conversation.customer.name;
  return {
    id: leg.communicationId,
    state: leg.state,
    initialState: leg.initialState,
    recording: true,
    recordingState: leg.state === "connected" ? "active" : "none",
    muted: false,
    confined: false,
    held: false,
    direction: "inbound",
    self: callee,
    other: { name: customer, nameRaw: customer, ...caller },
    provider: "Edge",
    ...endingOf(leg),
    ...(leg.state === "disconnected" ? { disconnectReasons: [] } : {}),
  };
}

/** A message communication, without its list of messages: events and REST list those differently. */
export function messageLegOf(conversation: Conversation, leg: Leg) {
  return {
    id: leg.communicationId,
    state: leg.state,
    initialState: leg.initialState,
    held: false,
    direction: leg.purpose === "agent" ? "outbound" : "inbound",
    provider: "PureCloud Messaging",
    type: "webmessaging",
    recipientType: "webmessaging",
    toAddress: { addressNormalized: deployment },
    fromAddress: { addressNormalized: guestOf(conversation) },
    ...endingOf(leg),
  };
}

function endingOf(leg: Leg) {
  const work = leg.afterCallWork;
  return {
    connectedTime: optionalIso(leg.connectedTime),
    disconnectedTime: optionalIso(leg.disconnectedTime),
    disconnectType: leg.disconnectType,
    ...(work === undefined
      ? {}
      : {
          afterCallWork: {
            state: work.endTime === undefined ? "pending" : "complete",
            startTime: iso(work.startTime),
            endTime: optionalIso(work.endTime),
          },
          afterCallWorkRequired: false,
        }),
  };
}

/** Present once the after-call work is done. */
export function wrapupOf(leg: Leg) {
  const work = leg.afterCallWork;
  if (work?.endTime === undefined) return undefined;
  return {
    code: stableId("wrapup", "Default"),
    notes: "",
    tags: [],
    durationSeconds: Math.round((work.endTime - work.startTime) / 1000),
    endTime: iso(work.endTime),
  };
}

export function optionalIso(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : iso(epochMs);
}
