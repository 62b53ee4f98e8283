import type { ContactFacts, Dialogue, SkipReason, Verdict } from "../model.ts";

/** What the judge knows of a brand. */
export interface BrandRules {
  readonly id: string;
  readonly takesQueue: (queueName: string) => boolean;
  readonly accountAttribute: string;
  readonly authenticatedAttribute: string;
  readonly authenticatedValues: readonly string[];
  /** Whether somebody who asks for a contact log may pass over the gates. */
  readonly allowsForce?: boolean;
}

export interface Rules {
  readonly brands: readonly BrandRules[];
  readonly excludesQueue: (queueName: string) => boolean;
}

/**
 * Does this contact get a contact log? Decided before a word of it is fetched; a skip is a success with a reason.
 * Pure. The reasons are checked in this order, and the first that holds is given.
 * @param force the gates of `forceableSkips` are passed over where the brand allows it; an account that nobody told is ""
 */
export function judgeContact(facts: ContactFacts, rules: Rules, force = false): Verdict {
  const queue = facts.queueName;
  const brand = queue === undefined ? undefined : rules.brands.find(({ takesQueue }) => takesQueue(queue));
  const skip = (reason: SkipReason): Verdict => ({ kind: "skipped", brand: brand?.id, reason });
  const forced = force && brand?.allowsForce === true;

  if (!facts.supported) return skip("unsupported_medium");
  if (facts.merged) return skip("merged");
  if (!facts.hasCustomer) return skip("no_customer");
  if (!facts.handled) return skip("no_human_agent");
  if (!forced && queue !== undefined && rules.excludesQueue(queue)) return skip("excluded_queue");
  if (!brand) return skip("no_brand");
  const accounts = authoritative(facts, brand.accountAttribute);
  if (accounts.length === 0 && !forced) return skip("no_account");
  if (accounts.length > 1) return skip("several_accounts");
  const accountId = accounts[0] ?? "";
  if (forced) return { kind: "eligible", brand: brand.id, accountId };
  const authenticated = authoritative(facts, brand.authenticatedAttribute).map(fold);
  const wanted = brand.authenticatedValues.map(fold);
  if (authenticated.length === 0 || !authenticated.every((value) => wanted.includes(value))) {
    return skip("not_authenticated");
  }
  return { kind: "eligible", brand: brand.id, accountId };
}

/**
 * An eligible contact that ended before keys were kept may have been posted and forgotten: rather no log than a second
 * one. Pure.
 * @param keysKeptSince 0 where none was ever removed
 */
export function judgeAge(verdict: Verdict, endedAt: number, keysKeptSince: number): Verdict {
  if (verdict.kind === "skipped" || endedAt >= keysKeptSince) return verdict;
  return { kind: "skipped", brand: verdict.brand, reason: "too_old" };
}

/** Is there a conversation to write about? Both sides have to have said something with a word in it. Pure. */
export function judgeDialogue(dialogue: Dialogue): SkipReason | undefined {
  const speaks = (speaker: "customer" | "agent"): boolean =>
    dialogue.turns.some((turn) => turn.speaker === speaker && /\p{L}/u.test(turn.text));
  return speaks("customer") && speaks("agent") ? undefined : "no_dialogue";
}

/** Who is believed, in this order: what an earlier one says, a later one is not asked. */
const authorities = [
  { customer: true, apart: false },
  { customer: true, apart: true },
  { customer: false, apart: false },
  { customer: false, apart: true },
] as const;

/** Distinct values of an attribute: the customer participants' where they have one, else anybody's; of this session first. */
function authoritative({ attributes }: ContactFacts, name: string): string[] {
  for (const { customer, apart } of authorities) {
    const values = attributes
      .filter((set) => set.customer === customer && (set.apart ?? false) === apart)
      .flatMap(({ values }) => saidOf(values, name));
    if (values.length > 0) return [...new Set(values)];
  }
  return [];
}

/** Flows and scripts spell one name in several ways: another case counts where the name as configured says nothing. */
function saidOf(values: Readonly<Record<string, string>>, name: string): string[] {
  const exact = values[name]?.trim() ?? "";
  if (exact !== "") return [exact];
  return Object.entries(values).flatMap(([key, value]) =>
    fold(key) === fold(name) && value.trim() !== "" ? [value.trim()] : [],
  );
}

function fold(value: string): string {
  return value.trim().toLowerCase();
}
