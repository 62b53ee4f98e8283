import { Permanent } from "../errors.ts";
import { type Admission, liveSources, type NoticeWork, organizationSource } from "../ledger/ledger.ts";
import type { Ends, Found } from "../media/medium.ts";
import { judgeAge, judgeContact } from "./judge.ts";
import { type Tools, timed } from "./tools.ts";

/** Looks at a conversation that goes on, or that the platform does not know, before it is let go. */
const maxFruitlessLooks = 7;
const shortestPauseMs = 250;
const longestPauseMs = 60_000;

/**
 * A notice is only word of an end: the platform is asked, every contact that has ended is judged and recorded, and
 * the notice is closed, or kept for another look while something is about to end.
 * @returns true where the notice was let go although nothing had ended: the next event has to be heard again
 */
export async function lookAt(work: NoticeWork, tools: Tools, signal: AbortSignal): Promise<boolean> {
  const { ledger, media, reports, settleMs } = tools;
  const known = await ledger.keysOf(work.notice.conversationId);
  // Read together with what is known: what is asked for later repeats the notice, and is seen by the next look.
  const asked = ledger.requests.get(work.notice.conversationId);
  const { heardAt, source } = work.notice;
  const context = { heardAt, now: Date.now(), settleMs, known, live: liveSources.includes(source) };
  const looking = { stage: "look", of: work.notice.conversationId } as const;
  const ends = await timed(reports, looking, () => media.look(looking.of, context, signal));
  const isUnknown = !ends && work.looks >= maxFruitlessLooks;
  // Events of a whole organization tell of conversations in divisions that our client may not see: none of ours.
  if (isUnknown && source !== organizationSource) {
    throw new Permanent("conversation_not_found", "conversation: the platform does not know it");
  }
  const admissions = (ends?.found ?? []).map((found) => admission(found, work, asked?.force ?? false, tools));
  const lookAgain = isUnknown ? undefined : nextLook(ends, work, settleMs);
  if (isUnknown) reports.notSeen(work.notice.conversationId);
  const fresh = await ledger.admit(
    work,
    admissions,
    // Somebody waits for it: its words are asked for at once.
    (open) => (asked ? Date.now() : media.firstAskAt(open.contact, open.heardAt)),
    lookAgain === undefined ? undefined : { dueAt: lookAgain },
  );
  for (const one of fresh) {
    reports.ended(one.contact, one.brand);
    if ("skipped" in one) reports.skipped(one.contact, one.brand, one.skipped);
  }
  return lookAgain === undefined && ends?.rest === "open";
}

function admission(
  { contact, facts }: Found,
  { notice }: NoticeWork,
  force: boolean,
  { rules, keysKeptSince }: Tools,
): Admission {
  const verdict = judgeAge(judgeContact(facts, rules, force), contact.endedAt, keysKeptSince);
  const { heardAt, source } = notice;
  return verdict.kind === "eligible"
    ? { contact, source, heardAt, brand: verdict.brand, accountId: verdict.accountId }
    : { contact, source, heardAt, brand: verdict.brand, skipped: verdict.reason };
}

/** When to look again; undefined closes the notice. A GET can lag behind the event that led to it. */
function nextLook(ends: Ends | undefined, { looks }: NoticeWork, settleMs: number): number | undefined {
  const pause = Math.min(longestPauseMs, Math.max(shortestPauseMs, settleMs) * 2 ** Math.min(looks, 20));
  switch (ends?.rest) {
    case "done":
      return undefined;
    case "settling":
      return ends.lookAt ?? Date.now() + pause;
    case "closing":
      return Date.now() + pause;
    case "open":
      return looks < maxFruitlessLooks ? Date.now() + pause : undefined;
    case undefined:
      return Date.now() + pause;
  }
}
