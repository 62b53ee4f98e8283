const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A time span as a person says it, in its two largest units: `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Pure. */
export function spanOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  // Rounded first: 59.9 seconds are a minute.
  const whole = ms < hourMs ? Math.round(ms / 1_000) * 1_000 : Math.round(ms / minuteMs) * minuteMs;
  if (whole < minuteMs) return `${whole / 1_000} s`;
  if (whole < hourMs) return pair(whole, [minuteMs, "min"], [1_000, "s"]);
  if (whole < dayMs) return pair(whole, [hourMs, "h"], [minuteMs, "min"]);
  return pair(whole, [dayMs, "d"], [hourMs, "h"]);
}

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

/** How far an instant is away: `in 40 s`, or `now` where it is past. Pure. */
export function inSpan(at: number, now: number): string {
  return at <= now ? "now" : `in ${spanOf(at - now)}`;
}
