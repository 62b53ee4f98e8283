import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAnalysis, readAnalysisName, redactedTwin } from "../../src/aws/contact-lens.ts";
import { idOfArn, readCreatedObjects, readFailedAnalysis } from "../../src/aws/events.ts";
import { Permanent } from "../../src/errors.ts";
import { chatAnalysis, failedEvent, voiceAnalysis } from "./analyses.ts";
import { objectCreated } from "./s3.ts";

/** As AWS prints them in its admin guide, and one of Transcribe, which is nearly the same. */
const examples = new URL("../../../shared/data/contact-lens/", import.meta.url);
const example = (name: string): string => readFileSync(new URL(name, examples), "utf8");

describe("AWS's own examples", () => {
  test("voice: roles are participant ids, and offsets tell the time", () => {
    const analysis = parseAnalysis(example("voice-original-analyzed.json"));
    expect(analysis).toMatchObject({
      status: "COMPLETED",
      channel: "VOICE",
      language: "en-US",
      agentIds: ["AGENT"],
      hasCustomer: true,
      durationMs: 32_110,
      contactId: undefined,
      summary: { text: undefined },
    });
    expect(analysis.turns).toHaveLength(10);
    expect(analysis.turns[1]).toEqual({
      role: "CUSTOMER",
      participantId: "CUSTOMER",
      text: "Just hello. My name is Peter and help.",
      offsetMs: 160,
      at: undefined,
    });
  });

  test("chat: roles come with the turns; events and the system's messages are nobody's words", () => {
    const analysis = parseAnalysis(example("chat-original.json"));
    expect(analysis).toMatchObject({
      channel: "CHAT",
      contactId: "b49644f6-672f-445c-b209-f76b36482830",
      instanceId: "f23fc323-3d6d-48aa-95dc-EXAMPLE012",
      agentIds: ["f36a545d-67b2-4fd4-89fb-896136b609a7"],
      customerNames: ["John"],
    });
    expect(analysis.turns[0]).toMatchObject({ role: "AGENT", at: Date.parse("2022-10-27T03:32:03.462Z") });
    expect(new Set(analysis.turns.map(({ role }) => role))).toEqual(new Set(["AGENT", "CUSTOMER"]));
  });

  test.each(["voice-redacted.json", "chat-redacted.json"])("%s reads the same, without the names", (name) => {
    const original = parseAnalysis(
      example(name.replace("-redacted", name.startsWith("voice") ? "-original-analyzed" : "-original")),
    );
    const redacted = parseAnalysis(example(name));
    expect(redacted.turns).toHaveLength(original.turns.length);
    expect(redacted.customerNames).not.toContain("John");
    expect(JSON.stringify(redacted.turns)).toContain("[PII]");
  });

  test("a call analysed by Transcribe is told by its roles too", () => {
    const analysis = parseAnalysis(example("transcribe-call-analytics-example-call.json"));
    expect(analysis.turns.length).toBe(37);
    expect(analysis).toMatchObject({ status: "COMPLETED", hasCustomer: true, agentIds: ["AGENT"] });
  });
});

test("Connect's own summary, and why there is none", () => {
  const own = (PostContactSummary: object) =>
    parseAnalysis(
      JSON.stringify({
        ...voiceAnalysis(),
        ConversationCharacteristics: { ContactSummary: { PostContactSummary } },
      }),
    ).summary;
  expect(own({ Content: " Klant belde. ", Status: "COMPLETED" })).toEqual({
    text: "Klant belde.",
    failure: undefined,
  });
  expect(own({ Status: "FAILED", FailureCode: "INSUFFICIENT_CONVERSATION_CONTENT" })).toEqual({
    text: undefined,
    failure: "INSUFFICIENT_CONVERSATION_CONTENT",
  });
});

test.each([
  ["", "it is not JSON"],
  ["{", "it is not JSON"],
  ["null", "it is not as"],
  ["[]", "it is not as"],
  ["{}", "JobStatus is not as"],
  [JSON.stringify({ ...voiceAnalysis(), Transcript: "geheim" }), "Transcript is not as"],
  [JSON.stringify({ ...voiceAnalysis(), Transcript: [{}, 7, "geheim"] }), "Transcript.1 is not as"],
  [
    JSON.stringify({ ...voiceAnalysis(), Transcript: Array.from({ length: 50_001 }, () => ({})) }),
    "Transcript is not as",
  ],
])("%.30s is no analysis, and is not quoted", (content, problem) => {
  const read = () => parseAnalysis(content);
  expect(read).toThrow(Permanent);
  expect(read).toThrow(problem);
  expect(read).not.toThrow(/geheim/);
});

test("what is odd in a part that is not needed does no harm", () => {
  const odd = {
    ...chatAnalysis(),
    LanguageCode: 7,
    Participants: "?",
    CustomerMetadata: null,
    JobDetails: [],
  };
  expect(parseAnalysis(JSON.stringify(odd))).toMatchObject({
    language: undefined,
    agentIds: [],
    hasCustomer: false,
  });
});

