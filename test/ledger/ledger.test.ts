import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fatal, Transient } from "../../src/errors.ts";
import { Commits } from "../../src/ledger/commits.ts";
import type {
  Admission,
  ContactWork,
  DeliveryWork,
  Ledger,
  NoticeWork,
  Work,
} from "../../src/ledger/ledger.ts";
import { applicationId } from "../../src/ledger/migrations.ts";
import { openReader } from "../../src/ledger/reader.ts";
import { openLedger, openLedgerBeside } from "../../src/ledger/sqlite.ts";
import type { Contact } from "../../src/model.ts";
import { scratch } from "../scratch.ts";

const someTime = 1_700_000_000_000;
const everything = { total: 1_000, history: 1_000 };
const nobody: ReadonlySet<string> = new Set();

let directory: string;
let file: string;
const opened: Ledger[] = [];

beforeEach(() => {
  directory = scratch("ledger");
  file = join(directory, "state", "deep", "contactlogd.db");
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

function open(): Ledger {
  const ledger = openLedger(file);
  opened.push(ledger);
  return ledger;
}

async function close(ledger: Ledger): Promise<void> {
  opened.splice(opened.indexOf(ledger), 1);
  await ledger[Symbol.asyncDispose]();
}

function contactOf(key: string, medium: Contact["medium"] = "voice"): Contact {
  return {
    key,
    conversationId: key.split(":", 1)[0] ?? key,
    medium,
    startedAt: someTime,
    endedAt: someTime + 60_000,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: 1 },
  };
}

function eligible(key: string, extra: object = {}): Admission {
  const base = { contact: contactOf(key), source: "notification", heardAt: someTime };
  return { ...base, brand: "helder", accountId: "HLD-1", ...extra };
}

async function notice(
  ledger: Ledger,
  id: string,
  source = "notification",
  heardAt = someTime,
): Promise<NoticeWork> {
  await ledger.record({ conversationId: id, source, heardAt }, someTime);
  return (await claim(ledger, `notice ${id}`)) as NoticeWork;
}

async function claim(ledger: Ledger, id: string): Promise<Work> {
  const found = (await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody)).find(
    (work) => work.id === id,
  );
  if (!found) throw new Error(`${id} is not due`);
  return found;
}

async function recorded(ledger: Ledger, key: string): Promise<ContactWork> {
  const work = await notice(ledger, contactOf(key).conversationId);
  await ledger.admit(work, [eligible(key)], () => someTime, undefined);
  return (await claim(ledger, `contact ${key}`)) as ContactWork;
}

async function written(ledger: Ledger, key: string, to = ["crm"]): Promise<DeliveryWork[]> {
  await ledger.keep(
    await recorded(ledger, key),
    new Map(to.map((name) => [name, { body: `{"secret":"${name}"}` }])),
  );
  return (await Promise.all(to.map((name) => claim(ledger, `delivery ${key} ${name}`)))) as DeliveryWork[];
}

const stageOf = (ledger: Ledger, key: string): string | undefined =>
  ledger.reader.explain(contactOf(key).conversationId).contacts.find((one) => one.key === key)?.stage;

