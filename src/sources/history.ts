import { ContactlogdError, Fatal, NotYet, Transient } from "../errors.ts";
import type { PastConversation } from "../genesys/analytics.ts";
import type { GenesysApi } from "../genesys/api.ts";
import { Alarm, abortable, backoffMs, sleep } from "../time.ts";
import type { Source } from "./source.ts";

const hourMs = 3_600_000;
/** History is asked for by whole UTC days: the platform finds what began on the days an interval touches (PROTOCOL §3.4). */
const dayMs = 24 * hourMs;
/** Most conversations are shorter: what began this long before a gap is looked through a day at a time. */
const usualMs = 6 * hourMs;
/** The platform refuses longer intervals, some orgs 7 days, others 31 (PROTOCOL §3.4). */
const longestIntervalMs = 7 * 24 * hourMs;
/** Ends are looked for from a little before a gap: clocks differ, and what was heard last may not have been recorded. */
const overlapMs = 10_000;
/** A gap may also be opened by another process (`contactlogd backfill`). */
const pollMs = 2_000;
/** A slice whose count changed while it was paged through is paged through again, so often at most. */
const maxDrifts = 3;

/** A gap as history fills it; the ledger's, seen from here. */
interface Gap {
  readonly id: number;
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  readonly slicesDone: number;
  /** When the look that is under way began; undefined between two looks. */
  readonly lookStartedAt: number | undefined;
}

/** What history needs of the ledger. */
export interface GapStore {
  due(now: number): Promise<Gap | undefined>;
  nextDueAt(): Promise<number | undefined>;
  progress(
    id: number,
    progress: { lookStartedAt: number; slices: number; slicesDone: number; seen: number; found: number },
  ): Promise<void>;
  lookAgain(id: number, dueAt: number): Promise<void>;
  postpone(id: number, dueAt: number): Promise<void>;
  fill(id: number): Promise<void>;
}

export interface HistoryReports {
  gapFilled(reason: string, lengthMs: number): void;
  historyAway(error: unknown, retryInMs: number): void;
  swept(seen: number, found: number): void;
}

export interface HistoryOptions {
  readonly api: GenesysApi;
  readonly gaps: GapStore;
  readonly timing: {
    readonly sweepEveryMs: number;
    readonly historyLagMs: number;
    readonly historyLookBackMs: number;
    readonly retryBaseMs: number;
    readonly retryMaxMs: number;
  };
  readonly reports: HistoryReports;
  /** Whether the live source listens to this queue: only what it could have heard is looked for. */
  readonly listens: (queueId: string) => boolean;
  /** Resolves when `listens` can tell; nothing is looked through before. */
  readonly listed: Promise<void>;
  /** A conversation in which `key` ended. @returns true where nobody had told of it */
  readonly onEnded: (conversationId: string, key: string, source: "backfill" | "sweep") => Promise<boolean>;
}

interface Tally {
  seen: number;
  found: number;
}

/**
 * What no event told: fills gaps from the platform's history, and sweeps through it from time to time with no gap
 * known, because what a sweep finds shows that something is wrong with the channel.
 *
 * A conversation is found in history by its start, so a look goes back as far as a conversation can be long. History
 * lags behind; a gap is looked through at once, and again `historyLagMs` after its end, and only then is it filled.
 */
export class History implements Source {
  readonly deaf = undefined;
  readonly #options: HistoryOptions;
  readonly #alarm = new Alarm();
  #away: string | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Why history could not be read when it was asked last, or undefined. */
  get away(): string | undefined {
    return this.#away;
  }

  /** A gap was opened. */
  readonly wake = (): void => this.#alarm.wake();

  async run(signal: AbortSignal): Promise<void> {
    const { gaps, timing, listed } = this.#options;
    let sweptTo = Date.now() - timing.historyLagMs;
    // Looked through too early, a gap would be filled with nothing.
    await abortable(listed, signal).catch(() => {});
    let failures = 0;
    let sweepNotBefore = 0;
    while (!signal.aborted) {
      const now = Date.now();
      let gap: Gap | undefined;
      let nextGap: number | undefined;
      try {
        gap = await gaps.due(now);
        nextGap = await gaps.nextDueAt();
      } catch (error) {
        if (error instanceof Fatal) throw error;
        await sleep(timing.retryBaseMs, signal).catch(() => {});
        continue;
      }
      try {
        const sweepAt = Math.max(sweptTo + timing.historyLagMs + timing.sweepEveryMs, sweepNotBefore);
        // An open gap will be looked through anyway; what it finds is not the channel's fault.
        const sweeps = nextGap === undefined && now >= sweepAt;
        if (gap) await this.#fill(gap, now, signal);
        else if (sweeps) {
          sweptTo = await this.#sweep(sweptTo, now - timing.historyLagMs, signal);
          failures = 0;
        } else await this.#alarm.wait(Math.min((nextGap ?? sweepAt) - now, pollMs), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Fatal) throw error;
        const retryInMs = this.#pause(error, gap?.attempts ?? failures);
        failures++;
        this.#away = error instanceof ContactlogdError ? error.message : "unforeseen error";
        this.#options.reports.historyAway(error, retryInMs);
        sweepNotBefore = Date.now() + retryInMs;
        await this.#postpone(gap, retryInMs, signal);
      }
    }
  }

  /** A ledger that cannot even note that is waited for, here and now. */
  async #postpone(gap: Gap | undefined, retryInMs: number, signal: AbortSignal): Promise<void> {
    try {
      if (gap) await this.#options.gaps.postpone(gap.id, Date.now() + retryInMs);
    } catch (error) {
      if (error instanceof Fatal) throw error;
      await sleep(this.#options.timing.retryBaseMs, signal).catch(() => {});
    }
  }

