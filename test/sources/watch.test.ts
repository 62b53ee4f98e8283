import fc from "fast-check";
import { expect, test } from "vitest";
import { Fatal, Transient } from "../../src/errors.ts";
import { Watch } from "../../src/sources/watch.ts";
import { until } from "../harness.ts";

/** 2023-11-14, as any. */
const start = 1_700_000_000_000;
const minute = 60_000;

interface Gap {
  readonly reason: string;
  readonly from: number;
  readonly to: number;
}

/** A machine with two clocks, a platform to listen to and a ledger; nothing moves but by a call. */
class Rig {
  wall = start;
  monotonic = 0;
  connected = false;
  /** When the last frame came. */
  frameAt: number | undefined;
  writable = true;
  suspects = 0;
  readonly setBacks: number[] = [];
  refusals = 0;
  readonly gaps: Gap[] = [];
  readonly reported: string[] = [];
  readonly marks = new Map<string, string>();
  /** Ends nobody was told of, by when they happened. */
  readonly missed: number[] = [];
  watch: Watch;
  /** Resolves what the ledger is asked to record, where set. */
  hold: Promise<void> | undefined;

  constructor(mark?: number) {
    if (mark !== undefined) this.marks.set("heard_until", String(mark));
    this.watch = this.#create();
  }

  #create(): Watch {
    const rig = this;
    return new Watch({
      hearing: {
        get deaf() {
          return rig.connected ? undefined : "not connected";
        },
        get heardAt() {
          return rig.connected ? rig.frameAt : undefined;
        },
        suspect: () => {
          rig.suspects++;
        },
      },
      marks: {
        get: async (name) => rig.marks.get(name),
        set: async (name, value) => {
          rig.#write();
          rig.marks.set(name, value);
        },
      },
      openGap: async (gap) => {
        await rig.hold;
        rig.#write();
        rig.gaps.push(gap);
      },
      reports: { gapOpened: (reason) => void rig.reported.push(reason) },
      onSetBack: (byMs) => void rig.setBacks.push(byMs),
      everyMs: 5,
      wallClock: () => rig.wall,
      monotonicClock: () => rig.monotonic,
    });
  }

  #write(): void {
    if (this.writable) return;
    this.refusals++;
    throw new Transient("disk_full", "state.file: the disk is full");
  }

  get watermark(): number | undefined {
    const mark = this.marks.get("heard_until");
    return mark === undefined ? undefined : Number(mark);
  }

  /** Time passes; frames come if the socket is up and the peer alive. */
  pass(ms: number, frames = this.connected): this {
    this.wall += ms;
    this.monotonic += ms;
    if (frames && this.connected) this.frameAt = this.wall;
    else this.missed.push(this.wall - ms / 2, this.wall);
    return this;
  }

  /** The machine sleeps: only the wall clock goes on. */
  sleep(ms: number): this {
    this.wall += ms;
    this.missed.push(this.wall - ms / 2);
    return this;
  }

  async connect(): Promise<this> {
    this.connected = true;
    this.frameAt = this.wall;
    await this.look();
    return this;
  }

  /** As a channel tells it, the moment it knows. */
  drop(reason = "socket_closed"): this {
    if (!this.connected) return this;
    this.connected = false;
    this.watch.silent(this.frameAt, reason);
    return this;
  }

  async look(): Promise<void> {
    await this.watch.look().catch((error: unknown) => {
      if (!(error instanceof Transient)) throw error;
    });
  }

  /** The process ends, and another begins; what was heard last is all in the ledger. */
  async restart(downMs = 0): Promise<this> {
    this.connected = false;
    this.frameAt = undefined;
    if (downMs > 0) this.pass(downMs, false);
    this.watch = this.#create();
    await this.watch.begin();
    return this;
  }
}

async function listening(mark?: number): Promise<Rig> {
  const rig = new Rig(mark);
  await rig.watch.begin();
  return await rig.connect();
}

/** Beats of a second with a look each, as `run` does it. */
async function ticks(rig: Rig, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await rig.pass(1_000).look();
}

test("the first run ever has missed nothing: no gap, and the watermark follows what is heard", async () => {
  const rig = await listening();
  await ticks(rig, 10);
  expect(rig.gaps).toEqual([]);
  expect(rig.watermark).toBe(rig.frameAt);
});

test("the watermark is the last frame's time, not the time of the look", async () => {
  const rig = await listening();
  await ticks(rig, 5);
  const { frameAt } = rig;
  for (let n = 0; n < 20; n++) await rig.pass(1_000, false).look();
  expect(rig.watermark).toBe(frameAt);
});

test("it is written every two seconds, not every look", async () => {
  const rig = await listening();
  const marks = new Set<number | undefined>();
  for (let n = 0; n < 100; n++) {
    await rig.pass(100).look();
    marks.add(rig.watermark);
  }
  expect(marks.size).toBeGreaterThanOrEqual(5);
  expect(marks.size).toBeLessThanOrEqual(7);
});

