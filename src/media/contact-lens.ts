import {
  type AnalysedTurn,
  type Analysis,
  parseAnalysis,
  readAnalysisName,
  redactedTwin,
} from "../aws/contact-lens.ts";
import type { AnalysisFiles } from "../aws/files.ts";
import type { Contact } from "../model.ts";
import type { Fetched, Medium, Utterance } from "./medium.ts";

/** Words that Contact Lens wrote down, read from its file when they are needed. */
export function createContactLens(files: AnalysisFiles): Pick<Medium, "fetch"> {
  return {
    async fetch(contact, _asking, signal) {
      const { location, summary } = contact.origin ?? { location: "", summary: "ours" };
      const isRedacted = readAnalysisName(location)?.redacted === true;
      const places =
        files.redacted === "prefer" && !isRedacted ? [redactedTwin(location), location] : [location];
      for (const place of places) {
        const text = await files.read(place, signal);
        const analysis = text === undefined ? undefined : parseAnalysis(text);
        if (analysis?.status === "COMPLETED") return words(contact, analysis, summary);
      }
      return { kind: "absent", reason: "no_transcript" };
    },
  };
}

function words(contact: Contact, analysis: Analysis, summary: "theirs" | "ours"): Fetched {
  if (summary === "theirs" && analysis.summary.text === undefined) {
    return { kind: "absent", reason: "no_summary" };
  }
  return {
    kind: "words",
    language: analysis.language,
    confidence: undefined,
    utterances: analysis.turns.map((turn) => utteranceOf(turn, contact)).sort((a, b) => a.at - b.at),
    summary: summary === "theirs" ? analysis.summary.text : undefined,
  };
}

function utteranceOf(
  { role, participantId, text, offsetMs, at }: AnalysedTurn,
  { startedAt }: Contact,
): Utterance {
  return {
    speaker: role === "AGENT" ? "agent" : "customer",
    userId: role === "AGENT" ? participantId : undefined,
    at: at ?? startedAt + (offsetMs ?? 0),
    text,
  };
}