  async #fill(gap: Gap, now: number, signal: AbortSignal): Promise<void> {
    const { gaps, timing, reports } = this.#options;
    const lookStartedAt = gap.lookStartedAt ?? now;
    const slices = slicesOf(gap.from - overlapMs, gap.to, timing.historyLookBackMs);
    for (const [index, slice] of slices.entries()) {
      if (index < gap.slicesDone) continue;
      const tally = await this.#look(slice, gap.from - overlapMs, "backfill", signal);
      await gaps.progress(gap.id, { lookStartedAt, slices: slices.length, slicesDone: index + 1, ...tally });
    }
    // Only a look that began when history could no longer lag behind the gap's end counts.
    const sureAt = gap.to + timing.historyLagMs;
    if (lookStartedAt >= sureAt) {
      await gaps.fill(gap.id);
      reports.gapFilled(gap.reason, gap.to - gap.from);
    } else {
      await gaps.lookAgain(gap.id, sureAt);
    }
  }

  async #sweep(from: number, to: number, signal: AbortSignal): Promise<number> {
    const tally: Tally = { seen: 0, found: 0 };
    for (const slice of slicesOf(from - overlapMs, to, this.#options.timing.historyLookBackMs)) {
      const { seen, found } = await this.#look(slice, from - overlapMs, "sweep", signal);
      tally.seen += seen;
      tally.found += found;
    }
    this.#options.reports.swept(tally.seen, tally.found);
    return to;
  }

  /** Looks through the conversations that began in a slice for what ended at `since` or later. */
  async #look(
    slice: Slice,
    since: number,
    source: "backfill" | "sweep",
    signal: AbortSignal,
  ): Promise<Tally> {
    const tally: Tally = { seen: 0, found: 0 };
    const seen = new Set<string>();
    for (const kind of ["closed", "open"] as const) {
      for (let drifts = 0; drifts < maxDrifts; drifts++) {
        const steady = await this.#pages(slice, kind, since, signal, async (conversation) => {
          if (seen.has(conversation.id)) return;
          seen.add(conversation.id);
          const key = this.#keyOf(conversation, since);
          if (key === undefined) return;
          tally.seen++;
          if (await this.#options.onEnded(conversation.id, key, source)) tally.found++;
        });
        if (steady) break;
      }
    }
    return tally;
  }

  /**
   * Pages through; stops early where the platform demonstrably sorts by end and is past `since`.
   * @returns false where the number of hits changed meanwhile, so that something may have slipped between two pages
   */
  async #pages(
    slice: Slice,
    kind: "closed" | "open",
    since: number,
    signal: AbortSignal,
    visit: (conversation: PastConversation) => Promise<void>,
  ): Promise<boolean> {
    let firstTotal: number | undefined;
    let read = 0;
    let previousEnd = Infinity;
    let sorted = kind === "closed";
    for (let page = 1; ; page++) {
      const { conversations, totalHits, rows } = await this.#options.api.queryConversations(
        slice,
        kind,
        page,
        signal,
      );
      this.#away = undefined;
      firstTotal ??= totalHits;
      read += rows;
      for (const conversation of conversations) {
        sorted &&= (conversation.endedAt ?? Infinity) <= previousEnd;
        previousEnd = conversation.endedAt ?? Infinity;
        await visit(conversation);
      }
      const past = sorted && previousEnd < since;
      if (rows === 0 || past || (totalHits !== undefined && read >= totalHits)) {
        return past || page === 1 || totalHits === firstTotal;
      }
    }
  }

  /** The key of what ended last in a conversation, if that was at `since` or later and within our hearing. */
  #keyOf({ id, endedAt, sessions }: PastConversation, since: number): string | undefined {
    if (!sessions.some(({ queueIds }) => queueIds.some(this.#options.listens))) return undefined;
    const agents = sessions.filter(
      ({ purpose, mediaType }) => ["agent", "user"].includes(purpose) && mediaType === "message",
    );
    // What has ended as a whole has ended, though a session of it shows no end.
    if (endedAt === undefined && agents.some((session) => session.endedAt === undefined)) return undefined;
    const answered = agents.filter((session) => session.answered);
    const last = answered.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).at(-1);
    const ended = endedAt ?? last?.endedAt;
    if (ended === undefined || ended < since) return undefined;
    return last ? `${id}:${last.id}` : id;
  }

  #pause(error: unknown, failures: number): number {
    const { retryBaseMs: baseMs, retryMaxMs: maxMs } = this.#options.timing;
    const pause = backoffMs(failures, { baseMs, maxMs });
    const asked = error instanceof NotYet || error instanceof Transient ? error.notBefore : undefined;
    return Math.max(pause, asked === undefined ? 0 : asked - Date.now() + pause);
  }
}

interface Slice {
  readonly from: number;
  readonly to: number;
}

/**
 * The days a gap touches, newest first, each small enough to be done in one go and to start again with after a crash;
 * then, a week at a time, what lies before, where few conversations are that long. No day is in two slices.
 */
export function slicesOf(from: number, to: number, lookBackMs: number): Slice[] {
  const near = dayOf(from - usualMs);
  const first = Math.min(near, dayOf(from - lookBackMs));
  const slices: Slice[] = [];
  for (let end = to; end > first; end = (slices.at(-1) as Slice).from) {
    const start = end > near ? dayOf(end - 1) : Math.max(first, end - longestIntervalMs);
    slices.push({ from: start, to: end });
  }
  return slices;
}

/** When the UTC day of an instant began. */
function dayOf(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}
