import { type Attack, attacks, readRows } from "./attack.ts";
import { disguised } from "./disguised.ts";

/** Written before the cues were, or before they were mended; what they were first worth is in the files. */
export const heldOut: readonly Attack[] = [
  ...attacks("held-out", readRows("held-out.txt")),
  ...attacks("held-out-second", readRows("held-out-second.txt")),
];

/** All attacks; an id stays with its attack: new lines go to the end of a file. */
export const corpus: readonly Attack[] = [
  ...attacks("nl", readRows("dutch.txt")),
  ...attacks("en", readRows("english.txt")),
  ...disguised,
  ...heldOut,
];

/** Attacks nothing was ever mended on: what is caught of them is a measure, not a demand. */
export const unseen: readonly Attack[] = attacks("unseen", readRows("unseen.txt"));
