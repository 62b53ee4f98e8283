import { readAside } from "./aside.ts";
import type { Drafted, Summarizer, SummaryRequest } from "./summarizer.ts";

/**
 * Without a model: the sentences of the conversation that say why, what was done and what was promised, word for word,
 * and the category whose own words were spoken most. It neither rephrases nor translates, and it says when it doubts.
 */
export function createOfflineSummarizer(): Summarizer {
  return {
    name: "offline extractive",
    async summarize({ dialogue, language, taxonomy }: SummaryRequest, signal: AbortSignal): Promise<Drafted> {
      return await readAside("draft", dialogue, { language, taxonomy }, signal);
    },
  };
}
