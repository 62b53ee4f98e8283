import { z } from "zod";
import { listen, plainHeaders, readBody } from "../../src/simulator/loopback.ts";

const id = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const nanoseconds = z.string().regex(/^\d{19}$/);
const attributes = z
  .array(
    z.strictObject({
      key: z.string().min(1),
      value: z.union([
        z.strictObject({ stringValue: z.string() }),
        z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
        z.strictObject({ doubleValue: z.number() }),
        z.strictObject({ boolValue: z.boolean() }),
      ]),
    }),
  )
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, plain(value)] as const)));

/** ExportTraceServiceRequest of opentelemetry-proto, as a collector reads it from JSON; unknown fields are refused. */
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(
            z.strictObject({
              traceId: id(16),
              spanId: id(8),
              parentSpanId: id(8).optional(),
              name: z.string().min(1),
              kind: z.int().min(1).max(5),
              startTimeUnixNano: nanoseconds,
              endTimeUnixNano: nanoseconds,
              attributes,
              events: z.array(z.strictObject({ timeUnixNano: nanoseconds, name: z.string(), attributes })),
              droppedEventsCount: z.int().min(0),
              status: z.strictObject({ code: z.union([z.literal(0), z.literal(2)]) }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export type SeenSpan = z.output<
  typeof request
>["resourceSpans"][number]["scopeSpans"][number]["spans"][number] & {
  readonly resource: Record<string, unknown>;
};

export interface CollectorFault {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Never answers. */
  readonly hang?: true;
}

/** A collector that reads OTLP/JSON and refuses what is none. */
export interface TestCollector extends AsyncDisposable {
  readonly endpoint: string;
  /** Every span it took, in the order they came. */
  readonly spans: SeenSpan[];
  /** What it was sent, whether it took it or not. */
  readonly requests: { readonly headers: Readonly<Record<string, string>>; readonly text: string }[];
  /** What was wrong with what it was sent. */
  readonly problems: string[];
  /** While it is set, every request meets it. */
  fault: CollectorFault | undefined;
}

export async function startCollector(): Promise<TestCollector> {
  const server = await listen(async (incoming, response) => {
    const text = String(await readBody(incoming));
    collector.requests.push({ headers: plainHeaders(incoming), text });
    const { fault } = collector;
    if (fault?.hang) return;
    if (fault) return response.writeHead(fault.status ?? 500, fault.headers).end(fault.body ?? "");
    const read = request.safeParse(JSON.parse(text));
    if (!read.success || incoming.url !== "/v1/traces") {
      collector.problems.push(read.error?.message ?? `posted to ${incoming.url}`);
      return response.writeHead(400).end();
    }
    for (const { resource, scopeSpans } of read.data.resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        collector.spans.push({ ...span, resource: resource.attributes });
    return response.writeHead(200, { "content-type": "application/json" }).end('{"partialSuccess":{}}');
  });
  const collector: TestCollector = {
    endpoint: `${server.url}/v1/traces`,
    spans: [],
    requests: [],
    problems: [],
    fault: undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return collector;
}

function plain(value: Readonly<Record<string, string | number | boolean>>): string | number | boolean {
  if (value.intValue !== undefined) return Number(value.intValue);
  return (value.stringValue ?? value.doubleValue ?? value.boolValue) as string | number | boolean;
}