test("a socket that drops opens a gap from the last frame to the moment it is heard again", async () => {
  const rig = await listening();
  await ticks(rig, 5);
  rig.pass(400, false).drop();
  const from = rig.wall - 400;
  await rig.pass(7_000).look();
  expect(rig.gaps).toEqual([]);
  await rig.connect();
  expect(rig.gaps).toEqual([{ reason: "socket_closed", from, to: rig.wall }]);
  expect(rig.reported).toEqual(["socket_closed"]);
});

test("a drop between two looks that is over before the next is a gap all the same", async () => {
  const rig = await listening();
  await ticks(rig, 3);
  rig.drop().pass(300);
  await rig.connect();
  expect(rig.gaps).toHaveLength(1);
});

test("drops one after another without a word in between are one silence, from the first on", async () => {
  const rig = await listening();
  await ticks(rig, 3);
  const from = rig.frameAt;
  rig.drop("socket_silent").pass(2_000);
  rig.connected = true;
  rig.drop("socket_closed").pass(2_000);
  await rig.connect();
  expect(rig.gaps).toEqual([{ reason: "socket_silent", from, to: rig.wall }]);
});

test("the time since the last run is a gap, however long the platform is away first", async () => {
  const rig = new Rig(start - 30 * minute);
  await rig.watch.begin();
  await ticks(rig, 60);
  expect(rig.gaps).toEqual([]);
  expect(rig.watermark).toBe(start - 30 * minute);
  await rig.connect();
  expect(rig.gaps).toEqual([{ reason: "restart", from: start - 30 * minute, to: rig.wall }]);
});

test.each(["", "NaN", "-1", "0", "yesterday"])("a watermark of %j is none", async (mark) => {
  const rig = new Rig();
  rig.marks.set("heard_until", mark);
  await rig.watch.begin();
  await rig.connect();
  expect(rig.gaps).toEqual([]);
});

test("a machine that slept: the sockets are suspected, and the sleep is a gap", async () => {
  const rig = await listening();
  await ticks(rig, 5);
  const from = rig.wall;
  await rig.sleep(8 * 60 * minute).look();
  expect(rig.suspects).toBe(1);
  expect(rig.gaps).toEqual([{ reason: "clock_jump", from, to: rig.wall }]);
  rig.drop("socket_closed").pass(1_000);
  await rig.connect();
  await ticks(rig, 5);
  expect(rig.suspects).toBe(1);
  expect(Math.max(...rig.gaps.map(({ to }) => to))).toBe(rig.wall - 5_000);
});

test("clocks that drift by less than five seconds between two looks are no sleep", async () => {
  const rig = await listening();
  for (let n = 0; n < 20; n++) {
    rig.wall += 4_900;
    rig.pass(1_000);
    rig.frameAt = rig.wall;
    await rig.look();
  }
  expect(rig.suspects).toBe(0);
  expect(rig.gaps).toEqual([]);
});

test("a process that was stopped (SIGSTOP) or starved looks late: no clock jumped, and nothing unheard is taken for heard", async () => {
  const rig = await listening();
  await ticks(rig, 5);
  const from = rig.frameAt;
  // Both clocks went on; the socket has not been read yet.
  await rig.pass(10 * minute, false).look();
  expect(rig.suspects).toBe(0);
  expect(rig.watermark).toBe(from);
  rig.drop("socket_silent");
  await rig.connect();
  expect(rig.gaps).toEqual([{ reason: "socket_silent", from, to: rig.wall }]);
});

test("a clock that is set back takes the watermark back, and what it ran ahead is a gap", async () => {
  const rig = await listening();
  await ticks(rig, 5);
  const ahead = rig.watermark ?? 0;
  rig.wall -= 30 * minute;
  rig.frameAt = rig.wall;
  await rig.look();
  expect(rig.gaps).toEqual([{ reason: "clock_jump", from: rig.wall - 30 * minute, to: rig.wall }]);
  expect(rig.watermark).toBe(rig.wall);
  expect(rig.watermark).toBeLessThan(ahead);
  expect(rig.setBacks).toEqual([30 * minute]);
  await ticks(rig, 6);
  expect(rig.watermark).toBe(rig.frameAt);
  expect(rig.gaps).toHaveLength(1);
});

test("I8 while the ledger cannot write, the watermark stands still and the gap is tried again at every look", async () => {
  const rig = await listening();
  await ticks(rig, 4);
  const mark = rig.watermark;
  const from = rig.frameAt;
  rig.drop().pass(3_000).writable = false;
  await rig.connect();
  await ticks(rig, 10);
  expect(rig.watermark).toBe(mark);
  expect(rig.gaps).toEqual([]);
  rig.writable = true;
  await ticks(rig, 1);
  expect(rig.gaps).toEqual([{ reason: "socket_closed", from, to: rig.wall }]);
  expect(rig.watermark).toBe(rig.frameAt);
});

test("a gap that is over already is recorded as it is told", async () => {
  const rig = await listening();
  await rig.watch.note({ reason: "queue_added", from: start - 5, to: start + 5 });
  expect(rig.gaps).toEqual([{ reason: "queue_added", from: start - 5, to: start + 5 }]);
});