describe("group commit", () => {
  /** Frames of the write-ahead log that end a transaction (sqlite.org/fileformat2, §4). */
  function transactions(): number {
    const wal = readFileSync(`${file}-wal`);
    const frame = 24 + wal.readUInt32BE(8);
    const salt = wal.subarray(16, 24);
    let commits = 0;
    for (let at = 32; at + frame <= wal.length; at += frame) {
      if (!wal.subarray(at + 8, at + 16).equals(salt)) break;
      if (wal.readUInt32BE(at + 4) !== 0) commits++;
    }
    return commits;
  }

  const record = (ledger: Ledger, n: number): Promise<void> =>
    ledger.record({ conversationId: `c${n}`, source: "notification", heardAt: someTime }, someTime);

  test("all writes of a turn are one transaction, and none resolves before it is on disk", async () => {
    const ledger = open();
    const before = transactions();
    let resolved = 0;
    const writes = Array.from({ length: 500 }, (_one, n) => record(ledger, n).then(() => resolved++));
    await Promise.resolve();
    expect(resolved).toBe(0);
    await Promise.all(writes);
    expect(transactions() - before).toBe(1);
    expect(ledger.reader.depths().noticed).toBe(500);
  });

  test("writes of different turns are different transactions", async () => {
    const ledger = open();
    const before = transactions();
    for (let n = 0; n < 5; n++) await record(ledger, n);
    expect(transactions() - before).toBe(5);
  });

  test("a statement that fails fails its caller, not its neighbours", async () => {
    const ledger = open();
    const bad = { conversationId: "bad", source: null as unknown as string, heardAt: someTime };
    const results = await Promise.allSettled([
      record(ledger, 1),
      ledger.record(bad, someTime),
      record(ledger, 2),
      ledger.record({ ...bad, source: "notification", heardAt: 0.5 }, someTime),
      record(ledger, 3),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    await close(ledger);
    expect(open().reader.depths().noticed).toBe(3);
  });

  describe("a disk that is full", () => {
    /** A small file; the second write of the turn does not fit. */
    async function overfill() {
      const database = new DatabaseSync(":memory:");
      database.exec("CREATE TABLE t (x TEXT) STRICT");
      const commits = new Commits(database);
      const insert = (text: string): Promise<void> =>
        commits.run(() => void database.prepare("INSERT INTO t VALUES (?)").run(text));
      const pages = Number(database.prepare("PRAGMA page_count").get()?.page_count);
      database.exec(`PRAGMA max_page_count = ${pages + 2}`);
      const texts = ["small", "x".repeat(100_000), "late"];
      const results = await Promise.allSettled(texts.map(insert));
      const failed = results.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      const there = (): unknown[] =>
        database
          .prepare("SELECT x FROM t")
          .all()
          .map(({ x }) => x);
      return {
        database,
        insert,
        failed,
        there,
        kept: texts.filter((_text, n) => results[n]?.status === "fulfilled"),
      };
    }

    test("takes nothing back that was reported to be on disk, and heals", async () => {
      const { database, insert, failed, there, kept } = await overfill();
      expect(failed.length).toBeGreaterThan(0);
      for (const text of kept) expect(there()).toContain(text);
      database.exec("PRAGMA max_page_count = 100000");
      await insert("again");
      expect(there()).toContain("again");
      database.close();
    });

    test("is told as one to everybody whose transaction SQLite took back", async () => {
      const { database, failed } = await overfill();
      database.close();
      for (const reason of failed) expect(reason).toMatchObject({ name: "Transient", reason: "disk_full" });
    });
  });

  test("a write of several statements is there whole or not at all", async () => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE t (x TEXT UNIQUE) STRICT");
    const commits = new Commits(database);
    const insert = (...texts: string[]): Promise<void> =>
      commits.run(() => {
        for (const text of texts) database.prepare("INSERT INTO t VALUES (?)").run(text);
      });
    const results = await Promise.allSettled([insert("a"), insert("b", "a"), insert("c")]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const there = database
      .prepare("SELECT x FROM t ORDER BY x")
      .all()
      .map(({ x }) => x);
    expect(there).toEqual(["a", "c"]);
    database.close();
  });

  test("closing writes what the turn has written so far", async () => {
    const ledger = open();
    const writes = Promise.all([1, 2, 3].map((n) => record(ledger, n)));
    await close(ledger);
    await writes;
    expect(open().reader.depths().noticed).toBe(3);
  });
});

describe("the file", () => {
  test("is made with its folders, for its owner alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      const ledger = open();
      await notice(ledger, "c1");
      const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
      expect([mode(dirname(file)), mode(dirname(dirname(file)))]).toEqual(["700", "700"]);
      for (const name of readdirSync(dirname(file)))
        expect([name, mode(join(dirname(file), name))]).toEqual([name, "600"]);
      expect(readdirSync(dirname(file))).toEqual(
        expect.arrayContaining([basename(file), `${basename(file)}-wal`, `${basename(file)}.lock`]),
      );
    } finally {
      process.umask(before);
    }
  });

  test("has one writer: a second is told so, and takes over when the first is gone", async () => {
    const first = open();
    expect(() => openLedger(file)).toThrow(/is in use by another contactlogd/);
    await notice(first, "c1");
    await close(first);
    expect(open().reader.depths().noticed).toBe(1);
  });

  test("may be read, and changed by hand, beside the daemon", async () => {
    const daemon = open();
    await notice(daemon, "c1");
    using reader = openReader(file);
    expect(reader.depths().noticed).toBe(1);
    const beside = openLedgerBeside(file);
    await beside.gaps.open({ reason: "manual", from: 1, to: 2 });
    await beside[Symbol.asyncDispose]();
    expect(await daemon.gaps.due(Date.now())).toMatchObject({ reason: "manual", from: 1, to: 2 });
    expect(() => openLedger(file)).toThrow(/is in use/);
  });

  test("has to be there to be read, and reading does not make it", () => {
    expect(() => openReader(file)).toThrow(/does not exist; the daemon has not run with it yet/);
    expect(() => openLedgerBeside(file)).toThrow(/does not exist/);
    expect(readdirSync(directory)).toEqual([]);
  });

  function refused(): Fatal {
    let thrown: unknown;
    try {
      open();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Fatal);
    expect((thrown as Fatal).message).toContain("state.file: ");
    return thrown as Fatal;
  }

  async function prepare(change: (database: DatabaseSync) => void): Promise<void> {
    await close(open());
    const database = new DatabaseSync(file);
    change(database);
    database.close();
  }

  test("of another program is refused, and left as it is", () => {
    file = join(directory, "other.db");
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE theirs (x); PRAGMA user_version = 7");
    other.close();
    const before = readFileSync(file);
    expect(refused().message).toContain("is another program's database");
    expect(() => openReader(file)).toThrow(/another program's database/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("of a newer contactlogd is refused, and left as it is", async () => {
    await prepare((database) => database.exec("PRAGMA user_version = 999"));
    expect(refused().message).toMatch(
      /was written by a newer contactlogd \(schema 999, this one knows \d+\)/,
    );
  });

  test("of no kind at all is refused, and left as it is", () => {
    file = join(directory, "notes.txt");
    writeFileSync(file, "notes\n".repeat(1_000));
    refused();
    expect(() => openReader(file)).toThrow(Fatal);
    expect(readFileSync(file, "utf8")).toBe("notes\n".repeat(1_000));
  });

  test("that is one half of ours is not taken for a whole one", async () => {
    const ledger = open();
    for (let n = 0; n < 300; n++) void ledger.record({ conversationId: `c${n}`, source: "s", heardAt: 1 }, 1);
    await notice(ledger, "last");
    await close(ledger);
    const { size } = statSync(file);
    truncateSync(file, Math.floor(size / 2 / 4096) * 4096);
    const names = (): string[] => readdirSync(dirname(file)).filter((name) => name.includes(".corrupt-"));
    let started: Ledger | undefined;
    try {
      started = open();
    } catch (error) {
      expect(error).toBeInstanceOf(Fatal);
    }
    // Refused, or set aside and said so: never silently gone on with.
    if (started) {
      expect(started.quarantined).toBeDefined();
      expect(names().length).toBeGreaterThan(0);
      expect(started.reader.depths().noticed).toBe(0);
    }
  });

  test("that was created and not written yet when the process died is a new one", () => {
    file = join(directory, "contactlogd.db");
    writeFileSync(file, "");
    expect(open().reader.depths().noticed).toBe(0);
  });

  test("in a folder that cannot be made, or that is a folder itself, is refused in one sentence", () => {
    file = "/proc/none/contactlogd.db";
    expect(refused().message).toMatch(/cannot be used \(\w+\)/);
    file = join(directory, "folder");
    mkdirSync(file);
    expect(refused().message).not.toContain("\n");
  });

  test("is of ours by its application id", async () => {
    await close(open());
    const database = new DatabaseSync(file);
    expect(database.prepare("PRAGMA application_id").get()).toEqual({ application_id: applicationId });
    database.close();
  });
});

describe("I1 a recorded notice is never lost", () => {
  test("repeated while its look was under way, it is looked at again", async () => {
    const ledger = open();
    const taken = await notice(ledger, "c1");
    await notice(ledger, "c1");
    await ledger.admit(taken, [eligible("c1")], () => someTime, undefined);
    expect(ledger.reader.explain("c1").noticeDueAt).toBeDefined();
    const again = (await claim(ledger, "notice c1")) as NoticeWork;
    await ledger.admit(again, [], () => someTime, undefined);
    expect(ledger.reader.explain("c1").noticeDueAt).toBeUndefined();
  });

  test("repeated word only brings the look forward", async () => {
    const ledger = open();
    const at = async (dueAt: number): Promise<number | undefined> => {
      await ledger.record({ conversationId: "c1", source: "notification", heardAt: someTime }, dueAt);
      return ledger.reader.explain("c1").noticeDueAt;
    };
    expect([await at(500), await at(900), await at(100)]).toEqual([500, 500, 100]);
  });

  test("a look whose notice was repeated puts nothing off", async () => {
    const ledger = open();
    const taken = await notice(ledger, "c1");
    await notice(ledger, "c1");
    await ledger.postpone(taken, { dueAt: someTime + 1e9, reason: "platform_error", failed: true });
    expect(ledger.reader.explain("c1").noticeDueAt).toBe(someTime);
  });

  test("a notice that was repeated during its last look is not buried with it", async () => {
    const ledger = open();
    const taken = await notice(ledger, "c1");
    await notice(ledger, "c1");
    await ledger.bury(taken, { reason: "conversation_not_found", message: "gone" });
    expect(ledger.reader.explain("c1").noticeDueAt).toBeDefined();
  });

  test("a notice that died gives way to its contact, if that shows up after all", async () => {
    const ledger = open();
    await ledger.bury(await notice(ledger, "c1"), { reason: "conversation_not_found", message: "gone" });
    expect(await ledger.keysOf("c1")).toEqual(new Set());
    await recorded(ledger, "c1");
    expect(stageOf(ledger, "c1")).toBe("recorded");
    expect(ledger.reader.balance(0)["*"]).toMatchObject({ ended: 1, dead: {}, waiting: { recorded: 1 } });
  });
});

describe("I2 a key is there once", () => {
  test("whatever became of it: what is admitted again is not new", async () => {
    const ledger = open();
    const [delivery] = await written(ledger, "c1");
    await ledger.settle(delivery as DeliveryWork);
    const work = await notice(ledger, "c1");
    expect(
      await ledger.admit(work, [eligible("c1"), eligible("c1:x"), eligible("c1:x")], () => 1, undefined),
    ).toHaveLength(1);
    expect(stageOf(ledger, "c1")).toBe("posted");
  });

  test("the bytes that are kept first are the ones that stay", async () => {
    const ledger = open();
    const work = await recorded(ledger, "c1");
    await ledger.keep(work, new Map([["crm", { body: "first" }]]));
    await ledger.keep(work, new Map([["crm", { body: "second" }]]));
    await close(ledger);
    expect(await claim(open(), "delivery c1 crm")).toMatchObject({ body: "first", stage: "written" });
  });
});

describe("stages only move forward", () => {
  test("two destinations settle on their own; with the last the contact is settled and erased", async () => {
    const ledger = open();
    const [archive, crm] = await written(ledger, "c1", ["archive", "crm"]);
    await ledger.markPosting(archive as DeliveryWork);
    await ledger.settle(archive as DeliveryWork);
    expect(stageOf(ledger, "c1")).toBe("written");
    await ledger.settle(crm as DeliveryWork);
    expect(stageOf(ledger, "c1")).toBe("posted");
    await close(ledger);
    expect(readFileSync(file).includes("secret")).toBe(false);
    expect(readFileSync(file).includes("HLD-1")).toBe(false);
  });

  test("a contact with a dead delivery is dead when no other is open, and replaying makes it go on", async () => {
    const ledger = open();
    const [archive, crm] = await written(ledger, "c1", ["archive", "crm"]);
    await ledger.bury(crm as DeliveryWork, { reason: "http_422", message: "no" });
    expect(stageOf(ledger, "c1")).toBe("written");
    await ledger.settle(archive as DeliveryWork);
    expect(stageOf(ledger, "c1")).toBe("dead");
    const [dead] = ledger.desk.dead({ reason: "http_422" });
    expect(await ledger.desk.replay(dead as NonNullable<typeof dead>)).toBe(true);
    await ledger.settle((await claim(ledger, "delivery c1 crm")) as DeliveryWork);
    expect(stageOf(ledger, "c1")).toBe("posted");
  });

  test("one that died in doubt is replayed in doubt: its destination is asked before it is posted again", async () => {
    const ledger = open();
    const [delivery] = (await written(ledger, "c1")) as [DeliveryWork];
    await ledger.markPosting(delivery);
    await ledger.doubt(delivery, { reason: "connection_lost", dueAt: 1, since: 1, looks: 3 });
    await ledger.bury(delivery, { reason: "uncertain", message: "it does not answer" });
    const [dead] = ledger.desk.dead({});
    await ledger.desk.replay(dead as NonNullable<typeof dead>);
    expect(await claim(ledger, `delivery c1 ${delivery.destination}`)).toMatchObject({
      stage: "uncertain",
      uncertainSince: 1,
      looks: 0,
    });
  });

  test("a delivery that cannot be read is a dead letter of its own: what is posted stays so, what is open goes on", async () => {
    const ledger = open();
    const [posted, , third] = await written(ledger, "c1", ["crm", "file", "desk"]);
    await ledger.settle(posted as DeliveryWork);
    const write = new DatabaseSync(file);
    write.exec("UPDATE deliveries SET body = NULL WHERE destination = 'file'");
    write.close();
    const due = await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody);
    expect(due.map(({ id }) => id)).toEqual(["delivery c1 desk"]);
    const stages = () =>
      ledger.reader.explain("c1").contacts[0]?.deliveries.map((one) => [one.destination, one.stage]);
    const died = ["file", "dead"];
    expect(stages()).toEqual([["crm", "posted"], ["desk", "written"], died]);
    expect(stageOf(ledger, "c1")).toBe("written");
    expect(ledger.desk.dead({ since: 1 })).toMatchObject([
      { destination: "file", reason: "unreadable_row", at: "written" },
    ]);
    await ledger.settle(third as DeliveryWork);
    expect(stageOf(ledger, "c1")).toBe("dead");
    expect(stages()).toEqual([["crm", "posted"], ["desk", "posted"], died]);
    expect(ledger.reader.explain("c1").steps).toContainEqual(
      expect.objectContaining({ step: "dead", detail: "file: unreadable_row" }),
    );
  });

  test("the only open delivery of a contact cannot be read: the contact is dead, not written for ever", async () => {
    const ledger = open();
    await written(ledger, "c1", ["crm"]);
    const write = new DatabaseSync(file);
    write.exec("UPDATE deliveries SET body = NULL");
    write.close();
    expect(await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody)).toEqual([]);
    expect(stageOf(ledger, "c1")).toBe("dead");
    expect(ledger.reader.balance(0)["*"]).toMatchObject({ waiting: {}, dead: { unreadable_row: 1 } });
  });

  test.each(["{", "null", "[]", '{"key":"c2"}'])("a contact that holds %s is a dead letter", async (held) => {
    const ledger = open();
    await recorded(ledger, "c1");
    const write = new DatabaseSync(file);
    write.prepare("UPDATE contacts SET contact = ?").run(held);
    write.close();
    expect(await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody)).toEqual([]);
    expect(ledger.desk.dead({ since: 1 })).toMatchObject([{ key: "c1", reason: "unreadable_row" }]);
  });

  const letter = { reason: "http_422", message: "no" };
  test.each<[string, (ledger: Ledger) => Promise<void>]>([
    [
      "contact is buried",
      async (ledger) => {
        const work = await recorded(ledger, "c1");
        await ledger.desk.forget({ conversationId: "c1" });
        await ledger.bury(work, letter);
      },
    ],
    [
      "contact is found at its destinations",
      async (ledger) => {
        const work = await recorded(ledger, "c1");
        await ledger.desk.forget({ conversationId: "c1" });
        await ledger.adopt(work);
      },
    ],
    [
      "delivery is buried",
      async (ledger) => {
        const [work] = await written(ledger, "c1");
        await ledger.desk.forget({ conversationId: "c1" });
        await ledger.bury(work as DeliveryWork, letter);
      },
    ],
  ])("what was forgotten while it was worked on stays forgotten when its %s", async (_what, act) => {
    const ledger = open();
    await act(ledger);
    expect(ledger.reader.explain("c1").contacts).toMatchObject([{ stage: "skipped", reason: "forgotten" }]);
  });
});

