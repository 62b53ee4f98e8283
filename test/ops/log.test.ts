import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createLog, type LogFormat, type LogLevel, logLevels } from "../../src/ops/log.ts";
import { Redactor } from "../../src/ops/redact.ts";

function logOf({ level = "info", format = "json" }: { level?: LogLevel; format?: LogFormat } = {}) {
  const written: string[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const redactor = new Redactor(["configured-secret"]);
  return { log: createLog({ level, format, redactor, to }), written, redactor };
}

test("one JSON line an event, with level, time and fields, and nothing of the machine", () => {
  const { log, written } = logOf();
  log.warn({ key: "c-1", retryInMs: 5 }, "contact postponed");
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(written[0] ?? "")).toEqual({
    level: 40,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    key: "c-1",
    retryInMs: 5,
    msg: "contact postponed",
  });
});

test.each<LogFormat>(["json", "pretty"])(
  "%s: nothing in a field moves a cursor or turns a line around",
  (format) => {
    const { log, written } = logOf({ format });
    const detail = "a\u001b[2J\u009b2J\u007f\u0085\u202egnp.\u2066\u200f\u2028b\r\nfake";
    log.info({ detail }, "queue seen");
    const text = written.join("");
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.split("\n")).toHaveLength(format === "json" ? 2 : 3);
    if (format === "json") expect(JSON.parse(text)).toMatchObject({ detail });
  },
);

test("for people it is a line they can read", () => {
  const { log, written } = logOf({ format: "pretty" });
  log.info({ key: "c-1" }, "contact log posted");
  const text = written.join("");
  expect(text).toMatch(/INFO.*contact log posted/);
  expect(text).toMatch(/key: "c-1"/);
  expect(text).not.toContain("hostname");
  expect(text).not.toContain("\u001b");
});

describe.each(["json", "pretty"] as const)("no secret gets out (%s)", (format) => {
  test.each<[where: string, write: (log: ReturnType<typeof logOf>["log"], secret: string) => void]>([
    ["in a text", (log, secret) => log.info(`it is ${secret}`)],
    ["in a field", (log, secret) => log.info({ detail: { deep: [secret] } }, "x")],
    ["in a field's name", (log, secret) => log.info({ [secret]: 1 }, "x")],
    ["in an error", (log, secret) => log.error(new Error(`refused ${secret}`), "x")],
    [
      "in the cause of an error",
      (log, secret) => log.error(new Error("x", { cause: new Error(secret) }), "x"),
    ],
    ["in a child's bindings", (log, secret) => log.child({ secret }).info("x")],
  ])("%s", (_where, write) => {
    const { log, written, redactor } = logOf({ format });
    redactor.protect("token-told-later");
    for (const secret of ["configured-secret", "token-told-later", "Bearer abcdefghij"]) write(log, secret);
    const text = written.join("");
    expect(text).toContain("[secret]");
    expect(text).not.toMatch(/configured-secret|token-told-later|abcdefghij/);
  });
});

test.each(logLevels)("at level %s nothing below it is written", (level) => {
  const { log, written } = logOf({ level });
  for (const name of ["trace", "debug", "info", "warn", "error"] as const) log[name](name);
  const names = written.map((line) => JSON.parse(line).msg as string);
  expect(names).toEqual(level === "silent" ? [] : logLevels.slice(logLevels.indexOf(level), -1));
});

test("a line is written before the call returns, so that the last one is there", () => {
  const { log, written } = logOf({ format: "pretty" });
  log.fatal("last words");
  expect(written.join("")).toContain("last words");
});
