import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dialogueOf } from "../../src/evaluation/dialogue.ts";
import { readRecords } from "../../src/evaluation/record.ts";
import { firstAndLast, spokenText } from "../../src/evaluation/result.ts";
import { estimateTexts, measureTexts } from "../../src/evaluation/texts.ts";

const file = fileURLToPath(new URL("../../../shared/data/tweetsumm.jsonl", import.meta.url));

/** The scale the measures have on real dialogues: figures that were measured elsewhere, by other code. */
test.skipIf(!existsSync(file))(
  "people, a cheap text and a wrong text reach what they are known to reach",
  async () => {
    const { records } = await readRecords(file);
    const texts = records.flatMap((record) => {
      const dialogue = dialogueOf(record, "text");
      const log = record.gold.summaries[0];
      if (!dialogue || log === undefined) return [];
      const spoken = { log, dialogue: spokenText(dialogue), firstAndLast: firstAndLast(dialogue) };
      return [{ ...spoken, people: record.gold.summaries, mustMention: [], mustNotClaim: [] }];
    });
    expect(texts).toHaveLength(200);
    const measured = measureTexts(texts);
    const [people, cheap, wrong] = [measured.log, measured.firstAndLast, measured.floor].map(estimateTexts);
    expect(people?.ownFirst?.value).toBeCloseTo(0.94, 1);
    expect(cheap?.ownFirst?.value).toBe(1);
    expect(wrong?.ownFirst?.value).toBeLessThan(0.01);
    expect(people?.wordsFound?.value).toBeCloseTo(0.65, 1);
    expect(cheap?.wordsFound?.value).toBe(1);
    expect(wrong?.wordsFound?.value).toBeCloseTo(0.11, 1);
    const between = estimateTexts(measured.people).rougeL;
    expect(between?.low).toBeGreaterThan(wrong?.rougeL?.high ?? 1);
  },
);