test("B51 what is forgotten before it was looked at is not written, and what ends in its chat later is", async () => {
  const ledger = open();
  const work = await notice(ledger, "c1");
  await ledger.desk.forget({ conversationId: "c1" });
  const admit = async (key: string, endedAt: number) => {
    const contact = { ...contactOf(key), conversationId: "c1", endedAt };
    const open = eligible(key, { contact }) as Admission;
    return (await ledger.admit(work, [open], () => 1, undefined)).length;
  };
  expect([await admit("c1", someTime), await admit("c1:a", someTime)]).toEqual([0, 0]);
  expect(await ledger.knows("c1", "c1")).toBe(true);
  expect(await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody)).toEqual([]);
  expect(await admit("c1:b", Date.now() + 1_000)).toBe(1);
});

test("B51 a call that is forgotten while it lasts is written when it has ended", async () => {
  const ledger = open();
  const work = await notice(ledger, "c1");
  await ledger.desk.forget({ conversationId: "c1" });
  expect(await ledger.keysOf("c1")).toEqual(new Set());
  const contact = { ...contactOf("c1"), endedAt: Date.now() + 1_000 };
  const ended = eligible("c1", { contact }) as Admission;
  expect(await ledger.admit(work, [ended], () => 1, undefined)).toHaveLength(1);
  expect(await ledger.due(Number.MAX_SAFE_INTEGER, everything, nobody)).toMatchObject([{ contact }]);
});

