import { arrange, make, place } from "./dom.js";
import { brandName, count, total, worded } from "./figures.js";

/**
 * @typedef {object} Balance
 * @property {number} ended
 * @property {number} posted
 * @property {Record<string, number>} skipped
 * @property {Record<string, number>} waiting
 * @property {Record<string, number>} dead
 * @property {number} foundBySweep
 * @property {{ open: number, filled: number }} gaps
 */

/**
 * `ended = posted + skipped + waiting + dead`, by brand, and why.
 * @param {Readonly<Record<string, Balance>>} balances
 */
export function showBalance(balances) {
  const brands = Object.entries(balances).sort(([a], [b]) =>
    a === "*" ? 1 : b === "*" ? -1 : a < b ? -1 : 1,
  );
  arrange(
    place("balance-rows"),
    brands.map(([brand, one]) => ({ key: brand, text: JSON.stringify(one), build: () => rowOf(brand, one) })),
  );
  const all = balances["*"];
  for (const state of /** @type {const} */ (["skipped", "waiting", "dead"])) {
    showReasons(state, all ? all[state] : {});
  }
}

/**
 * @param {string} brand
 * @param {Balance} one
 */
function rowOf(brand, one) {
  const figures = [one.ended, one.posted, total(one.skipped), total(one.waiting), total(one.dead)];
  return make(
    "tr",
    { class: brand === "*" ? "all" : undefined },
    make("th", { scope: "row" }, brandName(brand)),
    ...figures.map((n, column) =>
      make("td", { class: column === 4 && n > 0 ? "n bad" : n === 0 ? "n none" : "n" }, count(n)),
    ),
  );
}

/**
 * @param {"skipped" | "waiting" | "dead"} state
 * @param {Readonly<Record<string, number>>} reasons
 */
function showReasons(state, reasons) {
  const list = place(`why-${state}`);
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  arrange(
    list,
    sorted.map(([reason, n]) => ({
      key: reason,
      text: String(n),
      build: () => make("li", {}, make("b", {}, count(n)), ` ${worded(reason)}`),
    })),
  );
  place(`none-${state}`).hidden = sorted.length > 0;
}
