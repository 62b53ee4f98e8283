import type { Destination, Outgoing } from "../destinations/destination.ts";
import { Ambiguous, Permanent, Transient } from "../errors.ts";
import type { DeliveryWork } from "../ledger/ledger.ts";
import type { Receipt } from "../model.ts";
import { sleep } from "../time.ts";
import type { Circuit } from "./circuit.ts";
import { type Tools, timed } from "./tools.ts";

const settleRetryMs = 500;

/**
 * One contact log to one destination: posted, or found there, or put off. A post whose outcome is unknown (also one
 * that was under way when the process died) is repeated only after the destination was asked, where it can be; then
 * with the same bytes under the same key, never with a body rendered anew.
 */
export async function deliver(work: DeliveryWork, tools: Tools, signal: AbortSignal): Promise<void> {
  const { destination, circuit } = tools.destination(work.brand, work.destination);
  if (work.stage === "posting")
    return await doubt(work, destination, { reason: "interrupted", looks: 0 }, tools);
  if (work.stage === "uncertain" && (await isThere(work, destination, circuit, tools, signal))) return;
  await post(work, destination, circuit, tools, signal);
}

async function post(
  work: DeliveryWork,
  destination: Destination,
  circuit: Circuit,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { ledger, reports } = tools;
  signal.throwIfAborted();
  const isRetry = work.attempts > 0 || work.uncertainSince !== undefined;
  let receipt: Receipt | undefined;
  try {
    receipt = await circuit.run(
      isRetry,
      async () => {
        // Durable before the first byte leaves: a crash from here on leaves a row that says the post may have happened.
        if (!(await ledger.markPosting(work))) return undefined;
        const posting = { stage: "post", of: work.key, destination: work.destination } as const;
        const send = () => destination.post(outgoingOf(work), signal);
        return await timed(reports, posting, send, ({ status }) => ({ status }));
      },
      isTheirFault,
    );
  } catch (error) {
    if (!(error instanceof Ambiguous)) throw error;
    if (destination.has === undefined && destination.ambiguous === "repeat") throw error;
    return await doubt(
      work,
      destination,
      { reason: error.reason, looks: 0, notBefore: error.notBefore },
      tools,
    );
  }
  if (receipt === undefined) return;
  await settle(work, receipt, tools, signal);
  reports.posted(work, receipt.status, receipt.alreadyThere, receipt.leftOut);
}

/**
 * It is there: that has to be written down, however long the ledger cannot. Given up, the row would be put back and
 * the post repeated; cut short, it stays `posting`, and the next run asks.
 */
async function settle(
  work: DeliveryWork,
  receipt: Receipt,
  { ledger, reports }: Tools,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await ledger.settle(work, receipt);
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      reports.ledgerFailed(error);
      await sleep(settleRetryMs, signal);
    }
  }
}

/** Whether the post had arrived after all; then it is settled. Throws NotYet until the last time it is to be asked. */
async function isThere(
  work: DeliveryWork,
  destination: Destination,
  circuit: Circuit,
  tools: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const { has } = destination;
  if (has === undefined) return false;
  // Not a retry: how often it is asked is bounded already.
  const found = await circuit.run(false, () => has(outgoingOf(work), signal), isTheirFault);
  if (found) {
    await settle(work, { status: 200, alreadyThere: true }, tools, signal);
    tools.reports.posted(work, 200, true);
    return true;
  }
  // The first post may yet commit after our timeout: one look does not settle it.
  if (work.looks + 1 >= tools.lookupAfterMs.length) return false;
  await doubt(work, destination, { reason: "not_found_yet", looks: work.looks + 1 }, tools);
  return true;
}

/**
 * Notes that the outcome is unknown, and when to ask; where nobody can be asked, a person has to decide.
 * @param looks how often the destination was asked about this post
 */
async function doubt(
  work: DeliveryWork,
  destination: Destination,
  { reason, looks, notBefore = 0 }: { reason: string; looks: number; notBefore?: number | undefined },
  { ledger, reports, lookupAfterMs, giveUpMs }: Tools,
): Promise<void> {
  const now = Date.now();
  if (destination.has === undefined && destination.ambiguous === "park") {
    throw new Permanent(
      "uncertain",
      `${destination.name}: it may have been taken (${reason}), and cannot be asked`,
    );
  }
  if (now - (work.failingSince ?? now) > giveUpMs) {
    throw new Permanent(reason, `${destination.name}: no clear answer for too long`);
  }
  const since = looks === 0 ? now : (work.uncertainSince ?? now);
  const afterMs = destination.has === undefined ? 0 : (lookupAfterMs[looks] ?? 0);
  const dueAt = Math.max(since + afterMs, notBefore, now);
  await ledger.doubt(work, { reason, dueAt, looks, since });
  reports.postponed(work.key, reason, `${destination.name}: it may have been taken`, dueAt - now, true);
}

/** A case is told under a key of its own: the same contact may belong to several. */
function outgoingOf({ key, caseId, body, target }: DeliveryWork): Outgoing {
  return { key: caseId === undefined ? key : `${key}#${caseId}`, body, target };
}

/** A 429 is the answer of a healthy endpoint, and a full disk is our own. */
const notTheirs: ReadonlySet<string> = new Set(["destination_rate_limited", "disk_full", "state_busy"]);

/** The endpoint is down or ill; a refusal of this one body is an answer of a healthy one. */
function isTheirFault(error: unknown): boolean {
  return error instanceof Transient && !notTheirs.has(error.reason);
}
