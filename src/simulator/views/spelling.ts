import type { DisconnectType } from "../legs.ts";

/** How each part of the platform spells an end: queue and user topics as stories do, REST nearly so. */
export function inRest(type: DisconnectType | undefined): string | undefined {
  return type === "transfer.dnd" ? "transfer.donotdisturb" : type;
}

export function inAnalytics(type: DisconnectType | undefined): string | undefined {
  return type && camelCase[type];
}

const camelCase: Readonly<Record<DisconnectType, string>> = {
  client: "client",
  endpoint: "endpoint",
  inactivity: "inactivity",
  peer: "peer",
  "session.expired": "sessionExpired",
  system: "system",
  transfer: "transfer",
  "transfer.conference": "conferenceTransfer",
  "transfer.consult": "consultTransfer",
  "transfer.dnd": "dndTransfer",
  "transfer.noanswer": "noAnswerTransfer",
  "transfer.notavailable": "notAvailableTransfer",
  "transport.failure": "transportFailure",
};
