import { Transient } from "../errors.ts";
import { type ContactWork, type DeliveryWork, liveSource } from "../ledger/ledger.ts";
import type { ContactLog, SkipReason } from "../model.ts";
import { judgeDialogue } from "./judge.ts";
import { renderLog } from "./render.ts";
import { type Brand, type Tools, timed } from "./tools.ts";

/**
 * The whole program in one function: fetch, clean, judge, summarise, keep; each delivery then posts and settles.
 * @returns the deliveries, to be made at once
 */
export async function processContact(
  work: ContactWork,
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly DeliveryWork[]> {
  const brand = tools.brand(work.brand);
  const missing = await missingAt(work, brand, tools, signal);
  if (missing.length === 0) {
    await tools.ledger.adopt(work);
    return [];
  }
  const written = await writeLog(work, brand, tools, signal);
  if (typeof written === "string") return await skip(work, written, tools);
  if (tools.dryRun) {
    tools.reports.wouldPost(written);
    return await skip(work, "dry_run", tools);
  }
  const body = JSON.stringify(written);
  // Durable: from here on the model is never asked again.
  return await tools.ledger.keep(work, new Map(missing.map((id) => [id, body])));
}

/**
 * The destinations that are to get it: all of them, but where this file may have forgotten what was posted (it was
 * rebuilt, or put there by hand) those that say they have it.
 */
async function missingAt(
  work: ContactWork,
  { destinations }: Brand,
  { destination, doubtfulBefore }: Tools,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (work.contact.endedAt >= doubtfulBefore) return destinations;
  const missing: string[] = [];
  for (const id of destinations) {
    const { destination: there } = destination(work.brand, id);
    if (!(await there.has?.(work.contact.key, signal))) missing.push(id);
  }
  return missing;
}

async function writeLog(
  work: ContactWork,
  { language, taxonomy, prompt }: Brand,
  { media, summarizer, modelCircuit, reports }: Tools,
  signal: AbortSignal,
): Promise<ContactLog | SkipReason> {
  // While the model is down its contacts wait here, before they cost a request.
  modelCircuit.check();
  const asking = { asks: work.asks, live: work.source === liveSource };
  const dialogue = await timed(reports, "fetch", () => media.dialogue(work.contact, asking, signal));
  if ("kind" in dialogue) return dialogue.reason;
  const refusal = judgeDialogue(dialogue);
  if (refusal) return refusal;
  const summary = await modelCircuit.run(
    work.attempts > 0,
    () =>
      timed(reports, "summarise", () =>
        summarizer.summarize({ dialogue, language, taxonomy, prompt }, signal),
      ),
    (error) => error instanceof Transient && error.reason !== "model_rate_limited",
  );
  return renderLog(work, language, dialogue, summary, Date.now());
}

async function skip(
  work: ContactWork,
  reason: SkipReason,
  { ledger, reports }: Tools,
): Promise<readonly never[]> {
  await ledger.skip(work, reason);
  reports.skipped(work.contact, work.brand, reason);
  return [];
}
