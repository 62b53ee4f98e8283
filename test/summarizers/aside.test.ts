import { describe, expect, test } from "vitest";
import type { Dialogue } from "../../src/model.ts";
import { redactionKinds } from "../../src/redaction/kinds.ts";
import { readAside } from "../../src/summarizers/aside.ts";
import { createOfflineSummarizer } from "../../src/summarizers/offline.ts";
import { read } from "../../src/summarizers/readings.ts";
import { freeMeter, Writer } from "../../src/summarizers/writer.ts";
import { flood } from "./flood.ts";

const never = new AbortController().signal;
const taxonomy = [{ category: "Facturen", subcategories: ["Jaarnota", "Termijnbedrag"] }];
const redaction = { kinds: new Set(redactionKinds), keep: [/terpstra/i] };
const preparation = { taxonomy, redaction, names: ["Jan de Vries"] };
const long = flood({ turns: 60, charsATurn: 1_900 });

describe("a dialogue that is long", () => {
  test("is read as a short one is, to the letter", async () => {
    const prepared = read("prepare", long, preparation);
    expect(prepared.redactions.email).toBeGreaterThan(100);
    expect(await readAside("prepare", long, preparation, never)).toEqual(prepared);
    const { dialogue } = prepared;
    const draft = await readAside("draft", dialogue, { language: "nl", taxonomy }, never);
    expect(draft).toEqual(read("draft", dialogue, { language: "nl", taxonomy }));
    const check = { draft: draft.draft, day: 1.77e12 };
    expect(await readAside("check", dialogue, check, never)).toEqual(read("check", dialogue, check));
  });

  test.each([
    ["many turns", { turns: 250, charsATurn: 1_900 }],
    ["one turn after another paste", { turns: 4, charsATurn: 100_000 }],
  ])("leaves the event loop to others while it is written about: %s", async (_what, size) => {
    const dialogue = flood(size);
    const writer = new Writer({ summarizer: createOfflineSummarizer() });
    const manner = {
      language: "nl",
      timeZone: "Europe/Amsterdam",
      taxonomy,
      prompts: { log: "x", part: "x", join: "x" },
      redaction,
      unsupported: "cut",
      samples: 1,
    } as const;
    const before = { all: process.cpuUsage(), here: process.threadCpuUsage() };
    const written = await writer.write({ dialogue, names: [], manner, meter: freeMeter }, never);
    const here = process.threadCpuUsage(before.here);
    const all = process.cpuUsage(before.all);
    expect(written.summary.note.length).toBeGreaterThan(0);
    // What this thread did is next to nothing. How long others had to wait would tell of the machine, too.
    expect(here.user + here.system).toBeLessThan((all.user + all.system) / 5);
  });

  test("is given up at once where the run ends, and the next one is read all the same", async () => {
    const ends = new AbortController();
    const reading = readAside("prepare", flood({ turns: 800, charsATurn: 1_900 }), preparation, ends.signal);
    const queued = readAside("prepare", long, preparation, ends.signal);
    const next = readAside("weigh", long, { taxonomy, draft: anyDraft }, never);
    setTimeout(() => ends.abort(new Error("drained")), 50);
    await expect(reading).rejects.toThrow("drained");
    await expect(queued).rejects.toThrow("drained");
    expect((await next).words).toBeGreaterThan(1_000);
  });

  test("that cannot be sent to the thread fails alone, and leaves nobody waiting", async () => {
    const unsendable = { ...preparation, names: [() => {}] } as unknown as typeof preparation;
    await expect(readAside("prepare", long, unsendable, never)).rejects.toThrow("could not be cloned");
    expect((await readAside("weigh", long, { taxonomy, draft: anyDraft }, never)).words).toBeGreaterThan(
      1_000,
    );
  });

  test("whose reading fails fails alone", async () => {
    const broken = { ...long, turns: [...long.turns, { text: 5 }] } as unknown as Dialogue;
    await expect(readAside("prepare", broken, preparation, never)).rejects.toThrow();
    expect((await readAside("weigh", long, { taxonomy, draft: anyDraft }, never)).words).toBeGreaterThan(
      1_000,
    );
  });
});

const anyDraft = {
  description: "x",
  note: [],
  category: "Facturen",
  subcategory: "Jaarnota",
  actionItems: [],
  sentiment: "neutral",
  resolved: "unknown",
} as const;
