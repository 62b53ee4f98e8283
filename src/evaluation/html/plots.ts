import type { Bin, CoveragePoint } from "../calibration.ts";
import type { Confusion } from "../classification.ts";
import type { Estimate } from "../statistics.ts";
import { percent } from "./figures.ts";
import { html, type Markup } from "./markup.ts";

interface Box {
  readonly width: number;
  readonly height: number;
}

function figure(label: string, { width, height }: Box, drawing: readonly Markup[]): Markup {
  return html`<figure><svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${drawing}</svg><figcaption>${label}</figcaption></figure>
`;
}

export interface Bar {
  readonly label: string;
  readonly estimate: Estimate;
  /** Shares to hold it against, drawn across the bar. */
  readonly chance: number;
  readonly commonest: number;
}

const barRow = 26;
const barLabel = 250;
const barWidth = 320;

/** Shares as bars with their intervals. */
export function barPlot(label: string, bars: readonly Bar[]): Markup {
  if (bars.length === 0) return html``;
  const x = (share: number) => barLabel + share * barWidth;
  const drawn = bars.map(({ label: name, estimate: { value, low, high }, ...against }, index) => {
    const y = index * barRow + 4;
    return html`<text x="${barLabel - 8}" y="${y + 13}" text-anchor="end">${short(name, 38)}</text>
<rect class="mark" x="${barLabel}" y="${y}" width="${(value * barWidth).toFixed(1)}" height="18" opacity=".75"/>
<line class="whisker" x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${y + 9}" y2="${y + 9}"/>
${tick("chance", x(against.chance), y)}${tick("commonest", x(against.commonest), y)}
<text class="faint" x="${barLabel + barWidth + 8}" y="${y + 13}">${percent(value)}</text>
`;
  });
  const axis = html`<line class="axis" x1="${barLabel}" x2="${barLabel}" y1="0" y2="${bars.length * barRow}"/>`;
  return figure(label, { width: barLabel + barWidth + 70, height: bars.length * barRow + 4 }, [
    axis,
    ...drawn,
  ]);
}

function tick(kind: string, x: number, y: number): Markup {
  return html`<line class="${kind}" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${y - 1}" y2="${y + 19}"/>`;
}

const square = { side: 260, left: 44, bottom: 34, top: 8 };

/** Axes from 0 to 1 both ways, with their names. */
function unitAxes(across: string, up: string): Markup {
  const { side, left, top } = square;
  const marks = [0, 0.25, 0.5, 0.75, 1];
  return html`${marks.map(
    (
      mark,
    ) => html`<line class="axis" x1="${left}" x2="${left + side}" y1="${unitY(mark)}" y2="${unitY(mark)}"/>
<text class="faint" x="${left - 6}" y="${unitY(mark) + 4}" text-anchor="end">${mark}</text>
<text class="faint" x="${unitX(mark)}" y="${top + side + 15}" text-anchor="middle">${mark}</text>
`,
  )}<text class="faint" x="${left + side / 2}" y="${top + side + 30}" text-anchor="middle">${across}</text>
<text class="faint" x="11" y="${top + side / 2}" text-anchor="middle" transform="rotate(-90 11 ${top + side / 2})">${up}</text>
`;
}

function unitX(share: number): number {
  return Math.round((square.left + share * square.side) * 10) / 10;
}
function unitY(share: number): number {
  return Math.round((square.top + (1 - share) * square.side) * 10) / 10;
}
const unitBox: Box = {
  width: square.left + square.side + 12,
  height: square.top + square.side + square.bottom,
};

/** How accurate the most confident part is. */
export function coveragePlot(label: string, points: readonly CoveragePoint[]): Markup {
  const path = points.map(({ share, accuracy }) => `${unitX(share)},${unitY(accuracy)}`).join(" ");
  const dots = points.map(
    ({ share, accuracy, confidence }) =>
      html`<circle class="mark" cx="${unitX(share)}" cy="${unitY(accuracy)}" r="3.5"><title>${percent(share)} kept, confidence ${confidence.toFixed(2)} and more: ${percent(accuracy)} right</title></circle>`,
  );
  const line = html`<polyline class="line" points="${path}"/>\n`;
  return figure(label, unitBox, [unitAxes("share kept", "right"), line, ...dots]);
}

