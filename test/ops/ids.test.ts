import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { hashId, hidingIds, readHash } from "../../src/ops/ids.ts";
import { createLog } from "../../src/ops/log.ts";
import { Redactor } from "../../src/ops/redact.ts";

const conversation = "0f0f1c5e-8a25-4b6b-a1b0-2f3f9d3f7c11";
const session = "9c2d7c55-17a1-43de-9b52-5a8c9a7be001";

function hashingLog(key: string) {
  const lines: Record<string, unknown>[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  const log = createLog({ level: "trace", format: "json", redactor: new Redactor([]), to });
  return { log: hidingIds(log, key), lines };
}

test("ids are HMAC-SHA-256 under the key, 12 hexadecimal digits", () => {
  // printf %s 0f0f1c5e-… | openssl dgst -sha256 -hmac key
  expect(hashId("key", conversation)).toMatch(/^[\da-f]{12}$/);
  expect(hashId("key", conversation)).toBe(hashId("key", conversation));
  expect(hashId("other", conversation)).not.toBe(hashId("key", conversation));
});

test.each<[what: string, fields: Record<string, unknown>, logged: Record<string, unknown>]>([
  ["a conversation", { conversationId: conversation }, { conversationId: hashId("k", conversation) }],
  [
    "a key, part by part, so that its conversation is found by the same hash",
    { key: `${conversation}:${session}` },
    { key: `${hashId("k", conversation)}:${hashId("k", session)}` },
  ],
  ["an id that is no UUID", { id: "Jansen-1" }, { id: hashId("k", "Jansen-1") }],
  ["a list", { ids: ["a", "b"] }, { ids: [hashId("k", "a"), hashId("k", "b")] }],
  ["an account", { accountId: "HLD 1" }, { accountId: `${hashId("k", "HLD")} ${hashId("k", "1")}` }],
  [
    "an id in a sentence",
    { detail: `GET /conversations/${conversation.toUpperCase()}: 500` },
    { detail: `GET /conversations/${hashId("k", conversation.toUpperCase())}: 500` },
  ],
  ["no queue", { topics: [`v2.routing.queues.${session}`] }, { topics: [`v2.routing.queues.${session}`] }],
  ["no other word", { brand: "helder", reason: "transcript" }, { brand: "helder", reason: "transcript" }],
  ["no number", { status: 201, cost: 0.1 }, { status: 201, cost: 0.1 }],
])("what is hashed: %s", (_what, fields, logged) => {
  const { log, lines } = hashingLog("k");
  log.info(fields, "said");
  const { level: _, time: __, msg, ...rest } = lines[0] ?? {};
  expect(msg).toBe("said");
  expect(rest).toEqual(logged);
});

test("what explain takes for a hash", () => {
  expect(readHash("0123456789ab")).toBe("0123456789ab");
  expect(readHash("0123456789ab:ba9876543210")).toBe("0123456789ab");
  for (const other of [conversation, "0123456789", "0123456789AB", "0123456789ab0", ""])
    expect(readHash(other), other).toBeUndefined();
});
