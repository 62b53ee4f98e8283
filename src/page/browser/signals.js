import { arrange, make, place } from "./dom.js";
import { clock, count, lasting, worded } from "./figures.js";

/** @typedef {{ readonly isWell: boolean, readonly at: number }} Standing */
/** @typedef {{ readonly state: string, readonly reason: string, readonly lengthMs: number, readonly at: number }} Gap */
/**
 * @typedef {object} Signals
 * @property {Record<string, Standing>} channels
 * @property {Record<string, Standing>} circuits
 * @property {readonly Gap[]} gaps
 */
/**
 * @typedef {object} Spent
 * @property {number} cost
 * @property {string} currency
 * @property {number | null} dailyBudget
 * @property {boolean} budgetSpent
 * @property {number} requests
 * @property {number} inputTokens
 * @property {number} cachedInputTokens
 * @property {number} outputTokens
 */

/**
 * Channels, circuits and gaps; what is well comes last.
 * @param {Signals} signals
 */
export function showSignals({ channels, circuits, gaps }) {
  list("channels", standings(channels, "channel ", "connected", "not connected"));
  list("circuits", standings(circuits, "", "closed again", "open: its contacts wait"));
  list(
    "gaps",
    gaps.map(({ state, reason, lengthMs, at }) => ({
      says: `${clock(at)} ${state}: ${worded(reason)}, ${lasting(lengthMs)}`,
      isWell: state === "filled",
    })),
  );
}

/**
 * @param {string | null} deaf
 * @param {{ open: number, filled: number } | undefined} gaps
 */
export function showHearing(deaf, gaps) {
  place("hearing").replaceChildren(
    verdict(deaf === null, deaf === null ? "hears every end" : deaf),
    gaps && gaps.open > 0
      ? make("p", {}, `${count(gaps.open)} gaps are still to be filled from history`)
      : "",
  );
}

/** @param {Spent | null} spent */
export function showSpending(spent) {
  const words =
    !spent || spent.requests === 0
      ? ["no model was asked today"]
      : [
          `${spent.currency} ${spent.cost.toFixed(4)}${spent.dailyBudget === null ? "" : ` of ${spent.dailyBudget}`}`,
          `${count(spent.requests)} requests`,
          `${count(spent.inputTokens)} tokens in, ${count(spent.cachedInputTokens)} of them cached`,
          `${count(spent.outputTokens)} tokens out`,
        ];
  place("spending").replaceChildren(
    ...(spent?.budgetSpent
      ? [make("li", {}, verdict(false, "the day's budget is spent: contacts wait"))]
      : []),
    ...words.map((one) => make("li", {}, one)),
  );
}

/**
 * @param {Readonly<Record<string, Standing>>} standing
 * @param {string} prefix
 * @param {string} well
 * @param {string} ill
 */
function standings(standing, prefix, well, ill) {
  return Object.entries(standing)
    .map(([name, { isWell, at }]) => ({
      says: `${prefix}${name}: ${isWell ? well : ill} since ${clock(at)}`,
      isWell,
    }))
    .sort((a, b) => Number(a.isWell) - Number(b.isWell));
}

/**
 * @param {string} id
 * @param {readonly { readonly says: string, readonly isWell: boolean }[]} entries
 */
function list(id, entries) {
  arrange(
    place(id),
    entries.map(({ says, isWell }) => ({
      key: says,
      text: "",
      build: () => make("li", {}, verdict(isWell, says)),
    })),
  );
  place(`none-${id}`).hidden = entries.length > 0;
}

/**
 * A sign that does not need colour to be read.
 * @param {boolean} isWell
 * @param {string} says
 */
function verdict(isWell, says) {
  return make(
    "span",
    { class: isWell ? "verdict good" : "verdict bad" },
    make("span", { "aria-hidden": "true" }, isWell ? "✓ " : "✗ "),
    says,
  );
}
