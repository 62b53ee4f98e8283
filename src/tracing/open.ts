import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LedgerReader } from "../ledger/ledger.ts";
import type { Listener } from "../ops/events.ts";
import { createCollector } from "./collector.ts";
import { Exporter, type ExporterOptions } from "./exporter.ts";
import { createTraceIds, type TraceIds } from "./ids.ts";
import { encodeSpans } from "./otlp.ts";
import type { TracingOptions } from "./schema.ts";
import { createTracer } from "./tracer.ts";

export interface TracingTools {
  /** What ids are hashed with; undefined where they are shown as they are. */
  readonly idKey: string | undefined;
  readonly explain: LedgerReader["explain"];
  readonly reports: ExporterOptions["reports"];
}

export interface Tracing extends AsyncDisposable {
  /** To be told of every business event. */
  readonly listener: Listener;
  /** For posts to backends; undefined where they are to have none. */
  readonly headers: TraceIds["headers"] | undefined;
}

/**
 * Traces of contacts, on their way to a collector. Disposing sends what is left.
 * @throws ConfigError where a file of `tls` cannot be used
 */
export function openTracing(options: TracingOptions, { idKey, explain, reports }: TracingTools): Tracing {
  const version = versionOf();
  const resource = {
    "service.name": "contactlogd",
    "service.version": version,
    "service.instance.id": randomUUID(),
  };
  const exporter = new Exporter({
    collector: createCollector(options),
    encode: (spans) => encodeSpans(resource, version, spans),
    reports,
  });
  const ids = createTraceIds(idKey, options.sampleRatio);
  return {
    headers: options.propagate ? ids.headers : undefined,
    listener: createTracer({ ids, explain, add: exporter.add }),
    [Symbol.asyncDispose]: () => exporter[Symbol.asyncDispose](),
  };
}

function versionOf(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
