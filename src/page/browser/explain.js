import { make, place } from "./dom.js";
import { brandName, clock, lasting, worded } from "./figures.js";

/** @typedef {{ readonly at: number, readonly key?: string, readonly step: string, readonly detail?: string }} Step */
/**
 * @typedef {object} State
 * @property {string} [reason]
 * @property {string} [message]
 * @property {number} [dueAt]
 * @property {number} attempts
 * @property {string} stage
 */
/** @typedef {State & { readonly destination: string }} Delivery */
/** @typedef {State & { readonly key: string, readonly medium: string, readonly brand?: string, readonly deliveries: readonly Delivery[] }} ContactState */
/**
 * @typedef {object} Told
 * @property {string} conversationId
 * @property {readonly Step[]} steps
 * @property {readonly ContactState[]} contacts
 * @property {number} [noticeDueAt]
 * @property {readonly { readonly key: string, readonly destination: string, readonly body: string }[]} [logs]
 */

/**
 * What happened to a conversation and why, step by step.
 * @param {Told} told
 */
export function showExplained({ conversationId, steps, contacts, noticeDueAt, logs = [] }) {
  place("explained-id").textContent = conversationId;
  const first = steps[0]?.at ?? 0;
  place("explained-rows").replaceChildren(
    ...steps.map(({ at, step, detail }) =>
      make(
        "tr",
        {},
        make("td", { class: "n" }, clock(at)),
        make("td", { class: "n" }, `+${lasting(at - first)}`),
        make("th", { scope: "row" }, worded(step)),
        make("td", {}, detail),
      ),
    ),
  );
  place("explained-state").replaceChildren(
    ...(noticeDueAt === undefined ? [] : [make("li", {}, `to be looked at ${clock(noticeDueAt)}`)]),
    ...contacts.flatMap((one) => [
      make("li", {}, `${one.key} (${one.medium}, ${brandName(one.brand)}): ${standing(one)}`),
      ...one.deliveries.map((each) => make("li", {}, `to ${each.destination}: ${standing(each)}`)),
    ]),
  );
  place("explained-logs").replaceChildren(
    ...logs.flatMap(({ destination, body }) => [
      make("h3", {}, `Contact log for ${destination}, not sent yet`),
      make("pre", { tabindex: "0" }, pretty(body)),
    ]),
  );
}

/** @param {State} state */
function standing({ stage, reason, message, dueAt, attempts }) {
  return [
    stage === "dead" ? "a dead letter" : stage,
    ...(reason === undefined ? [] : [worded(reason)]),
    ...(message === undefined ? [] : [message]),
    ...(attempts > 0 ? [`${attempts} tries failed`] : []),
    ...(dueAt === undefined ? [] : [`next try ${clock(dueAt)}`]),
  ].join(", ");
}

/** @param {string} body */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
