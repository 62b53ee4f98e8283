import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Set for the SDK's own chain to find. */
export const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "aws-secret-canary" };
export const region = "eu-central-1";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What goes wrong with a request, and how often. */
export type FakeFault =
  /** AWS answers with this code; `after` it has done what it was asked for. */
  | {
      readonly code: string;
      readonly status: number;
      readonly message?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly reset: "before" | "after" }
  | { readonly hang: true };

export interface Fake extends AsyncDisposable {
  readonly endpoint: string;
  /** Why requests were not as the service wants them: a test that passes has none. */
  readonly mistakes: string[];
  readonly requests: FakeRequest[];
  fail(fault: FakeFault, times?: number): void;
}

/** How a service is told of an error. */
type ErrorForm = (
  code: string,
  message: string,
) => { readonly headers: Record<string, string>; readonly body: string };

export interface Service {
  /** Its name in the scope of a signature. */
  readonly name: string;
  readonly error: ErrorForm;
  /** Throws `Refusal`. */
  answer(request: FakeRequest, gone: AbortSignal): Promise<FakeAnswer> | FakeAnswer;
}

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A service of AWS on a socket of this machine. It looks at what the official SDK signs, and answers in its form. */
export async function startFake(service: Service): Promise<Fake> {
  const faults: FakeFault[] = [];
  const mistakes: string[] = [];
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      mistakes.push(String(error));
      response.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const request = await read(incoming);
    requests.push(request);
    const problem = problemOf(request, service.name);
    if (problem !== undefined) mistakes.push(problem);
    const fault = faults.shift();
    if (fault && "hang" in fault) return;
    if (fault && "reset" in fault && fault.reset === "before") return void response.destroy();
    if (fault && "code" in fault) {
      return refuse(response, new Refusal(fault.code, fault.message ?? "no", fault.status), fault.headers);
    }
    try {
      const { status, headers, body } = await service.answer(request, gone.signal);
      if (fault) return void response.destroy();
      response.writeHead(status, headers).end(body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(response, error);
    }
  }

  function refuse(response: ServerResponse, { code, message, status }: Refusal, more = {}): void {
    const { headers, body } = service.error(code, message);
    response.writeHead(status, { ...headers, ...more }).end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mistakes,
    requests,
    fail(fault, times = 1) {
      for (let n = 0; n < times; n++) faults.push(fault);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://fake");
  return {
    method: incoming.method ?? "",
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** Signature Version 4, as far as it can be seen without the secret. */
function problemOf({ headers, body }: FakeRequest, service: string): string | undefined {
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=[\da-f]{64}$/.exec(
      headers.authorization ?? "",
    );
  if (!authorization) return "the request is not signed";
  const [, key, day, at, name, signed = ""] = authorization;
  if (key !== credentials.AWS_ACCESS_KEY_ID) return "it is signed with another key";
  if (at !== region || name !== service) return `it is signed for ${at}/${name}`;
  if (!headers["x-amz-date"]?.toString().startsWith(day ?? "-")) return "its date is not the signature's";
  if (!signed.split(";").includes("x-amz-date")) return "its date is not signed";
  const hash = createHash("sha256").update(body).digest("hex");
  return headers["x-amz-content-sha256"] === hash ? undefined : "its body is not what was signed";
}

/** JSON with the code in a header, as REST JSON services tell an error. */
export const restJsonError: ErrorForm = (code, message) => ({
  headers: { "content-type": "application/json", "x-amzn-errortype": code },
  body: JSON.stringify({ message }),
});

export function jsonOf(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal("SerializationException", "the body is not JSON");
  }
}
