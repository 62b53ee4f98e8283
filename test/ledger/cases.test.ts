import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { maxCasesOfContact } from "../../src/ledger/cases.ts";
import type {
  ContactState,
  DeadRow,
  DeliveryWork,
  Ledger,
  Meeting,
  ToSend,
} from "../../src/ledger/ledger.ts";
import { openReader } from "../../src/ledger/reader.ts";
import { openLedger, openLedgerBeside } from "../../src/ledger/sqlite.ts";
import { scratch } from "../scratch.ts";
import { dayMs, logOf, type Offer, recorded } from "./contacts.ts";

let directory: string;
let file: string;
let ledger: Ledger;

beforeEach(() => {
  directory = scratch("cases");
  file = join(directory, "contactlogd.db");
  ledger = openLedger(file);
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function reopen(before: () => void = () => {}): Promise<void> {
  await ledger[Symbol.asyncDispose]();
  before();
  ledger = openLedger(file);
}

const bodyFor = (key: string, caseId: string): string => `{"${key}":"to ${caseId}"}`;
const toSend = ({ key, link: { caseId } }: Pick<Meeting, "key" | "link">): ToSend => ({
  body: bodyFor(key, caseId),
  target: `PUT /cases/${caseId}`,
});

/** A contact whose log was written: held for its cases, and for `main` where that is given. */
async function written(
  key: string,
  offer: Partial<Offer> & { main?: boolean } = {},
): Promise<DeliveryWork[]> {
  const { main = false, linkGiveUpMs = dayMs, unlinked = "dead" } = offer;
  const work = await recorded(ledger, key);
  const render = (link: Meeting["link"]) => (offer.render ?? toSend)({ key, link });
  return await ledger.keep(work, new Map(main ? [["main", { body: "{}" }]] : []), "told", {
    held: [{ destination: "cases", log: logOf(key), linkGiveUpMs, unlinked, render }],
  });
}

async function link(contactId: string, caseId: string): Promise<string> {
  const taken = await ledger.cases.link({ contactId, caseId });
  await ledger.cases.meet(toSend, contactId);
  return taken;
}

async function due(): Promise<DeliveryWork[]> {
  const all = await ledger.due(Number.MAX_SAFE_INTEGER, { total: 999, history: 999 }, new Set());
  return all.filter((one) => one.kind === "delivery").toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const routes = async (): Promise<string[]> => (await due()).map(({ key, route }) => `${key} ${route}`);

async function post(): Promise<void> {
  for (const work of await due()) await ledger.settle(work);
}

function contact(key: string): ContactState {
  const found = ledger.reader.explain(key.split(":", 1)[0] ?? "").contacts.find((one) => one.key === key);
  if (!found) throw new Error(`no contact ${key}`);
  return found;
}

const waiting = (): Record<string, number> => ledger.reader.balance(0)["*"]?.waiting ?? {};
const inDays = (days: number): number => Date.now() + days * dayMs;
const onlyDead = (): DeadRow => {
  const dead = ledger.desk.dead({});
  expect(dead).toHaveLength(1);
  return dead[0] as DeadRow;
};

/** Bytes of the state file and what SQLite keeps beside it. */
const bytes = (): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), "latin1"))
    .join("");

