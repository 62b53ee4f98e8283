import { LRUCache } from "lru-cache";
import { NotYet } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Queue } from "../genesys/payloads.ts";

/** Queues outside the list whose names are remembered (deleted since, or of a division that is hidden in lists). */
const maxStrangers = 1_000;

/** The org's queues as last listed: which are listened to, and what they are called. */
export class Queues {
  readonly #api: GenesysApi;
  readonly #wanted: (name: string) => boolean;
  readonly #listed = new Map<string, Queue>();
  readonly #read = Promise.withResolvers<void>();
  readonly #strangers = new LRUCache<string, { queue: Queue | undefined }>({
    max: maxStrangers,
    ttl: 600_000,
  });

  constructor(api: GenesysApi, wanted: (name: string) => boolean) {
    this.#api = api;
    this.#wanted = wanted;
  }

  /** Reads the list again. @returns ids of the queues to listen to, in a stable order */
  async refresh(signal: AbortSignal): Promise<string[]> {
    const queues = await this.#api.listQueues(signal);
    this.#listed.clear();
    for (const queue of queues) this.#listed.set(queue.id, queue);
    this.#read.resolve();
    return queues
      .filter(({ name }) => this.#wanted(name))
      .map(({ id }) => id)
      .sort();
  }

  /** Resolves when the list has been read once: before, nobody can tell which are listened to. */
  get read(): Promise<void> {
    return this.#read.promise;
  }

  /** How many queues there are, listened to or not. */
  get size(): number {
    return this.#listed.size;
  }

  /** Whether events of this queue are listened to. */
  listens(queueId: string): boolean {
    const queue = this.#listed.get(queueId);
    return queue !== undefined && this.#wanted(queue.name);
  }

  /** A queue; one that is not in the list (made a minute ago, deleted) is asked for. */
  async get(queueId: string, signal: AbortSignal): Promise<Queue | undefined> {
    const listed = this.#listed.get(queueId);
    if (listed) return listed;
    // Work left over from the last run must not be judged by a list that has not come yet.
    if (this.#listed.size === 0) throw new NotYet("queues", "queues: not listed yet");
    const known = this.#strangers.get(queueId);
    if (known) return known.queue;
    const queue = await this.#api.getQueue(queueId, signal);
    this.#strangers.set(queueId, { queue });
    return queue;
  }
}
