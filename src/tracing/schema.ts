import { z } from "zod";
import { headersSchema } from "../destinations/http-auth.ts";
import { tlsSchema } from "../destinations/http-tls.ts";

const endpoint = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .refine((url) => !/\/\/[^/]*@/.test(url), { error: "must not hold a user or password" });

export const tracingSchema = z
  .strictObject({
    endpoint: endpoint.describe(
      "Where spans are posted (OTLP/HTTP, JSON), whole: https://collector:4318/v1/traces",
    ),
    headers: headersSchema,
    tls: tlsSchema.optional(),
    sampleRatio: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe("Share of contacts that are traced; a contact is traced whole or not at all."),
    propagate: z
      .boolean()
      .default(false)
      .describe(
        "Posts of http destinations carry traceparent, so that a backend's spans fall in the same trace.",
      ),
    timeoutMs: z.int().min(1).max(60_000).default(5_000).describe("Deadline of one post of spans."),
  })
  .refine(({ endpoint, tls }) => tls === undefined || endpoint.startsWith("https:"), {
    path: ["tls"],
    error: "needs an https endpoint",
  })
  .describe("OpenTelemetry traces, one a contact; without it none is made.");

export type TracingOptions = z.output<typeof tracingSchema>;

/** Every secret in it. */
export function tracingSecrets({ headers, tls }: TracingOptions): string[] {
  return [...Object.values(headers), ...(tls?.passphrase ? [tls.passphrase] : [])];
}

/** The same, with its files where `resolve` says they are. */
export function withTracingFiles(options: TracingOptions, resolve: (path: string) => string): TracingOptions {
  if (options.tls === undefined) return options;
  const { ca, cert, key, ...rest } = options.tls;
  const files = Object.entries({ ca, cert, key }).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, resolve(path)]],
  );
  return { ...options, tls: { ...rest, ...Object.fromEntries(files) } };
}
