import { createInterface } from "node:readline";
import { Fatal } from "../errors.ts";
import { visibleLines } from "../ops/shown.ts";

/** Somebody who answers. */
export interface Terminal extends Disposable {
  /** One line, trimmed. Throws Fatal where none comes any more. */
  ask(question: string): Promise<string>;
  tell(text: string): void;
}

/** The terminal we were started in; undefined where there is none. The kernel edits lines, and Ctrl-C is a signal. */
export function openTerminal(signal: AbortSignal): Terminal | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  signal.addEventListener("abort", () => stopped.reject(ended()), { once: true });
  return {
    async ask(question) {
      process.stdout.write(question);
      const { done, value } = await Promise.race([lines.next(), stopped.promise]);
      if (done === true) throw ended();
      return value.trim();
    },
    tell: (text) => void process.stdout.write(`${visibleLines(text)}\n`),
    [Symbol.dispose]: () => reader.close(),
  };
}

function ended(): Fatal {
  return new Fatal("stopped", "stopped before every question was answered; nothing was written");
}
