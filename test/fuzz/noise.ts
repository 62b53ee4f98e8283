import type { Dice } from "../faults/dice.ts";
import { datedOtherwise, type Json, shuffled } from "./change.ts";

/*
 * The same told otherwise: what the platform leaves out or spells in another way from org to org, without leaving
 * anything out that is told nowhere else.
 */

type Noise = (conversation: Json, dice: Dice) => void;

const ofParts =
  (change: (part: Json, dice: Dice) => void): Noise =>
  (conversation, dice) => {
    for (const part of conversation.participants) change(part, dice);
  };

const legsOf = (part: Json): Json[] =>
  ["calls", "messages", "callbacks", "emails"].flatMap((media) => part[media] ?? []);

const ofLegs = (change: (leg: Json, part: Json, dice: Dice) => void): Noise =>
  ofParts((part, dice) => {
    for (const leg of legsOf(part)) change(leg, part, dice);
  });

const noises: Readonly<Record<string, Noise>> = {
  "no state where there is an end": ofLegs((leg) => {
    if (leg.disconnectedTime !== undefined) delete leg.state;
  }),
  "no segments": ofLegs((leg) => {
    delete leg.segments;
  }),
  "a participant's end is its leg's": ofParts((part) => {
    delete part.endTime;
  }),
  "a leg's end is its participant's": ofLegs((leg, part) => {
    if (part.endTime !== undefined) delete leg.disconnectedTime;
  }),
  "a leg's beginning is its participant's": ofLegs((leg, part) => {
    if (part.connectedTime !== undefined) delete leg.connectedTime;
  }),
  "a participant's connection is its leg's": ofParts((part) => {
    if (legsOf(part).every(({ connectedTime }) => connectedTime !== undefined)) delete part.connectedTime;
  }),
  "user and queue as references": ofParts((part) => {
    if (part.userId !== undefined) part.user = { id: part.userId };
    if (part.queueId !== undefined) part.queue = { id: part.queueId, name: null };
    delete part.userId;
    delete part.queueId;
  }),
  "in any order": (conversation, dice) => {
    conversation.participants = shuffled(conversation.participants, dice);
  },
  "in capitals": ofLegs((leg, part) => {
    part.purpose = part.purpose.toUpperCase();
    for (const name of ["state", "disconnectType", "direction"]) leg[name] = leg[name]?.toUpperCase();
  }),
  "dates in another form": (conversation, dice) => {
    redate(conversation, dice);
  },
  "null for what is not there": ofParts((part) => {
    for (const name of [
      "userId",
      "queueId",
      "consultParticipantId",
      "monitoredParticipantId",
      "coachedParticipantId",
      "bargedParticipantId",
      "user",
      "queue",
      "endTime",
      "wrapup",
    ]) {
      part[name] ??= null;
    }
    for (const leg of legsOf(part)) {
      for (const name of ["disconnectedTime", "connectedTime", "disconnectType", "segments", "errorInfo"])
        leg[name] ??= null;
    }
  }),
  "empty lists of other media": ofParts((part) => {
    for (const media of ["calls", "chats", "emails", "callbacks", "messages", "videos"]) part[media] ??= [];
  }),
  "somebody of tomorrow": (conversation) => {
    conversation.participants.push({
      id: "t",
      purpose: "hologram",
      holograms: [{ id: "h", state: "shining" }],
    });
    conversation.participants.unshift(null);
  },
  "a great many more": (conversation) => {
    for (let n = 0; n < 40; n++)
      conversation.participants.push({ id: `w${n}`, purpose: "workflow", attributes: {} });
  },
};

function redate(node: Json, dice: Dice): void {
  if (typeof node !== "object" || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (/time$/i.test(name) && typeof value === "string") node[name] = datedOtherwise(value, dice);
    else redate(value, dice);
  }
}

/** Some of the noises, the same for all that is told of one conversation. */
export function noiseOf(dice: Dice): {
  readonly names: readonly string[];
  readonly told: (value: Json) => Json;
} {
  const names = Object.keys(noises).filter(() => dice.chance(0.12));
  const seed = dice.between(1, 2 ** 31);
  return {
    names: [...names, `seed ${seed}`],
    told(value) {
      const copy = structuredClone(value);
      for (const name of names) noises[name]?.(copy, dice);
      return copy;
    },
  };
}
