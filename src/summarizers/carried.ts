import { sentencesOf } from "../language/sentences.ts";
import { createOfflineSummarizer } from "./offline.ts";
import type { Drafted, SummaryRequest } from "./summarizer.ts";

/** Under which the log says who wrote it. */
export const carriedModel = "amazon-connect-contact-lens";

/** What the classifier doubts counts; what it would have written does not. */
const ownDoubts = ["low_category_score", "close_category_score"];

const offline = createOfflineSummarizer();

/**
 * A summary that the contact's own platform wrote becomes the description and the note as it is, sentence for
 * sentence; category, sentiment and outcome, which it does not tell, come from the conversation by rule.
 */
export async function carry(summary: string, request: SummaryRequest, signal: AbortSignal): Promise<Drafted> {
  const drafted = await offline.summarize(request, signal);
  const sentences = sentencesOf(summary);
  return {
    ...drafted,
    draft: {
      ...drafted.draft,
      description: sentences[0] ?? summary,
      note: sentences.map((text) => ({ text, turns: [] })),
      actionItems: [],
    },
    model: carriedModel,
    promptVersion: "post-contact-summary",
    doubts: drafted.doubts.filter((doubt) => ownDoubts.includes(doubt)),
  };
}
