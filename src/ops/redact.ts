/** Shorter values would blank out ordinary words. */
const shortestSecret = 6;
/** Tokens and channel ids that were replaced long ago no longer open anything. */
const mostSecrets = 500;

/** Shapes of secrets that come in from outside: pre-signed URLs, bearer tokens, notification channels. */
const shapes: readonly RegExp[] = [
  /X-Amz-[A-Za-z-]{1,40}=[^&\s"\\]*/g,
  /\b(?:Bearer|Basic)\s+[\w~+/.=-]{6,}/g,
  /\bstreaming-\d+-[\w-]{6,}/g,
];

/**
 * The last wall before a log line leaves: known secrets and shapes of secrets are blanked out. Nothing should ever
 * reach it; that is why it is there.
 */
export class Redactor {
  /** Configured secrets stay for ever; tokens and channel ids come and go. */
  readonly #configured: Set<string>;
  readonly #passing = new Set<string>();

  constructor(secrets: readonly string[]) {
    this.#configured = new Set(secrets.flatMap(spellings));
  }

  /** Of a configuration that was read again: what stood in the one before stays hidden. */
  learn(secrets: readonly string[]): void {
    for (const spelling of secrets.flatMap(spellings)) this.#configured.add(spelling);
  }

  readonly protect = (secret: string): void => {
    for (const spelling of spellings(secret)) this.#passing.add(spelling);
    for (const oldest of this.#passing) {
      if (this.#passing.size <= mostSecrets) break;
      this.#passing.delete(oldest);
    }
  };

  readonly clean = (line: string): string => {
    let safe = line;
    // Longest first: a secret may begin with another.
    const secrets = [...this.#configured, ...this.#passing].sort((a, b) => b.length - a.length);
    for (const secret of secrets) if (safe.includes(secret)) safe = safe.replaceAll(secret, "[secret]");
    for (const shape of shapes) safe = safe.replace(shape, "[secret]");
    return safe;
  };
}

/** As it is, and as it looks inside a JSON string. */
function spellings(secret: string): string[] {
  if (secret.length < shortestSecret) return [];
  return [secret, JSON.stringify(secret).slice(1, -1)];
}
