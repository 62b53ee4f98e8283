import { z } from "zod";
import { Transient } from "../errors.ts";
import { permissions } from "../genesys/permissions.ts";
import type { Writing } from "../genesys/writing.ts";
import type { Party } from "../genesys/written.ts";

/** An id as the platform gives them out: UUIDs, and for data actions `custom_-_` or `static_-_` before one. */
export const platformId = z.string().regex(/^[\w.-]{1,200}$/, "must be an id of Genesys Cloud");

export const missingContact = z
  .enum(["dead", "skip"])
  .default("dead")
  .describe("Where the customer is no external contact: a person looks at it, or it does without this.");

/** The conversation a key is of: `<conversation>`, `<conversation>:<communication>`, and `#<case>` after either. */
export function conversationOf(key: string): string {
  return key.split(/[:#]/, 1)[0] ?? key;
}

/** The customers: whoever has purpose `customer`, and `external` only where nobody is called so (PROTOCOL §2.2). */
export function customersOf(parties: readonly Party[]): readonly Party[] {
  const customers = parties.filter(({ purpose }) => purpose === "customer");
  return customers.length > 0 ? customers : parties.filter(({ purpose }) => purpose === "external");
}

/** External contacts the customers are, in order, once each. */
export function externalContactsOf(parties: readonly Party[]): string[] {
  return [...new Set(customersOf(parties).flatMap(({ externalContactId }) => externalContactId || []))];
}

/**
 * Proves that the OAuth client's role allows these calls in some division. Throws Transient naming what it lacks: a role
 * is mended while the daemon runs, and no reason to keep the other destinations waiting.
 */
export async function provePermissions(
  what: string,
  genesys: Writing,
  calls: readonly (keyof typeof permissions)[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = calls.map((call) => permissions[call]);
  const missing = await genesys.missingPermissions(wanted, signal);
  if (missing.length === 0) return;
  throw new Transient(
    "forbidden",
    `${what}: the OAuth client's role lacks ${missing.join(", ")}; add it, in every division it writes to`,
  );
}
