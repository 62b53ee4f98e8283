import type { Dice } from "../faults/dice.ts";
import { changed, type Json } from "./change.ts";
import type { Told } from "./front.ts";
import type { noiseOf } from "./noise.ts";
import {
  endOf,
  historyOf,
  lastMomentOf,
  messageDataOf,
  momentsOf,
  restOf,
  type Tale,
  transcriptOf,
} from "./tale.ts";

/** A conversation under way: how far it has been told, and how far behind GET is. */
export interface Teller {
  readonly tale: Tale;
  readonly base: number;
  readonly noise: ReturnType<typeof noiseOf>;
  readonly dice: Dice;
  readonly told: Told;
  moment: number;
}

/** Answers as far as the tale has been told, sometimes a little behind, and as its noise has it. */
export function toldOf(teller: () => Teller, damaged: boolean): Told {
  let behind: number | undefined;
  let isLate: boolean | undefined;
  let asks = 0;
  const damage = (value: Json, dice: Dice): Json =>
    damaged && dice.chance(0.7) ? changed(value, dice) : value;
  return {
    rest() {
      const { tale, base, moment, noise, dice } = teller();
      behind ??= dice.pick([0, 0, 0, 1, 3]);
      const moments = momentsOf(tale).filter((one) => one <= moment);
      const seen = moments[Math.max(0, moments.length - 1 - behind)];
      behind = Math.max(0, behind - 1);
      if (seen === undefined) return undefined;
      return damage(noise.told(restOf(tale, base, seen)), dice);
    },
    messages(ids) {
      const { tale, base, dice } = teller();
      const all = tale.parts.flatMap(({ messages = [] }) => messages);
      const found = all.filter(({ id }) => ids.includes(id)).map((one) => messageDataOf(one, base));
      return damage({ entities: found }, dice);
    },
    transcript(communicationId) {
      const { tale, base, dice } = teller();
      const customer = tale.parts.find(({ purpose }) => purpose === "customer" || purpose === "external");
      if (customer?.communicationId !== communicationId) return undefined;
      isLate ??= dice.chance(0.05);
      if (isLate && ++asks === 1) return undefined;
      return damage(transcriptOf(tale, base), dice);
    },
    history() {
      const { tale, base, moment, dice } = teller();
      const last = lastMomentOf(tale);
      if (moment < last) return undefined;
      return { row: damage(historyOf(tale, base), dice), closed: endOf(tale, last) !== undefined };
    },
  };
}
