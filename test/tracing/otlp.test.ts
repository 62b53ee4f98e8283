import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { expect, test } from "vitest";
import type { StageTry } from "../../src/model.ts";
import { createTraceIds } from "../../src/tracing/ids.ts";
import { encodeSpans, type Span } from "../../src/tracing/otlp.ts";
import { stageSpan } from "../../src/tracing/spans.ts";

const span: Span = {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  parentId: "eee19b7ec3c1b173",
  name: "post",
  kind: "client",
  from: 1_763_632_800_123.25,
  to: 1_763_632_800_456,
  failed: true,
  attributes: { text: 'é "x" \u2028', whole: 503, part: 0.5, yes: true, none: undefined },
  events: [{ at: 1_763_632_800_200, name: "failed", attributes: { "contactlogd.reason": "timeout" } }],
};

const hrTime = (ms: number): [number, number] => [
  Math.floor(ms / 1_000),
  Math.round((ms % 1_000) * 1_000) * 1_000,
];

/** The same span as OpenTelemetry's own SDK hands it to its serializer. */
function theirs({ traceId, spanId, parentId = "", from, to, events = [], ...rest }: Span): string {
  const context = (id: string) => ({ traceId, spanId: id, traceFlags: 1 });
  const readable = {
    ...rest,
    kind: { internal: 0, client: 2 }[rest.kind],
    spanContext: () => context(spanId),
    parentSpanContext: context(parentId),
    startTime: hrTime(from),
    endTime: hrTime(to),
    duration: hrTime(to - from),
    ended: true,
    status: { code: 2 },
    attributes: defined(rest.attributes),
    links: [],
    events: events.map(({ at, name, attributes }) => ({
      name,
      time: hrTime(at),
      attributes: defined(attributes),
    })),
    resource: { attributes: { "service.name": "contactlogd" } },
    instrumentationScope: { name: "contactlogd", version: "1.2.3" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  type Readable = Parameters<typeof JsonTraceSerializer.serializeRequest>[0];
  const bytes = JsonTraceSerializer.serializeRequest([readable] as unknown as Readable);
  return new TextDecoder().decode(bytes);
}

test("what is sent says what OpenTelemetry's own serializer says of the same span", () => {
  const ours = encodeSpans({ "service.name": "contactlogd" }, "1.2.3", [span]);
  expect(bare(JSON.parse(ours))).toEqual(bare(JSON.parse(theirs(span))));
  expect(ours).toContain('"startTimeUnixNano":"1763632800123250000"');
});

test("names that are not ours are names of the semantic conventions", () => {
  const usage = { requests: 1, inputTokens: 1, cachedInputTokens: 1, outputTokens: 1 };
  const tried: StageTry = {
    stage: "post",
    of: "k",
    tookMs: 1,
    reason: "timeout",
    failed: true,
    status: 500,
    destination: "main",
    model: "m",
    usage,
  };
  const { attributes } = stageSpan(tried, "k", 2, createTraceIds(undefined, 1));
  const names = [...Object.keys(attributes), "service.name", "service.version", "service.instance.id"].filter(
    (name) => !name.startsWith("contactlogd."),
  );
  expect(names.length).toBeGreaterThan(7);
  const known = new Set<unknown>(Object.values(conventions));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

/** Without what the protocol takes for granted where it is left out: zeros, empty lists, and the optional flags. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => name !== "flags" && !(Array.isArray(one) && one.length === 0) && one !== 0)
      .map(([name, one]) => [name, name === "intValue" ? Number(one) : bare(one)]),
  );
}

function defined(attributes: Span["attributes"]): object {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