describe("claiming", () => {
  test("live before what history found, newest first, never more than the limits, nobody twice", async () => {
    const ledger = open();
    for (let n = 0; n < 6; n++) {
      await notice(ledger, `live${n}`, "notification", someTime + n);
      await notice(ledger, `past${n}`, "backfill", someTime + 100 + n);
    }
    const ids = async (total: number, history: number, busy: string[] = []): Promise<string[]> =>
      (await ledger.due(Date.now(), { total, history }, new Set(busy))).map(({ id }) => id.slice(7));
    expect(await ids(4, 2)).toEqual(["live5", "live4", "live3", "live2"]);
    expect(await ids(8, 2)).toEqual(["live5", "live4", "live3", "live2", "live1", "live0", "past5", "past4"]);
    expect(await ids(100, 1, ["notice live5", "notice past5"])).toEqual([
      "live4",
      "live3",
      "live2",
      "live1",
      "live0",
      "past4",
    ]);
    expect(await ids(0, 0)).toEqual([]);
    expect(await ids(100, 0)).toHaveLength(6);
  });

  test("nothing before its time, and it says when that is", async () => {
    const ledger = open();
    await ledger.record({ conversationId: "c1", source: "notification", heardAt: someTime }, 5_000);
    await ledger.record({ conversationId: "c2", source: "notification", heardAt: someTime }, 3_000);
    expect(await ledger.due(2_999, everything, nobody)).toEqual([]);
    expect(await ledger.nextDueAt(nobody)).toBe(3_000);
    expect(await ledger.nextDueAt(new Set(["notice c2"]))).toBe(5_000);
    expect(await ledger.nextDueAt(new Set(["notice c1", "notice c2"]))).toBeUndefined();
  });

  test("a row that cannot be read is a dead letter, and stops nobody", async () => {
    const ledger = open();
    await recorded(ledger, "c1");
    await recorded(ledger, "c2");
    await close(ledger);
    const database = new DatabaseSync(file);
    database.exec("UPDATE contacts SET contact = '{broken' WHERE key = 'c1'");
    database.close();
    const again = open();
    expect((await again.due(Date.now(), everything, nobody)).map(({ id }) => id)).toEqual(["contact c2"]);
    expect(stageOf(again, "c1")).toBe("dead");
  });

  test("calls that wait for their transcript are counted, and a sign makes them due", async () => {
    const ledger = open();
    const work = await recorded(ledger, "c1");
    expect(await ledger.awaitingTranscript()).toEqual({ count: 0, oldestStart: undefined });
    const later = Date.now() + 60_000;
    await ledger.postpone(work, { dueAt: later, reason: "transcript", failed: false });
    expect(await ledger.awaitingTranscript()).toEqual({ count: 1, oldestStart: someTime });
    expect(await ledger.bringForward("c2")).toBe(false);
    expect(await ledger.bringForward("c1")).toBe(true);
    expect(await claim(ledger, "contact c1")).toMatchObject({ asks: 1, attempts: 0 });
    expect(await ledger.nextDueAt(nobody)).toBeLessThan(later);
  });

  test("failures are counted from the first of a run; what waits ends the run", async () => {
    const ledger = open();
    const work = await recorded(ledger, "c1");
    for (let n = 0; n < 3; n++) await ledger.postpone(work, { dueAt: 1, reason: "http_503", failed: true });
    const failing = (await claim(ledger, "contact c1")) as ContactWork;
    expect(failing.attempts).toBe(3);
    expect(failing.failingSince).toBeLessThanOrEqual(Date.now());
    await ledger.postpone(work, { dueAt: 1, reason: "transcript", failed: false });
    expect(await claim(ledger, "contact c1")).toMatchObject({ failingSince: undefined });
  });
});

