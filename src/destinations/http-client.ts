import { Transient } from "../errors.ts";
import { call, connectTo, createConnections, type HttpAnswer, type HttpCall } from "../http.ts";
import { type Auth, createAuthenticator, secretsOf } from "./http-auth.ts";
import { endOf, secureContextOf, type Tls } from "./http-tls.ts";

const maxAnswerBytes = 2 ** 20;

export interface ClientOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: Auth | undefined;
  readonly tls?: Tls | undefined;
  readonly timeoutMs: number;
}

/** A request to the backend; what opens it is added. */
export type Request = Pick<
  HttpCall,
  "url" | "method" | "headers" | "body" | "ignoresBody" | "unreadableBody"
>;

export interface Client extends AsyncDisposable {
  /**
   * One request, repeated once where a token was refused that can be renewed. Throws Transient.
   * @param failed what an error of the request itself becomes; one of the token's stays as it is
   */
  send(request: Request, signal: AbortSignal, failed?: (error: unknown) => unknown): Promise<HttpAnswer>;
  /** Gets a token where one is needed, and connects. Throws Transient. */
  reach(signal: AbortSignal): Promise<void>;
  /** Another document, without our credentials. */
  get(at: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** When the certificate it shows expires, where there is one. */
  readonly certificateEndsAt: number | undefined;
  /** What an answer may quote and nobody may read. */
  readonly secrets: readonly string[];
}

/**
 * One backend's connections, with what opens them.
 * @param protect told each secret that is made at run time
 * @throws ConfigError where a file of `tls` cannot be used
 */
export function createClient(
  { url, headers, auth, tls, timeoutMs }: ClientOptions,
  protect: (secret: string) => void,
): Client {
  const secureContext = tls && secureContextOf(tls);
  const connections = createConnections(secureContext);
  const limits = { deadlineMs: timeoutMs, maxBytes: maxAnswerBytes };
  const what = `destination ${new URL(url).host}`;
  const authenticator = createAuthenticator(
    auth,
    (request, signal) => call(connections, { ...limits, ...request }, signal),
    protect,
  );

  async function send(request: Request, signal: AbortSignal, failed = same): Promise<HttpAnswer> {
    for (let renewed = false; ; renewed = true) {
      const credentials = await authenticator.credentials(signal);
      const answer = await call(
        connections,
        {
          ...limits,
          ...request,
          url: withQuery(request.url, credentials.query),
          headers: { ...headers, ...credentials.headers, ...request.headers },
          what,
        },
        signal,
      ).catch((error: unknown) => {
        throw failed(error);
      });
      if (answer.status !== 401 || !authenticator.refused(credentials)) return answer;
      // A token that is new and refused is one mistake to mend, not a dead letter for each contact.
      if (renewed) throw new Transient("token_refused", `${what}: HTTP 401 to a new access token`);
    }
  }

  return {
    send,
    async reach(signal) {
      await authenticator.credentials(signal);
      await connectTo(url, { what, ...(secureContext && { secureContext }) }, signal);
    },
    get: (at, signal) =>
      call(connections, { ...limits, url: at, method: "GET", what: `schema of ${what}` }, signal),
    certificateEndsAt: tls && endOf(tls),
    secrets: [...Object.values(headers).flatMap((value) => [value, ...value.split(" ")]), ...secretsOf(auth)],
    async [Symbol.asyncDispose]() {
      await connections.destroy();
    },
  };
}

function same(error: unknown): unknown {
  return error;
}

function withQuery(at: string, query: Readonly<Record<string, string>>): string {
  if (Object.keys(query).length === 0) return at;
  const whole = new URL(at);
  for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value);
  return whole.href;
}
