import { afterEach, expect, test } from "vitest";
import { Fatal, NotYet, Permanent, Transient } from "../../src/errors.ts";
import type { ClaimLimits, NoticeWork, Postponement, Work, WorkLedger } from "../../src/ledger/ledger.ts";
import { Runner, type RunnerOptions } from "../../src/pipeline/runner.ts";
import { Alarm } from "../../src/time.ts";
import { until } from "../harness.ts";

const timing = { retryBaseMs: 20, retryMaxMs: 100, retryGiveUpMs: 60_000, drainMs: 200 };

type Handle = (work: Work, signal: AbortSignal) => Promise<unknown>;

/** Rows in memory, claimed as the state file's are. */
class Rows {
  readonly rows = new Map<string, { work: NoticeWork; dueAt: number }>();
  readonly buried: string[] = [];
  readonly postponed: Postponement[] = [];
  claims = 0;
  failing: Error | undefined;

  add(id: string, live = true, dueAt = 0): void {
    const source = live ? "notification" : "backfill";
    const counts = { looks: 0, attempts: 0, failingSince: undefined, version: 0 };
    const notice = { conversationId: id, source, heardAt: this.rows.size };
    this.rows.set(id, { work: { kind: "notice", id, notice, ...counts }, dueAt });
  }

  #check(): void {
    if (this.failing) throw this.failing;
  }

  async probe(): Promise<void> {
    this.#check();
  }

  get ledger(): WorkLedger {
    const isLive = ({ notice }: NoticeWork): boolean => notice.source === "notification";
    return {
      due: async (now: number, { total, history }: ClaimLimits, busy: ReadonlySet<string>) => {
        this.claims++;
        this.#check();
        const open = [...this.rows.values()].filter(({ work, dueAt }) => dueAt <= now && !busy.has(work.id));
        const live = open.filter(({ work }) => isLive(work)).slice(0, total);
        const past = open
          .filter(({ work }) => !isLive(work))
          .slice(0, Math.min(history, total - live.length));
        return [...live, ...past].map(({ work }) => work);
      },
      nextDueAt: async (busy: ReadonlySet<string>) => {
        this.#check();
        const times = [...this.rows.values()].flatMap(({ work, dueAt }) =>
          busy.has(work.id) ? [] : [dueAt],
        );
        return times.length > 0 ? Math.min(...times) : undefined;
      },
      postpone: async ({ id }: Work, postponement: Postponement) => {
        this.#check();
        this.postponed.push(postponement);
        const row = this.rows.get(id);
        if (row) row.dueAt = postponement.dueAt;
      },
      bury: async ({ id }: Work) => {
        this.#check();
        this.buried.push(id);
        this.rows.delete(id);
      },
    } as unknown as WorkLedger;
  }
}

interface Scene {
  readonly rows: Rows;
  readonly runner: Runner;
  readonly due: Alarm;
  readonly started: string[];
  readonly said: string[];
  readonly inFlight: Set<string>;
  readonly most: { all: number; history: number };
  readonly done: Promise<void>;
  stop(): Promise<void>;
  abort(): void;
}

const scenes: Scene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) {
    scene.abort();
    await scene.stop().catch(() => {});
  }
});

function begin(handle: Handle, { concurrency = 8, rows = new Rows(), drainMs = timing.drainMs } = {}): Scene {
  const stop = new AbortController();
  const abort = new AbortController();
  const started: string[] = [];
  const said: string[] = [];
  const inFlight = new Set<string>();
  const most = { all: 0, history: 0 };
  const due = new Alarm();
  const runner = new Runner({
    due,
    ledger: rows.ledger,
    probe: () => rows.probe(),
    concurrency,
    timing: { ...timing, drainMs },
    reports: new Proxy({} as RunnerOptions["reports"], {
      get:
        (_reports, name: string) =>
        (...args: unknown[]) =>
          said.push(
            [name, ...args.slice(0, 2).map((one) => (one instanceof Error ? one.message : one))].join(" "),
          ),
    }),
    async handle(work, signal) {
      expect(inFlight.has(work.id)).toBe(false);
      started.push(work.id);
      inFlight.add(work.id);
      most.all = Math.max(most.all, inFlight.size);
      most.history = Math.max(most.history, [...inFlight].filter((id) => id.startsWith("past")).length);
      try {
        const next = await handle(work, signal);
        return Array.isArray(next) ? next : [];
      } finally {
        inFlight.delete(work.id);
      }
    },
  });
  const scene: Scene = {
    rows,
    runner,
    due,
    started,
    said,
    inFlight,
    most,
    done: runner.run(stop.signal, abort.signal),
    async stop() {
      stop.abort();
      await this.done;
    },
    abort: () => abort.abort(),
  };
  scene.done.catch(() => {});
  scenes.push(scene);
  return scene;
}

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/** Done after a while, which takes it out of the ledger. */
function finishing(rows: Rows, ms: number): Handle {
  return async ({ id }) => {
    await pause(ms);
    rows.rows.delete(id);
  };
}

