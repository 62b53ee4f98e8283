import type { Conversation } from "../simulator/conversation.ts";
import type { Platform } from "../simulator/platform.ts";
import { type QuickOptions, quickConversation } from "../simulator/player.ts";
import type { Step } from "../simulator/story.ts";
import { brandOfQueue, type Expectation } from "./cast.ts";

/** A conversation the simulator knows of, and what should become of it. */
export interface Guest {
  readonly conversationId: string;
  /** A story's name, or why this one is there: `log`, a skip reason, `late`. */
  readonly name: string;
  /** Empty where its queue is no brand's. */
  readonly brand: string;
  readonly expected: Expectation;
  /** By the simulator's clock. */
  readonly endedAt: number;
}

/** Queues the crowd needs beside the stories' own. */
export const crowdQueues = [
  { name: "Helder Zonder opname", enableTranscription: false },
  { name: "Intern Oefenen" },
  { name: "Zakelijk Balie" },
];
/** Of queues that are not listened to. */
export const excludedQueues = ["Intern *"];

/** What a call with a late transcript is called. */
export const lateName = "late";
/** How much later than usual a late transcript comes. */
const lateMs = [4_500, 6_000, 7_500];

/** From this size on a crowd has time to wait in vain for a transcript. */
const patientFrom = 30;

interface Plan {
  readonly name: string;
  readonly queue: string;
  readonly expected: Expectation;
  readonly options: QuickOptions;
  /** What should become of the call that was merged into this one. */
  readonly before?: Expectation;
}

const dialogues = [
  [
    "Goedemorgen, met Sanne. Waarmee kan ik u helpen?",
    "Ik wil mijn termijnbedrag verlagen, ik gebruik veel minder gas dan vorig jaar.",
    "Ik heb het verlaagd van 180 naar 140 euro, vanaf 1 april.",
    "Fijn, dank u wel.",
  ],
  [
    "Goedemiddag, met Daan. Zegt u het maar.",
    "Mijn jaarafrekening klopt niet, de meterstand is geschat.",
    "Ik pas de stand aan, u krijgt binnen vijf werkdagen een nieuwe rekening.",
    "Mooi, dan wacht ik die af.",
  ],
  [
    "Hallo, u spreekt met Femke.",
    "Ik verhuis op 3 mei en wil mijn contract meenemen naar het nieuwe adres.",
    "De verhuizing staat erin, geeft u op 3 mei de meterstanden door?",
    "Dat doe ik, bedankt.",
  ],
  [
    "Goedemorgen, met Youssef.",
    "Mijn slimme meter geeft al een week geen standen door in de app.",
    "Ik meld een storing bij de netbeheerder, die belt u morgen.",
    "Prima, tot morgen.",
  ],
  [
    "Goedemiddag, met Imke.",
    "Ik wil weten wat ik krijg voor het terugleveren van mijn zonnepanelen.",
    "U krijgt nu 8 cent per kilowattuur, ik stuur u het overzicht per e-mail.",
    "Dank je wel, fijne dag.",
  ],
] as const;

const skips = [
  "no_account",
  "no_transcript",
  "not_authenticated",
  "no_human_agent",
  "no_dialogue",
  "no_brand",
  "no_transcription",
  "unsupported_medium",
  "merged",
  "excluded_queue",
] as const;

/**
 * Quick calls and chats, always the same ones: every third is to be skipped, each time for another reason, and some
 * transcripts in the first half are late. Reasons that take their time are in the first third.
 */
export function crowdOf(size: number): readonly Plan[] {
  let skipped = 0;
  return Array.from({ length: size }, (_, index) => {
    const early = size >= patientFrom && index < size / 3;
    if (index % 3 !== 2) return index % 4 === 1 && index < size / 2 ? lateCall(index) : usual(index);
    const reason = skips[skipped++ % skips.length] as (typeof skips)[number];
    return toBeSkipped(reason === "no_transcript" && !early ? "no_account" : reason, index);
  });
}

