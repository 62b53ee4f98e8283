import { z } from "zod";
import { instant, list, parse, reference, text } from "./fields.ts";

/** What was said in another form than plain text: the button somebody chose, a text among other parts. */
const content = z.object({
  buttonResponse: z.object({ text: text }).optional().catch(undefined),
  text: z.object({ body: text }).optional().catch(undefined),
});

const messageData = z.object({
  id: z.string(),
  timestamp: instant,
  direction: text,
  textBody: text,
  createdBy: reference,
  normalizedMessage: z
    .object({ type: text, text: text, content: list(content), direction: text, originatingEntity: text })
    .optional()
    .catch(undefined),
});

/** One message of a messaging conversation. `MessageData.textBody` is gone from SDK 262: the text is the normalized one. */
export interface Message {
  readonly id: string;
  readonly at: number | undefined;
  readonly inbound: boolean;
  /** Lower case: text, structured, receipt, event, message, unknown. */
  readonly type: string;
  readonly text: string;
  readonly byBot: boolean;
  /** The platform says that a person wrote it. */
  readonly byHuman: boolean;
  readonly userId: string | undefined;
}

export function parseMessages(value: unknown): Message[] {
  const parsed = parse(z.object({ entities: list(messageData) }), value, "messages");
  return parsed.entities.map(
    ({ id, timestamp, direction, textBody, createdBy, normalizedMessage: normal }) => ({
      id,
      at: timestamp,
      inbound: (direction ?? normal?.direction)?.toLowerCase() === "inbound",
      type: normal?.type?.toLowerCase() ?? "text",
      text: normal?.text || textBody || contentText(normal?.content ?? []),
      byBot: normal?.originatingEntity?.toLowerCase() === "bot",
      byHuman: normal?.originatingEntity?.toLowerCase() === "human",
      userId: createdBy?.id,
    }),
  );
}

function contentText(parts: readonly z.output<typeof content>[]): string {
  return parts.map(({ buttonResponse, text: said }) => buttonResponse?.text ?? said?.body ?? "").join(" ");
}

export function parseTranscriptUrl(value: unknown): string {
  return parse(z.object({ url: z.url({ protocol: /^https?$/ }) }), value, "transcript URL").url;
}

const number = z.number().optional().catch(undefined);
/** A phrase says `internal` or `external`; some files name the party in its place. */
const customerSides: ReadonlySet<string> = new Set(["external", "customer"]);
const phrase = z.object({
  text: z.string().catch(""),
  decoratedText: text,
  confidence: number,
  startTimeMs: number,
  phraseIndex: number,
  participantPurpose: text,
});
const party = z.object({ participantPurpose: text, userId: text, startTimeMs: number, endTimeMs: number });
const transcriptFile = z.object({
  transcripts: list(z.object({ language: text, phrases: list(phrase) })),
  participants: list(party),
});

/** A Speech & Text Analytics transcript file. Older files lack `participants` and `decoratedText`. */
export interface Transcript {
  readonly language: string | undefined;
  /** Mean of its phrases' confidences, 0 to 1; undefined where none has one. */
  readonly confidence: number | undefined;
  readonly phrases: readonly {
    readonly text: string;
    readonly at: number | undefined;
    /** The customer's side; the other side is `internal`: agents, IVR and queue alike. */
    readonly external: boolean;
  }[];
  readonly parties: readonly {
    readonly purpose: string;
    readonly userId: string | undefined;
    readonly from: number;
    readonly to: number;
  }[];
}

export function parseTranscript(value: unknown): Transcript {
  const file = parse(transcriptFile.extend({ transcripts: z.array(z.unknown()) }), value, "transcript");
  const transcripts = transcriptFile.shape.transcripts.parse(file.transcripts);
  return {
    language: transcripts[0]?.language,
    confidence: mean(transcripts.flatMap(({ phrases }) => phrases.flatMap((one) => one.confidence ?? []))),
    phrases: transcripts.flatMap(({ phrases }) =>
      phrases.map((one) => ({
        text: one.decoratedText || one.text,
        at: one.startTimeMs,
        external: customerSides.has(one.participantPurpose?.toLowerCase() ?? ""),
      })),
    ),
    parties: file.participants.map((one) => ({
      purpose: one.participantPurpose?.toLowerCase() ?? "",
      userId: one.userId,
      from: one.startTimeMs ?? -Infinity,
      to: one.endTimeMs ?? Infinity,
    })),
  };
}

function mean(values: readonly number[]): number | undefined {
  const sane = values.filter((value) => value >= 0 && value <= 1);
  return sane.length === 0 ? undefined : sane.reduce((sum, value) => sum + value, 0) / sane.length;
}
