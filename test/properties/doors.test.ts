import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi } from "../../src/doors/openapi.ts";
import { DoorsClient } from "../doors/client.ts";
import { startOpenWorld } from "../doors/world.ts";
import { Dice } from "../faults/dice.ts";
import { changed, eachChanged, type Json } from "../fuzz/change.ts";
import { makerOf } from "../fuzz/schemas.ts";
import type { Daemon, World } from "../harness.ts";

/*
 * Whatever is posted to a door, made after the description it serves and damaged, is answered as the description says;
 * the client holds every answer against it, and every body that was taken.
 */

let world: World;
let daemon: Daemon;
let client: DoorsClient;

beforeAll(async () => {
  world = await startOpenWorld((file) => Object.assign(file.http, { waitMs: 100 }));
  daemon = world.start();
  client = new DoorsClient(await daemon.address());
  await daemon.logged("queues listed");
});
afterAll(() => world?.[Symbol.asyncDispose]());

const end = {
  topicName: "v2.detail.events.conversation.c.user.end",
  eventBody: { conversationId: "c", mediaType: "VOICE" },
};
const doors: readonly (readonly [path: string, good: Json])[] = [
  ["/v1/contact-logs", { conversationId: "c", caseId: "K", wait: false, force: false }],
  ["/generate-summary", { interaction_id: "c", case_id: "K" }],
  [
    "/v1/events",
    [
      end,
      { source: "x", "detail-type": "y", detail: end },
      { Type: "Notification", Message: JSON.stringify(end) },
    ],
  ],
  ["/v1/case-links", [{ contactId: "c", caseId: "K" }]],
  [
    "/feedback",
    [{ conversationId: "c", note: "Nota gestuurd.", category: "Facturen", actionItems: ["Nota sturen"] }],
  ],
  ["/dead/replay", { key: "c", destination: "main" }],
];

test.each(doors)("POST %s", async (path, good) => {
  const schema = (openApi.paths as Json)[path].post.requestBody.content["application/json"].schema;
  const make = makerOf(openApi, schema);
  const dice = new Dice(7);
  const bodies: Json[] = [
    ...eachChanged(good, [null, 0, "", "what?", "\u0000\ud800", [null], { toString: null }]),
    ...Array.from({ length: 60 }, () => make(dice)),
    ...Array.from({ length: 60 }, () => changed(good, dice)),
    ...["", "{", "[", "nul", '"x"', "0", '{"a":1}{', "[".repeat(30_000), `{"__proto__":{"x":1}}`],
  ].filter((body) => body !== undefined);
  const statuses = new Set<number>();
  for (const body of bodies) {
    const answered = await client.post(path, body);
    expect(answered.status, `${path} ${JSON.stringify(body)}: ${answered.text}`).not.toBe(500);
    statuses.add(answered.status);
  }
  expect([...statuses].some((status) => status < 500)).toBe(true);
  expect(statuses).toContain(400);
});

test("nothing of it was unforeseen", () => {
  expect(daemon.lines.filter(({ msg }) => String(msg).startsWith("unforeseen"))).toEqual([]);
});
