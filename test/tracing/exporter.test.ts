import { expect, test } from "vitest";
import { createCollector } from "../../src/tracing/collector.ts";
import { Exporter } from "../../src/tracing/exporter.ts";
import { encodeSpans, type Span } from "../../src/tracing/otlp.ts";
import { tracingSchema } from "../../src/tracing/schema.ts";
import { until } from "../harness.ts";
import { startCollector, type TestCollector } from "./collector.ts";

const spanOf = (index: number): Span => ({
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: index.toString(16).padStart(16, "0"),
  name: `span ${index}`,
  kind: "internal",
  from: 1_763_632_800_000,
  to: 1_763_632_800_001,
  failed: false,
  attributes: {},
});

interface Scene extends AsyncDisposable {
  readonly collector: TestCollector;
  readonly exporter: Exporter;
  readonly counts: Record<string, number>;
  readonly told: string[];
}

async function begin(timeoutMs = 1_000): Promise<Scene> {
  const collector = await startCollector();
  const counts: Record<string, number> = {};
  const told: string[] = [];
  const exporter = new Exporter({
    collector: createCollector(tracingSchema.parse({ endpoint: collector.endpoint, timeoutMs })),
    encode: (spans) => encodeSpans({ "service.name": "contactlogd" }, "1", spans),
    reports: {
      spans(outcome, count) {
        counts[outcome] = (counts[outcome] ?? 0) + count;
      },
      tracesFailing: (why) => void told.push(why),
      tracesBack: () => void told.push("back"),
    },
  });
  return { collector, exporter, counts, told, [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose]() };
}

test("what comes together goes together, all of it and in order", async () => {
  await using scene = await begin();
  for (let index = 0; index < 1_200; index++) scene.exporter.add(spanOf(index));
  await scene.exporter[Symbol.asyncDispose]();
  expect(scene.collector.spans.map(({ name }) => name)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => `span ${index}`),
  );
  expect(scene.collector.requests).toHaveLength(3);
  expect(scene.counts).toEqual({ sent: 1_200 });
});

test("what waits is bounded: what does not fit is counted, and the end waits two seconds for no one", async () => {
  await using scene = await begin(60_000);
  scene.collector.fault = { hang: true };
  for (let index = 0; index < 5_000; index++) scene.exporter.add(spanOf(index));
  expect(scene.counts).toEqual({ dropped: 5_000 - 4_096 });
  await until(() => scene.collector.requests.length === 1, "a post that hangs");
  const before = performance.now();
  await scene.exporter[Symbol.asyncDispose]();
  expect(performance.now() - before).toBeLessThan(3_000);
  expect(scene.counts).toEqual({ dropped: 5_000 });
  scene.exporter.add(spanOf(1));
  expect(scene.counts).toEqual({ dropped: 5_001 });
});

test.each([
  [
    "what it refused of them is not counted as sent",
    '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"x"}}',
    2,
  ],
  ["more than there were cannot be refused", '{"partialSuccess":{"rejectedSpans":99}}', 3],
  ["nonsense is no refusal", "<html>", 0],
  ["nor is a number that is none", '{"partialSuccess":{"rejectedSpans":{}}}', 0],
  ["nor is nothing", "null", 0],
])("a 200 counts: %s", async (_what, body, refused) => {
  await using scene = await begin();
  scene.collector.fault = { status: 200, body };
  for (let index = 0; index < 3; index++) scene.exporter.add(spanOf(index));
  await scene.exporter[Symbol.asyncDispose]();
  expect(scene.counts).toEqual({ sent: 3 - refused, ...(refused > 0 && { refused }) });
  expect(scene.told).toEqual([]);
});

test("what may be sent again is kept, and sent not before the collector wants it", async () => {
  await using scene = await begin();
  scene.collector.fault = { status: 503, headers: { "retry-after": "1" } };
  scene.exporter.add(spanOf(1));
  await until(() => scene.collector.requests.length === 1, "a first try");
  const refusedAt = performance.now();
  scene.collector.fault = undefined;
  await until(() => scene.collector.spans.length === 1, "a second try");
  expect(performance.now() - refusedAt).toBeGreaterThan(900);
  await until(() => scene.told.length === 2, "word that it is back");
  expect(scene.told[0]).toMatch(/^collector 127\.0\.0\.1:\d+: HTTP 503$/);
  expect(scene.told[1]).toBe("back");
  await scene.exporter[Symbol.asyncDispose]();
  expect(scene.counts).toEqual({ sent: 1 });
});

test("a redirect, and any other refusal, is not followed and not repeated", async () => {
  await using scene = await begin();
  scene.collector.fault = { status: 307, headers: { location: scene.collector.endpoint } };
  scene.exporter.add(spanOf(1));
  await until(() => scene.counts.refused === 1, "a refusal");
  await scene.exporter[Symbol.asyncDispose]();
  expect(scene.collector.requests).toHaveLength(1);
});
