import { describe, expect, test } from "vitest";
import type { Dialogue, Turn } from "../../src/model.ts";
import { brands, showpiece, stories } from "../../src/simulator/stories.ts";
import type { Story } from "../../src/simulator/story.ts";
import { createOfflineSummarizer } from "../../src/summarizers/offline.ts";
import { told, unused } from "./told.ts";

/** What the two people said; the bot and the noise are the media's to remove. */
function dialogueOf(story: Story): Dialogue {
  const turns = story.steps.flatMap((step, index): Turn[] => {
    if (!("says" in step) || (step.says !== "customer" && step.says !== "agent")) return [];
    return [
      { speaker: step.says, userId: undefined, at: Date.UTC(2026, 1, 20, 9, 0, index), text: step.text },
    ];
  });
  return { medium: story.medium, language: story.language, turns };
}

function brandOf(story: Story) {
  const queue = story.steps.flatMap((step) => ("queue" in step ? [step.queue] : []))[0] ?? "";
  const brand = brands.find(({ queues }) => queues.some((glob) => queue.startsWith(glob.replace("*", ""))));
  if (brand === undefined) throw new Error(`no brand for ${story.id}`);
  return brand;
}

async function logOf(id: string) {
  const story = stories.find((one) => one.id === id);
  if (story === undefined) throw new Error(`no story ${id}`);
  const { language, taxonomy } = brandOf(story);
  const request = { dialogue: dialogueOf(story), language, taxonomy, ...unused };
  return told(await createOfflineSummarizer().summarize(request, new AbortController().signal));
}

describe("the demo's day in the offline summarizer's hands", () => {
  test("twelve stories with a name each, the show-piece among them", () => {
    const ids = stories.map(({ id }) => id);
    expect(new Set(ids).size).toBe(12);
    expect(ids).toContain(showpiece);
  });

  test.each([
    ["helder-termijnbedrag", "Facturen", "Termijnbedrag"],
    ["helder-jaarnota", "Facturen", "Jaarnota"],
    ["helder-verhuizing", "Verhuizing", "Verhuizing doorgeven"],
    ["helder-cv-ketel", "Storing", "Cv-ketel"],
    ["noordlicht-english-call", "Zonnepanelen", "Panelen aanmelden"],
    ["noordlicht-betalingsregeling", "Rekening", "Betalingsregeling"],
    ["noordlicht-meterstand", "Meter", "Meterstand klopt niet"],
    ["noordlicht-bot-eerst", "Zonnepanelen", "Terugleverkosten"],
  ])("%s is filed under %s › %s", async (id, category, subcategory) => {
    expect(await logOf(id)).toMatchObject({ category, subcategory });
  });

  test("the show-piece: why, what was done, the call back with its date, what the customer does", async () => {
    const { description, note, actionItems, resolved } = await logOf("helder-jaarnota");
    expect(description).toBe("Ik heb gisteren mijn jaarnota gekregen en daar klopt niets van.");
    expect(note).toMatch(/^Gedaan: .*incasso.*stopgezet.*correctie ingediend/m);
    expect(note).toMatch(/^Afgesproken: .*Ik bel u uiterlijk 14 maart terug/m);
    expect(actionItems).toContainEqual(expect.objectContaining({ owner: "agent", due: "2026-03-14" }));
    expect(actionItems).toContainEqual(
      expect.objectContaining({ owner: "customer", text: expect.stringContaining("foto") }),
    );
    expect(resolved).toBe("partly");
  });

  test("an English chat against a Dutch list is doubted", async () => {
    const { doubts } = await logOf("noordlicht-english-chat");
    expect(doubts).toEqual(expect.arrayContaining(["close_category_score", "not_in_log_language"]));
  });
});