describe("names of files", () => {
  const original = "connect/helder/Analysis/Voice/2020/02/04/0a1b-2c_analysis_2020-02-04T21:14:16Z.json";
  const redacted =
    "connect/helder/Analysis/Voice/Redacted/2020/02/04/0a1b-2c_analysis_redacted_2020-02-04T21:14:16Z.json";

  test("tell the contact, the time its agent was connected, and which of the two it is", () => {
    const connectedAt = Date.parse("2020-02-04T21:14:16Z");
    expect(readAnalysisName(original)).toEqual({ contactId: "0a1b-2c", redacted: false, connectedAt });
    expect(readAnalysisName(redacted)).toEqual({ contactId: "0a1b-2c", redacted: true, connectedAt });
    expect(readAnalysisName("0a1b_analysis_2020-02-04T21_14_16Z.json")?.connectedAt).toBe(connectedAt);
    expect(readAnalysisName("0a1b_analysis_20260310T22:35_UTC.json")).toMatchObject({
      connectedAt: undefined,
    });
  });

  test.each([
    "connect/helder/CallRecordings/2020/02/04/0a1b_2020-02-04T21:14_UTC.wav",
    "connect/Analysis/Voice/Redacted/2020/02/04/0a1b_call_recording_redacted_2020-02-04T21:14:16Z.wav",
    "connect/ChatTranscripts/2020/02/04/0a1b_2020-02-04T21:14_UTC.json",
    "_analysis_2020.json",
    "",
  ])("%s is none", (path) => expect(readAnalysisName(path)).toBeUndefined());

  test("lead from an original to its redacted twin", () => {
    expect(redactedTwin(original)).toBe(redacted);
    expect(redactedTwin("s3://b/Analysis/Chat/2020/02/04/0a_analysis_T.json")).toBe(
      "s3://b/Analysis/Chat/Redacted/2020/02/04/0a_analysis_redacted_T.json",
    );
    expect(redactedTwin("file:0a_analysis_T.json")).toBe("file:0a_analysis_redacted_T.json");
    expect(redactedTwin("file:Voice/0a_analysis_T.json")).toBe(
      "file:Voice/Redacted/0a_analysis_redacted_T.json",
    );
  });
});

describe("events", () => {
  const key = "Analysis/Voice/2020/02/04/0a b+c_analysis_2020-02-04T21:14:16Z.json";

  test("of S3 name the objects that were created, their keys decoded", () => {
    expect(readCreatedObjects(objectCreated("bucket", key))).toEqual([{ bucket: "bucket", key }]);
    const removed = JSON.parse(
      JSON.stringify(objectCreated("bucket", key)).replace("ObjectCreated:Put", "ObjectRemoved:Delete"),
    );
    expect(readCreatedObjects(removed)).toEqual([]);
    expect(readCreatedObjects({ Service: "Amazon S3", Event: "s3:TestEvent" })).toEqual([]);
  });

  test("of S3 by way of EventBridge have plain keys", () => {
    const detail = { bucket: { name: "bucket" }, object: { key, size: 1 } };
    expect(readCreatedObjects({ source: "aws.s3", "detail-type": "Object Created", detail })).toEqual([
      { bucket: "bucket", key },
    ]);
  });

  test.each([null, 7, "x", {}, [], { Records: [{}] }, { source: "aws.s3" }])("%j is none", (body) => {
    expect(readCreatedObjects(body)).toBeUndefined();
    expect(readFailedAnalysis(body)).toBeUndefined();
  });

  test("of Contact Lens tell which contact could not be analysed, and the code", () => {
    expect(readFailedAnalysis(failedEvent("efgh4567-1"))).toEqual({
      contactId: "efgh4567-1",
      instanceId: "abcd1234-defg-5678-h9j0-7c822889931e",
      channel: "VOICE",
      code: "RECORDING_FILE_CANNOT_BE_READ",
      at: Date.parse("2020-04-27T18:43:48Z"),
    });
    expect(readFailedAnalysis({ ...failedEvent("x"), source: "aws.other" })).toBeUndefined();
  });

  test("an ARN's last part is the id, of the kind asked for alone", () => {
    const arn = "arn:aws:connect:eu-central-1:1:instance/i-1/contact/c-1";
    expect(idOfArn(arn, "contact")).toBe("c-1");
    expect(idOfArn(arn, "instance")).toBeUndefined();
    expect(idOfArn("arn:aws:connect:eu-central-1:1:instance/i-1/contact/", "contact")).toBeUndefined();
  });
});

test.each<[told: number, durationMs: number | undefined]>([
  [1_500.5, 1_501],
  [1e308, undefined],
  [-1, undefined],
])("a duration of %d is %s: an instant is made of it", (told, durationMs) => {
  const file = { ...voiceAnalysis(), ConversationCharacteristics: { TotalConversationDurationMillis: told } };
  expect(parseAnalysis(JSON.stringify(file)).durationMs).toBe(durationMs);
});
