/** Life of a channel from its last subscription (PROTOCOL §1.2), where the platform does not say another. */
const usualLifeMs = 24 * 3_600_000;
const shortestLifeMs = 500;

interface Subscribed {
  readonly topics: readonly string[];
  /** Monotonic. */
  readonly at: number;
  /** Epoch milliseconds of the last reading back that showed them; what the first does not show was refused. */
  readonly verifiedAt: number | undefined;
}

/** What the platform's own list says of what was put. */
interface Finding {
  /** Topics refused, where these have changed. */
  readonly refused: readonly string[] | undefined;
  /** How many are missing that had been there, and when they were seen last (epoch milliseconds). */
  readonly lost: { readonly topics: number; readonly verifiedAt: number } | undefined;
}

/** The topics a channel is to have, has, and was refused; asks nobody. */
export class Subscription {
  /** Whether it is read back after it is put; not where losing one costs nothing. */
  readonly #readsBack: boolean;
  #topics: readonly string[] = [];
  #lifeMs = usualLifeMs;
  #subscribed: Subscribed | undefined;
  #verifyDue = false;
  /** Topics that were put and are not there. */
  #refused: ReadonlySet<string> = new Set();

  constructor(readsBack: boolean) {
    this.#readsBack = readsBack;
  }

  /** Those it is to have. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  /** What was put last is what it is to have. */
  get asWanted(): boolean {
    return same(this.#subscribed?.topics, this.#topics);
  }

  /** As wanted, and not to be put again to keep the channel alive. */
  get current(): boolean {
    return this.asWanted && performance.now() - (this.#subscribed?.at ?? 0) < this.#lifeMs / 2;
  }

  /** When it is to be put again (monotonic). */
  get renewAt(): number {
    return (this.#subscribed?.at ?? performance.now()) + this.#lifeMs / 2;
  }

  /** Every topic was refused. */
  get refused(): boolean {
    return this.#topics.length > 0 && this.#topics.every((topic) => this.#refused.has(topic));
  }

  /** The platform's list is to be read back. */
  get verifyDue(): boolean {
    return this.#verifyDue;
  }

  verify(): void {
    this.#verifyDue = true;
  }

  /** @returns whether these are others than before */
  want(topics: readonly string[]): boolean {
    if (same(this.#topics, topics)) return false;
    this.#topics = [...topics];
    return true;
  }

  /** When a new channel ends, in epoch milliseconds, as the platform says. */
  expires(at: number | undefined): void {
    const lifeMs = (at ?? 0) - Date.now();
    // Outside of reason it tells of two clocks that differ, not of the channel.
    this.#lifeMs = lifeMs > shortestLifeMs && lifeMs < usualLifeMs ? lifeMs : usualLifeMs;
  }

  /** These topics were put. @returns those refused, where they have changed */
  put(topics: readonly string[], rejected: readonly string[]): readonly string[] | undefined {
    this.#subscribed = { topics, at: performance.now(), verifiedAt: undefined };
    this.#verifyDue = this.#readsBack;
    return this.#refuse(rejected);
  }

  /** Nothing is subscribed any more. */
  lose(): void {
    this.#subscribed = undefined;
  }

  /**
   * A look at the platform's list begins. Topics it refused are not expected there.
   * @returns takes what is there; nothing is found where something else was put meanwhile
   */
  look(): (there: ReadonlySet<string>) => Finding {
    this.#verifyDue = false;
    const current = this.#subscribed;
    return (there) => {
      if (!current || this.#subscribed !== current) return { refused: undefined, lost: undefined };
      const missing = current.topics.filter((topic) => !there.has(topic));
      const refused = current.verifiedAt === undefined ? this.#refuse(missing) : undefined;
      if (missing.every((topic) => this.#refused.has(topic))) {
        this.#subscribed = { ...current, verifiedAt: Date.now() };
        return { refused, lost: undefined };
      }
      this.#subscribed = undefined;
      return { refused, lost: { topics: missing.length, verifiedAt: current.verifiedAt ?? Date.now() } };
    };
  }

  #refuse(topics: readonly string[]): readonly string[] | undefined {
    const news = topics.length !== this.#refused.size || topics.some((topic) => !this.#refused.has(topic));
    this.#refused = new Set(topics);
    return news ? topics : undefined;
  }
}

function same(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((value, index) => value === b[index]);
}