test.each([1, 2, 5, 16])(
  "I5 with concurrency %i so many are in flight, all of them if there is enough, and never one more",
  async (concurrency) => {
    const rows = new Rows();
    for (let n = 0; n < 60; n++) rows.add(`live${n}`);
    const scene = begin(finishing(rows, 5), { concurrency, rows });
    await until(() => rows.rows.size === 0, "all to be done");
    expect(scene.most.all).toBe(concurrency);
    expect(new Set(scene.started).size).toBe(60);
    expect(scene.started).toHaveLength(60);
  },
);

test("I5 waking it again and again claims nothing twice and nothing more", async () => {
  const rows = new Rows();
  for (let n = 0; n < 40; n++) rows.add(`live${n}`);
  const scene = begin(finishing(rows, 10), { concurrency: 4, rows });
  const wakes = setInterval(() => scene.due.wake(), 1);
  await until(() => rows.rows.size === 0, "all to be done");
  clearInterval(wakes);
  expect(scene.most.all).toBe(4);
  expect(scene.started).toHaveLength(40);
});

test("I5 what follows from work at once counts, too: two deliveries of one contact take two places", async () => {
  const rows = new Rows();
  for (let n = 0; n < 8; n++) rows.add(`live${n}`);
  const scene = begin(
    async (work) => {
      await pause(5);
      rows.rows.delete(work.id);
      if (work.id.includes(" ")) return [];
      return ["crm", "archive"].map((to): Work => ({ ...work, id: `${work.id} ${to}` }) as Work);
    },
    { concurrency: 2, rows },
  );
  await until(() => scene.started.length === 24 && scene.inFlight.size === 0, "all to be done");
  expect(scene.most.all).toBe(2);
});

test("work that history found takes half of the places at most, and all it wants of those", async () => {
  const rows = new Rows();
  for (let n = 0; n < 40; n++) rows.add(`past${n}`, false);
  const scene = begin(finishing(rows, 5), { concurrency: 8, rows });
  await until(() => rows.rows.size === 0, "all to be done");
  expect(scene.most).toEqual({ all: 4, history: 4 });
});

test("with one place history is served, too", async () => {
  const rows = new Rows();
  rows.add("past", false);
  begin(finishing(rows, 1), { concurrency: 1, rows });
  await until(() => rows.rows.size === 0, "it to be done");
});

test("an end that is heard while history is worked on starts at once", async () => {
  const rows = new Rows();
  for (let n = 0; n < 100; n++) rows.add(`past${n}`, false);
  const past = Promise.withResolvers<void>();
  const scene = begin(
    async ({ id }) => {
      if (id.startsWith("past")) await past.promise;
      rows.rows.delete(id);
    },
    { concurrency: 4, rows },
  );
  await until(() => scene.inFlight.size === 2, "history to be under way");
  for (let n = 0; n < 2; n++) {
    rows.add(`live${n}`);
    scene.due.wake();
    await until(() => scene.started.includes(`live${n}`), "the fresh one to start");
  }
  expect(scene.started).toHaveLength(4);
  past.resolve();
});

test("live work goes before what history found, whichever was there first", async () => {
  const rows = new Rows();
  for (let n = 0; n < 10; n++) rows.add(`past${n}`, false);
  for (let n = 0; n < 10; n++) rows.add(`live${n}`);
  const scene = begin(finishing(rows, 3), { concurrency: 4, rows });
  await until(() => rows.rows.size === 0, "all to be done");
  expect(scene.started.slice(0, 10).every((id) => id.startsWith("live"))).toBe(true);
});

test("what is due later is claimed then, without being asked for all the time", async () => {
  const rows = new Rows();
  rows.add("live1", true, Date.now() + 150);
  const scene = begin(finishing(rows, 1), { rows });
  const at = performance.now();
  await until(() => scene.started.length === 1, "its time");
  expect(performance.now() - at).toBeGreaterThan(120);
  expect(rows.claims).toBeLessThan(8);
});

test("an idle runner sleeps", async () => {
  const { rows } = begin(async () => {});
  await pause(150);
  expect(rows.claims).toBeLessThanOrEqual(2);
});

