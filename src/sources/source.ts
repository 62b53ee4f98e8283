/** Where word of ended conversations comes from. */
export interface Source {
  /** Names a reason while nothing can be heard; undefined when all is well. */
  readonly deaf: string | undefined;
  /** Hears until the signal aborts, then settles. An upstream that is away is tried for ever; throws Fatal only. */
  run(signal: AbortSignal): Promise<void>;
}
