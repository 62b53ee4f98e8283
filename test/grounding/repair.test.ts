import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/grounding/claims.ts";
import { cutUnsupported, describe as describeFinding } from "../../src/grounding/repair.ts";

const draft = {
  description: "Klant belt over een factuur, en krijgt € 45 terug. Verder geen vragen.",
  note: [
    { text: "Klant belt.", turns: [1] },
    { text: "Het kost € 45.", turns: [2] },
  ],
  actionItems: [{ text: "€ 45 storten", owner: "agent" as const, due: null }],
};
const finding = (field: Finding["field"], index: number, text = "€ 45"): Finding => ({
  kind: "unsupported_amount",
  field,
  index,
  text,
});

test("a finding is said in a sentence the model can act on", () => {
  expect(describeFinding(finding("note", 1))).toBe(
    'note, sentence 2: the amount "€ 45" was not said in the conversation',
  );
});

describe("cutUnsupported", () => {
  test("takes out sentences and items with a finding, and no others", () => {
    const cut = cutUnsupported(draft, [finding("note", 1), finding("actionItems", 0)]);
    expect(cut).toEqual({ ...draft, note: [draft.note[0]], actionItems: [] });
  });
  test("keeps a sentence that only names the wrong turns", () => {
    const wrong: Finding = { kind: "missing_evidence", field: "note", index: 0, text: "Klant belt." };
    expect(cutUnsupported(draft, [wrong])).toEqual(draft);
  });
  test("keeps of a description what goes before", () => {
    expect(cutUnsupported(draft, [finding("description", 0)]).description).toBe(
      "Klant belt over een factuur. Verder geen vragen.",
    );
  });
  test("leaves nothing where nothing holds", () => {
    const one = { ...draft, description: "Krijgt € 45 terug." };
    expect(cutUnsupported(one, [finding("description", 0)]).description).toBe("");
    expect(cutUnsupported(draft, [finding("description", 0, "not to be found")]).description).toBe("");
  });
  test("never leaves what was found", () => {
    const cut = cutUnsupported(draft, [
      finding("description", 0),
      finding("note", 1),
      finding("actionItems", 0),
    ]);
    expect(JSON.stringify(cut)).not.toContain("45");
  });
});
