import { expect, test } from "vitest";
import type { OpenContact } from "../../src/ledger/ledger.ts";
import type { ContactLog, Dialogue, Summary } from "../../src/model.ts";
import { renderLog } from "../../src/pipeline/render.ts";

const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

const open = {
  contact: {
    key: "conv-1:leg-1",
    conversationId: "conv-1",
    medium: "message",
    startedAt,
    endedAt: startedAt + 60_000,
    agents: [
      { userId: "u-1", queueId: "q-1" },
      { userId: "u-2", queueId: undefined },
    ],
    legs: [{ communicationId: "leg-1", party: "agent", userId: "u-1", from: 0, to: 1, messageIds: ["m-1"] }],
    window: { from: 0, to: startedAt },
    transcribed: true,
  },
  brand: "helder",
  accountId: "4711",
  source: "notification",
  heardAt: startedAt,
} satisfies OpenContact & { source: string };

const dialogue: Dialogue = {
  medium: "message",
  language: "fr",
  turns: [
    { speaker: "customer", userId: undefined, at: startedAt, text: "hallo" },
    { speaker: "agent", userId: "u-1", at: startedAt + 1, text: "goedemorgen" },
  ],
};

const summary: Summary = {
  description: "Termijnbedrag",
  note: [
    { text: "Regel een.", turns: [1] },
    { text: "Regel twee.", turns: [2] },
  ],
  category: "Facturen",
  subcategory: "Nota",
  actionItems: [
    { text: "Terugbellen", owner: "agent", due: "2026-02-03" },
    { text: "Foto sturen", owner: "customer", due: null },
  ],
  sentiment: "mixed",
  resolved: "partly",
  confidence: 0.4,
  review: { needed: true, reasons: ["low_confidence"] },
  model: "gpt-4.1-mini-2025-04-14",
  promptVersion: "sha256:0123456789ab",
};

const drafted = {
  model: summary.model,
  promptVersion: summary.promptVersion,
  parts: 1,
  leftOut: [] as readonly number[],
  doubts: [],
  repaired: undefined,
};

function render(said: Dialogue = dialogue, more: Partial<typeof drafted> = {}): ContactLog {
  return renderLog(open, "nl", said, { summary, drafted: { ...drafted, ...more } }, startedAt + 120_000);
}

test("the body of the post is exactly the contract's", () => {
  expect(JSON.parse(JSON.stringify(render()))).toStrictEqual({
    key: "conv-1:leg-1",
    conversationId: "conv-1",
    brand: "helder",
    medium: "message",
    startedAt: "2026-01-02T03:04:05.006Z",
    endedAt: "2026-01-02T03:05:05.006Z",
    accountId: "4711",
    agents: [
      { userId: "u-1", queueId: "q-1" },
      { userId: "u-2", queueId: null },
    ],
    language: "nl",
    description: "Termijnbedrag",
    note: "Regel een. Regel twee.",
    category: "Facturen",
    subcategory: "Nota",
    actionItems: [
      { text: "Terugbellen", owner: "agent", due: "2026-02-03" },
      { text: "Foto sturen", owner: "customer", due: null },
    ],
    sentiment: "mixed",
    resolved: "partly",
    confidence: 0.4,
    review: { needed: true, reasons: ["low_confidence"] },
    provenance: {
      model: "gpt-4.1-mini-2025-04-14",
      promptVersion: "sha256:0123456789ab",
      transcriptSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAt: "2026-01-02T03:06:05.006Z",
      evidence: [[1], [2]],
    },
  });
});

test("a long conversation's log says in how many parts it was read, and what nobody read", () => {
  const { provenance } = render(dialogue, { parts: 3, leftOut: [4, 5] });
  expect(provenance).toMatchObject({ parts: 3, turnsLeftOut: 2 });
});

test("nothing of what was said is in it but what the summarizer wrote", () => {
  expect(JSON.stringify(render())).not.toMatch(/hallo|goedemorgen/);
});

const [customer, agent] = dialogue.turns as [Dialogue["turns"][number], Dialogue["turns"][number]];

test.each<[what: string, turns: Dialogue["turns"], same: boolean]>([
  ["the same turns", structuredClone(dialogue.turns), true],
  ["another word", [customer, { ...agent, text: "goedemiddag" }], false],
  ["another speaker", [{ ...customer, speaker: "agent" }, agent], false],
  ["another agent", [customer, { ...agent, userId: "u-2" }], false],
  ["another time", [customer, { ...agent, at: agent.at + 1 }], false],
  ["another order", [agent, customer], false],
  ["one turn less", [customer], false],
  [
    "a word moved to the next turn",
    [
      { ...customer, text: "" },
      { ...agent, text: "hallo goedemorgen" },
    ],
    false,
  ],
])("the fingerprint with %s is the same: %3$s", (_what, turns, same) => {
  const { transcriptSha256 } = render({ ...dialogue, turns }).provenance;
  expect(transcriptSha256 === render().provenance.transcriptSha256).toBe(same);
});
