import { hostOf } from "../http.ts";
import { createCollector } from "../tracing/collector.ts";
import { emptyExport } from "../tracing/otlp.ts";
import type { TracingOptions } from "../tracing/schema.ts";
import type { Check } from "./check.ts";

const mend =
  "check tracing.endpoint (with its path, such as /v1/traces), tracing.headers, and the way out of this network";

/** The collector takes an export of nothing, in JSON. */
export function tracingCheck(options: TracingOptions): Check {
  return {
    id: "tracing",
    mend,
    async run(signal) {
      await using collector = createCollector(options);
      const exported = await collector.post(emptyExport, signal);
      return exported.kind === "taken"
        ? { ok: true, summary: `${hostOf(options.endpoint)} takes traces` }
        : { ok: false, summary: exported.why, mend };
    },
  };
}
