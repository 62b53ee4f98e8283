import { Fatal, NotYet, Transient } from "../errors.ts";
import { type HttpAnswer, hostOf } from "../http.ts";
import { abortable, retryAfter } from "../time.ts";

/** Part of a token's life after which a new one is asked for. */
const renewAt = 0.8;
/** Statuses that refuse the credentials. */
const refusals = [400, 401, 403];

export interface AuthOptions {
  /** `https://login.<region>` or the configured base. */
  readonly loginUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly send: (
    call: {
      url: string;
      method: string;
      headers: Record<string, string>;
      body: string;
      what: string;
    },
    signal: AbortSignal,
  ) => Promise<HttpAnswer>;
  /** Told each new token, so that it can be kept out of every log line. */
  readonly protect: (secret: string) => void;
  /** The credentials were refused: time to look whether there are others by now, and to say so. */
  readonly onRefused?: (() => void) | undefined;
}

interface Token {
  readonly value: string;
  readonly endsAt: number;
}

/**
 * The access token of one OAuth client (client credentials grant; no refresh token, PROTOCOL §3.6: a new one is asked for).
 * One request at a time whoever asks, renewed in the background at 80 % of its life.
 */
export class Auth implements Disposable {
  readonly #options: AuthOptions;
  readonly #stop = new AbortController();
  #clientSecret: string;
  #token: Token | undefined;
  #renewal: Promise<Token> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Once the platform has taken the credentials, a later refusal is an outage to sit out, not a mistake to exit on. */
  #accepted = false;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#clientSecret = options.clientSecret;
  }

  /** From the next login on; a token that is there stays in use as long as the platform takes it. */
  set clientSecret(value: string) {
    this.#clientSecret = value;
  }

  /**
   * A token that is valid now. Throws Fatal when the very first login is refused, Transient or NotYet otherwise, and
   * the signal's reason when it aborts first: the login itself goes on for whoever else waits for it.
   */
  async token(signal: AbortSignal): Promise<string> {
    const token = this.#token;
    if (token && performance.now() < token.endsAt) return token.value;
    return (await abortable(this.#renew(), signal)).value;
  }

  /** The platform answered 401 to this token. */
  invalidate(value: string): void {
    if (this.#token?.value === value) this.#token = undefined;
  }

  /** The platform revoked what we hold. */
  forget(): void {
    this.#token = undefined;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  #renew(): Promise<Token> {
    this.#renewal ??= this.#request().finally(() => {
      this.#renewal = undefined;
    });
    // Whoever waited may have been told to stop; a login that is cut off then must not end the process.
    this.#renewal.catch(() => {});
    return this.#renewal;
  }

  async #request(): Promise<Token> {
    const { protect } = this.#options;
    const answer = await this.#ask();
    if (answer.status !== 200) throw this.#refusal(answer);
    const token = readToken(answer.text);
    if (!token) throw new Transient("unexpected_answer", "login: the answer holds no access token");
    protect(token.value);
    this.#accepted = true;
    this.#keep(token.value, token.lifeMs);
    return this.#token as Token;
  }

  /** Asks once more where the secret was refused, and is another one by now. */
  async #ask(): Promise<HttpAnswer> {
    const clientSecret = this.#clientSecret;
    const answer = await this.#send(clientSecret);
    if (!refusals.includes(answer.status)) return answer;
    this.#options.onRefused?.();
    return this.#clientSecret === clientSecret ? answer : await this.#send(this.#clientSecret);
  }

  async #send(clientSecret: string): Promise<HttpAnswer> {
    const { loginUrl, clientId, send, protect } = this.#options;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    protect(credentials);
    return await send(
      {
        url: `${loginUrl}/oauth/token`,
        method: "POST",
        headers: {
          authorization: `Basic ${credentials}`,
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
        },
        body: "grant_type=client_credentials",
        what: "login",
      },
      this.#stop.signal,
    );
  }

  #keep(value: string, lifeMs: number): void {
    const now = performance.now();
    this.#token = { value, endsAt: now + lifeMs };
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(
      () => {
        // A failed renewal is not news yet: the old token still works, and who needs one after its end asks again.
        this.#renew().catch(() => {});
      },
      Math.min(lifeMs * renewAt, 2 ** 31 - 1),
    );
    this.#timer.unref();
  }

  #refusal(answer: HttpAnswer): Error {
    const host = hostOf(this.#options.loginUrl);
    if (answer.status === 429) {
      const now = Date.now();
      return new NotYet(
        "rate_limited",
        `login: ${host} answered 429 (too many requests)`,
        retryAfter(answer.headers["retry-after"], now),
      );
    }
    if (refusals.includes(answer.status)) {
      const sentence =
        `login: ${host} refused the OAuth client's credentials (HTTP ${answer.status}); ` +
        "check genesys.clientId, genesys.clientSecret and the region";
      return this.#accepted
        ? new Transient("credentials_refused", sentence)
        : new Fatal("credentials_refused", sentence);
    }
    return new Transient("login_failed", `login: ${host} answered HTTP ${answer.status}`);
  }
}

function readToken(text: string): { value: string; lifeMs: number } | undefined {
  try {
    const body = JSON.parse(text) as { access_token?: unknown; expires_in?: unknown } | null;
    if (typeof body?.access_token !== "string" || body.access_token === "") return undefined;
    const seconds = Number(body.expires_in);
    // The platform's default life, where the answer does not say (PROTOCOL §3.6).
    return { value: body.access_token, lifeMs: (seconds > 0 ? seconds : 86_400) * 1000 };
  } catch {
    return undefined;
  }
}
