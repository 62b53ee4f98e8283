import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NotYet, Transient } from "../../src/errors.ts";
import type { AnalyticsPage, PastConversation } from "../../src/genesys/analytics.ts";
import type { GenesysApi } from "../../src/genesys/api.ts";
import type { Platform, PlatformOptions } from "../../src/simulator/platform.ts";
import { type QuickOptions, quickConversation } from "../../src/simulator/player.ts";
import { type GapStore, History, type HistoryOptions, slicesOf } from "../../src/sources/history.ts";
import { until } from "../harness.ts";
import { startPlace } from "../place.ts";

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;

const timing = {
  sweepEveryMs: 365 * day,
  historyLagMs: 120_000,
  historyLookBackMs: 4 * day,
  retryBaseMs: 1_000,
  retryMaxMs: 60_000,
};

type Gap = NonNullable<Awaited<ReturnType<GapStore["due"]>>>;
type Row = { -readonly [Name in keyof Gap]: Gap[Name] } & {
  dueAt: number | undefined;
  filledAt: number | undefined;
  found: number;
  seen: number;
};

/** Gaps as the ledger keeps them. */
class Gaps implements GapStore {
  readonly rows: Row[] = [];
  refusal: Error | undefined;

  open(gap: { from: number; to: number; reason?: string; slicesDone?: number; lookStartedAt?: number }): Row {
    const row: Row = {
      id: this.rows.length + 1,
      reason: "disconnected",
      attempts: 0,
      slicesDone: 0,
      lookStartedAt: undefined,
      dueAt: Date.now(),
      filledAt: undefined,
      found: 0,
      seen: 0,
      ...gap,
    };
    this.rows.push(row);
    return row;
  }

