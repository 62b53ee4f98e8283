import type { Dialogue } from "../../src/model.ts";

/** What costs most to read: numbers, dates and addresses, said and spelled. */
const pieces = [
  "nul zes twaalf vierendertig zesenvijftig achtenzeventig. ",
  "op twaalf maart om half drie, morgen of volgende week vrijdag ",
  "jan punt de vries apenstaartje voorbeeld punt nl. ",
  "driehonderdvijfenveertig euro en twaalf cent, N van Nico L van Leo negen een a b n a ",
  "Dorpsstraat 12 1234 AB te Utrecht, geboren op drie mei negentientachtig. ",
];

/** So many characters of it, from the piece with this index on. */
export function floodOf(chars: number, from = 0): string {
  const turned = pieces.map((_, index) => pieces[(from + index) % pieces.length]).join("");
  return turned.repeat(Math.ceil(chars / turned.length)).slice(0, chars);
}

/** A conversation of nothing else. */
export function flood({ turns, charsATurn }: { turns: number; charsATurn: number }): Dialogue {
  return {
    medium: "message",
    language: "nl",
    turns: Array.from({ length: turns }, (_, index) => ({
      speaker: index % 2 === 0 ? "customer" : "agent",
      userId: index % 2 === 0 ? undefined : "u-1",
      at: 1.77e12 + index * 1_000,
      text: floodOf(charsATurn, index),
    })),
  };
}
