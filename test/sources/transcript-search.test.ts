import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Transient } from "../../src/errors.ts";
import type { GenesysApi } from "../../src/genesys/api.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { TranscriptSearch } from "../../src/sources/transcript-search.ts";
import { startPlace } from "../place.ts";

// Fake timers do not reach the promises' module by themselves.
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
}));

const now = 1_700_000_000_000;
const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Search {
  readonly from: number;
  readonly to: number;
  readonly page: number;
}

type Find = (search: Search) => { ids?: string[]; pageCount?: number };

interface Scene {
  readonly asked: Search[];
  readonly signs: string[];
  readonly failures: unknown[];
  readonly search: TranscriptSearch;
  /** Calls that wait, and when the oldest began. */
  waiting: { count: number; oldestStart: number | undefined };
}

async function during(
  find: Find | GenesysApi,
  act: (scene: Scene) => Promise<void>,
  transcriptFirstMs = 20_000,
) {
  const stop = new AbortController();
  const asked: Search[] = [];
  const fake = {
    async searchTranscripts(window: { from: number; to: number }, page: number) {
      asked.push({ ...window, page });
      const { ids = [], pageCount = 1 } = (find as Find)({ ...window, page });
      return { hits: ids.map((conversationId) => ({ conversationId })), pageCount };
    },
  } as unknown as GenesysApi;
  const signs: string[] = [];
  const failures: unknown[] = [];
  const scene: Scene = {
    asked,
    signs,
    failures,
    waiting: { count: 0, oldestStart: undefined },
    search: new TranscriptSearch({
      api: typeof find === "function" ? fake : find,
      transcriptFirstMs,
      awaiting: async () => scene.waiting,
      onSign: (id) => void signs.push(id),
      onFailure: (error) => void failures.push(error),
    }),
  };
  const done = scene.search.run(stop.signal);
  await act(scene);
  stop.abort();
  await done;
}

const pass = async (ms: number): Promise<unknown> => await vi.advanceTimersByTimeAsync(ms);

test("up to thirty waiting calls ask for themselves; from the thirty-first on one search asks for all", async () => {
  await during(
    () => ({ ids: ["a", "b"] }),
    async (scene) => {
      scene.waiting = { count: 30, oldestStart: now - minute };
      await pass(100_000);
      expect(scene.asked).toEqual([]);
      expect(scene.search.crowded).toBe(false);
      scene.waiting = { count: 31, oldestStart: now - minute };
      await pass(20_000);
      expect(scene.asked).toHaveLength(1);
      expect(scene.signs).toEqual(["a", "b"]);
      expect(scene.search.crowded).toBe(true);
      scene.waiting = { count: 3, oldestStart: now - minute };
      await pass(20_000);
      expect(scene.search.crowded).toBe(false);
      expect(scene.asked).toHaveLength(1);
    },
  );
});

test("it looks from just before the oldest that waits up to now", async () => {
  await during(
    () => ({}),
    async (scene) => {
      scene.waiting = { count: 99, oldestStart: now - 10 * minute };
      await pass(20_000);
      expect(scene.asked).toEqual([{ from: now - 10 * minute - 1_000, to: now + 20_000, page: 1 }]);
    },
  );
});

test.each([
  [20, 1_000],
  [20_000, 20_000],
  [3_600_000, 60_000],
])("with transcriptFirstMs %i it searches every %i ms", async (transcriptFirstMs, everyMs) => {
  await during(
    () => ({}),
    async (scene) => {
      scene.waiting = { count: 99, oldestStart: now };
      await pass(everyMs * 5 + 1);
      expect(scene.asked).toHaveLength(5);
    },
    transcriptFirstMs,
  );
});

test("every page is read", async () => {
  await during(
    ({ page }) => ({ ids: [`p${page}`], pageCount: 4 }),
    async (scene) => {
      scene.waiting = { count: 99, oldestStart: now - minute };
      await pass(20_000);
      expect(scene.signs).toEqual(["p1", "p2", "p3", "p4"]);
    },
  );
});