describe("log and link", () => {
  test.each(["c1", "c1:s1"])(
    "the log of %s waits for the link, and is delivered once however often that is told",
    async (key) => {
      expect(await written(key)).toEqual([]);
      expect(contact(key)).toMatchObject({
        stage: "written",
        reason: "case_link",
        held: [{ destination: "cases" }],
      });
      expect(waiting()).toEqual({ case_link: 1 });
      expect(await link("c1", "K-1")).toBe("recorded");
      expect(await link("c1", "K-1")).toBe("known");
      const [only, ...others] = await due();
      expect(others).toEqual([]);
      expect(only).toMatchObject({
        key,
        route: "cases#K-1",
        destination: "cases",
        caseId: "K-1",
        body: bodyFor(key, "K-1"),
        target: "PUT /cases/K-1",
      });
      await post();
      expect(contact(key)).toMatchObject({ stage: "posted", cases: ["K-1"] });
      expect(await link("c1", "K-1")).toBe("known");
      expect(await due()).toEqual([]);
      expect(contact(key).stage).toBe("posted");
    },
  );

  test("the link waits for the log, also across a restart", async () => {
    await link("c1", "K-1");
    await link("c1", "K-1");
    await reopen();
    const deliveries = await written("c1", { main: true });
    expect(deliveries.map(({ route }) => route).toSorted()).toEqual(["cases#K-1", "main"]);
    await ledger.cases.meet(toSend);
    expect(await routes()).toEqual(["c1 cases#K-1", "c1 main"]);
  });

  test("a case that is named by key and by conversation gets the log once", async () => {
    await link("c1", "K-1");
    await written("c1:s1");
    await link("c1:s1", "K-1");
    expect(await routes()).toEqual(["c1:s1 cases#K-1"]);
  });

  test("a link by key is this session's alone, one by conversation is every session's", async () => {
    await written("c1:s1");
    await written("c1:s2");
    await link("c1:s1", "K-1");
    expect(await routes()).toEqual(["c1:s1 cases#K-1"]);
    await link("c1", "K-2");
    expect(await routes()).toEqual(["c1:s1 cases#K-1", "c1:s1 cases#K-2", "c1:s2 cases#K-2"]);
  });

  test("each of several cases gets it, and a later one makes a posted contact wait until it has it too", async () => {
    await link("c1", "K-1");
    await written("c1");
    await link("c1", "K-2#b");
    await post();
    expect(contact("c1")).toMatchObject({ stage: "posted", reason: undefined });
    await link("c1", "K-3");
    expect(contact("c1").stage).toBe("written");
    expect(waiting()).toEqual({ written: 1 });
    await post();
    expect(contact("c1").deliveries.map(({ destination, stage }) => `${destination} ${stage}`)).toEqual([
      "cases#K-1 posted",
      "cases#K-2#b posted",
      "cases#K-3 posted",
    ]);
    expect(contact("c1").stage).toBe("posted");
  });

  test("what a crash left between link and delivery is made up at the next start", async () => {
    await written("c1");
    await ledger.cases.link({ contactId: "c1", caseId: "K-1" });
    await reopen();
    expect(await due()).toEqual([]);
    expect(await ledger.cases.meet(toSend)).toMatchObject({ made: 1, next: undefined });
    expect(await ledger.cases.meet(toSend)).toMatchObject({ made: 0 });
    expect(await routes()).toEqual(["c1 cases#K-1"]);
  });

  test("a walk through many goes on where it stood, also past those this run does not serve", async () => {
    for (let n = 0; n < 130; n++) {
      await ledger.cases.link({ contactId: `c${n}`, caseId: "K-1" });
      await written(`c${n}`, { render: () => ({ reason: "later", message: "" }) });
    }
    // Those that were refused are met anew once they are replayed.
    for (const row of ledger.desk.dead({})) expect(await ledger.desk.replay(row)).toBe(true);
    const serve = (meeting: Meeting) => (meeting.key === "c99" ? toSend(meeting) : undefined);
    const first = await ledger.cases.meet(serve);
    expect(first).toMatchObject({ made: 0, next: expect.any(Array) });
    expect(await ledger.cases.meet(serve, first.next)).toMatchObject({ made: 1, next: undefined });
  });

  test("a contact with more cases than make sense gets no more", async () => {
    for (let n = 0; n < maxCasesOfContact; n++)
      await ledger.cases.link({ contactId: "c1", caseId: `K-${n}` });
    expect(await ledger.cases.link({ contactId: "c1", caseId: "one more" })).toBe("full");
    expect(await ledger.cases.link({ contactId: "c1", caseId: "K-7" })).toBe("known");
    expect(await ledger.cases.link({ contactId: "c2", caseId: "one more" })).toBe("recorded");
  });

  test("after the state file was put back by hand a case's delivery is in doubt: its destination is asked first", async () => {
    await written("c0");
    await reopen(() => rmSync(`${file}.generation`));
    await link("c0", "K-1");
    expect(await due()).toMatchObject([{ stage: "uncertain", uncertainSince: expect.any(Number) }]);
  });
});

