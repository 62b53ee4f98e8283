import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestEntry } from "./api/gate.ts";
import type { Faults } from "./faults.ts";
import { listen } from "./loopback.ts";
import { misbehave } from "./misbehave.ts";

/** Transcript URL docs: a pre-signed URL lives ten minutes. */
export const presignedSeconds = 600;

/** The object store transcripts lie in: another host than the API, guarded by the signature in the URL alone. */
export interface Storage extends AsyncDisposable {
  readonly url: string;
  /** A pre-signed URL of a document that is made when fetched. */
  sign(path: string, document: () => object, seconds?: number): string;
}

interface Grant {
  readonly path: string;
  readonly expiresAt: number;
  readonly document: () => object;
}

export async function startStorage(faults: Faults, requests: RequestEntry[]): Promise<Storage> {
  const grants = new Map<string, Grant>();
  const server = await listen((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", server.url);
    const method = request.method ?? "";
    const query = Object.fromEntries(url.searchParams);
    const entry: RequestEntry = {
      method,
      path: url.pathname,
      query,
      at: Date.now(),
      status: undefined,
      body: undefined,
    };
    requests.push(entry);
    const fault = faults.takeRest(method, url.pathname);
    if (fault !== undefined && (await misbehave(response, fault))) {
      entry.status = fault.status ?? 0;
      return;
    }
    const { status, type, body } = fetchDocument(request, url, grants);
    entry.status = status;
    response.writeHead(status, { "content-type": type }).end(body);
  }

  return {
    url: server.url,
    sign(path, document, seconds = presignedSeconds) {
      const signature = randomBytes(32).toString("hex");
      grants.set(signature, { path, document, expiresAt: Date.now() + seconds * 1000 });
      const query = new URLSearchParams({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Expires": String(seconds),
        "X-Amz-Signature": signature,
      });
      return `${server.url}${path}?${query}`;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** S3 refuses a second way of authentication, and a signature past its time or of another object. */
function fetchDocument(request: IncomingMessage, url: URL, grants: ReadonlyMap<string, Grant>) {
  if (request.headers.authorization !== undefined) {
    return refusal(400, "InvalidArgument", "Only one auth mechanism allowed");
  }
  const grant = grants.get(url.searchParams.get("X-Amz-Signature") ?? "");
  if (grant === undefined || grant.path !== url.pathname) {
    return refusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match");
  }
  if (Date.now() >= grant.expiresAt) return refusal(403, "AccessDenied", "Request has expired");
  return { status: 200, type: "application/json", body: JSON.stringify(grant.document()) };
}

function refusal(status: number, code: string, message: string) {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, type: "application/xml", body };
}
