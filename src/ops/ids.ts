import { createHmac, randomBytes } from "node:crypto";
import type { Logger } from "./log.ts";

/** Under which the state file keeps the key of the hashes, so that they stay the same for years. */
export const idKeyMark = "log_ids_key";

/** 48 bits: among a million conversations two share a hash once in some 500 state files. */
const hexDigits = 12;
/** Fields that hold ids, keys made of ids, and nothing else. */
export const idFields: ReadonlySet<string> = new Set([
  "id",
  "ids",
  "key",
  "conversationId",
  "accountId",
  "userId",
  "agentId",
]);
/** Ids in these are of queues, which tell of nobody and which an operator has to look up. */
const leftAlone: ReadonlySet<string> = new Set(["topics"]);
const uuid = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi;
/** A key is `conversation:session`, the id of a message may be a path. */
const idParts = /[^\s:/#]+/g;

/** The key that ids in the log are hashed with; made once a state file. @param marks single values that last */
export async function idKeyOf(marks: {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}): Promise<string> {
  const kept = await marks.get(idKeyMark);
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString("hex");
  await marks.set(idKeyMark, made);
  return made;
}

/** What stands for an id in a log: a keyed hash (HMAC-SHA-256), of 12 hexadecimal digits. */
export function hashId(key: string, id: string): string {
  return createHmac("sha256", key).update(id).digest("hex").slice(0, hexDigits);
}

/** What stands for the key of a contact in a log: the hash of each of its parts. */
export function hashKey(key: string, contactKey: string): string {
  return contactKey.replace(idParts, (id) => hashId(key, id));
}

/** The hash of a conversation where `text` is one, or the key of a contact as a log shows it (`hash:hash`). */
export function readHash(text: string): string | undefined {
  return /^([\da-f]{12})(?::[\da-f]{12})?$/.exec(text)?.[1];
}

/** The same log with its ids hashed: in their fields part by part, and UUIDs in any other text. */
export function hidingIds(log: Logger, key: string): Logger {
  return log.child({}, { formatters: { log: (fields) => hidden(fields, (id) => hashId(key, id)) } });
}

/** The ids a key is made of. */
export function idPartsOf(text: string): string[] {
  return text.match(idParts) ?? [];
}

function hidden(fields: object, hash: (id: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (leftAlone.has(name)) return [name, value];
      const pattern = idFields.has(name) ? idParts : uuid;
      return [name, replaced(value, (text) => text.replace(pattern, hash))];
    }),
  );
}

function replaced(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  return Array.isArray(value) ? value.map((one) => replaced(one, hide)) : value;
}
