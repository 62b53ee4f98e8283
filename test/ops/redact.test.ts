import fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor } from "../../src/ops/redact.ts";

test("known secrets are blanked out wherever they stand, those told later too", () => {
  const redactor = new Redactor(["first-secret"]);
  redactor.protect("second-secret");
  expect(redactor.clean("a first-secret, b=second-secret;first-secretfirst-secret")).toBe(
    "a [secret], b=[secret];[secret][secret]",
  );
});

test("a secret is found as it looks inside a JSON string", () => {
  const secret = 'quote"back\\slash\nline';
  const redactor = new Redactor([secret]);
  expect(redactor.clean(JSON.stringify({ detail: `it is ${secret}!` }))).toBe('{"detail":"it is [secret]!"}');
});

test("a secret is text, not a pattern", () => {
  const redactor = new Redactor(["a.b*c$&(d"]);
  expect(redactor.clean("axbbcd a.b*c$&(d")).toBe("axbbcd [secret]");
});

test("what is too short to be a secret blanks out no word", () => {
  const redactor = new Redactor(["", "a", "queue"]);
  expect(redactor.clean("a queue of queues")).toBe("a queue of queues");
});

test.each<[what: string, line: string, canary: string]>([
  ["a pre-signed URL", "https://s3.example/x?X-Amz-Signature=abc123&X-Amz-Credential=k%2F1 end", "abc123"],
  ["a security token in JSON", '{"url":"https://s3.example/x?X-Amz-Security-Token=tok+en/1=="}', "tok+en"],
  ["a bearer token", "authorization: Bearer abc.def-ghi_jkl", "abc.def"],
  ["a basic login", '{"authorization":"Basic dXNlcjpwYXNz"}', "dXNlcjpwYXNz"],
  ["a notification channel", "wss://streaming.x.example/channels/streaming-0-2v5f1k8d3q9c", "2v5f1k8d3q9c"],
])("%s is recognised by its shape", (_what, line, canary) => {
  const clean = new Redactor([]).clean(line);
  expect(clean).not.toContain(canary);
  expect(clean).toContain("[secret]");
});

test("a line of JSON stays one", () => {
  const line = JSON.stringify({
    url: "https://s3.example/x?X-Amz-Signature=abc",
    auth: "Bearer abcdefgh",
    n: 1,
  });
  expect(JSON.parse(new Redactor([]).clean(line))).toMatchObject({ n: 1 });
});

test("an ordinary line is left alone", () => {
  const line = '{"level":30,"msg":"contact log posted","key":"c-1:l-1","brand":"helder","afterMs":12}';
  expect(new Redactor(["some-secret"]).clean(line)).toBe(line);
});

test("no secret gets out, whatever stands around it", () => {
  const secret = fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(..."abcdefXYZ0189+/=._-~") });
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
      const redactor = new Redactor([hidden]);
      expect(redactor.clean(`${before}${hidden}${after}`)).not.toContain(hidden);
    }),
  );
});

test("tokens that come and go for months cost neither memory nor the newest its protection", () => {
  const redactor = new Redactor([]);
  for (let index = 0; index < 5_000; index++) redactor.protect(`token-number-${index}`);
  expect(redactor.clean("token-number-4999")).toBe("[secret]");
  expect(redactor.clean("token-number-4990")).toBe("[secret]");
});

test("a line of what nearly is a signed link costs no time", () => {
  const start = performance.now();
  new Redactor([]).clean("X-Amz-X".repeat(30_000));
  expect(performance.now() - start).toBeLessThan(2_000);
});
