import type { ServerResponse } from "node:http";
import { sleep } from "../time.ts";

export interface Misbehaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly reset?: boolean;
  readonly resetAfterBytes?: number;
  readonly drip?: boolean;
  readonly hang?: boolean;
}

/** Answers wrongly as asked; false when nothing but the delay was asked for and the real answer is still due. */
export async function misbehave(response: ServerResponse, fault: Misbehaviour): Promise<boolean> {
  if (fault.delayMs !== undefined) await delay(response, fault.delayMs);
  if (response.destroyed || fault.hang === true) return true;
  if (fault.reset === true) return cut(response);
  if (fault.resetAfterBytes !== undefined) return cutAfter(response, fault.resetAfterBytes);
  if (fault.drip === true) return drip(response);
  if (fault.status === undefined) return false;
  const raw = fault.body === undefined || typeof fault.body === "string" || fault.body instanceof Uint8Array;
  const body = raw ? fault.body : JSON.stringify(fault.body);
  response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers }).end(body);
  return true;
}

/** Ends early when the client goes away. */
async function delay(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once("close", leave);
  await sleep(ms, gone.signal).catch(() => {});
  response.off("close", leave);
}

/** TCP reset. */
export function cut(response: ServerResponse): true {
  response.socket?.resetAndDestroy();
  return true;
}

function cutAfter(response: ServerResponse, bytes: number): true {
  response.writeHead(200, { "content-type": "application/json", "content-length": bytes + 1000 });
  response.write(`{"${"x".repeat(Math.max(0, bytes - 2))}`, () => cut(response));
  return true;
}

function drip(response: ServerResponse): true {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 10);
  response.once("close", () => clearInterval(timer));
  return true;
}
