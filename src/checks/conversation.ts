import { createBrands } from "../brands.ts";
import { NotYet } from "../errors.ts";
import type { PastConversation } from "../genesys/analytics.ts";
import type { AllMedia } from "../media/index.ts";
import { createMedia } from "../media/index.ts";
import type { Contact } from "../model.ts";
import { judgeContact, judgeDialogue, type Rules } from "../pipeline/judge.ts";
import type { Check, Finding } from "./check.ts";
import type { Scene } from "./scene.ts";

/** So many of the latest are looked at, until one is found that would get a contact log. */
const most = 5;

/** A recent conversation is found in history, judged, and read where it would get a contact log. Nothing is posted. */
export function conversationCheck(scene: Scene): Check {
  return {
    id: "conversation",
    needs: ["queues", "conversations", "messages", "transcripts", "history"].map((id) =>
      id === "queues" ? id : `permission.${id}`,
    ),
    async run(signal) {
      const recent = await recentOf(scene, signal);
      if (recent.length === 0) {
        return { ok: true, summary: "none of the last three days in these queues: nothing to judge" };
      }
      await using brands = createBrands(
        { ...scene.config, served: [] },
        { protect: scene.protect, genesys: scene.api.writing, onCircuit() {} },
      );
      const media = mediaOf(scene);
      const verdicts: string[] = [];
      for (const { id } of recent) {
        const verdict = await judged(id, media, brands.rules, signal);
        if (typeof verdict !== "string") return verdict;
        verdicts.push(verdict);
      }
      return { ok: true, summary: `the latest ${recent.length}: ${tally(verdicts)}` };
    },
  };
}

/** The latest that an agent answered in a queue we serve. */
async function recentOf(scene: Scene, signal: AbortSignal): Promise<readonly PastConversation[]> {
  const { served } = scene.config;
  const own = new Set(
    (await scene.listened(signal))
      .filter(({ name }) => served.includes(scene.brandOf(name) ?? ""))
      .map(({ id }) => id),
  );
  const isOurs = ({ sessions }: PastConversation): boolean =>
    sessions.some(
      ({ purpose, answered, queueIds }) =>
        purpose === "agent" && answered && queueIds.some((id) => own.has(id)),
    );
  return (await scene.history(signal)).filter(isOurs).slice(0, most);
}

function mediaOf({ api, config, queues }: Scene): AllMedia {
  return createMedia({
    api,
    timing: config.timing,
    isCrowded: () => false,
    queue: async (id, signal) => (await queues(signal)).find((queue) => queue.id === id),
  });
}

/** @returns a finding where it was read, else what became of it in a few words */
async function judged(
  id: string,
  media: AllMedia,
  rules: Rules,
  signal: AbortSignal,
): Promise<Finding | string> {
  const context = { heardAt: 0, now: Date.now(), settleMs: 0, known: new Set<string>(), live: true };
  const [found] = (await media.look(id, context, signal))?.found ?? [];
  if (found === undefined) return "not known any more, or not over";
  const verdict = judgeContact(found.facts, rules);
  if (verdict.kind === "skipped") return `skipped as ${verdict.reason}`;
  return await read(found.contact, verdict.brand, media, signal);
}

async function read(
  contact: Contact,
  brand: string,
  media: AllMedia,
  signal: AbortSignal,
): Promise<Finding | string> {
  try {
    const dialogue = await media.dialogue(contact, { asks: 0, live: true }, signal);
    if ("kind" in dialogue) return `skipped as ${dialogue.reason}`;
    const refusal = judgeDialogue(dialogue);
    if (refusal !== undefined) return `skipped as ${refusal}`;
    const summary = `${contact.medium}, ${dialogue.turns.length} turns read: a contact log of ${brand} would be written`;
    return { ok: true, summary };
  } catch (error) {
    if (error instanceof NotYet) return "words not there yet";
    throw error;
  }
}

function tally(verdicts: readonly string[]): string {
  const kinds = [...new Set(verdicts)];
  return kinds.map((kind) => `${verdicts.filter((one) => one === kind).length} ${kind}`).join(", ");
}
