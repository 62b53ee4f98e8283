import { expect, test } from "vitest";
import { createCollector } from "../../src/tracing/collector.ts";
import { emptyExport } from "../../src/tracing/otlp.ts";
import { tracingSchema } from "../../src/tracing/schema.ts";
import { makeCertificates, startTlsFront } from "../destinations/certificates.ts";
import { startCollector } from "./collector.ts";

const never = new AbortController().signal;

test("a private authority and our own certificate open its door, and without them nothing is sent", async () => {
  using certificates = makeCertificates();
  await using inner = await startCollector();
  await using front = await startTlsFront(new URL(inner.endpoint).origin, certificates);
  const post = async (tls?: object) => {
    const options = tracingSchema.parse({ endpoint: `${front.url}/v1/traces`, tls });
    await using collector = createCollector(options);
    return await collector.post(emptyExport, never);
  };
  const { ca, cert, key } = certificates;
  expect(await post({ ca, cert, key })).toEqual({ kind: "taken", refused: 0 });
  expect(front.clients).toEqual(["client"]);
  expect(await post()).toMatchObject({ kind: "later", why: expect.stringContaining("cannot be reached") });
  expect(inner.requests).toHaveLength(1);
});
