import { expect, test } from "vitest";
import { checkDraft } from "../../src/grounding/check.ts";
import { cutUnsupported } from "../../src/grounding/repair.ts";
import type { Turn } from "../../src/model.ts";
import { cpuMs } from "../cpu.ts";

const day = Date.UTC(2026, 2, 11, 10);

test.each([
  ["a", 20_000],
  ["ik stort ", 2200],
  ["krijg ", 3300],
  ["zegt ", 4000],
  ["niet te betalen ", 1250],
  ["jan@", 5000],
  ["a.b@c", 4000],
  ["AB12-", 4000],
  ["nl91 abna ", 2000],
  ["[name] ", 2800],
  ["stu", 6600],
  ["€ 1 terug ", 2000],
  ["Jan de ", 2800],
  [", de klant ", 1800],
  ["hoeft ", 3300],
] as const)("turns and sentences of %j over and over are checked in little time", (piece, times) => {
  const text = `${piece.repeat(times)}x.`;
  const turns = (["customer", "agent", "customer", "agent"] as const).map(
    (speaker, index): Turn => ({ speaker, userId: undefined, at: day + index, text }),
  );
  const sentence = text.slice(0, 4000);
  const draft = {
    description: sentence,
    note: [{ text: sentence, turns: [1] }],
    actionItems: [{ text: sentence, owner: "agent" as const, due: null }],
  };
  const start = cpuMs();
  const findings = checkDraft(draft, { medium: "message", language: undefined, turns }, { day });
  cutUnsupported(draft, findings);
  expect(cpuMs() - start).toBeLessThan(3000);
});