describe("a case that cannot be told", () => {
  const refuse = (): ToSend => ({ reason: "too_long", message: "the case's id is too long" });

  test("is a dead letter of its own, the others get theirs; replayed it is rendered anew", async () => {
    await link("c1", "K-1");
    await link("c1", "K-2");
    await written("c1", { render: (one) => (one.link.caseId === "K-1" ? refuse() : toSend(one)) });
    await post();
    const row = onlyDead();
    expect(row).toMatchObject({ destination: "cases#K-1", at: "written", reason: "too_long" });
    expect(contact("c1")).toMatchObject({ stage: "dead", reason: "too_long" });
    // Its words are needed to go again, however late.
    await ledger.cases.lapse(inDays(9));
    expect(await ledger.desk.replay(row)).toBe(true);
    await ledger.cases.meet(toSend);
    await post();
    expect(contact("c1").stage).toBe("posted");
  });

  test("is told of where the link came last", async () => {
    await written("c1");
    await ledger.cases.link({ contactId: "c1", caseId: "K-1" });
    const { made, dead } = await ledger.cases.meet(refuse, "c1");
    expect({ made, dead }).toMatchObject({
      made: 0,
      dead: [{ key: "c1", brand: "helder", reason: "too_long" }],
    });
    expect(await ledger.desk.drop(onlyDead())).toBe(true);
    expect(contact("c1")).toMatchObject({ stage: "skipped", reason: "dropped" });
  });
});

describe("a delivery that died", () => {
  test("goes again when it is replayed, to its case alone", async () => {
    await written("c1");
    await link("c1", "K-1");
    await link("c1", "K-2");
    const [first, second] = (await due()) as [DeliveryWork, DeliveryWork];
    await ledger.bury(first, { reason: "http_404", message: "no such case" });
    await ledger.settle(second);
    expect(onlyDead()).toMatchObject({ destination: "cases#K-1", reason: "http_404" });
    expect(await ledger.desk.replay(onlyDead())).toBe(true);
    expect(await routes()).toEqual(["c1 cases#K-1"]);
  });

  test("and is dropped is not made again by its link; a further case is still served", async () => {
    await written("c1");
    await link("c1", "K-1");
    await link("c1", "K-2");
    const [first, second] = (await due()) as [DeliveryWork, DeliveryWork];
    await ledger.bury(first, { reason: "http_404", message: "no such case" });
    await ledger.settle(second);
    expect(await ledger.desk.drop(onlyDead())).toBe(true);
    expect(contact("c1").stage).toBe("posted");
    await link("c1", "K-1");
    await ledger.cases.meet(toSend);
    await link("c1", "K-3");
    expect(await routes()).toEqual(["c1 cases#K-3"]);
  });
});

