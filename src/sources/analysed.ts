import type { Analysis, AnalysisName } from "../aws/contact-lens.ts";
import type { FailedAnalysis } from "../aws/events.ts";
import type { Contact, MediumName, OtherMedium, SkipReason, Verdict } from "../model.ts";

/** How a brand takes contacts that Contact Lens analysed. */
export interface AnalysedBrand {
  readonly brand: string;
  /** Ids of the Connect instances that are its; undefined takes any. */
  readonly instances?: readonly string[] | undefined;
  /** Where in the analysis file the customer's account stands, dots between the keys. */
  readonly accountPath: string;
  /** A file does not tell whether the customer was authenticated; somebody has to answer for it. */
  readonly assumeAuthenticated: boolean;
  readonly summary: "theirs" | "ours";
}

/** A contact that ended, judged by its file; `told` is a code for `explain`. */
export interface JudgedContact {
  readonly contact: Contact;
  readonly verdict: Verdict;
  readonly told?: string | undefined;
}

const media: ReadonlyMap<string, MediumName | OtherMedium> = new Map([
  ["VOICE", "voice"],
  ["CHAT", "message"],
  ["EMAIL", "email"],
]);

/**
 * The contact of an analysis file, and whether it gets a contact log; the first reason that holds is given. Pure.
 * @param heardAt stands in for a time the file does not tell
 */
export function judgeAnalysis(
  analysis: Analysis,
  name: AnalysisName,
  location: string,
  brands: readonly AnalysedBrand[],
  heardAt: number,
): JudgedContact {
  const brand = brandOf(analysis.instanceId, brands);
  const contact = contactOf(analysis, name, location, brand?.summary ?? "ours", heardAt);
  const skip = (reason: SkipReason, told?: string): JudgedContact => ({
    contact,
    verdict: { kind: "skipped", brand: brand?.brand, reason },
    told,
  });
  if (contact.medium !== "voice" && contact.medium !== "message") return skip("unsupported_medium");
  if (analysis.status === "FAILED") return skip("analysis_failed", analysis.failure);
  if (!analysis.hasCustomer) return skip("no_customer");
  if (contact.agents.length === 0) return skip("no_human_agent");
  if (brand === undefined) return skip("no_brand");
  const accountId = valueAt(
    withContactId(analysis.raw, contact.conversationId),
    brand.accountPath.split("."),
  );
  if (accountId === undefined) return skip("no_account");
  if (!brand.assumeAuthenticated) return skip("not_authenticated");
  if (brand.summary === "theirs" && analysis.summary.text === undefined) {
    return skip("no_summary", analysis.summary.failure);
  }
  return { contact, verdict: { kind: "eligible", brand: brand.brand, accountId } };
}

/** A contact that Contact Lens could not analyse, and wrote no file about. Pure. */
export function judgeFailed(
  { contactId, instanceId, channel, code, at }: FailedAnalysis,
  brands: readonly AnalysedBrand[],
  heardAt: number,
): JudgedContact {
  const when = at ?? heardAt;
  const medium = media.get(channel) ?? "chat";
  const contact = bareContact(contactId, medium, { startedAt: when, endedAt: when });
  const brand = brandOf(instanceId, brands)?.brand;
  return { contact, verdict: { kind: "skipped", brand, reason: "analysis_failed" }, told: code };
}

function brandOf(
  instanceId: string | undefined,
  brands: readonly AnalysedBrand[],
): AnalysedBrand | undefined {
  return brands.find(
    ({ instances }) =>
      instances === undefined || (instanceId !== undefined && instances.includes(instanceId)),
  );
}

function contactOf(
  analysis: Analysis,
  name: AnalysisName,
  location: string,
  summary: "theirs" | "ours",
  heardAt: number,
): Contact {
  const medium = media.get(analysis.channel) ?? "chat";
  return {
    ...bareContact(analysis.contactId ?? name.contactId, medium, timesOf(analysis, name, heardAt)),
    agents: analysis.agentIds.map((userId) => ({ userId, queueId: undefined })),
    customerNames: analysis.customerNames,
    origin: { kind: "contact-lens", location, summary },
  };
}

/** A contact of which no more is known than who, how and when. Times in epoch milliseconds. */
export function bareContact(
  contactId: string,
  medium: MediumName | OtherMedium,
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number },
): Contact {
  return {
    key: contactId,
    conversationId: contactId,
    medium,
    startedAt,
    endedAt,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: startedAt, to: endedAt },
  };
}

/** A chat tells its times; a call tells how long it was, and its file's name when it began. */
function timesOf(
  { turns, durationMs = 0 }: Analysis,
  { connectedAt }: AnalysisName,
  heardAt: number,
): { startedAt: number; endedAt: number } {
  const times = turns.flatMap(({ at }) => at ?? []);
  const startedAt = times.reduce((a, b) => Math.min(a, b), Infinity);
  if (startedAt < Infinity) return { startedAt, endedAt: times.reduce((a, b) => Math.max(a, b), startedAt) };
  const began = connectedAt ?? heardAt - durationMs;
  return { startedAt: began, endedAt: began + durationMs };
}

/** Older files of calls name their contact in the file's name alone. */
function withContactId(raw: unknown, contactId: string): unknown {
  const file = raw as { readonly CustomerMetadata?: object };
  return { ...file, CustomerMetadata: { ContactId: contactId, ...file.CustomerMetadata } };
}

function valueAt(value: unknown, path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    value,
  );
  if (typeof found !== "string" && typeof found !== "number") return undefined;
  const text = String(found).trim();
  return text === "" || text.length > 200 ? undefined : text;
}
