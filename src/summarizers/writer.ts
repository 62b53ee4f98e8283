import type { Finding } from "../grounding/claims.ts";
import { cutUnsupported, describe } from "../grounding/repair.ts";
import { guardText } from "../guard/guard.ts";
import type { Dialogue, Draft, Summary, Taxonomy, Usage } from "../model.ts";
import type { RedactionKind, RedactionOptions } from "../redaction/kinds.ts";
import { redactText } from "../redaction/redact.ts";
import { readAside } from "./aside.ts";
import { carry } from "./carried.ts";
import { type Calibration, calibrated, rawConfidence, reviewOf, type Signals } from "./doubt.ts";
import { isInLanguage } from "./language.ts";
import { createOfflineSummarizer } from "./offline.ts";
import type { ReadResult } from "./readings.ts";
import { type Drafted, type Meter, noUsage, type Prompts, type Summarizer } from "./summarizer.ts";

/** Words after which a conversation is long enough for a log to rest on. */
const enoughWords = 40;

/** How a brand wants its logs. */
export interface Manner {
  /** BCP 47 language of the log. */
  readonly language: string;
  /** IANA name; tells which day a conversation was on. */
  readonly timeZone: string;
  readonly taxonomy: Taxonomy;
  readonly prompts: Prompts;
  readonly redaction: RedactionOptions;
  /** What becomes of a claim the dialogue does not carry, once the model was asked to mend it. */
  readonly unsupported: "cut" | "flag";
  /** Answers bought of each dialogue; where it is 2, their agreement is a signal of doubt. */
  readonly samples: 1 | 2;
}

export interface WriteRequest {
  /** Cleaned, not redacted. */
  readonly dialogue: Dialogue;
  /** The customer's own names, as far as the platform tells them: taken out with the rest. */
  readonly names: readonly string[];
  readonly manner: Manner;
  readonly meter: Meter;
}

/** All there is to know of one writing; `summary` alone is posted. */
export interface Written {
  readonly summary: Summary;
  /** As the summarizer read it. */
  readonly dialogue: Dialogue;
  /** What was taken out of the dialogue, by kind. */
  readonly redactions: Readonly<Partial<Record<RedactionKind, number>>>;
  /** Turns (from 1) that spoke to the machine, or to the reader of the log, and were kept from both. */
  readonly suspects: readonly number[];
  /** What did not hold in the last draft, before anything was cut. */
  readonly findings: readonly Finding[];
  readonly signals: Signals;
  /** Computed from the signals, before any calibration. */
  readonly rawConfidence: number;
  readonly drafted: Omit<Drafted, "draft">;
  /** All samples and repairs together. */
  readonly usage: Usage;
}

/** A draft with what the dialogue does not carry of it. */
interface Checked extends Drafted {
  readonly findings: readonly Finding[];
}

export interface WriterOptions {
  readonly summarizer: Summarizer;
  readonly calibration?: Calibration | undefined;
}

/** From a cleaned dialogue to a contact log that can be trusted: guard, redact, summarise, check, mend, doubt. */
export class Writer {
  readonly name: string;
  readonly #summarizer: Summarizer;
  readonly #calibration: Calibration | undefined;
  readonly #offline = createOfflineSummarizer();

  constructor({ summarizer, calibration }: WriterOptions) {
    this.name = summarizer.name;
    this.#summarizer = summarizer;
    this.#calibration = calibration;
  }

  /** Throws what the summarizer throws. */
  async write({ dialogue: said, names, manner, meter }: WriteRequest, signal: AbortSignal): Promise<Written> {
    const { taxonomy, redaction } = manner;
    const { dialogue, redactions, suspects } = await readAside(
      "prepare",
      said,
      { taxonomy, redaction, names },
      signal,
    );
    const bill = counting(meter);
    const samples = await this.#sample(dialogue, manner, bill.meter, signal);
    const best = samples.reduce((a, b) => (b.findings.length < a.findings.length ? b : a));
    // What the contact's own platform wrote is carried on as it is; what does not hold is marked.
    const cuts = manner.unsupported === "cut" && said.summary === undefined;
    const whole = cuts ? await this.#cut(best, dialogue, manner, signal) : best.draft;
    const draft = cleaned(whole, dialogue, redaction, names);
    const weighed = await readAside("weigh", dialogue, { taxonomy, draft: best.draft }, signal);
    const signals = signalsOf(dialogue, samples, best, weighed);
    const raw = rawConfidence(signals);
    const confidence = calibrated(raw, this.#calibration);
    const { draft: _, findings, ...drafted } = best;
    return {
      summary: {
        ...draft,
        confidence,
        review: reviewOf(confidence, reasonsOf({ ...best, draft }, manner.language, suspects, signals)),
        model: best.model,
        promptVersion: best.promptVersion,
      },
      dialogue,
      redactions,
      suspects,
      findings,
      signals,
      rawConfidence: raw,
      drafted,
      usage: bill.used(),
    };
  }

  async #sample(
    dialogue: Dialogue,
    { language, timeZone, taxonomy, prompts, samples }: Manner,
    meter: Meter,
    signal: AbortSignal,
  ): Promise<Checked[]> {
    const date = dateIn(timeZone, dialogue.turns[0]?.at ?? 0);
    const day = Date.parse(`${date}T12:00:00Z`);
    // The draft that comes back is as a rule the one that was checked last: the dialogue is not read again for it.
    const known = new WeakMap<Draft, Promise<readonly Finding[]>>();
    const findingsOf = (draft: Draft): Promise<readonly Finding[]> => {
      const findings = known.get(draft) ?? readAside("check", dialogue, { draft, day }, signal);
      known.set(draft, findings);
      return findings;
    };
    const check = async (draft: Draft) => [
      ...(await findingsOf(draft)).map(describe),
      ...(isInLanguage(draft, language)
        ? []
        : [`note: it is not written in the language asked for (${language})`]),
    ];
    const request = { dialogue, date, language, taxonomy, prompts, check, meter };
    const { summary } = dialogue;
    const one = async (): Promise<Checked> => {
      const drafted = await (summary === undefined
        ? this.#summarizer.summarize(request, signal)
        : carry(summary, request, signal));
      return { ...drafted, findings: await findingsOf(drafted.draft) };
    };
    return await Promise.all(Array.from({ length: summary === undefined ? samples : 1 }, one));
  }

