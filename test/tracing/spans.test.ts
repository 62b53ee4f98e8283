import { expect, test } from "vitest";
import type { ContactState, Step } from "../../src/ledger/ledger.ts";
import { createTraceIds } from "../../src/tracing/ids.ts";
import { contactSpan } from "../../src/tracing/spans.ts";

const ids = createTraceIds(undefined, 1);
const posted: ContactState = {
  key: "c1",
  medium: "voice",
  brand: "helder",
  stage: "posted",
  endedAt: 1_000,
  deliveries: [],
  cases: [],
  held: [],
  reason: undefined,
  message: "words of a backend",
  dueAt: undefined,
  attempts: 0,
};
const step = (at: number, name: string, detail?: string): Step => ({ at, key: "c1", step: name, detail });

test("of a step's detail the reason alone is told", () => {
  const steps = [
    step(1, "ended", "voice, at 2026-11-20T10:00:00.000Z"),
    step(2, "waits", "transcript, until 2026-11-20T10:00:00.000Z"),
    step(3, "written", "gpt, prompt; 12 tokens in (0 cached), 3 out"),
    step(4, "posting", "crm#case-of-someone"),
    step(5, "failed", "crm#case: of someone: timeout, until 2026-11-20T10:00:00.000Z"),
    step(6, "uncertain", "main: connection_lost, until 2026-11-20T10:00:00.000Z"),
    step(7, "failed", "Some Words of nobody's, until soon"),
    step(8, "dead", "main: http_422"),
  ];
  const reasons = contactSpan(posted, steps, undefined, ids)?.events?.map(({ attributes }) =>
    Object.values(attributes).at(0),
  );
  expect(reasons).toEqual([
    undefined,
    "transcript",
    undefined,
    undefined,
    "timeout",
    "connection_lost",
    undefined,
    "http_422",
  ]);
  expect(JSON.stringify(contactSpan(posted, steps, undefined, ids))).not.toMatch(/someone|words|nobody/i);
});

test("a contact that waits has no span yet, and steps of another contact are not its own", () => {
  expect(contactSpan({ ...posted, stage: "written" }, [], undefined, ids)).toBeUndefined();
  const steps = [step(1, "ended"), { ...step(9, "posted"), key: "c2" }];
  expect(contactSpan(posted, steps, undefined, ids)?.events).toHaveLength(1);
});

test("of many steps the last are told, and how many there were before", () => {
  const steps = [
    step(1, "ended"),
    ...Array.from({ length: 200 }, (_, index) => step(index + 2, "waits", "transcript")),
  ];
  const span = contactSpan(posted, steps, undefined, ids);
  expect(span?.events).toHaveLength(128);
  expect(span?.eventsLeftOut).toBe(73);
  expect(span?.attributes["contactlogd.waits"]).toBe(200);
});

test("what goes on after an end is a span of its own beneath the first, however often", () => {
  const steps = [step(1_100, "ended"), step(1_200, "dead", "http_422")];
  const first = contactSpan({ ...posted, stage: "dead", reason: "http_422" }, steps, undefined, ids);
  steps.push(
    step(5_000, "replayed"),
    step(5_100, "dead", "http_422"),
    step(9_000, "replayed"),
    step(9_100, "posted"),
  );
  const last = contactSpan(posted, steps, undefined, ids);
  expect(first).toMatchObject({ from: 1_000, to: 1_200, failed: true, parentId: undefined });
  expect(last).toMatchObject({ from: 9_000, to: 9_100, failed: false, parentId: first?.spanId });
  expect(last?.traceId).toBe(first?.traceId);
  expect(last?.spanId).not.toBe(first?.spanId);
});
