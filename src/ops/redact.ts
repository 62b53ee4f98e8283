/** Shorter values would blank out ordinary words. */
const shortestSecret = 6;
/** Tokens and channel ids that were replaced long ago no longer open anything. */
const mostSecrets = 500;

/** Shapes of secrets that come in from outside: pre-signed URLs, bearer tokens, notification channels. */
const shapes: readonly RegExp[] = [
  /X-Amz-[A-Za-z-]+=[^&\s"\\]*/g,
  /\b(?:Bearer|Basic)\s+[\w~+/.=-]{6,}/g,
  /\bstreaming-\d+-[\w-]{6,}/g,
];

/**
 * The last wall before a log line leaves: known secrets and shapes of secrets are blanked out. Nothing should ever
 * reach it; that is why it is there.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) this.protect(secret);
  }

  readonly protect = (secret: string): void => {
    if (secret.length < shortestSecret) return;
    this.#secrets.add(secret);
    // As it looks inside a JSON string.
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    if (this.#secrets.size > mostSecrets) {
      for (const oldest of this.#secrets) {
        this.#secrets.delete(oldest);
        break;
      }
    }
  };

  readonly clean = (line: string): string => {
    let safe = line;
    for (const secret of this.#secrets) safe = safe.replaceAll(secret, "[secret]");
    for (const shape of shapes) safe = safe.replace(shape, "[secret]");
    return safe;
  };
}