test("looks that come all at once are taken one after another: one silence, one gap", async () => {
  const rig = await listening();
  await ticks(rig, 3);
  rig.drop().pass(1_000);
  rig.connected = true;
  rig.frameAt = rig.wall;
  await Promise.all(Array.from({ length: 10 }, () => rig.look()));
  expect(rig.gaps).toHaveLength(1);
});

test("it looks every `everyMs` until told to stop, and through a ledger that cannot write", async () => {
  const rig = await listening();
  const stop = new AbortController();
  rig.drop().pass(5_000).writable = false;
  const done = rig.watch.run(stop.signal);
  await rig.connect();
  await until(() => rig.refusals >= 3, "some looks");
  expect(rig.gaps).toEqual([]);
  rig.writable = true;
  await until(() => rig.gaps.length === 1, "the gap");
  stop.abort();
  await done;
});

test("what is fatal to the ledger ends it", async () => {
  const rig = await listening();
  rig.drop();
  rig.hold = Promise.reject(new Fatal("state_io", "state.file: reading or writing it failed"));
  rig.hold.catch(() => {});
  rig.connected = true;
  await expect(rig.watch.run(new AbortController().signal)).rejects.toBeInstanceOf(Fatal);
});

type Happening = (rig: Rig) => Promise<unknown> | unknown;

const seconds = fc.integer({ min: 1, max: 40 }).map((n) => n * 1_000);
const happenings: fc.Arbitrary<{ says: string; happens: Happening }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .map((n) => ({ says: `${n} ticks`, happens: (rig: Rig) => ticks(rig, n) })),
  },
  {
    weight: 3,
    arbitrary: seconds.map((ms) => ({ says: `late by ${ms}`, happens: (rig: Rig) => rig.pass(ms) })),
  },
  {
    weight: 2,
    arbitrary: seconds.map((ms) => ({
      says: `half-open for ${ms}`,
      happens: (rig: Rig) => rig.pass(ms, false).drop(),
    })),
  },
  { weight: 3, arbitrary: fc.constant({ says: "drop", happens: (rig: Rig) => rig.drop() }) },
  { weight: 5, arbitrary: fc.constant({ says: "connect", happens: (rig: Rig) => rig.connect() }) },
  {
    weight: 2,
    arbitrary: seconds.map((ms) => ({
      says: `sleep ${ms}`,
      async happens(rig: Rig) {
        rig.sleep(10_000 + ms);
        await rig.look();
        rig.drop("socket_closed");
      },
    })),
  },
  {
    weight: 2,
    arbitrary: seconds.map((ms) => ({ says: `restart after ${ms}`, happens: (rig: Rig) => rig.restart(ms) })),
  },
  {
    weight: 2,
    arbitrary: fc.boolean().map((writable) => ({
      says: writable ? "writable" : "not writable",
      happens: (rig: Rig) => {
        rig.writable = writable;
      },
    })),
  },
);

test("I8 whatever happens, every end that was missed lies above the watermark or in a recorded gap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happenings, { minLength: 5, maxLength: 40, size: "max" }), async (story) => {
      const rig = await listening();
      await ticks(rig, 3);
      rig.missed.length = 0;
      for (const [index, { happens }] of story.entries()) {
        await happens(rig);
        const lost = rig.missed.filter(
          (at) => at < (rig.watermark ?? 0) && !rig.gaps.some(({ from, to }) => from <= at && at <= to),
        );
        expect(lost, `after ${story.slice(0, index + 1).map(({ says }) => says)}`).toEqual([]);
      }
      // And when all is well again, everything is in a gap.
      rig.writable = true;
      await rig.connect();
      await ticks(rig, 3);
      expect(rig.missed.filter((at) => !rig.gaps.some(({ from, to }) => from <= at && at <= to))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("I8 a socket that drops and comes back while the last gap is being written opens a gap of its own", async () => {
  const rig = await listening();
  await ticks(rig, 3);
  rig.drop().pass(1_000);
  const { promise, resolve } = Promise.withResolvers<void>();
  rig.hold = promise;
  rig.connected = true;
  rig.frameAt = rig.wall;
  const first = rig.look();
  await Promise.resolve();
  rig.drop().pass(4_000);
  const missed = rig.wall;
  rig.connected = true;
  rig.frameAt = rig.wall;
  const second = rig.look();
  rig.hold = undefined;
  resolve();
  await Promise.all([first, second]);
  await ticks(rig, 3);
  expect(rig.watermark).toBeGreaterThan(missed);
  expect(rig.gaps.some(({ from, to }) => from < missed && missed <= to)).toBe(true);
});

test("I8 a gap told while the ledger cannot write is not forgotten", async () => {
  const rig = await listening();
  rig.writable = false;
  await rig.watch.note({ reason: "queue_added", from: start - 5, to: start }).catch(() => {});
  rig.writable = true;
  await ticks(rig, 5);
  expect(rig.gaps).toEqual([{ reason: "queue_added", from: start - 5, to: start }]);
});
