import { expect, test } from "vitest";
import { auditOf, type Balance, type Books } from "../../src/demo/audit.ts";
import type { Guest } from "../../src/demo/crowd.ts";

const log = { kind: "log" } as const;
const guest = (conversationId: string, brand: string, expected: Guest["expected"] = log): Guest => ({
  conversationId,
  name: expected.kind,
  brand,
  expected,
  endedAt: 0,
});
const guests = [
  guest("a", "helder"),
  guest("b", "helder", { kind: "skip", reason: "no_account" }),
  guest("c", "noordlicht"),
  guest("d", "", { kind: "skip", reason: "no_brand" }),
];
const balance = (change: Partial<Balance>): Balance => ({
  ended: 1,
  posted: 0,
  skipped: {},
  waiting: {},
  dead: {},
  ...change,
});
const taken = (conversationId: string, brand: string) => ({ conversationId, brand, key: conversationId });

function books(change: Partial<Books> = {}): Books {
  return {
    guests,
    taken: [taken("a", "helder"), taken("c", "noordlicht")],
    balances: {
      "*": balance({ ended: 4, posted: 2, skipped: { no_account: 1, no_brand: 1 } }),
      helder: balance({ ended: 2, posted: 1, skipped: { no_account: 1 } }),
      noordlicht: balance({ posted: 1 }),
      "": balance({ skipped: { no_brand: 1 } }),
    },
    foundBy: new Map(guests.map(({ conversationId }) => [conversationId, "notification"])),
    lasting: [],
    exitCode: 0,
    ...change,
  };
}

const withHelder = (change: Partial<Balance>): Books => {
  const whole = books();
  return {
    ...whole,
    balances: { ...whole.balances, helder: { ...whole.balances.helder, ...change } as Balance },
  };
};

test("books that agree say nothing", () => {
  expect(auditOf(books())).toEqual([]);
});

test.each<[string, Books, RegExp]>([
  [
    "a balance that does not add up",
    withHelder({ ended: 3 }),
    /helder: the balance does not hold: 3 ended ≠ 1 posted \+ 1 skipped \+ 0 waiting \+ 0 dead/,
  ],
  [
    "an end the daemon never saw",
    withHelder({ ended: 1, skipped: {} }),
    /helder: 1 ended by the daemon's count, not 2/,
  ],
  [
    "what still waits",
    withHelder({ posted: 0, waiting: { recorded: 1 } }),
    /helder: 1 still waiting \(1 recorded\), not 0/,
  ],
  [
    "a dead letter",
    withHelder({ posted: 0, dead: { backend_refused: 1 } }),
    /helder: 1 dead \(1 backend_refused\), not 0/,
  ],
  [
    "another reason to skip",
    withHelder({ skipped: { no_brand: 1 } }),
    /helder: 0 skipped as no_account, not 1/,
  ],
  [
    "a brand without a balance",
    books({ balances: { ...books().balances, noordlicht: undefined as never } }),
    /noordlicht: 1 conversations ended, and the daemon has no balance/,
  ],
  [
    "a balance of a brand where nothing ended",
    books({ balances: { ...books().balances, zonnig: balance({}) } }),
    /zonnig: the daemon has a balance, and nothing ended there/,
  ],
  [
    "a lost log",
    books({ taken: [taken("a", "helder")] }),
    /1 conversations have no contact log in the backend: c \(log\)/,
  ],
  [
    "a log that is there twice",
    books({ taken: [...books().taken, taken("a", "helder")] }),
    /1 conversations have more than one contact log in the backend: a/,
  ],
  [
    "a log of what should have been skipped",
    books({ taken: [...books().taken, taken("b", "helder")] }),
    /1 conversations should have been skipped and were posted: b/,
  ],
  [
    "a log that went astray",
    books({ taken: [taken("a", "noordlicht"), taken("c", "noordlicht")] }),
    /1 contact logs went to another brand/,
  ],
  [
    "an end nobody noticed",
    books({ foundBy: new Map() }),
    /4 conversations never came to the daemon's notice: a \(log\), b \(skip\), c \(log\) …/,
  ],
  ["a fault that lasts", books({ lasting: ["stall"] }), /the fault "stall" was not made good/],
  [
    "a daemon that fails at its end",
    books({ exitCode: 1 }),
    /the daemon ended with exit code 1 after SIGTERM/,
  ],
])("%s is told", (_what, wrong, sentence) => {
  expect(auditOf(wrong).join("; ")).toMatch(sentence);
});
