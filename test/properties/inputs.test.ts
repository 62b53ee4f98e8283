import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAnalysis, readAnalysisName } from "../../src/aws/contact-lens.ts";
import { readCreatedObjects, readFailedAnalysis } from "../../src/aws/events.ts";
import { loadConfig } from "../../src/config.ts";
import { receiptOf } from "../../src/destinations/http-refusal.ts";
import { ConfigError, ContactlogdError, Transient } from "../../src/errors.ts";
import { checkRead, expectSuccess } from "../../src/genesys/answer.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { readFinals } from "../../src/pipeline/feedback.ts";
import { takeContact } from "../../src/pipeline/take.ts";
import type { Reports } from "../../src/pipeline/tools.ts";
import { type JudgedContact, judgeAnalysis, judgeFailed } from "../../src/sources/analysed.ts";
import { readCaseLink } from "../../src/sources/connect-cases.ts";
import { takeEvents } from "../../src/sources/eventbridge.ts";
import { readLog, readPart } from "../../src/summarizers/answer.ts";
import { chatAnalysis, failedEvent, voiceAnalysis } from "../aws/analyses.ts";
import { contactLog, delivery } from "../destinations/contract.ts";
import { Dice } from "../faults/dice.ts";
import { changed, eachChanged, type Json } from "../fuzz/change.ts";

/*
 * Whatever comes in beside the platform's own answers, damaged at random: it is taken, or refused by a sentence; never
 * by an error nobody foresaw.
 */

const runs = { numRuns: 150, seed: 7 };
const parameters = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 8 }));

/** @param read whose only errors are those that say themselves what is wrong */
async function survives<T>(
  good: T,
  read: (value: T, dice: Dice) => unknown,
  by?: readonly Json[],
): Promise<void> {
  const check = async (value: T, dice: Dice): Promise<void> => {
    try {
      await read(value, dice);
    } catch (error) {
      if (!(error instanceof ContactlogdError))
        throw new Error(`of ${JSON.stringify(value)}`, { cause: error });
      expect(error.message).toMatch(/^[\w .-]+: .+/);
    }
  };
  for (const value of eachChanged(good, by)) await check(value, new Dice(1));
  await fc.assert(
    fc.asyncProperty(parameters, async ([seed, times]) => {
      const dice = new Dice(seed);
      await check(changed(good, dice, times), dice);
    }),
    runs,
  );
}

const brands = [
  { brand: "helder", accountPath: "CustomerMetadata.Account", assumeAuthenticated: true, summary: "ours" },
] as const;
const path = "Analysis/Voice/2026/03/12/c-1_analysis_2026-03-12T10:00:00Z.json";

const ledger = openLedger(":memory:");
afterAll(() => ledger[Symbol.asyncDispose]());
let recorded = 0;

/** As the daemon does it, each under a key of its own. */
async function record(judged: JudgedContact): Promise<void> {
  const reports = { ended() {}, skipped() {} } as unknown as Reports;
  const contact = { ...judged.contact, key: `c-${recorded++}` };
  const tools = { ledger, reports, wake() {}, keysKeptSince: 0 };
  await takeContact({ ...judged, contact, dueAt: 1 }, "contact-lens", tools);
}

test.each([
  ["call", voiceAnalysis({ account: "HLD-1" })],
  ["chat", chatAnalysis({ account: "HLD-1" })],
])("a Contact Lens file of a %s is recorded, or refused", async (_name, good: Json) => {
  await survives(good, async (file, dice) => {
    const name = readAnalysisName(
      dice.chance(0.8) ? path : path.replace(/\d/g, () => String(dice.between(0, 9))),
    );
    if (name === undefined) return;
    await record(
      judgeAnalysis(parseAnalysis(JSON.stringify(file)), name, `file:${path}`, brands, Date.now()),
    );
  });
});

test("Amazon's events are read, or are none", async () => {
  await survives(failedEvent("c-1"), async (event) => {
    const failed = readFailedAnalysis(event);
    if (failed) await record(judgeFailed(failed, brands, Date.now()));
  });
  const object = { bucket: { name: "b" }, object: { key: "a+%E0%A4%A" } };
  await survives({ Records: [{ eventName: "ObjectCreated:Put", s3: object }] }, readCreatedObjects);
  const added = {
    source: "aws.cases",
    "detail-type": "Amazon Connect Cases Change",
    detail: {
      eventType: "RELATED_ITEM.CREATED",
      relatedItem: {
        relatedItemType: "Contact",
        caseId: "K",
        contact: { contactArn: "arn:aws:connect:x:1:instance/i/contact/c" },
      },
    },
  };
  await survives(added, readCaseLink);
});