describe("when the time is over", () => {
  test("a log no case got is a dead letter; replayed it is held as long again, and its link delivers it", async () => {
    await written("c1", { linkGiveUpMs: 5 * dayMs });
    expect(await ledger.cases.lapse(inDays(4))).toEqual([]);
    expect(await ledger.cases.lapse(inDays(6))).toMatchObject([
      { key: "c1", brand: "helder", medium: "voice", end: "dead", letter: { reason: "no_case_link" } },
    ]);
    expect(await ledger.cases.lapse(inDays(6))).toEqual([]);
    expect(onlyDead()).toMatchObject({ destination: "cases", at: "held", reason: "no_case_link" });
    expect(contact("c1")).toMatchObject({ stage: "dead", reason: "no_case_link", held: [{ dead: true }] });
    expect(await ledger.desk.replay(onlyDead())).toBe(true);
    expect(contact("c1")).toMatchObject({ stage: "written", reason: "case_link", held: [{ dead: false }] });
    expect(contact("c1").held[0]?.until).toBeGreaterThan(inDays(4.9));
    await link("c1", "K-1");
    await post();
    expect(contact("c1").stage).toBe("posted");
  });

  test("a link that comes after all mends the dead letter by itself", async () => {
    await written("c1");
    await ledger.cases.lapse(inDays(2));
    await link("c1", "K-1");
    expect(ledger.desk.dead({})).toEqual([]);
    await post();
    expect(contact("c1")).toMatchObject({ stage: "posted", held: [{ dead: false }] });
  });

  test("a dead letter is dropped: nothing is held, and a link changes nothing", async () => {
    await written("c1");
    await ledger.cases.lapse(inDays(2));
    expect(await ledger.desk.drop(onlyDead())).toBe(true);
    expect(contact("c1")).toMatchObject({ stage: "skipped", reason: "dropped", held: [] });
    await link("c1", "K-1");
    expect(await due()).toEqual([]);
  });

  test.each([
    [true, { stage: "posted", reason: undefined }, "erased"],
    [false, { stage: "skipped", reason: "no_case_link" }, "skipped"],
  ] as const)("with skip it does without (another destination: %s)", async (main, expected, end) => {
    await written("c1", { unlinked: "skip", main });
    await post();
    expect(contact("c1").stage).toBe("written");
    expect(await ledger.cases.lapse(inDays(2))).toMatchObject([{ end }]);
    expect(contact("c1")).toMatchObject({ ...expected, held: [] });
  });

  test("beside a delivery that is still open nothing is settled", async () => {
    await written("c1", { unlinked: "skip", main: true });
    await ledger.cases.lapse(inDays(2));
    expect(contact("c1").stage).toBe("written");
    await post();
    expect(contact("c1").stage).toBe("posted");
  });

  test("a contact that reached a case is posted, its words are erased from the file, and later links get nothing", async () => {
    await written("c1");
    await link("c1", "K-1");
    await post();
    expect(bytes()).toContain("woorden van c1");
    expect(await ledger.cases.lapse(inDays(2))).toMatchObject([{ end: "erased" }]);
    await expect.poll(bytes).not.toContain("woorden van c1");
    await link("c1", "K-2");
    expect(await due()).toEqual([]);
    expect(contact("c1")).toMatchObject({ stage: "posted", cases: ["K-1", "K-2"] });
  });

  test("one whose link is known, but whose destination was not served, stays held", async () => {
    await written("c1");
    await ledger.cases.link({ contactId: "c1", caseId: "K-1" });
    expect(await ledger.cases.meet(() => undefined)).toMatchObject({ made: 0 });
    expect(await ledger.cases.lapse(inDays(9))).toEqual([]);
    await ledger.cases.meet(toSend);
    expect(await routes()).toEqual(["c1 cases#K-1"]);
  });
});

describe("erasing", () => {
  test.each([
    ["account", { accountId: "account of c1:s1" }],
    ["conversation", { conversationId: "c1" }],
  ])(
    "forget by %s takes what is held and linked, also of a posted contact, beside the daemon",
    async (_by, target) => {
      await link("c1", "K-1");
      await link("c1:s1", "K-2");
      await written("c1:s1");
      await post();
      {
        await using beside = openLedgerBeside(file);
        expect(await beside.desk.forget(target)).toBe(1);
      }
      expect(contact("c1:s1")).toMatchObject({ stage: "posted", cases: [], held: [] });
      await reopen();
      expect(bytes()).not.toMatch(/woorden van|K-1|K-2/);
      await link("c1", "K-3");
      expect(await due()).toEqual([]);
    },
  );

  test("forget by conversation takes links of contacts that nobody has heard of", async () => {
    await link("c1", "K-1");
    await link("c1:s9", "K-2");
    await link("c10", "K-3");
    await ledger.desk.forget({ conversationId: "c1" });
    await reopen();
    expect(bytes()).not.toMatch(/K-1|K-2/);
    expect(await ledger.cases.link({ contactId: "c10", caseId: "K-3" })).toBe("known");
  });

  test("what settled long ago goes with all that hangs on it, links by their age", async () => {
    await written("c1");
    await link("c1", "K-1");
    await post();
    expect(await ledger.retire(inDays(1), 100)).toBe(false);
    expect(ledger.reader.explain("c1")).toMatchObject({ contacts: [], steps: [] });
    expect(await ledger.cases.link({ contactId: "c1", caseId: "K-1" })).toBe("recorded");
  });
});

test("the steps tell when it was held, linked and sent where", async () => {
  await written("c1");
  await link("c1", "K-1");
  await post();
  using reader = openReader(file);
  const told = reader.explain("c1").steps.map(({ step, detail }) => `${step} ${detail ?? ""}`);
  expect(told.slice(-5)).toEqual([
    "written told",
    expect.stringMatching(/^held cases: for its cases, until 20/),
    "linked case K-1",
    "written cases#K-1",
    "posted cases#K-1",
  ]);
});
