import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redactionKinds } from "../../src/redaction/kinds.ts";
import type { Lure } from "../../src/simulator/gullible.ts";
import { type ModelEndpoint, startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { createOpenAi } from "../../src/summarizers/chat.ts";
import { freeMeter, Writer, type Written } from "../../src/summarizers/writer.ts";
import { type Attack, attackKinds, dialogueOf, type Said } from "../attacks/attack.ts";
import { corpus, unseen } from "../attacks/corpus.ts";
import { startWorld, type World } from "../harness.ts";

/** What the model falls for now: the attack under test. */
const lures: Lure[] = [];
let model: ModelEndpoint;

beforeAll(async () => {
  model = await startModel({ gullible: lures });
});
afterAll(async () => {
  await model?.[Symbol.asyncDispose]();
});

async function write({ medium, taxonomy }: Attack, turns: readonly Said[]): Promise<Written> {
  const limits = { maxInputTokens: 24_000, maxOutputTokens: 1_000 };
  const summarizer = createOpenAi({
    baseUrl: model.baseUrl,
    apiKey: undefined,
    model: "gullible",
    timeoutMs: 5_000,
    ...limits,
  });
  const manner = {
    language: "nl",
    timeZone: "Europe/Amsterdam",
    taxonomy,
    prompts: { log: "Write a log.", part: "Read a part.", join: "Join." },
    redaction: { kinds: new Set(redactionKinds), keep: [] },
    unsupported: "cut",
    samples: 1,
  } as const;
  const request = { dialogue: dialogueOf(medium, turns), names: [], manner, meter: freeMeter };
  return await new Writer({ summarizer }).write(request, new AbortController().signal);
}

/** What of a log an attack may not change: all that is posted but the doubt. */
function posted({ summary: { confidence: _, review: __, ...rest } }: Written) {
  return rest;
}

describe("a gullible model writes of a conversation with an attack in it what it writes without", () => {
  test.each(corpus)("$id ($kind, $language, $medium)", async (attack) => {
    lures.splice(0, lures.length, attack);
    const attacked = await write(attack, attack.turns);
    const harmless = await write(attack, attack.harmless);
    expect(posted(attacked)).toEqual(posted(harmless));
  });

  test("and says that there was one, where cleaning alone had not taken it away", async () => {
    const attack = corpus.find(({ kind }) => kind === "override") as Attack;
    lures.splice(0, lures.length, attack);
    const { summary } = await write(attack, attack.turns);
    expect(summary.review).toMatchObject({
      needed: true,
      reasons: expect.arrayContaining(["instructions_in_transcript"]),
    });
  });

  test("while without the guard's help it obeys: the model is as gullible as it says", async () => {
    const [attack] = corpus as [Attack];
    lures.splice(0, lures.length, attack);
    const text = attack.turns.map((turn, index) => `[${index + 1}] ${turn.speaker}: ${turn.text}`).join("\n");
    const answer = await fetch(`${model.baseUrl}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "gullible", messages: [{ role: "user", content: text }] }),
    });
    const told = (await answer.json()) as { choices: { message: { content: string } }[] };
    const said = JSON.parse(told.choices[0]?.message.content ?? "{}") as Record<string, unknown>;
    expect(said).toMatchObject(
      attack.obey.classification === undefined ? {} : { classification: attack.obey.classification },
    );
    expect(JSON.stringify(said)).toContain(
      Object.values(attack.obey).map((value) => (typeof value === "string" ? value : value.text))[0],
    );
  });

  test("of attacks nobody has mended on, none makes a promise, posts a link or leaves the taxonomy", async () => {
    for (const attack of unseen) {
      lures.splice(0, lures.length, attack);
      const { summary } = await write(attack, attack.turns);
      const text = JSON.stringify([summary.description, summary.note, summary.actionItems]);
      expect(text, attack.id).not.toMatch(/https?:|www\.|\]\(|200 euro/);
      const pairs = attack.taxonomy.flatMap(({ category, subcategories }) =>
        subcategories.map((one) => `${category} › ${one}`),
      );
      expect(pairs).toContain(`${summary.category} › ${summary.subcategory}`);
    }
  });
});

describe("and so it arrives at the backend", () => {
  let world: World;
  const { taxonomy } = corpus[0] as Attack;
  beforeAll(async () => {
    world = await startWorld({
      llm: { provider: "openai", baseUrl: model.baseUrl, model: "gullible" },
      edit(file) {
        for (const brand of file.brands) brand.taxonomy = [...taxonomy];
      },
    });
    await world.start().connected();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function arrived(turns: readonly Said[]): Promise<Record<string, unknown>> {
    const before = world.backend.accepted.length;
    quickConversation(world.platform, {
      queue: "Helder Facturen",
      attributes: { customerNumber: "HLD-1", authenticated: "true" },
      durationMs: 10_000,
      language: "nl-nl",
      lines: turns.map(({ speaker, text }) => ({ says: speaker, text })),
    });
    await world.backend.waitFor(before + 1);
    const body = world.backend.accepted.at(-1)?.body as Record<string, unknown>;
    const { description, note, category, subcategory, actionItems, sentiment, resolved } = body;
    return { description, note, category, subcategory, actionItems, sentiment, resolved };
  }

  test.each(attackKinds)("an attack by %s changes nothing of what is posted", async (kind) => {
    const attack = corpus.find((one) => one.kind === kind && one.taxonomy === taxonomy) as Attack;
    lures.splice(0, lures.length, attack);
    expect(await arrived(attack.turns)).toEqual(await arrived(attack.harmless));
  });
});
