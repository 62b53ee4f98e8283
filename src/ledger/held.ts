import type { CaseLink, MediumName } from "../model.ts";
import { iso } from "../time.ts";
import type { Cursor, Holding, Lapsed, ToSend } from "./cases.ts";
import type { ContactWork, DeadLetter } from "./ledger.ts";
import { closeContact, waitsForLink } from "./standing.ts";
import type { Steps } from "./steps.ts";
import { doubtfulMark, type Row, type Store } from "./store.ts";

/** Meetings and lapses of one transaction. */
export const slice = 100;
/** What a log is told of whose time is over and that has no case. */
export const noCaseLink: DeadLetter = {
  reason: "no_case_link",
  message: "no link to a case came in time; link it (POST /v1/case-links), or replay it to wait once more",
};

/** Held logs and cases that are to get them, and have no delivery; to be narrowed by further conditions. */
export const meetings = `SELECT held.key, held.destination, held.log, contacts.brand, case_links.case_id,
    min(case_links.contact_id) AS contact_id
  FROM held JOIN contacts USING (key)
    JOIN case_links ON case_links.contact_id IN (held.key, held.conversation_id)
  WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.key = held.key
      AND deliveries.destination = held.destination || '#' || case_links.case_id)
    AND case_links.case_id NOT IN (SELECT value FROM json_each(held.given_up))`;
/** A case that is linked by key and by conversation is one. */
export const oneACase =
  "GROUP BY held.key, held.destination, case_links.case_id ORDER BY 1, 2, case_links.case_id";

/** Held logs whose time is over; one that a case still waits for, or that a dead letter needs to go again, stays. */
const over = `SELECT held.*, contacts.brand, contacts.medium, ${waitsForLink} AS waits
  FROM held JOIN contacts USING (key)
  WHERE held.until_at <= ? AND held.died_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM case_links
      WHERE case_links.contact_id IN (held.key, held.conversation_id)
        AND case_links.case_id NOT IN (SELECT value FROM json_each(held.given_up))
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.key = held.key
          AND deliveries.destination = held.destination || '#' || case_links.case_id
          AND (deliveries.stage <> 'dead' OR deliveries.body IS NOT NULL)))
  ORDER BY held.until_at LIMIT ${slice}`;

/**
 * Holds a log for the cases of its contact, and makes the deliveries for those that are known. Called within the
 * transaction that keeps the contact's log.
 */
export function hold(
  store: Store,
  steps: Steps,
  { contact, accountId }: ContactWork,
  holding: Holding,
): void {
  const { destination, log, linkGiveUpMs, unlinked, render } = holding;
  const { key, conversationId } = contact;
  const until = Date.now() + linkGiveUpMs;
  store.run(
    `INSERT INTO held (key, destination, conversation_id, account_id, log, wait_ms, until_at, unlinked)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [key, destination, conversationId, accountId, JSON.stringify(log), linkGiveUpMs, until, unlinked],
  );
  steps.of(key, "held", `${destination}: for its cases, until ${iso(until)}`);
  const known = `${meetings} AND held.key = ? AND held.destination = ? ${oneACase}`;
  for (const row of store.all(known, key, destination)) {
    addCaseDelivery(store, steps, row, render(linkOf(row)));
  }
}

/** The first row of a contact's one delivery to one case; one that can never be sent is a dead letter at once. */
export function addCaseDelivery(store: Store, steps: Steps, row: Row, toSend: ToSend): boolean {
  const [key, destination, caseId] = cursorOf(row);
  const route = `${destination}#${caseId}`;
  const letter = "reason" in toSend ? toSend : undefined;
  const now = Date.now();
  // After the state file was rebuilt the case may have it already: then it is asked for first, where it can be.
  const added = store.run(
    `INSERT INTO deliveries (key, destination, stage, reason, message, source, heard_at, due_at, settled_at,
       uncertain_since, body, target)
     SELECT key, ?2, CASE WHEN ?3 IS NOT NULL THEN 'dead' WHEN ended_at < ?5 THEN 'uncertain' ELSE 'written' END,
       ?3, ?4, source, heard_at, iif(?3 IS NULL, ?6, NULL), iif(?3 IS NULL, NULL, ?6),
       iif(?3 IS NULL AND ended_at < ?5, ?6, NULL), ?7, ?8
     FROM contacts WHERE key = ?1 ON CONFLICT (key, destination) DO NOTHING`,
    [
      key,
      route,
      letter?.reason ?? null,
      letter?.message ?? null,
      Number(store.mark(doubtfulMark) ?? 0),
      now,
      "body" in toSend ? toSend.body : null,
      ("target" in toSend ? toSend.target : undefined) ?? null,
    ],
  );
  if (added === 0) return false;
  store.run("UPDATE held SET died_at = NULL WHERE key = ? AND destination = ?", [key, destination]);
  steps.of(key, letter ? "dead" : "written", letter ? `${route}: ${letter.reason}` : route);
  return true;
}

/** As `CaseLedger.lapse`. */
export async function lapse(store: Store, steps: Steps, now: number): Promise<readonly Lapsed[]> {
  if (store.get(over, now) === undefined) return [];
  const lapsed = await store.transact(() => store.all(over, now).map((row) => lapseOne(store, steps, row)));
  if (lapsed.some(({ end }) => end !== "dead")) store.scrubSoon();
  return lapsed;
}

function lapseOne(store: Store, steps: Steps, row: Row): Lapsed {
  const key = String(row.key);
  const of = { key, brand: String(row.brand), medium: row.medium as MediumName, letter: noCaseLink };
  const destination = String(row.destination);
  const where = "WHERE key = ? AND destination = ?";
  if (row.waits === 1 && row.unlinked === "dead") {
    store.run(`UPDATE held SET died_at = ? ${where}`, [Date.now(), key, destination]);
    steps.of(key, "dead", `${destination}: ${noCaseLink.reason}`);
    closeContact(store, key);
    return { ...of, end: "dead" };
  }
  store.run(`DELETE FROM held ${where}`, [key, destination]);
  const why = row.waits === 1 ? noCaseLink.reason : "no further case is waited for";
  steps.of(key, "erased", `${destination}: ${why}`);
  closeContact(store, key);
  const settled = store.get("SELECT stage FROM contacts WHERE key = ?", key)?.stage;
  if (row.waits !== 1 || settled !== "skipped") return { ...of, end: "erased" };
  steps.of(key, "skipped", noCaseLink.reason);
  return { ...of, end: "skipped" };
}

export function cursorOf(row: Row | undefined): Cursor {
  return [String(row?.key), String(row?.destination), String(row?.case_id)];
}

export function linkOf(row: Row): CaseLink {
  return { contactId: String(row.contact_id), caseId: String(row.case_id) };
}
