import { styleText } from "node:util";
import { type Balance, type Books, brandsOf, countBy, nameOf, total } from "./audit.ts";
import { bar, plainTable } from "./board.ts";
import type { Fault } from "./faults.ts";
import { seconds, shorten, wrap } from "./text.ts";

/** A fault on its way: to come, on, over. Times in milliseconds since the hour began. */
export interface Trial {
  readonly fault: Fault;
  startedAt: number | undefined;
  overAt: number | undefined;
}

/** The hour as it goes. */
export interface Hour {
  readonly trials: readonly Trial[];
  readonly expected: number;
  readonly ended: number;
  /** Of all brands, as the daemon told it last. */
  readonly balance: Balance | undefined;
  /** Whether the daemon is there. */
  readonly isUp: boolean;
  readonly taken: number;
}

/** From this width on a table has room for how it shows that a fault is over. */
const wideFrom = 115;

/** Faults as a table above the daemon's own balance and a bar. */
export function picture(hour: Hour, columns: number): string {
  const { balance, ended, taken, expected, isUp } = hour;
  const line = !isUp ? styleText("red", "killed") : balance === undefined ? "" : sentenceOf(balance);
  const settled = balance ? balance.posted + total(balance.skipped) + total(balance.dead) : 0;
  return [
    faultTable(hour.trials, columns),
    "",
    `  ${styleText("dim", "simulator")}  ${ended} ended, ${taken} contact logs taken`,
    `  ${styleText("dim", "daemon")}     ${line}`,
    "",
    `${bar(settled, expected, columns, "settled")}\n`,
  ].join("\n");
}

/** `40 ended = 30 posted + 8 skipped + 2 waiting + 0 dead` */
export function sentenceOf({ ended, posted, skipped, waiting, dead }: Balance): string {
  return (
    `${ended} ended = ${posted} posted + ${total(skipped)} skipped + ` +
    `${total(waiting)} waiting + ${total(dead)} dead`
  );
}

export function faultTable(trials: readonly Trial[], columns: number): string {
  const wide = columns >= wideFrom;
  const happensWidth = Math.min(45, columns - 36);
  return plainTable(
    [
      { width: 3 },
      { width: 7, head: "at", right: true },
      { width: 19, head: " fault" },
      { width: happensWidth, head: "what happens" },
      { width: 8, head: "over in", right: true },
      ...(wide ? [{ width: 33, head: " which shows in" }] : []),
    ],
    trials.map(({ fault, startedAt, overAt }) => [
      ` ${markOf(startedAt, overAt)}`,
      startedAt === undefined ? "" : seconds(startedAt, 1),
      ` ${fault.name}`,
      shorten(fault.happens, happensWidth - 1),
      overAt !== undefined && startedAt !== undefined ? seconds(overAt - startedAt, 1) : "",
      ...(wide ? [styleText("dim", ` ${fault.over}`)] : []),
    ]),
  );
}

function markOf(startedAt: number | undefined, overAt: number | undefined): string {
  if (startedAt === undefined) return styleText("dim", "·");
  return overAt === undefined ? styleText("yellow", "●") : styleText("green", "✔");
}

/** What the watcher takes home: how ends were found, and both sides' books. */
export function report(
  { guests, taken, balances, foundBy }: Pick<Books, "guests" | "taken" | "balances" | "foundBy">,
  attempts: number,
  columns: number,
): string {
  const found = countBy(guests.map(({ conversationId }) => foundBy.get(conversationId) ?? "nobody"));
  const names: Readonly<Record<string, string>> = {
    notification: "by an event",
    backfill: "by back-fill: history of a time in which nothing was heard",
    sweep: "by sweep: history, though nothing seemed wrong",
    nobody: "by nobody",
  };
  const foundLines = Object.entries(names)
    .filter(([source]) => found[source] !== undefined)
    .map(([source, text]) => `  ${String(found[source]).padStart(4)}  ${text}`);
  const skipped = Object.entries(balances["*"]?.skipped ?? {}).map(([reason, n]) => `${n}\u00a0${reason}`);
  return [
    styleText("bold", "How their ends were found"),
    ...foundLines,
    "",
    styleText("bold", "The balance, by the daemon's own books and by the simulator's"),
    balanceTable(guests, balances),
    "",
    ...wrap(`  skipped: ${skipped.join(", ")}`, columns - 1, 2).map((line) => line.replaceAll("\u00a0", " ")),
    ...wrap(
      `  backend: ${attempts} posts for ${taken.length} contact logs; the rest failed, or were known already`,
      columns - 1,
      2,
    ),
  ].join("\n");
}

function balanceTable(guests: Books["guests"], balances: Books["balances"]): string {
  const rows = [...brandsOf(guests), "*"].map((brand) => {
    const one = balances[brand];
    const should = guests.filter((guest) => brand === "*" || guest.brand === brand).length;
    const isRight = one?.ended === should;
    return [
      "",
      brand === "*" ? "all" : nameOf(brand),
      String(one?.ended ?? "–"),
      `= ${one?.posted ?? "–"}`,
      `+ ${one ? total(one.skipped) : "–"}`,
      `+ ${one ? total(one.waiting) : "–"}`,
      `+ ${one ? total(one.dead) : "–"}`,
      `${should} ${isRight ? styleText("green", "✔") : styleText("red", "✘")}`,
    ];
  });
  return plainTable(
    [
      { width: 2 },
      { width: 12, head: "brand" },
      { width: 7, head: "ended", right: true },
      { width: 10, head: "= posted", right: true },
      { width: 11, head: "+ skipped", right: true },
      { width: 11, head: "+ waiting", right: true },
      { width: 8, head: "+ dead", right: true },
      { width: 15, head: "simulator", right: true },
    ],
    rows,
  );
}