describe("explain and balance", () => {
  test("explain tells a conversation's way, oldest step first, without a word of it", async () => {
    const ledger = open();
    const [crm] = await written(ledger, "c1");
    await ledger.markPosting(crm as DeliveryWork);
    await ledger.postpone(crm as DeliveryWork, { dueAt: someTime, reason: "http_503", failed: true });
    await ledger.markPosting(crm as DeliveryWork);
    await ledger.settle(crm as DeliveryWork);
    const { steps, contacts, noticeDueAt } = ledger.reader.explain("c1");
    expect(steps.map(({ step }) => step)).toEqual([
      "noticed",
      "ended",
      "recorded",
      "written",
      "posting",
      "failed",
      "posting",
      "posted",
    ]);
    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(JSON.stringify(steps)).not.toContain("secret");
    expect(contacts).toMatchObject([{ key: "c1", medium: "voice", brand: "helder", stage: "posted" }]);
    expect(noticeDueAt).toBeUndefined();
    expect(ledger.reader.explain("unknown")).toEqual({ steps: [], contacts: [], noticeDueAt: undefined });
  });

  test("I9 the balance counts every contact once, by brand and together", async () => {
    const ledger = open();
    const [posted] = await written(ledger, "posted");
    await ledger.settle(posted as DeliveryWork);
    const [dead] = await written(ledger, "dead");
    await ledger.bury(dead as DeliveryWork, { reason: "http_422", message: "no" });
    await written(ledger, "written");
    await recorded(ledger, "recorded");
    const skip = { accountId: undefined, skipped: "no_brand", brand: undefined, source: "sweep" };
    await ledger.admit(await notice(ledger, "s"), [eligible("s", skip) as Admission], () => 1, undefined);
    await notice(ledger, "noticed");
    const { "*": all, helder, "": none } = ledger.reader.balance(0);
    expect(all).toMatchObject({
      ended: 5,
      posted: 1,
      skipped: { no_brand: 1 },
      waiting: { recorded: 1, written: 1 },
      dead: { http_422: 1 },
      foundBySweep: 1,
    });
    expect(helder).toMatchObject({ ended: 4, posted: 1, skipped: {}, dead: { http_422: 1 } });
    expect(none).toMatchObject({ ended: 1, skipped: { no_brand: 1 } });
    expect(ledger.reader.balance(Date.now() + 1_000)["*"]).toMatchObject({ ended: 0 });
    expect(ledger.reader.depths()).toMatchObject({
      noticed: 1,
      recorded: 1,
      written: 1,
      posted: 1,
      skipped: 1,
      dead: 1,
    });
  });
});

