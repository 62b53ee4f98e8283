import type { Dialogue, Taxonomy } from "../model.ts";
import type { Written } from "../summarizers/writer.ts";

/** How the log of a dialogue is asked for. */
export interface Manner {
  /** BCP 47 language of the log. */
  readonly language: string;
  readonly taxonomy: Taxonomy;
}

/** Whatever writes a log; throws Transient or NotYet where it is worth asking again, anything else is a failure. */
export type Write = (dialogue: Dialogue, manner: Manner, signal: AbortSignal) => Promise<Written>;

/** A model's opinion of a log, each 1 (bad) to 5 (good). */
export interface Rating {
  readonly faithful: number;
  readonly complete: number;
  readonly readable: number;
  readonly comment: string;
}

/** Dialogue (redacted) and log in, as text; throws where no usable rating came back. */
export type Judge = (dialogue: string, log: string, language: string, signal: AbortSignal) => Promise<Rating>;

/** Money a million tokens. */
export interface Price {
  readonly currency: string;
  readonly input: number;
  /** Of input tokens the provider had cached; as dear as any other where it is not told. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
}
