/**
 * @typedef {object} Following
 * @property {() => Record<string, string>} headers what shows the token
 * @property {(event: string, data: string) => void} onEvent
 * @property {() => void} onOpen
 * @property {(retryMs: number) => void} onLost
 * @property {(status: number, error: string) => void} onRefused it is not tried again
 */

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** Twice the server's heartbeat and a little: what is silent longer is gone. */
const silentMs = 25_000;

/**
 * Follows `GET /live` with `fetch`, because an EventSource cannot show a token; after a loss it goes on where it was.
 * @param {Following} following
 * @param {AbortSignal} signal
 */
export async function follow(following, signal) {
  let lastId = "";
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    const watchdog = new Watchdog(signal);
    try {
      const answer = await fetch("/live", {
        headers: { ...following.headers(), ...(lastId === "" ? {} : { "last-event-id": lastId }) },
        cache: "no-store",
        signal: watchdog.signal,
      });
      if (answer.status === 401 || answer.status === 403) {
        return following.onRefused(answer.status, await errorOf(answer));
      }
      if (answer.ok && answer.body) {
        following.onOpen();
        pauseMs = firstPauseMs;
        for await (const { id, event, data } of eventsOf(answer.body, () => watchdog.feed())) {
          lastId = id;
          following.onEvent(event, data);
        }
      }
    } catch {
      // A lost connection: tried again below.
    } finally {
      watchdog.end();
    }
    if (signal.aborted) return;
    following.onLost(pauseMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

/**
 * What an answer says is wrong.
 * @param {Response} answer
 * @returns {Promise<string>}
 */
export async function errorOf(answer) {
  try {
    const { error } = await answer.json();
    return typeof error === "string" ? error : `HTTP ${answer.status}`;
  } catch {
    return `HTTP ${answer.status}`;
  }
}

/** Ends a connection on which nothing comes any more. */
class Watchdog {
  #silence = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.signal = AbortSignal.any([signal, this.#silence.signal]);
    this.feed();
  }

  feed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silence.abort(), silentMs);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/**
 * Server-sent events, each of one `data` line, as our server writes them.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {() => void} onBytes
 */
async function* eventsOf(body, onBytes) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onBytes();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => fieldOf(line)));
      const data = fields.get("data");
      if (data !== undefined) yield { id: fields.get("id") ?? "", event: fields.get("event") ?? "", data };
    }
  }
}

/**
 * @param {string} line
 * @returns {[string, string]}
 */
function fieldOf(line) {
  const at = line.indexOf(": ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 2)];
}
