import { afterAll, beforeAll } from "vitest";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { type Certificates, makeCertificates, startTlsFront } from "./certificates.ts";
import { context, destinationContract } from "./contract.ts";
import { client, startTokenEndpoint } from "./token-endpoint.ts";

let certificates: Certificates;

beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => {
  certificates[Symbol.dispose]();
});

function made(options: Record<string, unknown>) {
  return createDestination(destinationSchema.parse({ kind: "http", ...options }), context);
}

destinationContract("http", ({ url, token, timeoutMs }) =>
  made({ url, headers: { authorization: `Bearer ${token}` }, timeoutMs }),
);

destinationContract("http, mapped, to a case", ({ url, token, timeoutMs }) =>
  made({
    url: url.replace("/logs", "/cases/{caseId}/logs"),
    auth: { type: "bearer", token },
    fields: {
      "Case.Number": "caseId",
      Note: { from: "note", format: "html" },
      Account: "accountId",
      Source: { value: "contactlogd" },
    },
    timeoutMs,
  }),
);

destinationContract(
  "http, OAuth 2",
  async ({ url, token, timeoutMs, use }) => {
    const { url: tokenUrl } = use(await startTokenEndpoint([token]));
    return made({ url, auth: { type: "oauth2", tokenUrl, ...client }, timeoutMs });
  },
  { renews: true },
);

destinationContract("http, mTLS", async ({ url, token, timeoutMs, use }) => {
  const { ca, cert, key } = certificates;
  const front = use(await startTlsFront(url, certificates));
  return made({
    url: url.replace(new URL(url).origin, front.url),
    tls: { ca, cert, key },
    auth: { type: "bearer", token },
    timeoutMs,
  });
});
