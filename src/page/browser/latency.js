import { draw, make, place } from "./dom.js";
import { count, lasting } from "./figures.js";

const barWidth = 26;
const tall = 90;
const foot = 22;

/**
 * How long a part of the way took, one drawing a medium.
 * @param {Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>} latency counts by bar, by span, by medium
 * @param {string} span
 * @param {readonly number[]} bounds upper bounds of the bars but the last, in seconds
 */
export function showLatency(latency, span, bounds) {
  const mediums = Object.entries(latency).filter(([, spans]) => sum(spans[span] ?? []) > 0);
  place("latency-plots").replaceChildren(
    ...mediums.map(([medium, spans]) => plot(medium, span, spans[span] ?? [], bounds)),
  );
  place("latency-none").hidden = mediums.length > 0;
}

/**
 * @param {string} medium
 * @param {string} span
 * @param {readonly number[]} bars
 * @param {readonly number[]} bounds
 */
function plot(medium, span, bars, bounds) {
  const n = sum(bars);
  const most = Math.max(...bars);
  const says = `${medium}: ${count(n)} contacts, half within ${withinOf(bars, n / 2, bounds)}, nine of ten within ${withinOf(bars, n * 0.9, bounds)}`;
  const width = bars.length * barWidth;
  const drawn = bars.map((bar, index) => barAt(index, bar, (bar / most) * tall, labelOf(index, bounds)));
  return make(
    "figure",
    {},
    draw(
      "svg",
      {
        role: "img",
        "aria-label": `${span}, ${says}`,
        viewBox: `0 0 ${width} ${tall + foot + 12}`,
        class: "plot",
      },
      ...drawn,
      draw("line", { class: "axis", x1: 0, x2: width, y1: tall + 12, y2: tall + 12 }),
    ),
    make("figcaption", {}, says),
  );
}

/**
 * @param {number} index
 * @param {number} n
 * @param {number} height
 * @param {string} label
 */
function barAt(index, n, height, label) {
  const x = index * barWidth;
  const y = tall + 12 - height;
  const middle = x + barWidth / 2;
  return draw(
    "g",
    {},
    draw("title", {}, `up to ${label}: ${count(n)}`),
    draw("rect", { class: "bar", x: x + 2, y, width: barWidth - 4, height, rx: 2 }),
    n > 0 ? draw("text", { class: "value", x: middle, y: y - 3 }, count(n)) : undefined,
    draw("text", { class: "label", x: middle, y: tall + foot + 4 }, label),
  );
}

/**
 * @param {number} index
 * @param {readonly number[]} bounds
 */
function labelOf(index, bounds) {
  const bound = bounds[index];
  if (bound === undefined) return "more";
  if (bound < 60) return `${bound}s`;
  return bound < 3_600 ? `${bound / 60}m` : `${bound / 3_600}h`;
}

/**
 * The bound under which so many lie.
 * @param {readonly number[]} bars
 * @param {number} wanted
 * @param {readonly number[]} bounds
 */
function withinOf(bars, wanted, bounds) {
  let passed = 0;
  const at = bars.findIndex((bar) => {
    passed += bar;
    return passed >= wanted;
  });
  const bound = bounds[at];
  return bound === undefined ? `more than ${lasting((bounds.at(-1) ?? 0) * 1_000)}` : lasting(bound * 1_000);
}

/** @param {readonly number[]} bars */
function sum(bars) {
  return bars.reduce((all, n) => all + n, 0);
}
