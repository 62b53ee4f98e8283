import { withoutEvidence } from "../contact-log.ts";
import { Transient } from "../errors.ts";
import { type ContactWork, type DeadLetter, type DeliveryWork, liveSources } from "../ledger/ledger.ts";
import type { ContactLog, SkipReason } from "../model.ts";
import { comparable } from "./comparison.ts";
import { judgeDialogue } from "./judge.ts";
import { holdingsOf } from "./links.ts";
import { renderLog, toldOf } from "./render.ts";
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
  // A shadow run asks no destination anything.
  const missing = tools.shadow ? brand.destinations : await missingAt(work, brand, tools, signal);
  if (missing.length === 0) {
    if (await tools.ledger.adopt(work)) tools.reports.adopted(work.contact, work.brand, brand.destinations);
    return [];
  }
  const written = await writeLog(work, brand, tools, signal);
  if (typeof written === "string") return await skip(work, written, tools);
  const { log, told } = written;
  tools.onLog(log);
  if (tools.dryRun) {
    tools.reports.wouldPost(withoutEvidence(log));
    return await skip(work, "dry_run", tools);
  }
  if (tools.shadow) return await keepShadow(work, log, told, tools);
  const destinations = missing.map((id) => tools.destination(work.brand, id).destination);
  const rendered = destinations
    .filter(({ perCase }) => perCase === undefined)
    .map((one) => [one.id, one.render(log)] as const);
  // Durable: from here on the model is never asked again.
  const refused: DeadLetter[] = [];
  const deliveries = await tools.ledger.keep(work, new Map(rendered), told, {
    held: holdingsOf(destinations, log, (letter) => refused.push(letter)),
    log: tools.keepsLogs ? withoutEvidence(log) : undefined,
  });
  for (const { reason, message } of refused) tools.reports.dead(log.key, work.brand, reason, message);
  return deliveries;
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
    // Which case to ask about is not known here: each case's delivery asks for itself.
    if (there.perCase) {
      missing.push(id);
      continue;
    }
    const asked = { key: work.contact.key, body: "" };
    if (!(await there.has?.(asked, signal))) missing.push(id);
  }
  return missing;
}

/** @returns the log, and what `explain` is to tell of its writing: no word of it */
async function writeLog(
  work: ContactWork,
  { manner }: Brand,
  { media, writer, spending, modelCircuit, reports }: Tools,
  signal: AbortSignal,
): Promise<{ log: ContactLog; told: string } | SkipReason> {
  // A summary that is carried on asks no model.
  const isCarried = work.contact.origin?.summary === "theirs";
  // While the model is down, or the day's budget spent, its contacts wait here, before they cost a request.
  if (!isCarried) {
    modelCircuit.check();
    spending.check();
  }
  const asking = { asks: work.asks, live: liveSources.includes(work.source) };
  const of = work.contact.key;
  const fetching = { stage: "fetch", of } as const;
  const dialogue = await timed(reports, fetching, () => media.dialogue(work.contact, asking, signal));
  if ("kind" in dialogue) return dialogue.reason;
  const refusal = judgeDialogue(dialogue);
  if (refusal) return refusal;
  const names = work.contact.customerNames ?? [];
  const { meter, bill } = spending.meter(work.brand);
  const write = () =>
    timed(
      reports,
      { stage: "summarise", of },
      () => writer.write({ dialogue, names, manner, meter }, signal),
      ({ summary: { model }, usage }) => ({ model, usage }),
    );
  const written = isCarried
    ? await write()
    : await modelCircuit.run(
        work.attempts > 0,
        write,
        (error) => error instanceof Transient && error.reason !== "model_rate_limited",
      );
  reports.wrote(work.contact, work.brand, written, bill());
  return {
    log: renderLog(work, manner.language, dialogue, written, Date.now()),
    told: toldOf(written, bill()),
  };
}

async function keepShadow(
  work: ContactWork,
  log: ContactLog,
  told: string,
  { ledger, compare, reports }: Tools,
): Promise<readonly never[]> {
  await ledger.shadows.keep(work, comparable(log), compare, told);
  reports.skipped(work.contact, work.brand, "shadow");
  return [];
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
