import { opener } from "./contacts.js";
import { arrange, make, place } from "./dom.js";
import { brandName, clock, count, worded } from "./figures.js";

/**
 * @typedef {object} Letter
 * @property {string} key
 * @property {string} conversationId
 * @property {string} [destination]
 * @property {string} [brand]
 * @property {string} at
 * @property {string} reason
 * @property {string} [message]
 * @property {number} attempts
 * @property {number} diedAt
 */

/**
 * @typedef {object} Acts
 * @property {(conversationId: string) => void} onOpen
 * @property {(letter: Letter) => Promise<void>} onReplay
 */

/**
 * Dead letters with their cause, and where the token was shown a button that sends one again.
 * @param {{ readonly total: number, readonly rows: readonly Letter[] }} letters
 * @param {boolean} mayChange
 * @param {Acts} acts
 */
export function showLetters({ total, rows }, mayChange, acts) {
  arrange(
    place("letter-rows"),
    rows.map((one) => ({
      key: `${one.key} ${one.destination ?? ""}`,
      text: `${mayChange} ${JSON.stringify(one)}`,
      build: () => rowOf(one, mayChange, acts),
    })),
  );
  place("letters-none").hidden = total > 0;
  place("letters-table").hidden = total === 0;
  place("letters-count").textContent =
    total > rows.length ? `The newest ${count(rows.length)} of ${count(total)}.` : "";
  place("letters-closed").hidden = mayChange || total === 0;
}

/**
 * @param {Letter} one
 * @param {boolean} mayChange
 * @param {Acts} acts
 */
function rowOf(one, mayChange, { onOpen, onReplay }) {
  const { conversationId, brand, destination, reason, message, attempts, diedAt } = one;
  const to = destination === undefined ? "" : ` → ${destination}`;
  return make(
    "tr",
    {},
    make("td", { class: "n" }, make("time", { datetime: new Date(diedAt).toISOString() }, clock(diedAt))),
    make("th", { scope: "row" }, opener(conversationId, onOpen)),
    make("td", {}, `${brandName(brand)}${to}`),
    make(
      "td",
      { class: "cause" },
      make("b", {}, worded(reason)),
      message === undefined ? undefined : make("p", {}, message),
      attempts > 0 ? make("p", { class: "soft" }, `${count(attempts)} tries failed`) : undefined,
    ),
    make("td", {}, mayChange ? replayButton(one, onReplay) : undefined),
  );
}

/**
 * @param {Letter} one
 * @param {Acts["onReplay"]} onReplay
 */
function replayButton(one, onReplay) {
  const button = make(
    "button",
    {
      type: "button",
      "data-focus": "replay",
      "aria-label": `Replay ${one.conversationId}${one.destination === undefined ? "" : ` to ${one.destination}`}`,
      async click() {
        button.setAttribute("disabled", "");
        await onReplay(one);
        button.removeAttribute("disabled");
      },
    },
    "Replay",
  );
  return button;
}
