import { expect, test } from "vitest";
import type { Taken } from "../../src/ledger/shadow.ts";
import { maxItems, readFinals, takeFinals } from "../../src/pipeline/feedback.ts";

const words = { note: "Het bedrag is verlaagd." };

function problemsOf(value: unknown): readonly string[] {
  const read = readFinals(value);
  return "problems" in read ? read.problems : [];
}

test("one log or a list of them; null is nothing, and keys of a whole contact log are let by", () => {
  const whole = { key: "c:1", conversationId: "c", description: null, sentiment: "neutral", ...words };
  const expected = { key: "c:1", conversationId: "c", words };
  expect(readFinals(whole)).toEqual([expected]);
  expect(readFinals([whole, { conversationId: "d", ...words }])).toEqual([
    expected,
    { conversationId: "d", words },
  ]);
});

test("action items are texts, or objects with one", () => {
  const [read] = readFinals({ key: "c", actionItems: ["Bellen", { text: "Mailen", owner: "agent" }] }) as {
    words: object;
  }[];
  expect(read?.words).toEqual({ actionItems: ["Bellen", "Mailen"] });
});

test.each<[what: string, value: unknown, problem: RegExp]>([
  ["nothing that names a contact", words, /^needs key or conversationId$/],
  ["nothing to compare", { key: "c" }, /^holds nothing to compare$/],
  ["no object", "Kanarie", /expected object/],
  ["null", null, /expected object/],
  ["an empty list", [], /^Too small/],
  ["a wrong type", { key: "c", note: 5 }, /^note: .*expected string/],
  [
    "one wrong among many",
    [
      { key: "c", ...words },
      { key: "d", category: ["Kanarie"] },
    ],
    /^1\.category: /,
  ],
  ["an action item without text", { key: "c", actionItems: ["x", { owner: "Kanarie" }] }, /^actionItems\.1/],
  ["too long a text", { key: "c", note: "Kanarie ".repeat(10_000) }, /^note: Too big/],
  ["an empty key", { key: " ", ...words }, /^key: Too small/],
  ["too many", Array.from({ length: maxItems + 1 }, () => ({ key: "c", ...words })), /^Too big/],
])("%s is refused, and its content is not quoted", (_what, value, problem) => {
  const problems = problemsOf(value);
  expect(problems[0]).toMatch(problem);
  expect(problems.join()).not.toContain("Kanarie");
});

test("so many mistakes are told, and no more", () => {
  expect(problemsOf(Array.from({ length: 100 }, () => ({ note: 5 })))).toHaveLength(20);
});

test("every end is counted", async () => {
  const ends: Taken[] = ["matched", "waiting", "unknown", "matched"];
  const shadows = {
    keep: async () => {},
    expire: async () => false,
    take: async () => ends.shift() as Taken,
  };
  const finals = Array.from({ length: 4 }, () => ({ key: "c", words }));
  const compare = () => ({ category: undefined, subcategory: undefined, measures: {} });
  expect(await takeFinals(finals, { shadows, compare, awaited: true })).toEqual({
    matched: 2,
    waiting: 1,
    unknown: 1,
  });
});
