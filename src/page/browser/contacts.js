import { arrange, make, place } from "./dom.js";
import { brandName, clock, lasting, worded } from "./figures.js";

/**
 * @typedef {object} Contact
 * @property {string} key
 * @property {string} conversationId
 * @property {string} medium
 * @property {string} [brand]
 * @property {"recorded" | "written" | "posted" | "skipped" | "dead"} stage
 * @property {string} [reason]
 * @property {number} endedAt
 * @property {number} recordedAt
 * @property {number} [settledAt]
 */

/** What it is called, and how far along the three steps of the way it is. */
const stages = {
  recorded: { says: "recorded", done: 1 },
  written: { says: "written", done: 2 },
  posted: { says: "posted", done: 3 },
  skipped: { says: "skipped", done: 0 },
  dead: { says: "dead letter", done: 0 },
};

/**
 * The last contacts, newest first.
 * @param {readonly Contact[]} contacts
 * @param {(conversationId: string) => void} onOpen
 */
export function showContacts(contacts, onOpen) {
  const newest = contacts.toSorted((a, b) => b.recordedAt - a.recordedAt || (a.key < b.key ? -1 : 1));
  arrange(
    place("contact-rows"),
    newest.map((one) => ({ key: one.key, text: JSON.stringify(one), build: () => rowOf(one, onOpen) })),
  );
  place("contacts-none").hidden = newest.length > 0;
}

/**
 * @param {Contact} one
 * @param {(conversationId: string) => void} onOpen
 */
function rowOf(one, onOpen) {
  const { conversationId, medium, brand, stage, reason, endedAt, settledAt } = one;
  const took = settledAt === undefined ? "" : lasting(settledAt - endedAt);
  return make(
    "tr",
    { class: `stage-${stage}` },
    make("td", { class: "n" }, make("time", { datetime: new Date(endedAt).toISOString() }, clock(endedAt))),
    make("th", { scope: "row" }, opener(conversationId, onOpen)),
    make("td", {}, `${brandName(brand)} · ${medium}`),
    make("td", {}, mark(stage), reason === undefined ? undefined : `: ${worded(reason)}`),
    make("td", { class: "n" }, took),
  );
}

/**
 * A conversation's id, which opens what happened to it.
 * @param {string} conversationId
 * @param {(conversationId: string) => void} onOpen
 */
export function opener(conversationId, onOpen) {
  return make(
    "button",
    {
      type: "button",
      class: "id",
      "data-focus": "open",
      "aria-haspopup": "dialog",
      title: `what happened to ${conversationId}`,
      click: () => onOpen(conversationId),
    },
    conversationId,
  );
}

/** @param {keyof typeof stages} stage */
function mark(stage) {
  const { says, done } = stages[stage];
  const steps = done > 0 ? `${"●".repeat(done)}${"○".repeat(3 - done)} ` : stage === "dead" ? "✗ " : "– ";
  return make(
    "span",
    { class: "stage" },
    make("span", { "aria-hidden": "true", class: "steps" }, steps),
    says,
  );
}
