import { expect, test } from "vitest";
import type { NoticeWork } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { lookAt } from "../../src/pipeline/look.ts";
import type { Tools } from "../../src/pipeline/tools.ts";

/** A conversation that the platform does not know, looked at as often as it is worth. */
async function lookInVain(source: string) {
  await using ledger = openLedger(":memory:");
  await ledger.record({ conversationId: "c-1", source, heardAt: 1 }, 1);
  const [found] = await ledger.due(2, { total: 1, history: 1 }, new Set());
  const work = { ...(found as NoticeWork), looks: 7 };
  const notSeen: string[] = [];
  const tools = {
    ledger,
    media: { look: async () => undefined },
    rules: { brands: [], excludesQueue: () => false },
    settleMs: 1,
    reports: { staged() {}, notSeen: (id: string) => void notSeen.push(id) },
  } as unknown as Tools;
  await lookAt(work, tools, new AbortController().signal);
  return { notSeen, left: ledger.reader.depths().noticed };
}

test("an event of the whole organization about a conversation we may not see is let go", async () => {
  expect(await lookInVain("eventbridge")).toEqual({ notSeen: ["c-1"], left: 0 });
});

test.each(["notification", "backfill"])(
  "what %s told of has to be there: a person must look",
  async (source) => {
    await expect(lookInVain(source)).rejects.toMatchObject({ reason: "conversation_not_found" });
  },
);
