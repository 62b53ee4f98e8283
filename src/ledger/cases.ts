import type { CaseLink, ContactLog, MediumName, Rendered } from "../model.ts";
import { addCaseDelivery, cursorOf, lapse, linkOf, meetings, oneACase, slice } from "./held.ts";
import type { DeadLetter } from "./ledger.ts";
import { closeContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** What a destination of cases makes of a log: what to send, or why it never can. */
export type ToSend = Rendered | DeadLetter;

/** A log on its way to being held: for which destination, how long, and how it is told of a case. */
export interface Holding {
  readonly destination: string;
  readonly log: ContactLog;
  readonly linkGiveUpMs: number;
  readonly unlinked: "dead" | "skip";
  /** Pure; called within the transaction for each link that is known already. */
  readonly render: (link: CaseLink) => ToSend;
}

/** A held log and a case that is to get it. */
export interface Meeting {
  readonly key: string;
  readonly brand: string;
  readonly destination: string;
  readonly log: ContactLog;
  readonly link: CaseLink;
}

/** Where a walk through the meetings stands: the last one seen. */
export type Cursor = readonly [key: string, destination: string, caseId: string];

/** One that can never be sent. */
interface DeadMeeting extends DeadLetter {
  readonly key: string;
  readonly brand: string;
}

/** What became of the meetings of one slice. */
export interface Met {
  readonly made: number;
  readonly dead: readonly DeadMeeting[];
  /** Undefined where there are no more. */
  readonly next: Cursor | undefined;
}

/** A held log whose time was over. */
export interface Lapsed {
  readonly key: string;
  readonly brand: string;
  readonly medium: MediumName;
  readonly letter: DeadLetter;
  /** `erased` had reached a case, or does without this destination; `skipped` is the contact itself. */
  readonly end: "dead" | "skipped" | "erased";
}

/**
 * Which cases contacts belong to, and the logs held for them. A case's delivery is made where a held log and a link
 * meet, whichever came first, once: its row names both, and while it is there no second one is made.
 */
export interface CaseLedger {
  /**
   * Notes that a contact belongs to a case; the contact may be unknown yet. `full`: it belongs to as many as are kept.
   */
  link(link: CaseLink): Promise<"recorded" | "known" | "full">;
  /**
   * Makes the deliveries that links and held logs give together, and that are not there yet, a slice at a time.
   * @param render pure, called within the transaction; undefined leaves the two for another time
   * @param among a contact as a link names it, or where the walk through all of them goes on; all where left out
   */
  meet(render: (meeting: Meeting) => ToSend | undefined, among?: string | Cursor): Promise<Met>;
  /**
   * Ends the wait of logs held until `now` or earlier, a slice at a time: those no case got become dead letters or are
   * settled without, as their destination wanted; the words of the others are erased.
   */
  lapse(now: number): Promise<readonly Lapsed[]>;
}

const fromTheStart: Cursor = ["", "", ""];
/** A contact with more cases than this is a mistake. */
export const maxCasesOfContact = 100;

export function createCases(store: Store, steps: Steps): CaseLedger {
  return {
    async link({ contactId, caseId }) {
      return await store.transact(() => {
        const known = "SELECT 1 FROM case_links WHERE contact_id = ? AND case_id = ?";
        if (store.get(known, contactId, caseId)) return "known";
        const cases = store.get("SELECT count(*) AS n FROM case_links WHERE contact_id = ?", contactId);
        if (Number(cases?.n) >= maxCasesOfContact) return "full";
        store.run("INSERT INTO case_links (contact_id, case_id, linked_at) VALUES (?, ?, ?)", [
          contactId,
          caseId,
          Date.now(),
        ]);
        steps.add(conversationOf(store, contactId), "linked", `case ${caseId}`);
        return "recorded";
      });
    },

    async meet(render, among = fromTheStart) {
      const find = () => (typeof among === "string" ? meetingsOf(store, among) : meetingsAfter(store, among));
      // Most walks find nothing: then nothing is written.
      if (find().length === 0) return { made: 0, dead: [], next: undefined };
      return await store.transact(() => {
        const rows = find();
        const met = rows.flatMap((row) => meetOne(store, steps, row, render) ?? []);
        const dead = met.filter((one): one is DeadMeeting => "reason" in one);
        const more = rows.length === slice && typeof among !== "string";
        return { made: met.length - dead.length, dead, next: more ? cursorOf(rows.at(-1)) : undefined };
      });
    },

    lapse: (now) => lapse(store, steps, now),
  };
}

function meetingsAfter(store: Store, after: Cursor): Row[] {
  return store.all(
    `${meetings} AND (held.key, held.destination, case_links.case_id) > (?, ?, ?) ${oneACase} LIMIT ${slice}`,
    ...after,
  );
}

function meetingsOf(store: Store, contactId: string): Row[] {
  return store.all(
    `${meetings} AND (held.key = ?1 OR held.conversation_id = ?1) ${oneACase} LIMIT ${slice}`,
    contactId,
  );
}

/** @returns whose delivery was made, with its letter where it died at once; undefined where none was made */
function meetOne(
  store: Store,
  steps: Steps,
  row: Row,
  render: (meeting: Meeting) => ToSend | undefined,
): DeadMeeting | Pick<DeadMeeting, "key" | "brand"> | undefined {
  const toSend = renderRow(row, render);
  if (toSend === undefined || !addCaseDelivery(store, steps, row, toSend)) return undefined;
  const of = { key: String(row.key), brand: String(row.brand) };
  closeContact(store, of.key);
  return "reason" in toSend ? { ...of, reason: toSend.reason, message: toSend.message } : of;
}

function renderRow(row: Row, render: (meeting: Meeting) => ToSend | undefined): ToSend | undefined {
  const [key, destination] = cursorOf(row);
  let log: ContactLog;
  try {
    log = JSON.parse(String(row.log)) as ContactLog;
  } catch {
    return { reason: "unreadable_row", message: "the state file holds something for it that cannot be read" };
  }
  return render({ key, brand: String(row.brand), destination, log, link: linkOf(row) });
}

/** A key begins with its conversation's id. */
function conversationOf(store: Store, contactId: string): string {
  const contact = store.get("SELECT conversation_id FROM contacts WHERE key = ?", contactId);
  return contact ? String(contact.conversation_id) : (contactId.split(":", 1)[0] ?? contactId);
}
