import { z } from "zod";
import type { PerCase } from "./destination.ts";

const dayMs = 86_400_000;

/** Keys of a destination that writes to cases, to be spread into its schema. */
export const perCaseShape = {
  linkGiveUpMs: z
    .int()
    .min(1)
    .max(30 * dayMs)
    .default(2 * dayMs)
    .describe("How long a log waits for links to its cases, and is kept for further ones."),
  unlinked: z
    .enum(["dead", "skip"])
    .default("dead")
    .describe("A log that no link came for: a person looks at it, or it does without this destination."),
};

/** @returns how a destination with these options wants what has no case (yet) */
export function perCaseOf({ linkGiveUpMs, unlinked }: PerCase): PerCase {
  return { linkGiveUpMs, unlinked };
}
