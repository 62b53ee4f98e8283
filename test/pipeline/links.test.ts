import { afterEach, beforeEach, expect, test } from "vitest";
import type { Destination } from "../../src/destinations/destination.ts";
import { Fatal, NotYet, Permanent, Transient } from "../../src/errors.ts";
import type { CaseLedger, Ledger } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { holdingsOf, Links } from "../../src/pipeline/links.ts";
import { dayMs, logOf, recorded } from "../ledger/contacts.ts";

let ledger: Ledger;
let told: string[];
const perCase = { linkGiveUpMs: dayMs, unlinked: "dead" } as const;

beforeEach(() => {
  ledger = openLedger(":memory:");
  told = [];
});
afterEach(async () => await ledger[Symbol.asyncDispose]());

function cases(
  render: Destination["render"] = (log, link) => ({ body: `${log.key} ${link?.caseId}` }),
): Destination {
  return { id: "cases", perCase, render } as unknown as Destination;
}

function links(destination: () => Destination, over: Partial<CaseLedger> = {}): Links {
  return new Links({
    cases: { ...ledger.cases, ...over },
    destination: () => ({ destination: destination(), circuit: undefined as never }),
    reports: {
      dead: (id, brand, reason) => told.push(`dead ${id} ${brand} ${reason}`),
      skipped: ({ key }, brand, reason) => told.push(`skipped ${key} ${brand} ${reason}`),
      internalError: (id) => told.push(`internal error ${id}`),
      ledgerFailed: () => told.push("ledger failed"),
    },
    wake: () => told.push("wake"),
  });
}

async function written(key: string): Promise<void> {
  const destination = cases();
  await ledger.keep(await recorded(ledger, key), new Map(), "told", {
    held: holdingsOf([destination, { ...destination, id: "crm", perCase: undefined }], logOf(key)),
  });
}

async function bodies(): Promise<string[]> {
  const due = await ledger.due(Number.MAX_SAFE_INTEGER, { total: 9, history: 9 }, new Set());
  return due.flatMap((work) => (work.kind === "delivery" ? [work.body] : []));
}

/** Runs it until it has done all there is to do at its start. */
async function runOnce(one: Links): Promise<void> {
  const stop = new AbortController();
  const done = one.run(stop.signal);
  setTimeout(() => stop.abort(), 20);
  await done;
}

const one = { contactId: "c1", caseId: "K-1" };

test("only destinations of cases hold a log, and a link wakes whoever delivers", async () => {
  await written("c1");
  expect(await links(cases).take([one, one, { ...one, caseId: "K-2" }])).toEqual({
    recorded: 2,
    known: 1,
    full: 0,
  });
  expect(told).toEqual(["wake"]);
  expect((await bodies()).toSorted()).toEqual(["c1 K-1", "c1 K-2"]);
});

test("what this run does not serve is left for one that does, which makes it up at its start", async () => {
  await written("c1");
  const elsewhere = links(() => {
    throw new NotYet("not_served", "elsewhere");
  });
  expect(await elsewhere.take([one])).toMatchObject({ recorded: 1 });
  await runOnce(links(() => ({ ...cases(), perCase: undefined })));
  expect([told, await bodies()]).toEqual([[], []]);
  await runOnce(links(cases));
  expect([told, await bodies()]).toEqual([["wake"], ["c1 K-1"]]);
});

test("a log that cannot be told to a case is its dead letter; a mistake of ours leaves the log held", async () => {
  const refusing = cases(() => {
    throw new Permanent("too_long", "no");
  });
  const broken = cases(() => {
    throw new TypeError("x is not a function");
  });
  await written("c1");
  await links(() => broken).take([one]);
  expect(told).toEqual(["internal error c1"]);
  await links(() => refusing).take([one]);
  expect(told.slice(1)).toEqual(["dead c1 helder too_long"]);
  // One whose link is known already is told of as well.
  const refused: string[] = [];
  await links(() => refusing).take([{ contactId: "c2", caseId: "K-1" }]);
  await ledger.keep(await recorded(ledger, "c2"), new Map(), "told", {
    held: holdingsOf([refusing], logOf("c2"), ({ reason }) => refused.push(reason)),
  });
  expect([refused, await bodies()]).toEqual([["too_long"], []]);
});

test("links are taken though they cannot be delivered now; a ledger that is broken for good is said to be", async () => {
  const failing = (error: Error) => links(cases, { meet: () => Promise.reject(error) });
  await written("c1");
  expect(await failing(new Transient("disk_full", "full")).take([one])).toMatchObject({ recorded: 1 });
  expect(told).toEqual(["ledger failed"]);
  await expect(failing(new Fatal("state_io", "gone")).take([one])).rejects.toThrow("gone");
  await expect(failing(new Fatal("state_io", "gone")).run(AbortSignal.timeout(5_000))).rejects.toThrow(
    "gone",
  );
  await runOnce(links(cases));
  expect(await bodies()).toEqual(["c1 K-1"]);
});

test("a link that cannot be written down is not taken", async () => {
  const full = { link: () => Promise.reject(new Transient("disk_full", "full")) };
  await expect(links(cases, full).take([one])).rejects.toThrow("full");
});

test("the end of the wait is told, once", async () => {
  await ledger.keep(await recorded(ledger, "c1"), new Map(), "told", {
    held: holdingsOf([{ ...cases(), perCase: { ...perCase, linkGiveUpMs: 1 } }], logOf("c1")),
  });
  await ledger.keep(await recorded(ledger, "c2"), new Map(), "told", {
    held: holdingsOf([{ ...cases(), perCase: { linkGiveUpMs: 1, unlinked: "skip" } }], logOf("c2")),
  });
  await new Promise((resolve) => setTimeout(resolve, 3));
  await runOnce(links(cases));
  await runOnce(links(cases));
  expect(told.toSorted()).toEqual(["dead c1 helder no_case_link", "skipped c2 helder no_case_link"]);
});
