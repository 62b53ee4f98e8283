import { type ContactWork, liveSource } from "../ledger/ledger.ts";
import type { SkipReason } from "../model.ts";
import { judgeDialogue } from "./judge.ts";
import { renderLog } from "./render.ts";
import { type Brand, type Tools, timed } from "./tools.ts";

/** The whole program in one function: fetch, clean, judge, summarise, keep, post, settle. */
export async function processContact(work: ContactWork, tools: Tools, signal: AbortSignal): Promise<void> {
  const brand = tools.brand(work.brand);
  const written = work.body ?? (await writeLog(work, brand, tools, signal));
  if (typeof written !== "string") return await skip(work, written.skipped, tools);
  if (tools.dryRun) {
    tools.reports.wouldPost(JSON.parse(written));
    return await skip(work, "dry_run", tools);
  }
  await post(work, written, brand, tools, signal);
}

/** @returns the bytes to post, durable: from here on the model is never asked again */
async function writeLog(
  work: ContactWork,
  { language, taxonomy, prompt }: Brand,
  { ledger, media, summarizer, reports }: Tools,
  signal: AbortSignal,
): Promise<string | { skipped: SkipReason }> {
  const asking = { asks: work.asks, live: work.source === liveSource };
  const dialogue = await timed(reports, "fetch", () => media.dialogue(work.contact, asking, signal));
  if ("kind" in dialogue) return { skipped: dialogue.reason };
  const refusal = judgeDialogue(dialogue);
  if (refusal) return { skipped: refusal };
  const summary = await timed(reports, "summarise", () =>
    summarizer.summarize({ dialogue, language, taxonomy, prompt }, signal),
  );
  const body = JSON.stringify(renderLog(work, language, dialogue, summary, Date.now()));
  await ledger.keep(work.id, body);
  return body;
}

async function post(
  work: ContactWork,
  body: string,
  { destination }: Brand,
  { ledger, reports }: Tools,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  // Durable before the first byte leaves: a crash from here on leaves a row that says the post may have happened.
  await ledger.markPosting(work.id);
  const receipt = await timed(reports, "post", () => destination.post({ key: work.id, body }, signal));
  await ledger.settle(work.id, "posted", undefined);
  reports.posted(work.contact, work.brand, receipt.status, receipt.alreadyThere);
}

async function skip(work: ContactWork, reason: SkipReason, { ledger, reports }: Tools): Promise<void> {
  await ledger.settle(work.id, "skipped", reason);
  reports.skipped(work.contact, work.brand, reason);
}
