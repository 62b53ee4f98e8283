import { LRUCache } from "lru-cache";
import type { Listener } from "../ops/events.ts";

/** Upper bounds of the histograms' bars, in seconds; what took longer falls in one more. */
export const boundsSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200] as const;

/** The way from an end to its post, whole and in its parts. */
export const spans = [
  "end to posted",
  "end to recorded",
  "recorded to written",
  "written to posted",
] as const;
export type Span = (typeof spans)[number];

const keptTimes = 2_000;
const keptGaps = 10;

interface Times {
  readonly medium: string;
  readonly recordedAt?: number | undefined;
  readonly writtenAt?: number | undefined;
}

/** Counts by bar, one more than there are bounds. */
export type Bars = readonly number[];

/** Whether something stands, and since when. */
interface Standing {
  readonly isWell: boolean;
  readonly at: number;
}

interface GapTold {
  readonly state: "opened" | "filled";
  readonly reason: string;
  readonly lengthMs: number;
  readonly at: number;
}

export interface Feed {
  /** To be told of every business event. */
  readonly listener: Listener;
  /** How long each part of the way took since the daemon started, by medium. */
  latency(): Record<string, Record<Span, Bars>>;
  /** How channels and circuits stand that have been heard of, and the last gaps, newest first. */
  signals(): {
    readonly channels: Record<string, Standing>;
    readonly circuits: Record<string, Standing>;
    readonly gaps: readonly GapTold[];
  };
}

/** What the page shows and the ledger does not keep; bounded, in memory, and of contacts nothing but their keys. */
export function createFeed(now: () => number = Date.now): Feed {
  const times = new LRUCache<string, Times>({ max: keptTimes });
  const latency = new Map<string, Record<Span, number[]>>();
  const channels = new Map<string, Standing>();
  const circuits = new Map<string, Standing>();
  const gaps: GapTold[] = [];

  const took = (medium: string, span: Span, from: number | undefined): void => {
    if (from === undefined) return;
    const bars = latency.get(medium) ?? emptyBars();
    latency.set(medium, bars);
    const bar = barOf(Math.max(0, now() - from) / 1_000);
    bars[span][bar] = (bars[span][bar] ?? 0) + 1;
  };
  const noteGap = (state: GapTold["state"], reason: string, lengthMs: number): void => {
    gaps.unshift({ state, reason, lengthMs, at: now() });
    gaps.length = Math.min(gaps.length, keptGaps);
  };

  const listener: Listener = {
    ended({ key, medium, endedAt }) {
      took(medium, "end to recorded", endedAt);
      times.set(key, { medium, recordedAt: now() });
    },
    wrote({ key, medium }) {
      took(medium, "recorded to written", times.get(key)?.recordedAt);
      times.set(key, { medium, writtenAt: now() });
    },
    posted({ key, medium, endedAt }, _status, _alreadyThere, leftOut) {
      if (leftOut !== undefined) return;
      took(medium, "written to posted", times.get(key)?.writtenAt);
      took(medium, "end to posted", endedAt);
    },
    channelState(channel, connected) {
      channels.set(String(channel), { isWell: connected, at: now() });
    },
    circuit(name, state) {
      circuits.set(name, { isWell: state === "closed", at: now() });
    },
    gapOpened: (reason, lengthMs) => noteGap("opened", reason, lengthMs),
    gapFilled: (reason, lengthMs) => noteGap("filled", reason, lengthMs),
  };
  return {
    listener,
    latency: () => Object.fromEntries(latency),
    signals: () => ({
      channels: Object.fromEntries(channels),
      circuits: Object.fromEntries(circuits),
      gaps: [...gaps],
    }),
  };
}

function emptyBars(): Record<Span, number[]> {
  const none = () => new Array<number>(boundsSeconds.length + 1).fill(0);
  return Object.fromEntries(spans.map((span) => [span, none()])) as Record<Span, number[]>;
}

function barOf(seconds: number): number {
  const bar = boundsSeconds.findIndex((bound) => seconds <= bound);
  return bar < 0 ? boundsSeconds.length : bar;
}
