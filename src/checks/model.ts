import { mannerOf } from "../brands.ts";
import type { BrandConfig, Config } from "../config.ts";
import { clean } from "../media/clean.ts";
import type { Dialogue } from "../model.ts";
import { toldOf } from "../pipeline/render.ts";
import { Spending } from "../pipeline/spending.ts";
import { priceOf } from "../settings.ts";
import { createSummarizer } from "../summarizers/index.ts";
import { Writer } from "../summarizers/writer.ts";
import type { Check } from "./check.ts";

/** An answer, one that mends it, and a little: nobody waits longer for a check. */
const askings = 3;
const turnMs = 8_000;

type Line = readonly [speaker: "agent" | "customer", text: string];

/** Made up, and in it nobody's data. */
const lines: Readonly<Record<"nl" | "en", readonly Line[]>> = {
  nl: [
    ["agent", "Goedemorgen, waarmee kan ik u helpen?"],
    ["customer", "Ik heb een vraag over mijn laatste factuur, die is hoger dan ik had verwacht."],
    ["agent", "Ik zie dat er een oude korting is vervallen. Ik zet de korting er weer op."],
    ["customer", "Fijn, krijg ik dan een nieuwe factuur?"],
    ["agent", "Ja, ik stuur u vandaag een nieuwe factuur."],
    ["customer", "Dank u wel, tot ziens."],
  ],
  en: [
    ["agent", "Good morning, how can I help you?"],
    ["customer", "I have a question about my last bill, it is higher than I expected."],
    ["agent", "I see that an old discount has ended. I will put the discount back."],
    ["customer", "Good, will I get a new bill then?"],
    ["agent", "Yes, I will send you a new bill today."],
    ["customer", "Thank you, goodbye."],
  ],
};

/** The model answers one made-up dialogue with a contact log of a brand, in shape, and what that cost. */
export function modelCheck({ llm }: Config, brand: BrandConfig): Check {
  const mend =
    llm.provider === "offline"
      ? "report it: the offline summarizer needs nothing"
      : "check llm.baseUrl, the model's name and the key; a model that cannot keep to a schema is no use here";
  return {
    id: "model",
    mend,
    deadlineMs: askings * llm.timeoutMs,
    async run(signal) {
      const writer = new Writer({ summarizer: await createSummarizer(llm), calibration: llm.calibration });
      const { meter, bill } = unlimited(llm).meter(brand.id);
      const dialogue = testDialogue(brand.language);
      const written = await writer.write({ dialogue, names: [], manner: mannerOf(brand), meter }, signal);
      return { ok: true, summary: `answers in shape: ${toldOf(written, bill())}` };
    },
  };
}

function testDialogue(language: string): Dialogue {
  const spoken = language.toLowerCase().startsWith("nl") ? "nl" : "en";
  const start = Date.now() - lines[spoken].length * turnMs;
  const utterances = lines[spoken].map(([speaker, text], index) => ({
    speaker,
    userId: undefined,
    at: start + index * turnMs,
    text,
  }));
  return clean("message", spoken, utterances);
}

/** Counts; a day's budget is the daemon's. */
function unlimited(llm: Config["llm"]): Spending {
  return new Spending({
    price: priceOf(llm),
    currency: llm.currency,
    dailyBudget: undefined,
    saved: undefined,
    save() {},
    onUsed() {},
    onSpent() {},
  });
}
