import { createPlatform } from "../app/platform.ts";
import { createBrands, mannerOf } from "../brands.ts";
import { defaultPrompts } from "../config/prompts.ts";
import { type BrandConfig, type Config, loadConfig } from "../config.ts";
import { ConfigError } from "../errors.ts";
import type { ContactLog, Taxonomy } from "../model.ts";
import { Redactor } from "../ops/redact.ts";
import { type Price, Spending } from "../pipeline/spending.ts";
import { redactionKinds } from "../redaction/kinds.ts";
import { priceOf } from "../settings.ts";
import { createSummarizer } from "../summarizers/index.ts";
import { type Manner, Writer } from "../summarizers/writer.ts";

/** How logs are written outside the daemon: by the configured model and brand, or offline where no file is named. */
export interface Writing {
  readonly writer: Writer;
  readonly brand: string;
  readonly manner: Manner;
  readonly price: Price | undefined;
  readonly spending: Spending;
  readonly config: Config | undefined;
  /** The bytes a log would be posted as, by destination (a case stands for any); by none where no file is named. */
  render(log: ContactLog): ReadonlyMap<string, string>;
}

/** What is taken where no file says otherwise: any contact centre has these. */
const commonTaxonomies: Readonly<Record<"nl" | "en", Taxonomy>> = {
  nl: [
    { category: "Vraag", subcategories: ["Factuur", "Bestelling", "Product of dienst", "Overig"] },
    { category: "Wijziging", subcategories: ["Gegevens", "Contract", "Verhuizing", "Opzegging"] },
    { category: "Probleem", subcategories: ["Storing", "Levering", "Betaling", "Overig"] },
    { category: "Klacht", subcategories: ["Dienstverlening", "Product", "Overig"] },
  ],
  en: [
    { category: "Question", subcategories: ["Bill", "Order", "Product or service", "Other"] },
    { category: "Change", subcategories: ["Details", "Contract", "Move", "Cancellation"] },
    { category: "Problem", subcategories: ["Fault", "Delivery", "Payment", "Other"] },
    { category: "Complaint", subcategories: ["Service", "Product", "Other"] },
  ],
};

export interface WritingFlags {
  readonly config?: string | undefined;
  readonly brand?: string | undefined;
  readonly language?: string | undefined;
}

/** @throws ConfigError where the file is wrong, or has several brands and none is named */
export async function createWriting({ config: file, brand, language }: WritingFlags): Promise<Writing> {
  if (file === undefined) {
    if (brand !== undefined)
      throw new ConfigError(["--brand needs --config: without it there are no brands"]);
    return await offlineWriting(language ?? "nl");
  }
  const config = loadConfig(file, { brands: brand === undefined ? [] : [brand], dryRun: true });
  const chosen = brandOf(config);
  const { llm } = config;
  const price = priceOf(llm);
  return {
    writer: new Writer({ summarizer: await createSummarizer(llm), calibration: llm.calibration }),
    brand: chosen.id,
    manner: { ...mannerOf(chosen), ...(language === undefined ? {} : { language }) },
    price,
    spending: spendingOf(price, llm.currency),
    config,
    render(log) {
      const brands = createBrands(config, {
        protect: () => {},
        // Rendering asks nobody anything.
        genesys: createPlatform(config, new Redactor([])).api.writing,
        onCircuit() {},
      });
      return new Map(
        chosen.destinations.map(({ id }) => {
          const { destination } = brands.destination(chosen.id, id);
          const link = { contactId: log.conversationId, caseId: "(case)" };
          return [id, destination.render(log, destination.perCase && link).body];
        }),
      );
    },
  };
}

async function offlineWriting(language: string): Promise<Writing> {
  const limits = { maxInputTokens: 24_000, maxOutputTokens: 4_000 };
  const summarizer = await createSummarizer({ provider: "offline", timeoutMs: 30_000, ...limits });
  return {
    writer: new Writer({ summarizer }),
    brand: "example",
    manner: {
      language,
      timeZone: "Europe/Amsterdam",
      taxonomy: commonTaxonomies[language.startsWith("nl") ? "nl" : "en"],
      prompts: defaultPrompts(language),
      redaction: { kinds: new Set(redactionKinds), keep: [] },
      unsupported: "cut",
      samples: 1,
    },
    price: undefined,
    spending: spendingOf(undefined, "EUR"),
    config: undefined,
    render: () => new Map(),
  };
}

function brandOf({ brands, served }: Config): BrandConfig {
  const candidates = brands.filter(({ id }) => served.includes(id));
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) {
    throw new ConfigError([`--brand: name one of ${candidates.map(({ id }) => id).join(", ")}`]);
  }
  return only;
}

/** Counts and has no limit: whoever asks by hand sees what it costs. */
function spendingOf(price: Price | undefined, currency: string): Spending {
  return new Spending({
    price,
    currency,
    dailyBudget: undefined,
    saved: undefined,
    save: () => {},
    onUsed: () => {},
    onSpent: () => {},
  });
}
