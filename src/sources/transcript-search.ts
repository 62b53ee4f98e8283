import type { GenesysApi } from "../genesys/api.ts";
import { sleep } from "../time.ts";
import type { Source } from "./source.ts";

/** Above this many waiting calls one search serves them all. */
const crowd = 30;
const shortestPauseMs = 1_000;
const longestPauseMs = 60_000;
/** Only so many results can be paged through; a longer window is halved (PROTOCOL §3.3). */
const mostResults = 1000;
const pageSize = 100;
const shortestWindowMs = 60_000;

export interface TranscriptSearchOptions {
  readonly api: GenesysApi;
  readonly transcriptFirstMs: number;
  /** Calls that wait for their transcript, and when the oldest of them began. */
  readonly awaiting: () => Promise<{ readonly count: number; readonly oldestStart: number | undefined }>;
  readonly onSign: (conversationId: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** One org-wide poll for transcripts that are ready, in place of one request a waiting call. */
export class TranscriptSearch implements Source {
  readonly deaf = undefined;
  readonly #options: TranscriptSearchOptions;
  #crowded = false;

  constructor(options: TranscriptSearchOptions) {
    this.#options = options;
  }

  /** So many wait that each should ask for itself only rarely. */
  get crowded(): boolean {
    return this.#crowded;
  }

  async run(signal: AbortSignal): Promise<void> {
    const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, this.#options.transcriptFirstMs));
    while (!signal.aborted) {
      try {
        await sleep(pauseMs, signal);
        const { count, oldestStart } = await this.#options.awaiting();
        if (count > crowd && oldestStart !== undefined) {
          await this.#search(oldestStart - 1_000, Date.now(), signal);
          this.#crowded = true;
        } else {
          this.#crowded = false;
        }
      } catch (error) {
        if (signal.aborted) return;
        // Without the search everybody asks for itself again.
        this.#crowded = false;
        this.#options.onFailure(error);
      }
    }
  }

  async #search(from: number, to: number, signal: AbortSignal): Promise<void> {
    for (let page = 1; page <= mostResults / pageSize; page++) {
      const { hits, pageCount } = await this.#options.api.searchTranscripts({ from, to }, page, signal);
      if (pageCount > mostResults / pageSize && to - from > shortestWindowMs) {
        const middle = Math.floor((from + to) / 2);
        await this.#search(from, middle, signal);
        await this.#search(middle, to, signal);
        return;
      }
      for (const { conversationId } of hits) this.#options.onSign(conversationId);
      if (page >= pageCount || hits.length === 0) return;
    }
  }
}
