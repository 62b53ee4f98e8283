import { expect, test } from "vitest";
import { checkDraft } from "../../src/grounding/check.ts";
import { answer } from "./answers.ts";

test.each(["tuned", "held"] as const)(
  "planted errors are caught and honest answers left alone, forms %s",
  (half) => {
    let planted = 0;
    let caught = 0;
    let honest = 0;
    let alarms = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const one = answer(seed, half);
      honest += one.honest.note.length + one.honest.actionItems.length;
      alarms += checkDraft(one.honest, one.dialogue, { day: one.day }).length;
      for (const { field, index, draft } of one.plants) {
        const found = checkDraft(draft, one.dialogue, { day: one.day });
        planted += 1;
        if (found.some((finding) => finding.field === field && finding.index === index)) caught += 1;
      }
    }
    expect(planted).toBeGreaterThan(300);
    expect(caught / planted).toBeGreaterThanOrEqual(0.99);
    expect(alarms / honest).toBeLessThanOrEqual(0.01);
  },
);