test("a window with more than a thousand results is halved until none has; the halves cover it", async () => {
  const found = (from: number, to: number): number => Math.ceil((to - from) / 1_000);
  await during(
    ({ from, to, page }) => ({ ids: [`${from}-${page}`], pageCount: Math.ceil(found(from, to) / 100) }),
    async (scene) => {
      scene.waiting = { count: 99, oldestStart: now - 50 * minute };
      await pass(20_000);
      const whole = scene.asked[0] as Search;
      const read = scene.asked
        .filter(({ from, to, page }) => page === 1 && found(from, to) <= 1_000)
        .toSorted((a, b) => a.from - b.from);
      expect(read.length).toBeGreaterThan(3);
      expect(read[0]?.from).toBe(whole.from);
      expect(read.at(-1)?.to).toBe(whole.to);
      for (const [index, { from }] of read.slice(1).entries()) expect(from).toBe(read[index]?.to);
      expect(Math.max(...scene.asked.map(({ page }) => page))).toBeLessThanOrEqual(10);
    },
  );
});

test("a minute that holds more than a thousand is read as far as it can be, and not halved for ever", async () => {
  await during(
    ({ from }) => ({ ids: [String(from)], pageCount: 500 }),
    async (scene) => {
      scene.waiting = { count: 99, oldestStart: now - 3 * minute };
      await pass(20_000);
      expect(scene.failures).toEqual([]);
      expect(scene.asked.length).toBeLessThan(60);
      expect(Math.max(...scene.asked.map(({ page }) => page))).toBe(10);
    },
  );
});

test.each([
  ["the platform refuses", (scene: Scene) => void Object.assign(scene, { refuses: true })],
  [
    "the ledger cannot be read",
    (scene: Scene) =>
      Object.defineProperty(scene, "waiting", {
        get() {
          throw new Transient("state_busy", "state.file: it is locked by another program");
        },
      }),
  ],
])(
  "where %s, everybody asks for itself again, and the next search comes in its time",
  async (_what, fail) => {
    let refuses = false;
    await during(
      () => {
        if (refuses) throw new Transient("forbidden", "transcript search: Genesys answered HTTP 403");
        return {};
      },
      async (scene) => {
        scene.waiting = { count: 99, oldestStart: now };
        await pass(20_000);
        expect(scene.search.crowded).toBe(true);
        fail(scene);
        refuses = true;
        await pass(100_000);
        expect(scene.search.crowded).toBe(false);
        expect(scene.failures).toHaveLength(5);
      },
    );
  },
);

describe("on the platform", () => {
  test("1,200 transcripts of one hour are all found, and those that are not ready are not", async () => {
    vi.useRealTimers();
    await using place = await startPlace({ transcriptDelayMs: 0 });
    const call = (n: number, transcriptDelayMs = 0): string =>
      quickConversation(place.platform, {
        emit: false,
        durationMs: 1_000,
        transcriptDelayMs,
        endedAt: Date.now() - n * 3_000,
      }).id;
    const ready = Array.from({ length: 1_200 }, (_one, n) => call(n));
    const late = Array.from({ length: 20 }, (_one, n) => call(n, Number.POSITIVE_INFINITY));
    await during(
      place.api,
      async (scene) => {
        scene.waiting = { count: 1_220, oldestStart: Date.now() - 1_200 * 3_000 - 1_000 };
        await vi.waitUntil(() => scene.search.crowded, { timeout: 5_000 });
        expect(scene.failures).toEqual([]);
        expect(new Set(scene.signs)).toEqual(new Set(ready));
        expect(scene.signs.filter((id) => late.includes(id))).toEqual([]);
      },
      1_000,
    );
    const searches = place.platform.requests.filter(({ path }) => path.endsWith("/search"));
    expect(searches.length).toBeLessThan(25);
  });
});
