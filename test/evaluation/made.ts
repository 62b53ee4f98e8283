import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EvalRecord, parseRecord } from "../../src/evaluation/record.ts";
import type { Write } from "../../src/evaluation/write.ts";
import type { Dialogue, Summary } from "../../src/model.ts";
import type { Written } from "../../src/summarizers/writer.ts";

/** Records, logs and a writer made up for these tests. */

export const taxonomy = [
  { category: "energy", subcategories: ["panels", "meter"] },
  { category: "travel", subcategories: ["train"] },
];

const plain = {
  channel: "chat",
  language: "en",
  category: "energy",
  subcategory: "panels",
  turns: [
    { speaker: "customer", text: "My solar panels are broken" },
    { speaker: "agent", text: "We will send an engineer on Monday" },
  ],
};

export function record(id: string, more: object = {}): EvalRecord {
  const read = parseRecord(line(id, more), "here");
  if (typeof read === "string") throw new Error(read);
  return read;
}

/** The same as a line of a data file. */
export function line(id: string, more: object = {}): string {
  return JSON.stringify({ id, ...plain, ...more });
}

export function summary(more: Partial<Summary> = {}): Summary {
  return {
    description: "The customer reports that the solar panels are broken.",
    note: [{ text: "The agent will send an engineer on Monday.", turns: [2] }],
    category: "energy",
    subcategory: "panels",
    actionItems: [],
    sentiment: "neutral",
    resolved: "partly",
    confidence: 0.8,
    review: { needed: false, reasons: [] },
    model: "made-1",
    promptVersion: "made",
    ...more,
  };
}

export function written(
  dialogue: Dialogue,
  { summary: own, ...more }: Partial<Omit<Written, "summary">> & { summary?: Partial<Summary> } = {},
): Written {
  return {
    summary: summary(own),
    dialogue,
    redactions: {},
    suspects: [],
    findings: [],
    signals: { agreement: undefined, grounding: 1, margin: 1, transcript: undefined, length: 1, shape: 1 },
    rawConfidence: 0.7,
    drafted: {
      model: "made-1",
      promptVersion: "made",
      parts: 1,
      leftOut: [],
      doubts: [],
      repaired: undefined,
    },
    usage: { requests: 1, inputTokens: 100, cachedInputTokens: 40, outputTokens: 10 },
    ...more,
  };
}

/** Answers every dialogue with the same log, and keeps count. */
export function fakeWrite(more: Parameters<typeof written>[1] = {}): Write & { calls: number } {
  const write = Object.assign(
    async (dialogue: Dialogue) => {
      write.calls += 1;
      return written(dialogue, more);
    },
    { calls: 0 },
  );
  return write;
}

export async function folder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "contactlogd-eval-"));
}
