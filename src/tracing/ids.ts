import { createHash, createHmac, randomBytes } from "node:crypto";
import { hashKey } from "../ops/ids.ts";

const traceDigits = 32;
const spanDigits = 16;
/** The last 56 bits of a trace id decide whether it is sampled, as everywhere in W3C Trace Context level 2. */
const randomDigits = 14;

/** What spans are called by; the same for a contact in every process that works on the same state file. */
export interface TraceIds {
  /** Of a contact, by its key. */
  trace(key: string): string;
  /** Of a contact's own span; `life` counts how often it went on after its end. */
  contact(key: string, life: number): string;
  /** Of anything else. */
  fresh(): string;
  /** What stands for a contact's key, or a conversation's id, in an attribute. */
  shown(key: string): string;
  isSampled(key: string): boolean;
  /** The headers of W3C Trace Context beneath a contact's own span: the same in every try. */
  headers(key: string): { readonly traceparent: string };
}

/**
 * Ids made from the keys of contacts, so that later tries, a replay and the process after a restart go on in the same
 * trace.
 * @param idKey what ids are hashed with, where they may not be seen: then nobody else can tell whose a trace is;
 *   undefined: whoever knows the key of a contact can work out its trace
 */
export function createTraceIds(idKey: string | undefined, sampleRatio: number): TraceIds {
  const digest = (text: string): string =>
    (idKey === undefined ? createHash("sha256") : createHmac("sha256", idKey)).update(text).digest("hex");
  const trace = (key: string): string => digest(`trace ${key}`).slice(0, traceDigits);
  const leftOut = (1 - sampleRatio) * 16 ** randomDigits;
  const contact = (key: string, life: number): string =>
    digest(`contact ${life} ${key}`).slice(0, spanDigits);
  const isSampled = (key: string): boolean => Number.parseInt(trace(key).slice(-randomDigits), 16) >= leftOut;
  return {
    trace,
    contact,
    fresh: () => randomBytes(spanDigits / 2).toString("hex"),
    shown: (key) => (idKey === undefined ? key : hashKey(idKey, key)),
    isSampled,
    headers: (key) => ({
      traceparent: `00-${trace(key)}-${contact(key, 0)}-${isSampled(key) ? "01" : "00"}`,
    }),
  };
}
