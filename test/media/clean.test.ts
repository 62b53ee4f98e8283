import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clean } from "../../src/media/clean.ts";
import type { Utterance } from "../../src/media/medium.ts";

type Line = readonly [speaker: Utterance["speaker"], userId: string | undefined, text: string];

function turnsOf(...lines: Line[]) {
  const utterances = lines.map(([speaker, userId, text], at) => ({ speaker, userId, at, text }));
  return clean("message", "nl", utterances).turns;
}

test("medium and language are carried over, silence is an empty dialogue", () => {
  expect(clean("voice", undefined, [])).toEqual({ medium: "voice", language: undefined, turns: [] });
  expect(clean("message", "nl-NL", [])).toMatchObject({ medium: "message", language: "nl-NL" });
});

test("what one speaker says in a row is one turn, at the time of its first word", () => {
  expect(
    turnsOf(
      ["customer", undefined, "hallo"],
      ["customer", undefined, "ik heb\neen vraag"],
      ["agent", "u-1", "zeg het maar"],
      ["agent", "u-2", "ik neem het over"],
      ["agent", "u-2", "even zoeken"],
      ["customer", undefined, "prima"],
    ),
  ).toEqual([
    { speaker: "customer", userId: undefined, at: 0, text: "hallo ik heb een vraag" },
    { speaker: "agent", userId: "u-1", at: 2, text: "zeg het maar" },
    { speaker: "agent", userId: "u-2", at: 3, text: "ik neem het over even zoeken" },
    { speaker: "customer", userId: undefined, at: 5, text: "prima" },
  ]);
});

test("of a paste of any length nothing is cut off", () => {
  const paste = `${"een lang verhaal ".repeat(3_000)}tot het eind`;
  expect(turnsOf(["customer", undefined, paste])).toMatchObject([{ text: paste }]);
});

test("noise between two utterances does not part them", () => {
  const turns = turnsOf(
    ["customer", undefined, "een"],
    ["agent", "u-1", " <br> "],
    ["customer", undefined, "twee"],
  );
  expect(turns.map(({ text }) => text)).toEqual(["een twee"]);
});

describe("what no human said is left out", () => {
  test.each([
    "",
    " \n\t ",
    "<p></p>",
    "\u200b",
    '{"type":"handover","flow":{"id":1}}',
    '[{"postback":true}]',
    " { payload } ",
    "cognigy_handover",
    "_cognigy",
    "GET_STARTED",
    "Get started",
    "start conversation",
    "handover",
    "hand-over",
    "ESCALATE",
    "postback:MENU_1",
    "payload:abc",
    "event:welcome",
    "[System]: agent joined",
    "systeem: gesprek gestart",
    "<b>handover</b>",
  ])("%j", (text) => {
    expect(turnsOf(["customer", undefined, text])).toEqual([]);
  });
});

describe("what a human may well say stays", () => {
  test.each([
    "ik wil escaleren",
    "can you escalate this please",
    "get started with what?",
    "the event: it was fun",
    "mijn systeem: windows 11",
    "zie [1] en {2} ok",
    "payload: wat is dat?",
    "12",
    "?",
    "👍",
  ])("%j", (text) => {
    expect(turnsOf(["customer", undefined, text])).toMatchObject([{ text }]);
  });
});

test("turns come out in order, plain, non-empty, and no two neighbours are the same speaker's", () => {
  const line = fc.tuple(
    fc.constantFrom<Utterance["speaker"]>("customer", "agent"),
    fc.constantFrom(undefined, "u-1", "u-2"),
    fc.oneof(fc.string(), fc.constantFrom("hallo", "<b>ja</b>", '{"a":1}', "handover", "\u0000", "")),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const turns = turnsOf(...lines);
      for (const [index, turn] of turns.entries()) {
        expect(turn.text).not.toMatch(/^\s*$|\p{Cc}/u);
        expect(lines[turn.at]?.slice(0, 2)).toEqual([turn.speaker, turn.userId]);
        const next = turns[index + 1];
        if (!next) continue;
        expect(next.at).toBeGreaterThan(turn.at);
        expect([next.speaker, next.userId]).not.toEqual([turn.speaker, turn.userId]);
      }
    }),
  );
});
