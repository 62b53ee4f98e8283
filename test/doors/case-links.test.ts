import Fastify from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { caseLinksDoor, maxLinks } from "../../src/doors/case-links.ts";
import { openDoors } from "../../src/doors/door.ts";
import { Transient } from "../../src/errors.ts";
import type { CaseLink } from "../../src/model.ts";

let server: ReturnType<typeof Fastify>;
let taken: readonly CaseLink[][];
let answer: () => { recorded: number; known: number; full: number };

beforeEach(() => {
  taken = [];
  answer = () => ({ recorded: 1, known: 0, full: 0 });
  server = Fastify();
  const door = caseLinksDoor(async (links) => {
    taken = [...taken, [...links]];
    return answer();
  });
  openDoors(server, () => "token-of-a-test-0123", [door]);
});
afterEach(async () => await server.close());

async function post(body: unknown, headers: object = { authorization: "Bearer token-of-a-test-0123" }) {
  const answered = await server.inject({
    method: "POST",
    url: "/v1/case-links",
    headers: { ...headers, "content-type": "application/json" },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answered.statusCode, body: answered.json() as { problems?: string[] } };
}

const one = { contactId: "c1", caseId: "Zaak 7/é" };

test("one link or several are taken, and counted once they are", async () => {
  expect(await post(one)).toEqual({ status: 202, body: { recorded: 1, known: 0 } });
  answer = () => ({ recorded: 1, known: 1, full: 0 });
  expect(await post([one, one])).toEqual({ status: 202, body: { recorded: 1, known: 1 } });
  expect(taken).toEqual([[one], [one, one]]);
});

test.each<[what: string, body: unknown, problems: string[]]>([
  ["nothing", {}, ["contactId", "caseId"]],
  ["no case", { contactId: "c1" }, ["caseId"]],
  ["an empty case", { ...one, caseId: "" }, ["caseId"]],
  ["a case of blanks", { ...one, caseId: "  " }, ["caseId"]],
  ["a long case", { ...one, caseId: "k".repeat(201) }, ["caseId"]],
  ["a line break", { ...one, caseId: "K-1\nK-2" }, ["caseId"]],
  ["an invisible sign", { ...one, caseId: "K\u200b1" }, ["caseId"]],
  ["half a sign", { ...one, caseId: "K\ud800" }, ["caseId"]],
  ["a number", { ...one, contactId: 7 }, ["contactId"]],
  ["another key", { ...one, secretKeyCanary: 1 }, ["holds keys that are not known"]],
  ["a bad one among good ones", [one, { ...one, contactId: "" }], ["1.contactId"]],
  ["none", [], ["Too small"]],
  ["too many", Array.from({ length: maxLinks + 1 }, () => one), ["Too big"]],
  ["null", null, ["Invalid input"]],
])("%s is refused, and the fields are named", async (_what, body, problems) => {
  const answered = await post(body);
  expect(answered.status).toBe(400);
  expect(answered.body.problems).toHaveLength(problems.length);
  for (const [index, problem] of problems.entries())
    expect(answered.body.problems?.[index]).toContain(problem);
  expect(JSON.stringify(answered.body)).not.toContain("canary");
  expect(taken).toEqual([]);
});

test("the longest list of the longest ids fits", async () => {
  const links = Array.from({ length: maxLinks }, () => ({
    contactId: "c".repeat(200),
    caseId: "k".repeat(200),
  }));
  expect((await post(links)).status).toBe(202);
});

test("a contact with too many cases is said to be one", async () => {
  answer = () => ({ recorded: 2, known: 0, full: 1 });
  expect(await post([one])).toMatchObject({
    status: 422,
    body: { recorded: 2, problems: [expect.stringMatching(/^1 not taken/)] },
  });
});

test("what cannot be written down is not taken: 503; without the token nothing is", async () => {
  expect(await post(one, {})).toMatchObject({ status: 401 });
  expect(taken).toEqual([]);
  answer = () => {
    throw new Transient("disk_full", "state.file: the disk is full");
  };
  expect(await post(one)).toEqual({ status: 503, body: { error: "try again later" } });
});