  /** What does not hold goes; where nothing of the note or the description is left, the conversation's own words stand in. */
  async #cut(
    { draft, findings }: Checked,
    dialogue: Dialogue,
    { language, timeZone, taxonomy, prompts }: Manner,
    signal: AbortSignal,
  ): Promise<Draft> {
    if (findings.length === 0) return draft;
    const left = { ...draft, ...cutUnsupported(draft, findings) };
    if (left.description !== "" && left.note.length > 0) return left;
    const { draft: own } = await this.#offline.summarize(
      {
        dialogue,
        date: dateIn(timeZone, dialogue.turns[0]?.at ?? 0),
        language,
        taxonomy,
        prompts,
        check: async () => [],
        meter: freeMeter,
      },
      signal,
    );
    return {
      ...left,
      description: left.description || own.description,
      note: left.note.length > 0 ? left.note : own.note,
    };
  }
}

/** ISO date of an instant where the customers are. */
function dateIn(timeZone: string, at: number): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Making one costs as much as the rest of a short contact log; there is one a time zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Costs nothing and refuses nothing. */
export const freeMeter: Meter = { reserve: () => () => {} };

/** Passes on to `meter`, and adds up. */
function counting(meter: Meter): { meter: Meter; used: () => Usage } {
  let sum = noUsage;
  return {
    used: () => sum,
    meter: {
      reserve(most) {
        const settle = meter.reserve(most);
        return (used) => {
          sum = {
            requests: sum.requests + used.requests,
            inputTokens: sum.inputTokens + used.inputTokens,
            cachedInputTokens: sum.cachedInputTokens + used.cachedInputTokens,
            outputTokens: sum.outputTokens + used.outputTokens,
          };
          settle(used);
        };
      },
    },
  };
}

/** What a model wrote is read by people and programs: nothing personal, no links, no word to its reader, no turn that is not there. */
function cleaned(
  draft: Draft,
  { turns: said }: Dialogue,
  redaction: RedactionOptions,
  names: readonly string[],
): Draft {
  const clean = (text: string) => redactText(guardText(text), { ...redaction, names }).text;
  const note = draft.note
    .map(({ text, turns }) => ({ text: clean(text), turns: turns.filter((turn) => turn <= said.length) }))
    .filter(({ text }) => text !== "");
  const named = `${draft.category}: ${draft.subcategory}`;
  return {
    ...draft,
    description: clean(draft.description) || named,
    note: note.length > 0 ? note : [{ text: `${named}.`, turns: [] }],
    actionItems: draft.actionItems
      .map((item) => ({ ...item, text: clean(item.text) }))
      .filter(({ text }) => text !== ""),
  };
}

function signalsOf(
  dialogue: Dialogue,
  samples: readonly Checked[],
  { draft, findings, leftOut, repaired }: Checked,
  { support, words }: ReadResult<"weigh">,
): Signals {
  const claims = 1 + draft.note.length + draft.actionItems.length;
  const doubtful = new Set(findings.map(({ field, index }) => `${field} ${index}`)).size;
  const read = 1 - leftOut.length / Math.max(1, dialogue.turns.length);
  return {
    agreement: agreementOf(samples),
    grounding: Math.max(0, 1 - doubtful / claims),
    margin: support,
    transcript: dialogue.confidence,
    length: Math.min(1, words / enoughWords) * read,
    shape: repaired === undefined ? 1 : 0.5,
  };
}

function agreementOf([a, b]: readonly Checked[]): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.draft.category !== b.draft.category) return 0;
  return a.draft.subcategory === b.draft.subcategory ? 1 : 0.5;
}

function reasonsOf(
  { draft, findings, doubts, leftOut }: Checked,
  language: string,
  suspects: readonly number[],
  signals: Signals,
): string[] {
  return [
    ...findings.map(({ kind }) => kind),
    ...doubts,
    ...(isInLanguage(draft, language) ? [] : ["not_in_log_language"]),
    ...(suspects.length > 0 ? ["instructions_in_transcript"] : []),
    ...(signals.agreement !== undefined && signals.agreement < 1 ? ["samples_disagree"] : []),
    ...(leftOut.length > 0 ? ["partly_read"] : []),
  ];
}
