import { sleep } from "../time.ts";

export interface PulseOptions {
  /** Writes something small; rejects where that is not possible. */
  readonly probe: () => Promise<void>;
  readonly everyMs?: number;
}

/** Beats that may be missed before nobody knows any more whether it can be written. */
const mostMissed = 6;

/** Whether the state file can be written: tried now and then, so that whoever asks need not write. */
export class Pulse {
  readonly #probe: () => Promise<void>;
  readonly #everyMs: number;
  #beatAt = performance.now();
  #refused = false;

  constructor({ probe, everyMs = 5_000 }: PulseOptions) {
    this.#probe = probe;
    this.#everyMs = everyMs;
  }

  /** Why it cannot be written, in words, or undefined; as of the last beat. */
  get trouble(): string | undefined {
    const ageMs = performance.now() - this.#beatAt;
    if (this.#refused) return "the state file cannot be written";
    if (ageMs <= mostMissed * this.#everyMs) return undefined;
    return `the state file has not answered for ${Math.round(ageMs / 1_000)} seconds`;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#refused = await this.#probe().then(
        () => false,
        () => true,
      );
      this.#beatAt = performance.now();
      await sleep(this.#everyMs, stop).catch(() => {});
    }
  }
}