describe("gaps and marks", () => {
  test("a gap is due at once, goes on where it was, and is filled for good; all of it survives a restart", async () => {
    let ledger = open();
    const id = await ledger.gaps.open({ reason: "restart", from: 10, to: 20 });
    const look = { lookStartedAt: 5, slices: 4, slicesDone: 2, seen: 3, found: 1 };
    await ledger.gaps.progress(id, look);
    await close(ledger);
    ledger = open();
    expect(await ledger.gaps.due(Date.now())).toMatchObject({
      id,
      slicesDone: 2,
      lookStartedAt: 5,
      attempts: 0,
    });
    await ledger.gaps.postpone(id, Date.now() + 60_000);
    expect(await ledger.gaps.due(Date.now())).toBeUndefined();
    await ledger.gaps.lookAgain(id, 1);
    expect(await ledger.gaps.due(Date.now())).toMatchObject({
      slicesDone: 0,
      lookStartedAt: undefined,
      attempts: 1,
    });
    await ledger.gaps.fill(id);
    expect(await ledger.gaps.nextDueAt()).toBeUndefined();
    expect(await ledger.gaps.get(id)).toMatchObject({ state: "filled", found: 1 });
    expect(ledger.reader.balance(0)["*"]?.gaps).toEqual({ open: 0, filled: 1 });
  });

  test("gaps opened in one turn have ids of their own", async () => {
    const { gaps } = open();
    const ids = await Promise.all([1, 2, 3].map((from) => gaps.open({ reason: "drop", from, to: 9 })));
    expect(new Set(ids).size).toBe(3);
    for (const [index, id] of ids.entries()) expect(await gaps.get(id)).toMatchObject({ from: index + 1 });
  });

  test("a mark is what was set last, also after a restart", async () => {
    const ledger = open();
    await ledger.marks.set("heard_until", "1");
    await ledger.marks.set("heard_until", "2");
    await close(ledger);
    const again = open();
    expect(await again.marks.get("heard_until")).toBe("2");
    expect(await again.marks.get("other")).toBeUndefined();
  });
});