  #row(id: number): Row {
    return this.rows[id - 1] as Row;
  }

  #write(): void {
    if (this.refusal) throw this.refusal;
  }

  async due(now: number): Promise<Gap | undefined> {
    const due = this.rows.filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    const first = due.toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))[0];
    return first && { ...first };
  }

  async nextDueAt(): Promise<number | undefined> {
    const times = this.rows.flatMap(({ dueAt }) => dueAt ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async progress(id: number, progress: Parameters<GapStore["progress"]>[1]): Promise<void> {
    this.#write();
    const row = this.#row(id);
    const { lookStartedAt, slicesDone, seen, found } = progress;
    Object.assign(row, { lookStartedAt, slicesDone, attempts: 0 });
    row.seen += seen;
    row.found += found;
  }

  async lookAgain(id: number, dueAt: number): Promise<void> {
    this.#write();
    Object.assign(this.#row(id), { dueAt, lookStartedAt: undefined, slicesDone: 0 });
  }

  async postpone(id: number, dueAt: number): Promise<void> {
    this.#write();
    const row = this.#row(id);
    Object.assign(row, { dueAt, attempts: row.attempts + 1 });
  }

  async fill(id: number): Promise<void> {
    this.#write();
    Object.assign(this.#row(id), { dueAt: undefined, filledAt: Date.now() });
  }
}

interface Ask {
  readonly from: number;
  readonly to: number;
  readonly kind: "closed" | "open";
  readonly page: number;
  readonly at: number;
}

type Answer = (ask: Ask) => AnalyticsPage | Promise<AnalyticsPage>;

const nothing: AnalyticsPage = { conversations: [], totalHits: 0, rows: 0 };

function past(id: string, endedAt: number | undefined, queueId = "heard"): PastConversation {
  const session = { id: `${id}-s`, purpose: "agent", mediaType: "voice", answered: true, endedAt };
  return { id, startedAt: (endedAt ?? 0) - 60_000, endedAt, sessions: [{ ...session, queueIds: [queueId] }] };
}

function page(conversations: readonly PastConversation[], totalHits = conversations.length): AnalyticsPage {
  return { conversations, totalHits, rows: conversations.length };
}

class Scene implements AsyncDisposable {
  readonly gaps = new Gaps();
  readonly asked: Ask[] = [];
  readonly ended: { id: string; key: string; source: string }[] = [];
  readonly away: { error: unknown; retryInMs: number }[] = [];
  readonly filled: { reason: string; lengthMs: number }[] = [];
  readonly swept: { seen: number; found: number }[] = [];
  readonly history: History;
  readonly #stop = new AbortController();
  readonly known = new Set<string>();
  done: Promise<void> | undefined;

  constructor(
    api: Answer | GenesysApi,
    options: Partial<HistoryOptions["timing"]> = {},
    listens = ["heard"],
  ) {
    const fake = async (window: { from: number; to: number }, kind: Ask["kind"], number: number) => {
      const ask = { ...window, kind, page: number, at: Date.now() };
      this.asked.push(ask);
      return await (api as Answer)(ask);
    };
    this.history = new History({
      api: typeof api === "function" ? ({ queryConversations: fake } as unknown as GenesysApi) : api,
      gaps: this.gaps,
      timing: { ...timing, ...options },
      reports: {
        gapFilled: (reason, lengthMs) => void this.filled.push({ reason, lengthMs }),
        historyAway: (error, retryInMs) => void this.away.push({ error, retryInMs }),
        swept: (seen, found) => void this.swept.push({ seen, found }),
      },
      listens: (queueId) => listens.includes(queueId),
      listed: Promise.resolve(),
      onEnded: async (id, key, source) => {
        this.ended.push({ id, key, source });
        if (this.known.has(key)) return false;
        this.known.add(key);
        return true;
      },
    });
  }

  start(): this {
    this.done = this.history.run(this.#stop.signal);
    this.done.catch(() => {});
    return this;
  }

  get keys(): string[] {
    return [...new Set(this.ended.map(({ key }) => key))].sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.done?.catch(() => {});
  }
}

describe("slicesOf", () => {
  const interval = fc
    .tuple(
      fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
      fc.oneof(fc.integer({ min: 0, max: hour }), fc.integer({ min: 0, max: 40 * day })),
      fc.oneof(fc.integer({ min: 0, max: day }), fc.integer({ min: 0, max: 60 * day })),
    )
    .map(([from, length, lookBackMs]) => ({ from, to: from + length, lookBackMs }));

  test("it covers the gap and what lies before it without holes, newest first", () => {
    fc.assert(
      fc.property(interval, ({ from, to, lookBackMs }) => {
        const slices = slicesOf(from, to, lookBackMs);
        expect(slices[0]?.to).toBe(to);
        expect(slices.at(-1)?.from).toBeLessThanOrEqual(from - lookBackMs);
        for (const [index, slice] of slices.slice(1).entries()) expect(slice.to).toBe(slices[index]?.from);
      }),
    );
  });

  test("no slice is empty or longer than seven days, and none of the gap itself longer than a day", () => {
    fc.assert(
      fc.property(interval, ({ from, to, lookBackMs }) => {
        for (const slice of slicesOf(from, to, lookBackMs)) {
          expect(slice.to - slice.from).toBeGreaterThan(0);
          expect(slice.to - slice.from).toBeLessThanOrEqual(week);
          if (slice.to > from) expect(slice.to - slice.from).toBeLessThanOrEqual(day);
        }
      }),
    );
  });

  test("no UTC day is in two slices: the platform would tell its conversations in both", () => {
    fc.assert(
      fc.property(interval, ({ from, to, lookBackMs }) => {
        for (const slice of slicesOf(from, to, lookBackMs)) expect(slice.from % day).toBe(0);
      }),
    );
  });

  test("it never looks back further than a day more than it has to", () => {
    fc.assert(
      fc.property(interval, ({ from, to, lookBackMs }) => {
        const last = slicesOf(from, to, lookBackMs).at(-1)?.from ?? 0;
        expect(last).toBeGreaterThan(from - Math.max(lookBackMs, 6 * hour) - day);
      }),
    );
  });
});

describe("with clocks that stand still", () => {
  const now = 1_700_000_000_000;

  beforeEach(() => {
    vi.useFakeTimers({ now, toFake: ["setTimeout", "clearTimeout", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const pass = async (ms: number): Promise<unknown> => await vi.advanceTimersByTimeAsync(ms);

  test("a gap is looked through at once, and filled only by a look that began historyLagMs after its end", async () => {
    await using scene = new Scene(() => nothing);
    const gap = scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(1_000);
    const first = scene.asked.length;
    expect(first).toBeGreaterThan(0);
    expect(gap.filledAt).toBeUndefined();
    await pass(timing.historyLagMs - 2_000);
    expect(scene.asked).toHaveLength(first);
    expect(gap.filledAt).toBeUndefined();
    await pass(3_000);
    expect(scene.asked).toHaveLength(2 * first);
    expect(gap.filledAt).toBeGreaterThanOrEqual(now + timing.historyLagMs);
    expect(scene.filled).toEqual([{ reason: "disconnected", lengthMs: hour }]);
  });

  test("a look that began too early fills nothing, however late it ends", async () => {
    let slow = true;
    await using scene = new Scene(async () => {
      if (slow) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return nothing;
    });
    const gap = scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(timing.historyLagMs + 20_000);
    expect(gap.filledAt).toBeUndefined();
    slow = false;
    await pass(10 * 60_000);
    const last = scene.asked.filter(({ page }) => page === 1).at(-1);
    expect(gap.filledAt).toBeGreaterThanOrEqual(now + timing.historyLagMs);
    expect(last?.at).toBeGreaterThanOrEqual(now + timing.historyLagMs);
  });

  test("a gap that ended long ago is filled by its first look", async () => {
    await using scene = new Scene(() => nothing);
    const gap = scene.gaps.open({ from: now - 2 * day, to: now - day });
    scene.start();
    await pass(1_000);
    expect(gap.filledAt).toBe(now);
  });

  test("I4 a restart in the middle of a look goes on with the next slice, and the look began when it began", async () => {
    await using scene = new Scene(() => nothing);
    const begun = now - timing.historyLagMs;
    const gap = scene.gaps.open({ from: now - day, to: now, slicesDone: 2, lookStartedAt: begun });
    scene.start();
    await pass(500);
    const slices = slicesOf(now - day - 10_000, now, timing.historyLookBackMs);
    expect(scene.asked[0]).toMatchObject({ from: slices[2]?.from, to: slices[2]?.to });
    expect(new Set(scene.asked.map(({ from }) => from)).size).toBe(slices.length - 2);
    expect(gap.filledAt).toBeUndefined();
    await pass(timing.historyLagMs + 3_000);
    expect(gap.filledAt).toBeDefined();
  });

  test("a look that goes on after a restart counts from when it began: what it saw first was seen too early", async () => {
    await using scene = new Scene(() => nothing);
    const lookStartedAt = now - timing.historyLagMs - 1;
    const gap = scene.gaps.open({
      from: now - day,
      to: now - timing.historyLagMs,
      slicesDone: 2,
      lookStartedAt,
    });
    scene.start();
    await pass(500);
    const slices = slicesOf(gap.from - 10_000, gap.to, timing.historyLookBackMs);
    expect(scene.asked.filter(({ kind }) => kind === "closed")).toHaveLength(2 * slices.length - 2);
    expect(gap.filledAt).toBeDefined();
  });

  test("every slice that is done is kept before the next is asked for", async () => {
    const done: number[] = [];
    await using scene = new Scene(() => {
      done.push(scene.gaps.rows[0]?.slicesDone ?? -1);
      return nothing;
    });
    scene.gaps.open({ from: now - day, to: now - hour });
    scene.start();
    await pass(500);
    // Closed conversations and open ones, a slice.
    expect(done).toEqual(done.map((_one, index) => Math.floor(index / 2)));
  });

  test.each([
    ["404", new Transient("platform_refused", "Genesys answered HTTP 404", undefined, undefined, 6)],
    ["403", new Transient("forbidden", "Genesys answered HTTP 403")],
    ["500", new Transient("platform_error", "Genesys answered HTTP 500")],
    ["an error nobody foresaw", new Error("oh")],
  ])("%s: it is tried for ever, with pauses that double up to retryMaxMs", async (_what, error) => {
    vi.spyOn(Math, "random").mockReturnValue(1 - 2 ** -40);
    await using scene = new Scene(() => Promise.reject(error));
    const gap = scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(8 * 60_000);
    const pauses = scene.away.map(({ retryInMs }) => retryInMs);
    expect(pauses.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(scene.asked.length).toBe(pauses.length);
    expect(gap.filledAt).toBeUndefined();
  });

  test("a sweep that fails backs off the same way", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1 - 2 ** -40);
    await using scene = new Scene(() => Promise.reject(new Error("away")), { sweepEveryMs: 1_000 });
    scene.start();
    await pass(200_000);
    expect(scene.away.map(({ retryInMs }) => retryInMs).slice(0, 6)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000,
    ]);
  });

  test("a 429 is obeyed: not before its time, jitter on top", async () => {
    let refuse = true;
    await using scene = new Scene(() => {
      if (!refuse) return nothing;
      refuse = false;
      throw new NotYet("rate_limited", "Genesys answered HTTP 429", now + 30_000);
    });
    scene.gaps.open({ from: now - hour, to: now - hour / 2 });
    scene.start();
    await pass(29_000);
    expect(scene.asked).toHaveLength(1);
    await pass(4_000);
    expect(scene.asked.length).toBeGreaterThan(1);
    expect(scene.asked[1]?.at).toBeGreaterThanOrEqual(now + 30_000);
  });

  test("another gap is not held up by one whose history cannot be read", async () => {
    await using scene = new Scene(({ to }) => {
      if (to > now - 2 * hour) throw new Transient("platform_error", "Genesys answered HTTP 500");
      return nothing;
    });
    scene.gaps.open({ from: now - hour, to: now });
    const other = scene.gaps.open({ from: now - 10 * hour, to: now - 9 * hour });
    scene.start();
    await pass(5_000);
    expect(other.filledAt).toBeDefined();
  });

  test("a platform that sorts by end is left when the ends get too old; one that does not is paged through", async () => {
    const times = (list: readonly number[]) => list.map((at, index) => past(`c${index}`, now - at));
    for (const [ends, pages] of [
      [[1_000, 2_000, 3 * hour], 1],
      [[3 * hour, 1_000, 4 * hour], 2],
    ] as const) {
      await using scene = new Scene(({ kind, page: number, to }) =>
        kind === "open" || to < now
          ? nothing
          : page(number === 1 ? times(ends) : [past("late", now - 500)], 4),
      );
      scene.gaps.open({ from: now - hour, to: now });
      scene.start();
      await pass(500);
      const asked = scene.asked.filter(({ kind, to }) => kind === "closed" && to === now);
      expect(Math.max(...asked.map((one) => one.page))).toBe(pages);
      expect(scene.keys.includes("late")).toBe(pages === 2);
    }
  });

  test("pages that hold fewer rows than they should end the search at an empty one, not before", async () => {
    await using scene = new Scene(({ kind, page: number, to }) => {
      if (kind === "open" || to < now) return nothing;
      return number <= 3
        ? { conversations: [past(`c${number}`, now - number)], totalHits: undefined, rows: 1 }
        : { conversations: [], totalHits: undefined, rows: 0 };
    });
    scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(500);
    expect(scene.keys).toEqual(["c1", "c2", "c3"]);
  });

  test("rows that cannot be read are counted as read", async () => {
    await using scene = new Scene(({ kind, to }) =>
      kind === "open" || to < now ? nothing : { conversations: [], totalHits: 100, rows: 100 },
    );
    scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(500);
    expect(scene.asked.filter(({ kind, to }) => kind === "closed" && to === now)).toHaveLength(1);
  });

  test("a slice whose number of hits changed while it was paged through is paged through again, three times at most", async () => {
    let hits = 200;
    await using scene = new Scene(({ kind, page: number, to }) => {
      if (kind === "open" || to < now) return nothing;
      hits += number > 1 ? 1 : 0;
      const rows = Array.from({ length: 100 }, (_one, index) => past(`c${number}-${index}`, now - number));
      return page(rows, hits);
    });
    scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(500);
    const firsts = scene.asked.filter(
      ({ kind, to, page: number }) => kind === "closed" && to === now && number === 1,
    );
    expect(firsts).toHaveLength(3);
  });

  test("a sweep waits for its hour, looks at what settled since the last, and stands back while a gap is open", async () => {
    const sweepEveryMs = 60_000;
    await using scene = new Scene(
      ({ kind, to }) => (kind === "open" || to < now ? nothing : page([past("c", to - 1)])),
      {
        sweepEveryMs,
        historyLagMs: 5_000,
      },
    );
    scene.start();
    await pass(59_000);
    expect(scene.asked).toEqual([]);
    await pass(3_000);
    expect(scene.swept).toEqual([{ seen: 1, found: 1 }]);
    expect(scene.asked[0]?.to).toBeLessThanOrEqual(Date.now() - 5_000);
    expect(scene.ended[0]?.source).toBe("sweep");
    await pass(sweepEveryMs);
    expect(scene.swept).toEqual([
      { seen: 1, found: 1 },
      { seen: 1, found: 0 },
    ]);
    scene.gaps.open({ from: now, to: Date.now() + 10 * hour });
    await pass(5 * sweepEveryMs);
    expect(scene.swept).toHaveLength(2);
  });

  test("only conversations of queues that are listened to count", async () => {
    await using scene = new Scene(({ kind, to }) =>
      kind === "open" || to < now ? nothing : page([past("a", now - 1), past("b", now - 2, "other")]),
    );
    scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(500);
    expect(scene.keys).toEqual(["a"]);
  });

  test("a chat that has ended counts, though history shows no end of its agent's part, or calls the agent a user", async () => {
    const agent = { mediaType: "message", answered: true, queueIds: ["heard"] };
    const sessions = [
      { ...agent, id: "s-1", purpose: "agent", endedAt: undefined },
      { ...agent, id: "s-2", purpose: "user", endedAt: now - 1 },
    ] as const;
    const chats = [
      { ...past("unended", now - 1), sessions: sessions.slice(0, 1) },
      { ...past("user", now - 1), sessions: sessions.slice(1) },
      { ...past("goes on", undefined), sessions: sessions.slice(0, 1) },
    ];
    await using scene = new Scene(({ kind, to }) => (kind === "open" || to < now ? nothing : page(chats)));
    scene.gaps.open({ from: now - hour, to: now });
    scene.start();
    await pass(500);
    expect(scene.keys).toEqual(["unended:s-1", "user:s-2"]);
  });

  test("a ledger that cannot write is waited for: history never ends the daemon", async () => {
    await using scene = new Scene(() => nothing);
    const gap = scene.gaps.open({ from: now - hour, to: now - hour / 2 });
    scene.gaps.refusal = new Transient("disk_full", "state.file: the disk is full");
    scene.start();
    let failed: unknown;
    scene.done?.catch((error: unknown) => {
      failed = error;
    });
    await pass(30_000);
    expect(failed).toBeUndefined();
    scene.gaps.refusal = undefined;
    await pass(60_000);
    expect(gap.filledAt).toBeDefined();
  });
});

describe("on the platform", () => {
  const fast = { historyLagMs: 20, sweepEveryMs: 365 * day, retryBaseMs: 10, retryMaxMs: 50 };

  interface Past extends AsyncDisposable {
    readonly platform: Platform;
    readonly scene: Scene;
    call(options?: QuickOptions): string;
  }

  async function begin(options: PlatformOptions = {}, queues = ["Support"]): Promise<Past> {
    const place = await startPlace(options);
    const { platform, api } = place;
    const ids = queues.map((name) => platform.organization.queueNamed(name).id);
    const scene = new Scene(api, fast, ids);
    return {
      platform,
      scene,
      call: (quick) => quickConversation(platform, { emit: false, durationMs: 1_000, ...quick }).id,
      async [Symbol.asyncDispose]() {
        await scene[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  }

  async function fill({ scene }: Past, from: number, to = Date.now()): Promise<void> {
    const gap = scene.gaps.open({ from, to });
    scene.start();
    scene.history.wake();
    await until(
      () => gap.filledAt !== undefined,
      "the gap to be filled",
      8_000,
      () => JSON.stringify(scene.away),
    );
  }

  test("what ended in a gap is found, whenever it began; what ended before it is not", async () => {
    await using place = await begin();
    const now = Date.now();
    const before = place.call({ endedAt: now - 3 * hour });
    const found = [
      place.call({ endedAt: now - 1_000 }),
      place.call({ endedAt: now - 30 * 60_000, durationMs: 3 * day }),
      place.call({ endedAt: now - hour + 5, durationMs: 10 * hour }),
    ];
    await fill(place, now - hour);
    expect(place.scene.keys).toEqual(found.toSorted());
    expect(place.scene.keys).not.toContain(before);
    expect(place.scene.gaps.rows[0]).toMatchObject({ found: 3 });
  });

  test("an organisation that refuses more than seven days at once is never asked for more", async () => {
    await using place = await begin({ strictSevenDays: true });
    const now = Date.now();
    const id = place.call({ endedAt: now - 9 * day, durationMs: 3 * day });
    await fill(place, now - 10 * day);
    expect(place.scene.keys).toEqual([id]);
    expect(place.scene.away).toEqual([]);
  });

  test.each([3, -3])("pages that drift by %i while they are read lose nothing", async (drift) => {
    await using place = await begin();
    const ids = Array.from({ length: 250 }, (_one, n) => place.call({ endedAt: Date.now() - n * 10 }));
    place.platform.faults.driftPages = drift;
    // What drifted away is there when the search is begun anew.
    const steady = setInterval(() => {
      const pages = place.platform.requests.filter(
        ({ path, status }) => /query$/.test(path) && status === 200,
      );
      if (pages.length >= 2) place.platform.faults.driftPages = 0;
    }, 1);
    await fill(place, Date.now() - hour).finally(() => clearInterval(steady));
    expect(place.scene.keys).toEqual(ids.toSorted());
  });

  test("history that lags is looked at again until it can lag no longer", async () => {
    await using place = await begin({ analyticsLagMs: 15 });
    const id = place.call();
    await fill(place, Date.now() - 60_000);
    expect(place.scene.keys).toEqual([id]);
  });

  test("wrap-up goes on after the end and does not count: what ended before the gap is not found by it", async () => {
    await using place = await begin();
    const now = Date.now();
    const conversation = quickConversation(place.platform, { emit: false, endedAt: now - 60_000 });
    conversation.wrapUp(now - 5_000);
    await fill(place, now - 20_000);
    expect(place.scene.keys).toEqual([]);
  });

  const chat = (...last: QuickOptions["steps"] & object): QuickOptions => ({
    medium: "message",
    steps: [
      { queue: "Support" },
      { rings: "Kim", outcome: "no-answer" },
      { answers: "Sam" },
      { says: "customer", text: "hello" },
      { says: "agent", text: "hi" },
      ...last,
    ],
  });
  const agentLegs = (platform: Platform, id: string): string[] =>
    platform.conversations
      .get(id)
      ?.legs.filter(({ purpose, connectedTime }) => purpose === "agent" && connectedTime !== undefined)
      .map(({ communicationId }) => communicationId) ?? [];

  test("a chat is found under the key the live source gives it: the conversation and its last agent's communication", async () => {
    await using place = await begin();
    const open = place.call(chat({ agentLeaves: true }));
    const closed = place.call(chat({ agentLeaves: true }, { customerLeaves: true }));
    const twice = place.call(
      chat(
        { transfersTo: "Support" },
        { answers: "Kim" },
        { says: "agent", text: "hello again" },
        { agentLeaves: true },
      ),
    );
    await fill(place, Date.now() - hour);
    expect(place.scene.keys).toEqual(
      [open, closed, twice].map((id) => `${id}:${agentLegs(place.platform, id).at(-1)}`).sort(),
    );
  });

  test("a chat whose agent is still there has not ended", async () => {
    await using place = await begin();
    place.call(chat());
    await fill(place, Date.now() - hour);
    expect(place.scene.keys).toEqual([]);
  });

  test("a chat no agent answered is found under its own id, once it is closed", async () => {
    await using place = await begin();
    const id = place.call({
      medium: "message",
      steps: [{ queue: "Support" }, { says: "customer", text: "anybody?" }, { customerLeaves: true }],
    });
    await fill(place, Date.now() - hour);
    expect(place.scene.keys).toEqual([id]);
  });

  test.each([404, 403, 429, 500])("%i for a while costs pauses, not conversations", async (status) => {
    await using place = await begin();
    const id = place.call();
    place.platform.faults.rest({
      path: /details\/query$/,
      status,
      body: "{}",
      times: 3,
      ...(status === 429 ? { headers: { "retry-after": "0" } } : {}),
    });
    await fill(place, Date.now() - hour);
    expect(place.scene.keys).toEqual([id]);
    expect(place.scene.away).toHaveLength(3);
  });
});
