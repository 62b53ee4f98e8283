import { until } from "../harness.ts";

/** A server-sent event whose data is an object. */
export interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface Listening extends Disposable {
  /** The next event that will do; those before it are let go. */
  next(wanted: (event: Event) => boolean): Promise<Event>;
  /** Resolves when the other side ends it. */
  readonly ended: Promise<void>;
}

/** Listens to `GET /live`. */
export async function listen(url: string, headers: Record<string, string>): Promise<Listening> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/live`, { headers, signal: stop.signal });
  if (answer.status !== 200 || !answer.body) throw new Error(`GET /live: HTTP ${answer.status}`);
  const events: Event[] = [];
  const ended = read(answer.body, events).catch(() => {});
  return {
    ended,
    async next(wanted) {
      return await until(() => {
        const at = events.findIndex(wanted);
        return at < 0 ? undefined : events.splice(0, at + 1).at(-1);
      }, "an event");
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}

async function read(body: ReadableStream<Uint8Array>, events: Event[]): Promise<void> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, id = "", event = "", data = ""] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (data !== "") events.push({ id, event, data: JSON.parse(data) });
    }
  }
}
