import type { Contact } from "../model.ts";
import type { ContactWork, DeliveryStage, DeliveryWork, NoticeWork, Work } from "./ledger.ts";
import type { Row } from "./store.ts";

/** Deliveries with what their contact says of them. */
export const deliveryRows = `SELECT deliveries.*, contacts.brand, contacts.medium, contacts.ended_at
  FROM deliveries JOIN contacts USING (key)`;

/** The table that holds a work. */
export function tableOf({ kind }: Work): string {
  return { notice: "notices", contact: "contacts", delivery: "deliveries" }[kind];
}

/** The condition that finds its row, with the values of `idsOf`; a notice only as it was when it was read. */
export function whereOf({ kind }: Work): string {
  switch (kind) {
    case "notice":
      return "conversation_id = :id AND version = :version";
    case "contact":
      return "key = :id";
    case "delivery":
      return "key = :id AND destination = :route";
  }
}

/** Named values of `whereOf`. */
export function idsOf(work: Work): Record<string, string | number> {
  switch (work.kind) {
    case "notice":
      return { ":id": work.notice.conversationId, ":version": work.version };
    case "contact":
      return { ":id": work.contact.key };
    case "delivery":
      return { ":id": work.key, ":route": work.route };
  }
}

/** What is claimed of a row of `notices`. */
export function noticeOf(row: Row): NoticeWork {
  const conversationId = String(row.conversation_id);
  return {
    kind: "notice",
    id: `notice ${conversationId}`,
    notice: { conversationId, source: String(row.source), heardAt: Number(row.heard_at) },
    looks: Number(row.looks),
    attempts: Number(row.attempts),
    failingSince: instantOf(row.failing_since),
    version: Number(row.version),
  };
}

/** Of a row of `contacts`; undefined where it holds something we did not write. */
export function contactOf(row: Row): ContactWork | undefined {
  try {
    const contact = JSON.parse(String(row.contact)) as Contact | null;
    if (contact?.key !== row.key) return undefined;
    return {
      kind: "contact",
      id: `contact ${row.key}`,
      contact: contact as Contact,
      brand: String(row.brand),
      accountId: String(row.account_id),
      source: String(row.source),
      heardAt: Number(row.heard_at),
      asks: Number(row.asks),
      attempts: Number(row.attempts),
      failingSince: instantOf(row.failing_since),
    };
  } catch {
    return undefined;
  }
}

/** Of a row of `deliveryRows`; undefined where it holds nothing to send. */
export function deliveryOf(row: Row): DeliveryWork | undefined {
  if (typeof row.body !== "string") return undefined;
  return {
    kind: "delivery",
    id: `delivery ${row.key} ${row.destination}`,
    key: String(row.key),
    route: String(row.destination),
    ...routeOf(String(row.destination)),
    brand: String(row.brand),
    medium: String(row.medium),
    endedAt: Number(row.ended_at),
    source: String(row.source),
    stage: row.stage as DeliveryStage,
    body: row.body,
    target: typeof row.target === "string" ? row.target : undefined,
    attempts: Number(row.attempts),
    failingSince: instantOf(row.failing_since),
    uncertainSince: instantOf(row.uncertain_since),
    looks: Number(row.looks),
  };
}

/** A column of an instant that may be NULL. */
export function instantOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** A column of text that may be NULL. */
export function textOf(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** Where a delivery goes: a destination's id holds no `#`; a case's id may. */
export function routeOf(route: string): { destination: string; caseId: string | undefined } {
  const at = route.indexOf("#");
  return at < 0
    ? { destination: route, caseId: undefined }
    : { destination: route.slice(0, at), caseId: route.slice(at + 1) };
}
