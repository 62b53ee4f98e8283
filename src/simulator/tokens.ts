import { randomBytes } from "node:crypto";

export interface Token {
  readonly value: string;
  readonly clientId: string;
  expiresAt: number;
  revoked: boolean;
  /** Requests in the current minute, for `token.rate.per.minute`. */
  window: { startedAt: number; count: number };
}

/** Client-credentials tokens: no refresh token, live until they expire or are revoked. */
export class Tokens {
  readonly #tokens = new Map<string, Token>();
  readonly lifeMs: number;

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs;
  }

  issue(clientId: string): Token {
    const now = Date.now();
    const token: Token = {
      value: randomBytes(48).toString("base64url"),
      clientId,
      expiresAt: now + this.lifeMs,
      revoked: false,
      window: { startedAt: now, count: 0 },
    };
    this.#tokens.set(token.value, token);
    return token;
  }

  /** The live token of an `Authorization: Bearer` header. */
  bearer(header: string | undefined): Token | undefined {
    const token = this.#tokens.get(header?.replace(/^bearer /i, "") ?? "");
    return token !== undefined && isLive(token) ? token : undefined;
  }

  expireAll(): void {
    for (const token of this.#tokens.values()) token.expiresAt = 0;
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true;
  }
}

export function isLive(token: Token): boolean {
  return !token.revoked && token.expiresAt > Date.now();
}
