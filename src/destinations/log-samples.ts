import type { ContactLog } from "../model.ts";

/** What a mapping reads from: the contact log, under the key it goes out under, and the case it goes to. */
export interface LogView extends ContactLog {
  readonly caseId?: string;
}

const id = "3e9c2d40-0000-4000-8000-000000000000";
const at = "2026-01-31T08:00:00.000Z";
/** Longest texts of a contact log, in characters (src/summarizers/answer.ts holds a model to them). */
const longest = { description: 300, note: 4_000, item: 500, items: 20 };

const agent = { userId: id, queueId: id };
const item = { text: prose(longest.item), owner: "customer", due: "2026-01-31" } as const;

/** A contact log with everything a contact log can have. */
export const fullLog: LogView = {
  key: id,
  conversationId: id,
  brand: "brand",
  medium: "voice",
  startedAt: at,
  endedAt: at,
  accountId: "account",
  agents: [agent],
  language: "nl",
  description: prose(longest.description),
  note: prose(longest.note),
  category: "category",
  subcategory: "subcategory",
  actionItems: [item],
  sentiment: "neutral",
  resolved: "yes",
  confidence: 0.5,
  review: { needed: true, reasons: ["grounding"] },
  provenance: {
    model: "model",
    promptVersion: "version",
    transcriptSha256: "0".repeat(64),
    createdAt: at,
    parts: 2,
    turnsLeftOut: 1,
    evidence: [[1, 2], [3]],
  },
  caseId: "case",
};

const { parts: _parts, turnsLeftOut: _left, evidence: _evidence, ...plainProvenance } = fullLog.provenance;

/** What else a part of it can be: the ends of each range, and each value of a closed list. */
const variants: { readonly [K in keyof LogView]?: readonly LogView[K][] } = {
  key: [`${id}:${id}`],
  medium: ["message"],
  agents: [[{ ...agent, queueId: null }], [agent, agent]],
  actionItems: [
    [],
    [{ ...item, owner: "agent", due: null }],
    [{ ...item, owner: "company" }],
    Array.from({ length: longest.items }, () => item),
  ],
  sentiment: ["positive", "negative", "mixed"],
  resolved: ["no", "partly", "unknown"],
  confidence: [0, 1],
  review: [{ needed: false, reasons: [] }],
  provenance: [plainProvenance],
};

/** Sources whose values the brand, its customers or its platform choose: no sample stands for them. */
export const freeSources: ReadonlySet<string> = new Set([
  "brand",
  "accountId",
  "language",
  "category",
  "subcategory",
  "caseId",
]);

/** Contact logs that between them have everything a contact log can be, each with what is special about it. */
export const sampleLogs: readonly LogView[] = [
  fullLog,
  ...Object.entries(variants).flatMap(([name, values]) =>
    values.map((value) => ({ ...fullLog, [name]: value }) as LogView),
  ),
];

/** Text of this many characters, that no cut makes shorter than it must and that HTML makes longest. */
function prose(length: number): string {
  return '"'.repeat(length);
}
