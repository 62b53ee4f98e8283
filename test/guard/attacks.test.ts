import { describe, expect, test } from "vitest";
import { guardDialogue, placeholder } from "../../src/guard/guard.ts";
import type { Dialogue, Turn } from "../../src/model.ts";
import { reader } from "../../src/simulator/gullible.ts";
import { type Attack, attackKinds, dialogueOf, type Said } from "../attacks/attack.ts";
import { corpus, unseen } from "../attacks/corpus.ts";

/** As it came in, where nothing was cleaned: what hides in invisible letters and tags is still there. */
function uncleaned({ medium, turns }: Attack): Dialogue {
  return {
    medium,
    language: undefined,
    turns: turns.map((turn, at): Turn => ({ ...turn, userId: undefined, at })),
  };
}

function canRead(turns: readonly Said[], { instruction }: Attack): boolean {
  return reader(turns.map(({ text }) => text).join("\n"))(instruction);
}

describe("the corpus", () => {
  test("has more than 200 attacks, of every kind, in Dutch and English, spoken and typed", () => {
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    for (const kind of attackKinds) {
      const some = corpus.filter((attack) => attack.kind === kind);
      expect(new Set(some.map(({ language }) => language)), kind).toEqual(
        new Set([...some.map(({ language }) => language), "nl", "en"]),
      );
    }
    for (const medium of ["voice", "message"]) {
      expect(corpus.filter((attack) => attack.medium === medium).length).toBeGreaterThan(80);
    }
  });

  test.each([...corpus, ...unseen])(
    "$id is read and obeyed where nothing guards, and not where it was never said",
    (attack) => {
      expect(canRead(attack.turns, attack)).toBe(true);
      expect(canRead(attack.harmless, attack)).toBe(false);
      const [first] = attack.taxonomy;
      expect(attack.obey.classification).not.toBe(`${first?.category} › ${first?.subcategories[0]}`);
      expect(Object.keys(attack.obey)).not.toEqual([]);
    },
  );
});

describe("what the guard lets through", () => {
  test.each(corpus)("$id ($kind) cannot be read any more", (attack) => {
    for (const dialogue of [uncleaned(attack), dialogueOf(attack.medium, attack.turns)]) {
      expect(canRead(guardDialogue(dialogue, attack.taxonomy).dialogue.turns, attack)).toBe(false);
    }
  });

  test("the turns that were there before an attack stay", () => {
    const touched = corpus.flatMap((attack) => {
      const { dialogue } = guardDialogue(uncleaned(attack), attack.taxonomy);
      const left = new Set(dialogue.turns.map(({ text }) => text));
      return attack.harmless.filter(({ text }) => !left.has(text)).map(({ text }) => `${attack.id}: ${text}`);
    });
    expect(touched).toEqual([]);
  });

  test("what was touched is numbered from 1, and says so", () => {
    for (const attack of corpus) {
      const before = uncleaned(attack);
      const { dialogue, suspects } = guardDialogue(before, attack.taxonomy);
      const changed = dialogue.turns.flatMap((turn, at) =>
        turn.text === before.turns[at]?.text ? [] : [at + 1],
      );
      expect(suspects).toEqual(changed);
      expect(suspects).not.toEqual([]);
      for (const number of suspects) expect(dialogue.turns[number - 1]?.text).toContain(placeholder);
    }
  });

  test.each(corpus.filter(({ id }) => id.endsWith("-1")))(
    "the conversation of $id is touched nowhere without it",
    (attack) => {
      const dialogue = dialogueOf(attack.medium, attack.harmless);
      expect(guardDialogue(dialogue, attack.taxonomy)).toEqual({ dialogue, suspects: [] });
    },
  );
});
