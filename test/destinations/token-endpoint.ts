import { listen, plainHeaders, readBody } from "../../src/simulator/loopback.ts";

/** An OAuth 2 token endpoint that checks what it is asked (RFC 6749 §4.4). */
export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Forms it was sent, with the client id they were sent for. */
  readonly asked: readonly Readonly<Record<string, string>>[];
  /** Tokens to hand out, the last of them for ever. */
  tokens: string[];
  /** Seconds a token lives; undefined says nothing of it. */
  expiresIn: number | undefined;
  /** The next requests are answered like this. */
  failures: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }[];
  /** Waits this long before it answers. */
  delayMs: number;
}

export const client = { clientId: "client:1 é", clientSecret: "client-Secret-canary+/=" };

export async function startTokenEndpoint(tokens: string[]): Promise<TokenEndpoint> {
  const asked: Record<string, string>[] = [];
  const server = await listen(async (request, response) => {
    const form = new URLSearchParams(String(await readBody(request)));
    const [id, secret] = credentialsOf(plainHeaders(request).authorization, form);
    asked.push({ ...Object.fromEntries(form), id: id ?? "" });
    await new Promise((resolve) => setTimeout(resolve, endpoint.delayMs));
    const failure = endpoint.failures.shift();
    if (failure) return response.writeHead(failure.status, failure.headers).end(failure.body ?? "{}");
    if (
      id !== client.clientId ||
      secret !== client.clientSecret ||
      form.get("grant_type") !== "client_credentials"
    ) {
      return response.writeHead(401).end(JSON.stringify({ error: "invalid_client" }));
    }
    const token = endpoint.tokens.length > 1 ? endpoint.tokens.shift() : endpoint.tokens[0];
    const body = { access_token: token, token_type: "Bearer", expires_in: endpoint.expiresIn };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const endpoint: TokenEndpoint = {
    url: `${server.url}/oauth2/token`,
    asked,
    tokens,
    expiresIn: 3_600,
    failures: [],
    delayMs: 0,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return endpoint;
}

function credentialsOf(authorization: string | undefined, form: URLSearchParams): (string | undefined)[] {
  if (authorization === undefined) return [form.get("client_id") ?? "", form.get("client_secret") ?? ""];
  const decoded = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
  return decoded.split(":").map((part) => new URLSearchParams(`x=${part}`).get("x") ?? "");
}
