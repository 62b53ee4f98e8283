import { z } from "zod";
import { dayMs, hourMs, ms } from "./fields.ts";

/** When things are done, and how long they are tried. */
export const timing = z.strictObject({
  heartbeatTimeoutMs: ms(35_000, "A channel on which nothing was heard for this long is dead."),
  pingEveryMs: ms(20_000, "How often the channel is pinged."),
  queueRefreshMs: ms(300_000, "How often the list of queues is read again."),
  sweepEveryMs: ms(900_000, "How often history is looked through for ends that no event told of."),
  historyLookBackMs: ms(
    30 * dayMs,
    "How long a conversation can be, a chat that is re-opened ever again: history finds it by its start.",
  ),
  historyLagMs: ms(120_000, "How far the platform's history may lag behind events."),
  transcriptFirstMs: ms(20_000, "When a voice transcript is asked for the first time, after the end."),
  transcriptGiveUpMs: ms(2 * dayMs, "When a transcript that never came is given up."),
  retryBaseMs: ms(1_000, "First pause of a back-off."),
  retryMaxMs: ms(300_000, "Longest pause of a back-off."),
  lookupAfterMs: z
    .array(z.int().min(0).max(hourMs))
    .min(1)
    .max(10)
    .default([500, 2_000, 10_000, 60_000])
    .describe(
      "When a destination is asked about a post of unknown outcome, counted from the post; then it is repeated.",
    ),
  retryGiveUpMs: ms(7 * dayMs, "How long a contact may keep failing before it becomes a dead letter."),
  drainMs: ms(25_000, "How long work in flight may take when the process is told to stop."),
});

/** What is told of it. */
export const log = z
  .strictObject({
    level: z
      .enum(["trace", "debug", "info", "warn", "error", "silent"])
      .default("info")
      .describe("Below it nothing is logged; --log-level wins."),
    ids: z
      .enum(["hashed", "plain"])
      .default("hashed")
      .describe(
        "Ids of conversations, accounts and users in the log: keyed hashes, which explain takes as well, or as they are.",
      ),
  })
  .prefault({});

/** How long what is done with stays. */
export const retention = z
  .strictObject({
    settledMs: z
      .int()
      .min(90 * dayMs)
      .max(3_650 * dayMs)
      .default(90 * dayMs),
    shadowMs: ms(
      7 * dayMs,
      "How long a shadow run's log, or what an agent wrote, is kept for the other to be compared with.",
    ),
    logsMs: z
      .int()
      .min(1)
      .max(90 * dayMs)
      .optional()
      .describe(
        "How long posted contact logs are kept for the next agent (GET /v1/accounts/…); without it none is.",
      ),
  })
  .prefault({})
  .describe("How long the bare keys of settled contacts are kept: as long as an end could be told of again.");

/** How work is done. */
export const pipeline = z
  .strictObject({
    concurrency: z.int().min(1).max(1_000).default(16).describe("Contacts worked on at once."),
    settleMs: z.int().min(0).max(hourMs).default(1_000).describe("An end that stays quiet this long is one."),
  })
  .prefault({});
