import { z } from "zod";
import { Permanent } from "../errors.ts";

/** Longer conversations than people have; beyond it a file is not one of theirs. */
const maxTurns = 50_000;
const maxText = 1_000_000;
const longestMs = 366 * 86_400_000;

const text = z.string().max(maxText);
const id = z.string().min(1).max(256);
const code = z.string().regex(/^[A-Za-z][\w]{1,79}$/);
/** What is not of the expected shape is taken for left out, where nothing depends on it. */
const maybe = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/** Instants are made of it, and those are whole milliseconds. */
const duration = z.number().min(0).max(longestMs).transform(Math.round);

const summary = z.object({
  PostContactSummary: maybe(
    z.object({ Content: maybe(text), Status: maybe(code), FailureCode: maybe(code) }),
  ),
});

const turn = z.object({
  ParticipantId: maybe(id),
  ParticipantRole: maybe(id),
  Content: maybe(text),
  BeginOffsetMillis: maybe(z.number().min(0)),
  AbsoluteTime: maybe(z.iso.datetime({ offset: true })),
});

/**
 * An output file of Contact Lens conversational analytics (admin guide, "Example output files"): voice turns have
 * offsets and the roles as participant ids; chat turns have times, roles and ids; events have no content.
 */
const file = z.object({
  JobStatus: z.string().max(40),
  Channel: z.string().max(40),
  LanguageCode: maybe(z.string().max(35)),
  CustomerMetadata: maybe(z.object({ ContactId: maybe(id), InstanceId: maybe(id) })),
  Participants: z
    .array(
      z.object({ ParticipantId: maybe(id), ParticipantRole: z.string().max(40), DisplayName: maybe(text) }),
    )
    .max(1_000)
    .catch([]),
  ConversationCharacteristics: maybe(
    z.object({ TotalConversationDurationMillis: maybe(duration), ContactSummary: maybe(summary) }),
  ),
  JobDetails: maybe(z.object({ FailureCode: maybe(code), ReasonCode: maybe(code) })),
  FailureCode: maybe(code),
  ReasonCode: maybe(code),
  Transcript: z.array(turn).max(maxTurns).default([]),
});

export interface AnalysedTurn {
  readonly role: "AGENT" | "CUSTOMER";
  readonly participantId: string | undefined;
  readonly text: string;
  /** Voice: milliseconds after the agent was connected. Chat: epoch milliseconds. */
  readonly offsetMs: number | undefined;
  readonly at: number | undefined;
}

export interface Analysis {
  /** `COMPLETED`, `FAILED`, or something on the way there. */
  readonly status: string;
  /** Code of a failed analysis, where the file tells it. */
  readonly failure: string | undefined;
  /** `VOICE`, `CHAT`, `EMAIL` … */
  readonly channel: string;
  readonly contactId: string | undefined;
  readonly instanceId: string | undefined;
  readonly language: string | undefined;
  readonly agentIds: readonly string[];
  readonly hasCustomer: boolean;
  readonly customerNames: readonly string[];
  readonly durationMs: number | undefined;
  /** Connect's own summary (generative post-contact summary), or the code of why there is none. */
  readonly summary: { readonly text: string | undefined; readonly failure: string | undefined };
  readonly turns: readonly AnalysedTurn[];
  /** The whole file, for what a configured path reads from it. */
  readonly raw: unknown;
}

/** @throws Permanent where it is not an analysis file; the sentence quotes nothing of it */
export function parseAnalysis(content: string): Analysis {
  let raw: unknown;
  try {
    raw = JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch {
    throw new Permanent("analysis_unreadable", "analysis file: it is not JSON");
  }
  const parsed = file.safeParse(raw);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.slice(0, 3).join(".");
    throw new Permanent(
      "analysis_unreadable",
      `analysis file: ${where || "it"} is not as Contact Lens writes it`,
    );
  }
  const { data } = parsed;
  const roles = new Map(data.Participants.map((one) => [one.ParticipantId, one.ParticipantRole]));
  const characteristics = data.ConversationCharacteristics;
  const own = characteristics?.ContactSummary?.PostContactSummary;
  const names = (role: string) => data.Participants.filter((one) => one.ParticipantRole === role);
  return {
    status: data.JobStatus,
    failure:
      data.FailureCode ?? data.ReasonCode ?? data.JobDetails?.FailureCode ?? data.JobDetails?.ReasonCode,
    channel: data.Channel,
    contactId: data.CustomerMetadata?.ContactId,
    instanceId: data.CustomerMetadata?.InstanceId,
    language: data.LanguageCode,
    agentIds: [...new Set(names("AGENT").map(({ ParticipantId }) => ParticipantId ?? "AGENT"))],
    hasCustomer: names("CUSTOMER").length > 0,
    // A redacted file has a placeholder for the name.
    customerNames: names("CUSTOMER").flatMap(({ DisplayName: name = "" }) =>
      name === "" || /^\[.*\]$/.test(name) ? [] : [name],
    ),
    durationMs: characteristics?.TotalConversationDurationMillis,
    summary: { text: own?.Content?.trim() || undefined, failure: own?.FailureCode },
    turns: data.Transcript.flatMap((one) => turnOf(one, roles)),
    raw,
  };
}

/** None for events, and for what neither an agent nor the customer said. */
function turnOf(
  { ParticipantId, ParticipantRole, Content, BeginOffsetMillis, AbsoluteTime }: z.output<typeof turn>,
  roles: ReadonlyMap<string | undefined, string>,
): AnalysedTurn[] {
  const role = ParticipantRole ?? roles.get(ParticipantId) ?? ParticipantId;
  if (Content === undefined || (role !== "AGENT" && role !== "CUSTOMER")) return [];
  const at = AbsoluteTime === undefined ? undefined : Date.parse(AbsoluteTime);
  return [{ role, participantId: ParticipantId, text: Content, offsetMs: BeginOffsetMillis, at }];
}

/** What the name of an analysis file tells. */
export interface AnalysisName {
  readonly contactId: string;
  readonly redacted: boolean;
  /** When the first agent was connected. */
  readonly connectedAt: number | undefined;
}

/**
 * `…/Analysis/Voice/2020/02/04/<contact id>_analysis_2020-02-04T21:14:16Z.json`, and with the personal parts taken out
 * `…/Analysis/Voice/Redacted/2020/02/04/<contact id>_analysis_redacted_2020-02-04T21:14:16Z.json` (admin guide,
 * "Output file locations"). Undefined for any other file, such as recordings.
 */
export function readAnalysisName(path: string): AnalysisName | undefined {
  const match = /(?:^|\/)([\w-]{1,100}?)_analysis(_redacted)?_([^/]{1,60})\.json$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  // Colons do not survive every copy of a bucket.
  const time = (match[3] ?? "").replace(/T(\d\d)[_-](\d\d)[_-](\d\d)/, "T$1:$2:$3");
  const connectedAt = /^\d{4}-/.test(time) ? Date.parse(time) : Number.NaN;
  return {
    contactId: match[1],
    redacted: match[2] !== undefined,
    connectedAt: Number.isNaN(connectedAt) ? undefined : connectedAt,
  };
}

/** Where the redacted file of an original lies, by the same rule. */
export function redactedTwin(path: string): string {
  return path
    .replace(/(^|[/:])(Voice|Chat)\/(?!Redacted\/)/, "$1$2/Redacted/")
    .replace(/_analysis_([^/]*)$/, "_analysis_redacted_$1");
}