test("what settled long ago is removed slice by slice; what is open or dead stays", async () => {
  const ledger = open();
  for (const key of ["a", "b", "c"]) {
    const [work] = await written(ledger, key);
    await ledger.settle(work as DeliveryWork);
  }
  await recorded(ledger, "open");
  const [dead] = await written(ledger, "dead");
  await ledger.bury(dead as DeliveryWork, { reason: "http_422", message: "no" });
  const before = Date.now() + 1_000;
  expect(await ledger.retire(someTime, 2)).toBe(false);
  expect(ledger.retiredBefore).toBe(0);
  expect(await ledger.retire(before, 2)).toBe(true);
  expect(ledger.retiredBefore).toBe(before);
  for (let n = 0; n < 20 && (await ledger.retire(before, 2)); n++);
  expect(ledger.reader.depths()).toMatchObject({ posted: 0, recorded: 1, dead: 1 });
});

test("a write that SQLite finds locked for too long heals by itself", async () => {
  const { ledgerError } = await import("../../src/ledger/commits.ts");
  const error = (errcode: number): unknown => ledgerError(Object.assign(new Error("x"), { errcode }));
  expect(error(5)).toBeInstanceOf(Transient);
  expect(error(13)).toMatchObject({ reason: "disk_full" });
  for (const code of [10, 10 + 256 * 4, 8, 11, 26]) expect(error(code)).toBeInstanceOf(Fatal);
  const unknown = new Error("mine");
  expect(ledgerError(unknown)).toBe(unknown);
});