test("events of ends are taken all or none, and what is wrong is said", async () => {
  const end = {
    topicName: "v2.detail.events.conversation.c.user.end",
    eventBody: { conversationId: "c", mediaType: "VOICE" },
  };
  const bridged = { source: "x", "detail-type": "y", detail: end };
  const sns = { Type: "Notification", Message: JSON.stringify(end) };
  await survives<Json>([end, bridged, sns], async (value) => {
    const takers = { onEnd: async () => true, onLink: async () => undefined };
    const answer = await takeEvents(value, takers);
    if ("problems" in answer) expect(answer.problems.length).toBeGreaterThan(0);
  });
});

test("feedback is read, or every problem is a sentence", async () => {
  const { category, subcategory, note, description, actionItems, conversationId } = contactLog;
  await survives<Json>(
    [{ conversationId, category, subcategory, note, description, actionItems }],
    (value) => {
      const finals = readFinals(value);
      if ("problems" in finals) for (const problem of finals.problems) expect(problem).not.toBe("");
    },
  );
});

const taxonomy = [{ category: "Facturen", subcategories: ["Termijnbedrag", "Jaarnota"] }];
const answer = {
  classification: "Facturen › Jaarnota",
  description: "De klant belt over de jaarnota.",
  note: [{ sentence: "De jaarnota is nagekeken.", turns: [1, 2] }],
  actionItems: [{ text: "Nota sturen", owner: "company", due: "2026-03-09" }],
  sentiment: "neutral",
  resolved: "yes",
};

test("a model's answer becomes a draft of the taxonomy, or a problem", async () => {
  await survives<Json>(answer, (value, dice) => {
    const json = JSON.stringify(value) ?? "";
    const cutAt = dice.between(0, json.length);
    const text = dice.pick([
      json,
      json.slice(0, cutAt),
      `\`\`\`json\n${json}\n\`\`\``,
      `${json}${json}`,
      `{"a":${json}}`,
      json.replaceAll('"', "'"),
    ]);
    const read = readLog(text, taxonomy);
    if (!read.ok) expect(read.problem).not.toBe("");
    else {
      expect(taxonomy[0]?.subcategories).toContain(read.draft.subcategory);
      expect(read.draft.note.every((one) => one.text !== "" && one.turns.every((turn) => turn > 0))).toBe(
        true,
      );
    }
    readPart(text);
  });
});

const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom(200, 409, 429, 503));
const retry = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "0",
    "-1",
    "1e400",
    "9".repeat(400),
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Xyz, 99 Foo",
    "Mon",
    "1.5",
    " 3 ",
  ),
);

test("whatever a backend answers is a receipt, or an error that says whether and when to try again", () => {
  const secrets = [contactLog.accountId, contactLog.note];
  fc.assert(
    fc.property(
      status,
      retry,
      fc.oneof(fc.json(), fc.string({ unit: "binary" }), fc.constant(delivery.body)),
      (code, after, text) => {
        const reply = { status: code, headers: { "retry-after": after }, text };
        const asked = { method: "POST", host: "crm.example", body: delivery.body, secrets };
        const deed = { what: "note", permission: "a:b:c", writes: true };
        for (const read of [
          () => receiptOf(reply, asked),
          () => checkRead(reply, "call"),
          () => expectSuccess(reply, deed),
        ]) {
          try {
            read();
          } catch (error) {
            if (!(error instanceof ContactlogdError)) throw error;
            expect(error.message).not.toContain(contactLog.note);
            if (error instanceof Transient && error.notBefore !== undefined) {
              expect(error.notBefore - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
              expect(error.notBefore - Date.now()).toBeGreaterThan(-1_000);
            }
          }
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-inputs-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const example = JSON.parse(readFileSync(new URL("../../config.example.json", import.meta.url), "utf8"));
const environment = Object.fromEntries(
  ["GENESYS_CLIENT_ID", "OPENAI_API_KEY", "HELDER_TOKEN", "CONTACTLOGD_TOKEN"].map((name) => [
    name,
    `${name}-of-the-test`,
  ]),
);

/** A key's path, or a file's. */
const placed = /^([^\s:][^:\n]{0,120}: ?\S|the prompt file \S+ )/;

test("a damaged configuration is accepted, or refused by sentences that each name a place", async () => {
  const file = join(directory, "config.json");
  const secret = join(directory, "secret");
  writeFileSync(secret, "secret-of-the-test");
  example.genesys.clientSecret = `\${file:${secret}}`;
  let accepted = 0;
  await survives<Json>(
    example,
    (value) => {
      writeFileSync(file, JSON.stringify(value) ?? "");
      try {
        loadConfig(file, { brands: [], dryRun: false }, environment);
        accepted++;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        for (const problem of error.problems) expect(problem.replace(file, "file:")).toMatch(placed);
        expect(error.message).not.toContain("-of-the-test");
      }
    },
    [null, 0, "", "what?", [null], { toString: null }],
  );
  expect(accepted).toBeGreaterThan(20);
});
