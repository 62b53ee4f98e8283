import { NotYet } from "../errors.ts";
import type { Work } from "../ledger/ledger.ts";
import type { Contact } from "../model.ts";
import { deliver } from "./deliver.ts";
import type { Intake } from "./intake.ts";
import { lookAt } from "./look.ts";
import { processContact } from "./process.ts";
import type { Tools } from "./tools.ts";

/** Who else hears how work went. */
export interface Around {
  readonly intake: Pick<Intake, "forget">;
  /** Calls whose transcript is waited for, to be watched for signs of it; undefined where nobody watches. */
  readonly signs: { add(conversationId: string): void; delete(conversationId: string): void } | undefined;
}

/**
 * Does a work of any kind; throws what says itself whether a retry helps.
 * @returns work that follows at once
 */
export async function handle(
  work: Work,
  tools: Tools,
  { intake, signs }: Around,
  signal: AbortSignal,
): Promise<readonly Work[]> {
  switch (work.kind) {
    case "notice":
      if (await lookAt(work, tools, signal)) intake.forget(work.notice.conversationId);
      return [];
    case "delivery":
      await deliver(work, tools, signal);
      return [];
    case "contact":
      return await withSigns(work.contact, signs, () => processContact(work, tools, signal));
  }
}

/** A call whose transcript is not there has signs of it watched for; one whose words have come no longer. */
async function withSigns<T>(
  { conversationId }: Contact,
  signs: Around["signs"],
  process: () => Promise<T>,
): Promise<T> {
  try {
    const result = await process();
    signs?.delete(conversationId);
    return result;
  } catch (error) {
    if (error instanceof NotYet && error.reason === "transcript") signs?.add(conversationId);
    throw error;
  }
}
