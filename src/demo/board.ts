import { styleText } from "node:util";
import progress from "cli-progress";
import Table from "cli-table3";
import { createLogUpdate } from "log-update";
import { type Act, isSettled } from "./cast.ts";

/** What a person watches while the conversations play. */
export interface Board {
  /** An act changed; `what` is said where there is no table. */
  changed(act: Act, what: string): void;
  /** Draws the last picture and leaves it standing; a second time does nothing. */
  close(): void;
}

const redrawEveryMs = 100;
const marks: Record<Act["state"], string> = {
  "to come": styleText("dim", "·"),
  talking: styleText("cyan", "●"),
  ended: styleText("yellow", "◆"),
  posted: styleText("green", "✔"),
  skipped: styleText("magenta", "–"),
};

/** A live table with a progress bar on a terminal, plain lines elsewhere. */
export function createBoard(cast: readonly Act[], out: NodeJS.WriteStream): Board {
  return out.isTTY ? liveTable(cast, out) : plainLines(out);
}

function liveTable(cast: readonly Act[], out: NodeJS.WriteStream): Board {
  const update = createLogUpdate(out, { showCursor: false });
  const draw = (): void => update(picture(cast, out.columns));
  const timer = setInterval(draw, redrawEveryMs);
  let closed = false;
  return {
    changed() {},
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

/** The table as text; exported for its test. */
export function picture(cast: readonly Act[], columns: number): string {
  const wide = columns >= 100;
  const outcomeWidth = wide ? 44 : 28;
  const titleWidth = Math.max(20, Math.min(58, columns - outcomeWidth - 24));
  const table = new Table({
    head: ["", "conversation", "", "contact log", "after"],
    colWidths: [3, titleWidth, 7, outcomeWidth, 9],
    colAligns: ["left", "left", "left", "left", "right"],
    style: { head: ["dim"], border: ["dim"], compact: true },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      left: "",
      right: "",
      middle: " ",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      mid: "",
      "left-mid": "",
      "mid-mid": "",
      "right-mid": "",
    },
  });
  for (const act of cast) {
    table.push([
      marks[act.state],
      act.story.title,
      act.story.medium === "voice" ? "call" : "chat",
      outcomeOf(act),
      act.latencyMs === undefined ? "" : seconds(act.latencyMs),
    ]);
  }
  const settled = cast.filter(isSettled).length;
  const bar = progress.Format.BarFormat(settled / cast.length, {
    barsize: 40,
    barCompleteString: "█".repeat(40),
    barIncompleteString: "░".repeat(40),
    barGlue: "",
  });
  return `${table.toString()}\n\n  ${bar} ${settled} of ${cast.length}\n`;
}

function plainLines(out: NodeJS.WriteStream): Board {
  const start = performance.now();
  return {
    changed(act, what) {
      const at = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
      out.write(
        `${at} s  ${what.padEnd(16)}  ${act.story.title}${act.state === "posted" ? `  →  ${outcomeOf(act)}` : ""}\n`,
      );
    },
    close() {},
  };
}

function outcomeOf({ state, log, reason }: Act): string {
  if (state === "posted" && log) return `${log.category} › ${log.subcategory}`;
  if (state === "skipped") return styleText("magenta", `skipped: ${reason}`);
  return state === "to come" ? "" : styleText("dim", state);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
