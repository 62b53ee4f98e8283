import { styleText } from "node:util";
import progress from "cli-progress";
import Table from "cli-table3";
import { createLogUpdate } from "log-update";
import { type Act, isSettled } from "./cast.ts";
import { seconds, share, shorten } from "./text.ts";

/** What a person watches while the conversations play. */
export interface Board {
  /** Something happened that the picture does not show by itself; said where there is no picture. */
  say(what: string, about: string): void;
  /** Draws the last picture and leaves it standing; a second time does nothing. */
  close(): void;
}

const redrawEveryMs = 100;
/** From this width on a table has room for whole categories. */
const wideFrom = 100;
const marks: Record<Act["state"], string> = {
  "to come": styleText("dim", "·"),
  talking: styleText("cyan", "●"),
  ended: styleText("yellow", "◆"),
  posted: styleText("green", "✔"),
  skipped: styleText("magenta", "–"),
  dead: styleText("red", "✘"),
};

/** A picture that is drawn again and again on a terminal, plain lines elsewhere. */
export function createBoard(picture: (columns: number) => string, out: NodeJS.WriteStream): Board {
  return out.isTTY ? livePicture(picture, out) : plainLines(out);
}

function livePicture(picture: (columns: number) => string, out: NodeJS.WriteStream): Board {
  const update = createLogUpdate(out, { showCursor: false });
  const draw = (): void => update(picture(out.columns));
  draw();
  const timer = setInterval(draw, redrawEveryMs);
  let closed = false;
  return {
    say() {},
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

function plainLines(out: NodeJS.WriteStream): Board {
  const start = performance.now();
  return {
    say(what, about) {
      const at = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
      out.write(`${at} s  ${what.padEnd(11)}  ${about}\n`);
    },
    close() {},
  };
}

/** The conversations as a table above a bar, as text of at most that many columns. */
export function picture(cast: readonly Act[], columns: number): string {
  const wide = columns >= wideFrom;
  const outcomeWidth = wide ? 37 : 27;
  const longest = Math.max(...cast.map(({ story }) => story.title.length));
  const titleWidth = Math.max(12, Math.min(longest, columns - outcomeWidth - 16));
  const table = plainTable(
    [
      { width: 2 },
      { width: titleWidth + 2, head: "conversation" },
      { width: 6 },
      { width: outcomeWidth, head: "contact log" },
      { width: 7, head: "after", right: true },
    ],
    cast.map((act) => [
      marks[act.state],
      shorten(act.story.title, titleWidth),
      act.story.medium === "voice" ? "call" : "chat",
      outcomeOf(act, wide),
      act.latencyMs === undefined ? "" : seconds(act.latencyMs, act.latencyMs < 10_000 ? 2 : 1),
    ]),
  );
  return `${table}\n\n${bar(cast.filter(isSettled).length, cast.length, columns)}\n`;
}

/** One line of what is said of an act where there is no table. */
export function sentenceOf(act: Act): string {
  const news = act.log ? outcomeOf(act, true) : act.reason;
  return news === undefined ? act.story.title : `${act.story.title}  →  ${news}`;
}

function outcomeOf({ state, log, reason }: Act, wide: boolean): string {
  if (state === "posted" && log) return wide ? `${log.category} › ${log.subcategory}` : log.subcategory;
  if (state === "skipped") return styleText("magenta", `skipped: ${reason}`);
  if (state === "dead") return styleText("red", `dead: ${reason}`);
  if (reason !== undefined) return styleText("yellow", `waits: ${reason}`);
  return state === "to come" ? "" : styleText("dim", state);
}

export interface Column {
  /** Its padding on the right included. */
  readonly width: number;
  readonly head?: string;
  readonly right?: boolean;
}

/** Columns without borders. */
export function plainTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const sides = ["top", "bottom", "left", "right", "mid"] as const;
  const corners = ["top-mid", "top-left", "top-right", "bottom-mid", "bottom-left", "bottom-right"] as const;
  const joints = ["left-mid", "mid-mid", "right-mid", "middle"] as const;
  const table = new Table({
    head: columns.map(({ head }) => (head ? styleText("dim", head) : "")),
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map(({ right }) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 1 },
    chars: Object.fromEntries([...sides, ...corners, ...joints].map((name) => [name, ""])),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `███░░░ 5 of 12` */
export function bar(done: number, all: number, columns: number, unit = ""): string {
  const barsize = Math.max(10, Math.min(40, columns - 30));
  const drawn = progress.Format.BarFormat(share(done, all), {
    barsize,
    barCompleteString: "█".repeat(barsize),
    barIncompleteString: "░".repeat(barsize),
    barGlue: "",
  });
  const painted = drawn
    .replace(/█+/, (full) => styleText("green", full))
    .replace(/░+/, (rest) => styleText("dim", rest));
  return `  ${painted} ${done} of ${all}${unit === "" ? "" : ` ${unit}`}`;
}
