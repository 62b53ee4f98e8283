import { describe, expect, test } from "vitest";
import type { Dialogue } from "../../src/model.ts";
import { redactionKinds } from "../../src/redaction/kinds.ts";
import { freeMeter, type Manner, Writer } from "../../src/summarizers/writer.ts";

const never = new AbortController().signal;
const content =
  "Klant belt over de jaarnota. De medewerker heeft beloofd om € 900 terug te storten. Bereikbaar op 0612345678.";
const said: Dialogue = {
  medium: "voice",
  language: "nl-NL",
  summary: content,
  turns: [
    { speaker: "agent", userId: "AGENT", at: 0, text: "Goedemiddag, waarmee kan ik u helpen?" },
    { speaker: "customer", userId: undefined, at: 5_000, text: "Ik heb een vraag over mijn jaarnota." },
    { speaker: "agent", userId: "AGENT", at: 9_000, text: "Die stuur ik u opnieuw toe." },
  ],
};
const manner: Manner = {
  language: "nl",
  timeZone: "Europe/Amsterdam",
  taxonomy: [
    { category: "Facturen", subcategories: ["Jaarnota", "Termijnbedrag"] },
    { category: "Storing", subcategories: ["Internet"] },
  ],
  prompts: { log: "x", part: "x", join: "x" },
  redaction: { kinds: new Set(redactionKinds), keep: [] },
  unsupported: "cut",
  samples: 2,
};

const write = (dialogue: Dialogue = said, more: Partial<Manner> = {}) =>
  new Writer({
    summarizer: { name: "none", summarize: () => Promise.reject(new Error("a model was asked")) },
  }).write({ dialogue, names: [], manner: { ...manner, ...more }, meter: freeMeter }, never);

describe("a summary that the contact's own platform wrote", () => {
  test("becomes description and note, sentence for sentence; no model is asked", async () => {
    const { summary, usage } = await write();
    expect(summary).toMatchObject({
      description: "Klant belt over de jaarnota.",
      category: "Facturen",
      subcategory: "Jaarnota",
      actionItems: [],
      model: "amazon-connect-contact-lens",
      promptVersion: "post-contact-summary",
    });
    expect(summary.note).toHaveLength(3);
    expect(usage.requests).toBe(0);
  });

  test("is marked where the conversation does not carry it, and never cut", async () => {
    const { summary } = await write();
    expect(summary.note.map(({ text }) => text).join(" ")).toContain("€ 900");
    expect(summary.review.needed).toBe(true);
    expect(summary.review.reasons).toContain("unsupported_amount");
  });

  test("is redacted as everything that is posted", async () => {
    const { summary } = await write();
    expect(JSON.stringify(summary)).not.toContain("0612345678");
  });

  test("in another language than the log's is marked", async () => {
    const english =
      "The customer called about the annual bill and the agent will send it again by post tomorrow.";
    const { summary } = await write({ ...said, summary: english });
    expect(summary.description).toBe(english);
    expect(summary.review.reasons).toContain("not_in_log_language");
  });
});