test("errors are obeyed: what waits is put off, what will not heal is buried, what is fatal ends the run", async () => {
  const errors = new Map<string, Error>([
    ["wait", new NotYet("transcript", "not there", Date.now() + 60_000)],
    ["fail", new Transient("http_503", "away")],
    ["dead", new Permanent("http_422", "no")],
    ["oops", new TypeError("a bug")],
  ]);
  const rows = new Rows();
  for (const id of errors.keys()) rows.add(id);
  const scene = begin(async ({ id }) => Promise.reject(errors.get(id)), { rows });
  await until(() => rows.postponed.length >= 3 && rows.buried.length === 1, "all to be dealt with");
  expect(rows.buried).toEqual(["dead"]);
  expect(rows.postponed).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ reason: "transcript", failed: false }),
      expect.objectContaining({ reason: "http_503", failed: true }),
      expect.objectContaining({ reason: "internal_error", failed: true }),
    ]),
  );
  errors.set("fatal", new Fatal("credentials", "refused"));
  rows.add("fatal");
  scene.due.wake();
  await expect(scene.done).rejects.toMatchObject({ reason: "credentials" });
});

test("I6 after stop nothing is claimed, and what is in flight may end", async () => {
  const rows = new Rows();
  for (let n = 0; n < 30; n++) rows.add(`live${n}`);
  const scene = begin(finishing(rows, 60), { concurrency: 3, rows });
  await until(() => scene.inFlight.size === 3, "three to be under way");
  const before = scene.started.length;
  await scene.stop();
  expect(scene.started).toHaveLength(before);
  expect(scene.inFlight.size).toBe(0);
  expect(rows.rows.size).toBe(30 - before);
  await pause(50);
  expect(scene.started).toHaveLength(before);
});

test("I6 a drain ends at its deadline: it says at three quarters what still runs, and aborts the rest, which stays claimable", async () => {
  const rows = new Rows();
  rows.add("live1");
  const scene = begin(
    (_work, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    { rows },
  );
  await until(() => scene.inFlight.size === 1, "it to be under way");
  const at = performance.now();
  await scene.stop();
  const tookMs = performance.now() - at;
  expect(tookMs).toBeGreaterThan(timing.drainMs - 20);
  expect(tookMs).toBeLessThan(timing.drainMs + 5_000);
  expect(scene.said).toEqual(["draining live1"]);
  expect(rows.rows.has("live1")).toBe(true);
  expect(rows.postponed).toEqual([]);
});

test("I6 a second signal cuts the drain short", async () => {
  const rows = new Rows();
  rows.add("live1");
  const scene = begin(
    (_work, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    { rows, drainMs: 60_000 },
  );
  await until(() => scene.inFlight.size === 1, "it to be under way");
  const stopped = scene.stop();
  const at = performance.now();
  scene.abort();
  await stopped;
  expect(performance.now() - at).toBeLessThan(20_000);
});

test("I6 the drain ends by its deadline even where work does not hear that it is aborted", async () => {
  const rows = new Rows();
  rows.add("live1");
  const { promise, resolve } = Promise.withResolvers<void>();
  const scene = begin(() => promise, { rows, drainMs: 100 });
  await until(() => scene.inFlight.size === 1, "it to be under way");
  const ended = await Promise.race([scene.stop().then(() => true), pause(5_000).then(() => false)]);
  resolve();
  expect(ended).toBe(true);
});

test.each([
  ["read", (rows: Rows) => void rows],
  ["written", (rows: Rows) => rows.add("live1")],
])(
  "a ledger that cannot be %s is asked again after a pause, not in a spin, and work goes on when it can",
  async (_what, add) => {
    const rows = new Rows();
    add(rows);
    let handled = 0;
    const scene = begin(
      async ({ id }) => {
        handled++;
        if (handled < 4) throw new Transient("http_503", "away");
        rows.rows.delete(id);
      },
      { rows },
    );
    rows.failing = new Transient("disk_full", "state.file: the disk is full");
    scene.due.wake();
    await pause(400);
    expect(rows.claims).toBeLessThan(60);
    expect(scene.said.length).toBeGreaterThan(0);
    rows.failing = undefined;
    rows.add("live2");
    scene.due.wake();
    await until(() => rows.rows.size === 0, "work to go on");
  },
);

test("a ledger that is damaged ends the run", async () => {
  const rows = new Rows();
  const scene = begin(async () => {}, { rows });
  rows.failing = new Fatal("state_io", "state.file: reading or writing it failed");
  scene.due.wake();
  await expect(scene.done).rejects.toMatchObject({ reason: "state_io" });
});
