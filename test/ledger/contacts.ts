import type {
  Admission,
  ContactWork,
  Ledger,
  Meeting,
  NoticeWork,
  ToSend,
  Work,
} from "../../src/ledger/ledger.ts";
import type { ContactLog } from "../../src/model.ts";

export const dayMs = 86_400_000;
export const someTime = 1_700_000_000_000;

/** How a destination of cases holds a log. */
export interface Offer {
  readonly linkGiveUpMs: number;
  readonly unlinked: "dead" | "skip";
  readonly render: (meeting: Pick<Meeting, "key" | "link">) => ToSend;
}

/** A contact that is to get its log; its key is its conversation's id, or begins with it. */
export async function recorded(
  ledger: Ledger,
  key: string,
  { endedAt = someTime, accountId = `account of ${key}` } = {},
): Promise<ContactWork> {
  const conversationId = conversationOf(key);
  await ledger.record({ conversationId, source: "notification", heardAt: someTime }, someTime);
  const contact = {
    key,
    conversationId,
    medium: key === conversationId ? "voice" : "message",
    startedAt: someTime,
    endedAt,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: 1 },
  } as const;
  const admission: Admission = {
    contact,
    source: "notification",
    heardAt: someTime,
    brand: "helder",
    accountId,
  };
  const notice = (await claim(ledger, `notice ${conversationId}`)) as NoticeWork;
  await ledger.admit(notice, [admission], () => someTime, undefined);
  return (await claim(ledger, `contact ${key}`)) as ContactWork;
}

async function claim(ledger: Ledger, id: string): Promise<Work> {
  const due = await ledger.due(Number.MAX_SAFE_INTEGER, { total: 999, history: 999 }, new Set());
  const found = due.find((work) => work.id === id);
  if (!found) throw new Error(`${id} is not due`);
  return found;
}

/** A contact log whose words can be looked for. */
export function logOf(key: string): ContactLog {
  return {
    key,
    conversationId: conversationOf(key),
    brand: "helder",
    medium: "voice",
    startedAt: "2026-11-20T08:00:00.000Z",
    endedAt: "2026-11-20T08:05:00.000Z",
    accountId: `account of ${key}`,
    agents: [],
    language: "nl",
    description: `woorden van ${key}`,
    note: "De klant vraagt naar de eindnota.",
    category: "Facturen",
    subcategory: "Jaarnota",
    actionItems: [],
    sentiment: "neutral",
    resolved: "yes",
    confidence: 0.9,
    review: { needed: false, reasons: [] },
    provenance: {
      model: "m",
      promptVersion: "p",
      transcriptSha256: "0",
      createdAt: "2026-11-20T08:06:00.000Z",
    },
  };
}

const conversationOf = (key: string): string => key.split(":", 1)[0] ?? key;
