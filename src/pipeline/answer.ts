import type { ContactStanding, Standing } from "../ledger/ledger.ts";
import type { ContactLog, Delivered, LogAnswer } from "../model.ts";
import { iso } from "../time.ts";

type Failed = Extract<LogAnswer, { kind: "failed" | "broken" }>;
type DeliveryStanding = ContactStanding["deliveries"][number];

/** Nobody's fault but ours: no upstream is named for it. */
const ours: ReadonlySet<string> = new Set(["internal_error", "unreadable_row", "disk_full", "state_busy"]);
/** Waits that an upstream is to blame for, although they use up no attempt. */
const held: ReadonlySet<string> = new Set(["circuit_open", "daily_budget"]);

/** The contact that a request is about: the last one that ended and that was seen. */
export function lastOf({ contacts }: Standing): ContactStanding | undefined {
  return contacts.findLast(({ seen }) => seen);
}

/** What the ledger says of a conversation. Pure. @param logOf a contact log by its key, where it is at hand */
export function answerOf(
  standing: Standing,
  logOf: (key: string) => ContactLog | undefined = () => undefined,
): LogAnswer {
  const last = lastOf(standing);
  const noticed = { kind: "waiting", dueAt: standing.noticeDueAt } as const;
  if (standing.asked) return noticed;
  if (last === undefined) return standing.noticeDueAt === undefined ? unseen(standing) : noticed;
  switch (last.stage) {
    case "posted":
      return {
        kind: "logged",
        key: last.key,
        keys: standing.contacts.filter(({ seen }) => seen).map(({ key }) => key),
        log: logOf(last.key) ?? null,
        receipts: last.deliveries.flatMap(receiptOf),
      };
    case "skipped":
      return { kind: "skipped", reason: last.reason ?? "skipped" };
    case "dead":
      return deadOf(last);
    case "recorded":
    case "written":
      return { kind: "waiting", dueAt: dueAtOf(last) };
  }
}

/** The upstream that keeps a contact waiting by failing; undefined where none does. Pure. */
export function failureOf(standing: Standing): Failed | undefined {
  if (standing.noticeFailure !== undefined) return upstreamFailure(standing.noticeFailure);
  const last = lastOf(standing);
  if (last?.stage === "recorded") return fails(last) ? upstreamFailure(last.reason) : undefined;
  const delivery = last?.deliveries.find((one) => one.stage !== "posted" && fails(one));
  return delivery && destinationFailure(delivery);
}

function fails({ failing, reason }: Pick<ContactStanding, "failing" | "reason">): boolean {
  return failing || held.has(reason ?? "");
}

/** A notice that died is all there is, or nothing. */
function unseen({ contacts }: Standing): LogAnswer {
  const reason = contacts.at(-1)?.reason;
  if (reason === undefined || reason === "conversation_not_found") return { kind: "unknown" };
  return upstreamFailure(reason);
}

function deadOf({ deliveries, reason }: ContactStanding): LogAnswer {
  const dead = deliveries.find(({ stage }) => stage === "dead");
  if (dead) return destinationFailure(dead);
  return reason === "no_case_link" ? { kind: "skipped", reason } : upstreamFailure(reason);
}

function destinationFailure({ destination, reason }: DeliveryStanding): Failed {
  return { kind: "failed", upstream: `destination ${destination}`, reason: reason ?? "failed" };
}

/** Before anything is written only the platform and the model are asked. */
function upstreamFailure(reason = "failed"): Failed {
  if (ours.has(reason)) return { kind: "broken" };
  const isModel = reason.startsWith("model_") || held.has(reason);
  return { kind: "failed", upstream: isModel ? "model" : "genesys", reason };
}

function receiptOf({ destination, caseId, stage, receipt, settledAt }: DeliveryStanding): Delivered[] {
  if (stage !== "posted") return [];
  const { status = null, alreadyThere = false } = receipt ?? {};
  const postedAt = iso(settledAt ?? 0);
  return [{ destination, ...(caseId === undefined ? {} : { caseId }), status, alreadyThere, postedAt }];
}

function dueAtOf({ dueAt, deliveries }: ContactStanding): number | undefined {
  const times = [dueAt, ...deliveries.map((one) => one.dueAt)].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