/** Lets it happen, at this moment. */
export function admit(platform: Platform, { name, queue, expected, options, before }: Plan): Guest[] {
  const known = platform.conversations.size;
  const last = quickConversation(platform, { queue, ...options });
  const made = [...platform.conversations.values()].slice(known);
  return made.map((one) =>
    guestOf(one, { name, queue, expected: one === last ? expected : (before ?? expected) }),
  );
}

function guestOf(
  { id, endTime }: Conversation,
  { name, queue, expected }: Pick<Plan, "name" | "queue" | "expected">,
): Guest {
  const outside = expected.kind === "skip" && expected.reason === "excluded_queue";
  const brand = outside ? "" : brandOfQueue(queue);
  return { conversationId: id, name, brand, expected, endedAt: endTime ?? Date.now() };
}

const log: Expectation = { kind: "log" };
const customer = { language: "nl-nl", durationMs: 20_000 } as const;

function usual(index: number): Plan {
  const voice = index % 2 === 0;
  const helder = index % 4 < 2;
  const queue = helder
    ? voice
      ? "Helder Facturen"
      : "Helder Verhuizen"
    : voice
      ? "Noordlicht Service"
      : "Noordlicht Chat";
  const lines = linesOf(index);
  const attributes = known(helder ? "HLD" : "NRD", index);
  const medium = voice ? "voice" : "message";
  return { name: "log", queue, expected: log, options: { ...customer, medium, attributes, lines } };
}

function lateCall(index: number): Plan {
  const transcriptDelayMs = lateMs[index % lateMs.length] as number;
  const options = { ...customer, attributes: known("HLD", index), lines: linesOf(index), transcriptDelayMs };
  return { name: lateName, queue: "Helder Facturen", expected: log, options };
}

function toBeSkipped(reason: (typeof skips)[number], index: number): Plan {
  const queue = index % 2 === 0 ? "Helder Facturen" : "Noordlicht Service";
  const attributes = known(index % 2 === 0 ? "HLD" : "NRD", index);
  const lines = linesOf(index);
  const plan = (options: QuickOptions, where = queue): Plan => ({
    name: reason,
    queue: where,
    expected: { kind: "skip", reason },
    options: { ...customer, attributes, lines, ...options },
  });
  switch (reason) {
    case "no_account":
      return plan({ attributes: { authenticated: "true" } });
    case "not_authenticated":
      return plan({ attributes: { ...attributes, authenticated: "false" } });
    case "no_human_agent":
      return plan({ steps: [{ queue }, { customerLeaves: true }] });
    case "no_dialogue":
      return plan({ lines: lines.filter(({ says }) => says === "agent") });
    case "no_brand":
      return plan({}, "Zakelijk Balie");
    case "no_transcription":
      return plan({}, "Helder Zonder opname");
    case "unsupported_medium":
      return plan({ medium: "email" });
    case "excluded_queue":
      return plan({
        steps: [
          ...begun(queue, lines),
          { transfersTo: "Intern Oefenen" },
          ...begun("", lines).slice(1),
          { customerLeaves: true },
        ],
      });
    case "no_transcript":
      return plan({ transcriptDelayMs: Number.POSITIVE_INFINITY });
    case "merged": {
      const steps = [
        ...begun(queue, lines),
        { merges: "Daan" },
        ...lines.slice(0, 2),
        { customerLeaves: true } as const,
      ];
      return { ...plan({ steps }), name: "log", expected: log, before: { kind: "skip", reason } };
    }
  }
}

function begun(queue: string, lines: ReturnType<typeof linesOf>): Step[] {
  return [{ queue }, { answers: "Sanne" }, ...lines];
}

function linesOf(index: number) {
  const texts = dialogues[index % dialogues.length] as (typeof dialogues)[number];
  return texts.map((text, turn) => ({
    says: turn % 2 === 0 ? ("agent" as const) : ("customer" as const),
    text,
  }));
}

function known(prefix: string, index: number): Record<string, string> {
  return { customerNumber: `${prefix}-${400_000 + index}`, authenticated: "true" };
}
