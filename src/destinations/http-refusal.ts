import { Ambiguous, Permanent, Transient } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import type { Receipt } from "../model.ts";
import { cut, plainText, quoteRemover, withoutQuotes } from "../text.ts";
import { retryAfter } from "../time.ts";

/** How much of an answer's text goes into a dead letter, and how many fields it names. */
const maxReasonChars = 500;
const maxNamed = 10;

/** Keys under which backends name a field: plain lists, RFC 9457's extensions, JSON:API, Salesforce, FastAPI. */
const namingKeys = ["field", "fields", "path", "property", "propertyPath", "loc", "pointer", "name", "param"];
/** Keys that hold such entries. */
const listKeys = [
  "errors",
  "error",
  "details",
  "detail",
  "invalid-params",
  "invalidParams",
  "violations",
  "source",
];

/** A request as far as its answer may speak of it. */
export interface Asked {
  readonly method: string;
  readonly host: string;
  readonly body: string;
  /** What the answer may quote and nobody may read: the body's values, credentials, values in the URL. */
  readonly secrets: readonly string[];
}

/** Whether the status says that it has the log. 409 does so to a POST alone: to a PUT it is a conflict. */
export function isTaken(status: number, method: string): boolean {
  return (status >= 200 && status < 300) || (status === 409 && method === "POST");
}

export function isTemporary(status: number): boolean {
  return status >= 500 || status === 429;
}

/** What an answer means. Throws Transient, Ambiguous or Permanent where it is no receipt. */
export function receiptOf(answer: HttpAnswer, asked: Asked): Receipt {
  const { status } = answer;
  if (isTaken(status, asked.method)) return { status, alreadyThere: status === 409 };
  const sentence = `destination ${asked.host}: HTTP ${status}`;
  if (isTemporary(status)) {
    const notBefore = retryAfter(answer.headers["retry-after"], Date.now());
    if (status === 429) throw new Transient("destination_rate_limited", sentence, notBefore);
    // A 503 that says when to come back was turned away at the door; any other 5xx may have come after the deed.
    if (status === 503 && notBefore !== undefined)
      throw new Transient("destination_error", sentence, notBefore);
    throw new Ambiguous("destination_error", sentence, notBefore);
  }
  const fields = refusedFields(answer.text, asked);
  const named = fields.length > 0 ? ` (fields: ${fields.join(", ")})` : "";
  const text = cut(withoutQuotes(plainText(answer.text), asked.secrets), maxReasonChars);
  throw new Permanent(`http_${status}`, `${sentence}${named}${text ? `: ${text}` : ""}`);
}

/** Names of the fields an answer complains of, in its order: names only, and none that quotes a value. */
export function refusedFields(text: string, { body, secrets }: Pick<Asked, "body" | "secrets">): string[] {
  const ours = namesIn(body);
  const answer = parsed(text);
  const harmless = quoteRemover(secrets);
  const named = new Set<string>();
  for (const told of [...namedIn(answer, 0), ...complaintsIn(answer, ours, secrets)]) {
    const name = told.replace(/^[#$]?[/.]/, "").replaceAll("/", ".");
    if (!/^[\w$ .[\]-]{1,80}$/.test(name)) continue;
    if (isOurs(name, ours) || harmless(name) === name) named.add(name);
    if (named.size === maxNamed) break;
  }
  return [...named];
}

/** Backends write the same name with other capitals. */
function isOurs(name: string, ours: ReadonlySet<string>): boolean {
  return name.split(/[.[\]]+/).every((part) => part === "" || ours.has(part.toLowerCase()));
}

function namesIn(body: string): Set<string> {
  const names = new Set<string>();
  JSON.parse(body, (key, value: unknown) => {
    names.add(key.toLowerCase());
    return value;
  });
  return names;
}

function* namedIn(answer: unknown, depth: number): Generator<string> {
  if (typeof answer !== "object" || answer === null || depth > 4) return;
  if (Array.isArray(answer)) {
    for (const entry of answer.slice(0, maxNamed)) yield* namedIn(entry, depth + 1);
    return;
  }
  for (const [key, value] of Object.entries(answer)) {
    if (namingKeys.includes(key)) yield* namesOf(value);
    else if (listKeys.includes(key)) {
      // ASP.NET and Laravel: { "errors": { "Field": ["…"] } }.
      if (isByField(value)) yield* Object.keys(value);
      else yield* namedIn(value, depth + 1);
    }
  }
}

/** Django REST framework: the request's own shape, with complaints in place of values. An echo of the values is none. */
function* complaintsIn(
  answer: unknown,
  ours: ReadonlySet<string>,
  sent: readonly string[],
  depth = 0,
): Generator<string> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer) || depth > 4) return;
  for (const [key, value] of Object.entries(answer)) {
    if (!ours.has(key.toLowerCase())) continue;
    if (!isMessages(value))
      for (const inner of complaintsIn(value, ours, sent, depth + 1)) yield `${key}.${inner}`;
    else if (value.some((message) => !sent.includes(message))) yield key;
  }
}

function* namesOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  // FastAPI's loc is a path that begins with where in the request it is; Salesforce's fields is a list of names.
  if (!Array.isArray(value)) return;
  const names = value.filter((one): one is string | number => /^(string|number)$/.test(typeof one));
  if (names[0] === "body") yield names.slice(1).join(".");
  else yield* names.map(String);
}

function isByField(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).length > 0 && Object.values(value).every((one) => isMessages(one));
}

function isMessages(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
