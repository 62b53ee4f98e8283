import { Transient } from "../errors.ts";
import { type HttpAnswer, hostOf } from "../http.ts";
import { abortable, retryAfter } from "../time.ts";
import type { Auth, Send } from "./http-auth.ts";

/** Life of a token whose answer does not say (RFC 6749 §5.1 leaves it open). */
const defaultLifeMs = 300_000;
/** A token is not used in the last part of its life: it could end on the way. */
const marginMs = 30_000;

export interface AccessTokenOptions extends Omit<Extract<Auth, { type: "oauth2" }>, "type"> {
  readonly send: Send;
  /** Told each new token, so that it can be kept out of every log line. */
  readonly protect: (secret: string) => void;
}

interface Token {
  readonly value: string;
  readonly endsAt: number;
}

/** Access tokens of an OAuth 2 client (client credentials, RFC 6749 §4.4): one at a time, asked for once whoever needs it. */
export class AccessTokens {
  readonly #options: AccessTokenOptions;
  #token: Token | undefined;
  #request: Promise<Token> | undefined;

  constructor(options: AccessTokenOptions) {
    this.#options = options;
  }

  /**
   * A token that is valid now. Throws Transient where none can be had, `credentials_refused` too: wrong credentials
   * are one mistake to mend, not a dead letter for each contact.
   */
  async get(signal: AbortSignal): Promise<string> {
    if (this.#token && performance.now() < this.#token.endsAt) return this.#token.value;
    this.#request ??= this.#ask().finally(() => {
      this.#request = undefined;
    });
    // Who stops waiting does not take it from the others.
    return (await abortable(this.#request, signal)).value;
  }

  /** It was refused; one that replaced it meanwhile stays. */
  forget(value: string | undefined): void {
    if (this.#token?.value === value) this.#token = undefined;
  }

  async #ask(): Promise<Token> {
    const { tokenUrl, send, protect } = this.#options;
    const { headers, body } = this.#form();
    const what = `token endpoint ${hostOf(tokenUrl)}`;
    const call = { url: tokenUrl, method: "POST", headers, body, what };
    const answer = await send(call, new AbortController().signal);
    if (answer.status !== 200) throw refusal(answer, what);
    const token = readToken(answer.text);
    if (!token) throw new Transient("token_unreadable", `${what}: the answer holds no access token`);
    protect(token.value);
    this.#token = token;
    return token;
  }

  #form(): { headers: Record<string, string>; body: string } {
    const { clientId, clientSecret, scope, audience, clientAuth, protect } = this.#options;
    const fields = new URLSearchParams({ grant_type: "client_credentials" });
    if (scope !== undefined) fields.set("scope", scope);
    if (audience !== undefined) fields.set("audience", audience);
    const headers: Record<string, string> = {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    };
    if (clientAuth === "body") {
      fields.set("client_id", clientId);
      fields.set("client_secret", clientSecret);
    } else {
      const credentials = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString(
        "base64",
      );
      protect(credentials);
      headers.authorization = `Basic ${credentials}`;
    }
    return { headers, body: fields.toString() };
  }
}

/** As RFC 6749 §2.3.1 has a client's id and secret written before they become HTTP Basic. */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function refusal({ status, headers }: HttpAnswer, what: string): Transient {
  const notBefore = retryAfter(headers["retry-after"], Date.now());
  if (status === 400 || status === 401 || status === 403) {
    return new Transient(
      "credentials_refused",
      `${what}: the client's credentials were refused (HTTP ${status}); check auth.clientId, clientSecret, scope and audience`,
      notBefore,
    );
  }
  return new Transient("token_unavailable", `${what}: HTTP ${status}`, notBefore);
}

function readToken(text: string): Token | undefined {
  try {
    const { access_token: value, expires_in: seconds } = JSON.parse(text) as Record<string, unknown>;
    // A header takes visible ASCII alone (RFC 6750 §2.1).
    if (typeof value !== "string" || !/^[\x21-\x7e]{1,16384}$/.test(value)) return undefined;
    const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1_000 : defaultLifeMs;
    return { value, endsAt: performance.now() + lifeMs - Math.min(marginMs, lifeMs / 5) };
  } catch {
    return undefined;
  }
}
