/** A value of an attribute; what is undefined is left out. */
export type Value = string | number | boolean | undefined;
export type Attributes = Readonly<Record<string, Value>>;

/** Something that took time, done; its ids are lower-case hexadecimal, of 16 and 8 bytes. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string | undefined;
  readonly name: string;
  /** `client`: somebody else's answer was waited for. */
  readonly kind: "internal" | "client";
  /** Epoch milliseconds, with fractions. */
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
  readonly events?: readonly SpanEvent[] | undefined;
  /** Events there were, and that were left out. */
  readonly eventsLeftOut?: number | undefined;
}

export interface SpanEvent {
  readonly at: number;
  readonly name: string;
  readonly attributes: Attributes;
}

/** The protocol's numbers (opentelemetry-proto, trace.proto). */
const kinds = { internal: 1, client: 3 } as const;
const statusUnset = 0;
const statusError = 2;

/**
 * Spans as the body of an OTLP/HTTP request in JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest): ids in
 * hexadecimal, 64-bit integers as text. Pure.
 * @param resource what they are of: the service
 * @param version of the program, which is the instrumentation too
 */
export function encodeSpans(resource: Attributes, version: string, spans: readonly Span[]): string {
  const scope = { name: "contactlogd", version };
  const scopeSpans = [{ scope, spans: spans.map(encoded) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: listed(resource) }, scopeSpans }] });
}

/** An export of nothing, which every collector takes. */
export const emptyExport = JSON.stringify({ resourceSpans: [] });

function encoded(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.from),
    endTimeUnixNano: nanoseconds(Math.max(span.from, span.to)),
    attributes: listed(span.attributes),
    events: (span.events ?? []).map(({ at, name, attributes }) => ({
      timeUnixNano: nanoseconds(at),
      name,
      attributes: listed(attributes),
    })),
    droppedEventsCount: span.eventsLeftOut ?? 0,
    status: { code: span.failed ? statusError : statusUnset },
  };
}

/** Microseconds still are exact in a double; nanoseconds would not be. */
function nanoseconds(epochMs: number): string {
  return `${Math.round(epochMs * 1_000)}000`;
}

function listed(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: typed(value) }],
  );
}

function typed(value: string | number | boolean): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