/** Confidence against what came true; the size of a dot is that of its bin. */
export function reliabilityPlot(label: string, bins: readonly Bin[]): Markup {
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const diagonal = html`<line class="guide" x1="${unitX(0)}" y1="${unitY(0)}" x2="${unitX(1)}" y2="${unitY(1)}"/>\n`;
  const dots = bins.map(
    ({ confidence, accuracy, n }) =>
      html`<circle class="mark" opacity=".8" cx="${unitX(confidence)}" cy="${unitY(accuracy)}" r="${(3 + 9 * Math.sqrt(n / most)).toFixed(1)}"><title>${n} logs at confidence ${confidence.toFixed(2)}: ${percent(accuracy)} right</title></circle>`,
  );
  return figure(label, unitBox, [unitAxes("confidence", "right"), diagonal, ...dots]);
}

const cell = 30;
const heatLabel = 230;
const mostLabels = 30;

/** Rows: label in the data; columns: what was chosen. The darker, the larger its share of the row. */
export function confusionPlot(label: string, { labels, counts }: Confusion): Markup {
  const shown = labels.slice(0, mostLabels);
  const head = 170;
  const columns = [...shown.map((_, index) => index), labels.length];
  const name = (index: number) => labels[index] ?? "(no log)";
  const heads = columns.map((column, place) => {
    const x = heatLabel + place * cell + cell / 2;
    return html`<text class="faint" x="${x}" y="${head - 8}" transform="rotate(-60 ${x} ${head - 8})">${short(name(column), 26)}</text>\n`;
  });
  const rows = shown.map((gold, row) => {
    const y = head + row * cell;
    const total = Math.max(
      1,
      (counts[row] ?? []).reduce((sum, n) => sum + n, 0),
    );
    const cells = columns.map((column, place) => {
      const n = counts[row]?.[column] ?? 0;
      return n === 0
        ? undefined
        : heatCell(heatLabel + place * cell, y, n, n / total, `${gold} taken for ${name(column)}: ${n}`);
    });
    return html`<text x="${heatLabel - 8}" y="${y + 19}" text-anchor="end">${short(gold, 32)}</text>\n${cells}`;
  });
  const more =
    labels.length > shown.length ? ` The ${shown.length} commonest of ${labels.length} labels.` : "";
  const box = { width: heatLabel + columns.length * cell + 90, height: head + shown.length * cell + 8 };
  return figure(`${label}${more}`, box, [...heads, ...rows]);
}

function heatCell(x: number, y: number, n: number, share: number, title: string): Markup {
  return html`<g><title>${title}</title><rect class="mark" x="${x}" y="${y}" width="${cell - 2}" height="${cell - 2}" opacity="${(0.12 + 0.6 * share).toFixed(2)}"/><text x="${x + cell / 2 - 1}" y="${y + 19}" text-anchor="middle">${n}</text></g>\n`;
}

/** How long writings took. */
export function histogramPlot(
  label: string,
  bins: readonly { readonly fromMs: number; readonly toMs: number; readonly n: number }[],
): Markup {
  const box: Box = { width: 380, height: 190 };
  const [left, base, tall] = [10, 160, 145];
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const width = (box.width - 2 * left) / Math.max(1, bins.length);
  const bars = bins.map(({ fromMs, toMs, n }, index) => {
    const height = (n / most) * tall;
    return html`<rect class="mark" x="${(left + index * width).toFixed(1)}" y="${(base - height).toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${height.toFixed(1)}"><title>${fromMs} to ${toMs} ms: ${n}</title></rect>\n`;
  });
  const axis = html`<line class="axis" x1="${left}" x2="${box.width - left}" y1="${base}" y2="${base}"/>
<text class="faint" x="${left}" y="${base + 16}">0 ms</text>
<text class="faint" x="${box.width - left}" y="${base + 16}" text-anchor="end">${bins.at(-1)?.toMs ?? 0} ms</text>
`;
  return figure(label, box, [axis, ...bars]);
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
