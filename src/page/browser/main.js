import { showBalance } from "./balance.js";
import { showContacts } from "./contacts.js";
import { make, place } from "./dom.js";
import { showExplained } from "./explain.js";
import { count } from "./figures.js";
import { showLatency } from "./latency.js";
import { showLetters } from "./letters.js";
import { showHearing, showSignals, showSpending } from "./signals.js";
import { errorOf, follow } from "./stream.js";

/** Kept for this tab alone, and gone with it. */
const tokenName = "contactlogd token";
/** How things stand is read out at most this often. */
const tellEveryMs = 5_000;

const notTheToken = "That is not the token.";

/** @type {Map<string, any>} */
const parts = new Map();
let token = sessionStorage.getItem(tokenName) ?? "";
let following = new AbortController();

/** @returns {Record<string, string>} */
function headers() {
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}

function begin() {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  void follow({ headers, onEvent: take, onOpen, onLost, onRefused }, signal);
}

function onOpen() {
  place("sign-in").hidden = true;
  place("sign-out").hidden = token === "";
  say("stream", "live");
  document.body.dataset.stream = "live";
}

/** @param {number} retryMs */
function onLost(retryMs) {
  say("stream", `connection lost, trying again in ${Math.ceil(retryMs / 1_000)} s; what is shown may be old`);
  document.body.dataset.stream = "lost";
}

/**
 * @param {number} status
 * @param {string} error
 */
function onRefused(status, error) {
  document.body.dataset.stream = "refused";
  say("stream", status === 401 ? "the token is needed" : error);
  if (status !== 401) return;
  say("sign-in-error", token === "" ? "" : notTheToken);
  forget();
  place("sign-in").hidden = false;
  place("token").focus();
}

function forget() {
  token = "";
  sessionStorage.removeItem(tokenName);
}

/**
 * @param {string} event
 * @param {string} data
 */
function take(event, data) {
  if (event === "whole") parts.clear();
  for (const [name, value] of Object.entries(JSON.parse(data))) parts.set(name, value);
  show();
}

/** What was shown, by name: what did not change is not touched. */
function show() {
  const { mayChange, boundsSeconds } = parts.get("settings");
  const status = parts.get("status");
  const signals = parts.get("signals");
  showBalance(status[chosen("period")]);
  showHearing(status.deaf, status.sinceStart["*"]?.gaps);
  showSpending(status.spending);
  showSignals(signals);
  showLatency(parts.get("latency"), chosen("span"), boundsSeconds);
  showContacts(contacts(), open);
  showLetters(parts.get("letters"), mayChange, { onOpen: open, onReplay: replay });
}

const shownContacts = 50;

/** The last ones; older ones are forgotten here too. */
function contacts() {
  const known = [...parts].filter(([name]) => name.startsWith("contact "));
  known.sort(([, a], [, b]) => b.recordedAt - a.recordedAt);
  for (const [name] of known.splice(shownContacts)) parts.delete(name);
  return known.map(([, value]) => value);
}

/** Tells those who listen to the page how things stand; what is said already is not said again. */
function tell() {
  const all = parts.get("status")?.sinceStart["*"];
  if (!all) return;
  const { total } = parts.get("letters");
  say("told", `${count(all.posted)} posted of ${count(all.ended)} ended, ${count(total)} dead letters`);
}

/** @param {string} conversationId */
async function open(conversationId) {
  const answer = await ask(`/explain/${encodeURIComponent(conversationId)}`);
  if (typeof answer === "string") return say("done", `Cannot explain it: ${answer}`);
  showExplained(await answer.json());
  const dialog = place("explained");
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @param {import("./letters.js").Letter} letter */
async function replay({ key, destination, conversationId }) {
  const answer = await ask("/dead/replay", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key, route: destination }),
  });
  say("done", typeof answer === "string" ? `Not replayed: ${answer}` : `Replayed ${conversationId}`);
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response | string>} the answer, or what is wrong
 */
async function ask(path, init = {}) {
  try {
    const answer = await fetch(path, {
      ...init,
      headers: { ...init.headers, ...headers() },
      cache: "no-store",
    });
    return answer.ok ? answer : await errorOf(answer);
  } catch {
    return "contactlogd does not answer";
  }
}

/**
 * @param {string} id
 * @param {string} text
 */
function say(id, text) {
  const at = place(id);
  if (at.textContent !== text) at.replaceChildren(make("span", {}, text));
}

/** @param {"period" | "span"} name */
function chosen(name) {
  return /** @type {HTMLSelectElement} */ (place(name)).value;
}

for (const name of ["period", "span"]) {
  place(name).addEventListener("change", () => {
    if (parts.has("settings")) show();
  });
}
place("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (place("token"));
  const given = field.value.trim();
  field.value = "";
  // What no header can carry is no token.
  if (!/^[\x21-\x7e]+$/.test(given)) return say("sign-in-error", notTheToken);
  token = given;
  sessionStorage.setItem(tokenName, token);
  begin();
});
place("sign-out").addEventListener("click", () => {
  forget();
  location.reload();
});
place("explained-close").addEventListener("click", () => {
  /** @type {HTMLDialogElement} */ (place("explained")).close();
});
// What scrolls has to be reachable with the keyboard.
for (const one of document.querySelectorAll(".scroll")) one.setAttribute("tabindex", "0");
setInterval(tell, tellEveryMs);
begin();
