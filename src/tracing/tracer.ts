import { LRUCache } from "lru-cache";
import type { LedgerReader } from "../ledger/ledger.ts";
import type { StageTry, Usage } from "../model.ts";
import type { Listener } from "../ops/events.ts";
import type { TraceIds } from "./ids.ts";
import type { Span } from "./otlp.ts";
import { contactSpan, stageSpan } from "./spans.ts";

const mostKept = 2_000;

export interface TracerOptions {
  readonly ids: TraceIds;
  /** What is known of a conversation's contacts: it tells of what happened before this process, too. */
  readonly explain: LedgerReader["explain"];
  readonly add: (span: Span) => void;
  readonly now?: () => number;
}

/** Makes spans of what the pipeline reports: one a try of a stage, and one a contact when it has come to its end. */
export function createTracer({ ids, explain, add, now = Date.now }: TracerOptions): Listener {
  /** The last look at a conversation: which contacts it found is told right after it. */
  const looks = new LRUCache<string, { readonly tried: StageTry; readonly at: number }>({ max: mostKept });
  const usages = new LRUCache<string, Usage>({ max: mostKept });
  /** A contact that was posted may be posted to a further case: its span is told once. */
  const told = new LRUCache<string, true>({ max: mostKept });

  function ended(key: string): void {
    if (!ids.isSampled(key)) return;
    try {
      const { contacts, steps } = explain(conversationOf(key));
      const contact = contacts.find((one) => one.key === key);
      const span = contact && contactSpan(contact, steps, usages.get(key), ids);
      if (span === undefined || told.has(span.spanId)) return;
      told.set(span.spanId, true);
      add(span);
    } catch {
      // The state file cannot be read now, which others say louder: this contact's trace lacks its first span.
    }
  }

  return {
    staged(tried) {
      if (tried.stage === "look") looks.set(tried.of, { tried, at: now() });
      else if (ids.isSampled(tried.of)) add(stageSpan(tried, tried.of, now(), ids));
    },
    ended({ key, conversationId }) {
      const look = looks.get(conversationId);
      if (look && ids.isSampled(key)) add(stageSpan(look.tried, key, look.at, ids));
    },
    wrote({ key }, _brand, { usage }) {
      usages.set(key, usage);
    },
    skipped: ({ key }) => ended(key),
    posted: ({ key }) => ended(key),
    adopted: ({ key }) => ended(key),
    dead: (id) => ended(id),
  };
}

/** A key is the conversation's id, or begins with it. */
function conversationOf(key: string): string {
  return key.split(":", 1)[0] ?? key;
}
