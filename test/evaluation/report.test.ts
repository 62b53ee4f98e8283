import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { compare, parseReport } from "../../src/evaluation/compare.ts";
import { type Evaluation, evaluate } from "../../src/evaluation/evaluate.ts";
import { comparePage } from "../../src/evaluation/html/compare-page.ts";
import { html } from "../../src/evaluation/html/markup.ts";
import type { Report } from "../../src/evaluation/report.ts";
import { fakeWrite, folder, record, taxonomy, written } from "./made.ts";

const never = new AbortController().signal;
const silent = { start() {}, step() {}, stop() {} };

async function evaluation(more: Partial<Evaluation> = {}): Promise<Evaluation> {
  const records = ["a", "b", "c"].map((id) => record(id));
  return {
    files: [{ name: "made", records, taxonomy }],
    forms: ["text"],
    language: undefined,
    writer: { name: "fake", identity: "1", write: fakeWrite() },
    judge: undefined,
    price: { currency: "EUR", input: 1, output: 1 },
    calibrate: false,
    out: join(await folder(), "out"),
    concurrency: 2,
    problems: [],
    progress: silent,
    ...more,
  };
}

const attack = `</pre></details><script>alert("x")</script><img src=x onerror=alert(1)>'"&`;

describe("evaluating", () => {
  test("leaves results, report and page, for the owner's eyes alone", async () => {
    const asked = await evaluation({ calibrate: true });
    const report = await evaluate(asked, never);
    expect(report.sets[0]?.category?.right).toMatchObject({ value: 1, n: 3 });
    expect(report.sets[0]?.spending.usage.requests).toBe(3);
    expect(report.models).toEqual(["made-1"]);
    const kept = JSON.parse(await readFile(join(asked.out, "report.json"), "utf8")) as Report;
    expect(kept).toEqual(JSON.parse(JSON.stringify(report)));
    const { points } = JSON.parse(await readFile(join(asked.out, "calibration.json"), "utf8"));
    expect(points).toEqual([[0.7, 0.8]]);
    for (const name of ["results.jsonl", "report.json", "report.html", "calibration.json"]) {
      expect((await stat(join(asked.out, name))).mode & 0o777, name).toBe(0o600);
    }
    expect((await stat(asked.out)).mode & 0o777).toBe(0o700);
  });

  test("a second time asks for nothing, and another writer for everything", async () => {
    const asked = await evaluation();
    const first = await evaluate(asked, never);
    const write = fakeWrite();
    const second = await evaluate({ ...asked, writer: { ...asked.writer, write } }, never);
    expect(write.calls).toBe(0);
    expect(second.sets).toEqual(first.sets);
    await evaluate({ ...asked, writer: { name: "fake", identity: "2", write } }, never);
    expect(write.calls).toBe(3);
  });

  test("stopped in the middle, keeps what it has and goes on", async () => {
    const stop = new AbortController();
    let calls = 0;
    const write = async (...[dialogue]: Parameters<Evaluation["writer"]["write"]>) => {
      calls += 1;
      if (calls === 2) stop.abort();
      return written(dialogue);
    };
    const asked = await evaluation({ concurrency: 1 });
    await expect(evaluate({ ...asked, writer: { ...asked.writer, write } }, stop.signal)).rejects.toThrow(
      /abort/i,
    );
    const rest = fakeWrite();
    const report = await evaluate({ ...asked, writer: { ...asked.writer, write: rest } }, never);
    expect(rest.calls).toBe(2);
    expect(report.sets[0]?.written).toBe(3);
  });

  test("reads each form, and counts the records that lack one", async () => {
    const turns = [
      { speaker: "customer", text: "hallo", textEn: "hello" },
      { speaker: "agent", text: "dag", textEn: "hi" },
    ];
    const records = [record("a", { turns, language: "nl" }), record("b")];
    const languages: string[] = [];
    const write = async (...[dialogue, manner]: Parameters<Evaluation["writer"]["write"]>) => {
      languages.push(`${dialogue.turns[0]?.text} in ${manner.language}`);
      return written(dialogue);
    };
    const asked = await evaluation({
      files: [{ name: "made", records, taxonomy }],
      forms: ["text", "textEn", "asrText"],
      concurrency: 1,
      writer: { name: "fake", identity: "1", write },
    });
    const report = await evaluate(asked, never);
    expect(report.sets.map(({ form, n, withoutForm }) => [form, n, withoutForm])).toEqual([
      ["text", 2, 0],
      ["textEn", 1, 1],
    ]);
    expect(languages).toEqual(["hallo in nl", "My solar panels are broken in en", "hello in en"]);
    expect(report.agreements).toHaveLength(1);
  });

  test("a judge's ratings stand in the report, and are not bought twice", async () => {
    let calls = 0;
    const judge = async () => {
      calls += 1;
      return { faithful: 4, complete: 3, readable: 5, comment: "fine" };
    };
    const asked = await evaluation({ judge: { name: "judge-1", judge } });
    await evaluate(asked, never);
    const report = await evaluate(asked, never);
    expect(calls).toBe(3);
    expect(report.sets[0]?.judge.faithful).toMatchObject({ value: 4, n: 3 });
    expect(report.judge).toBe("judge-1");
  });
});

describe("the page", () => {
  test("shows hostile words as words, wherever they come from", async () => {
    const turns = [{ speaker: "customer", text: "hello there" }];
    const asked = await evaluation({
      files: [
        {
          name: attack,
          records: [record(attack, { turns, category: attack, gold: { summaries: [attack] } })],
          taxonomy,
        },
      ],
      writer: {
        name: attack,
        identity: "1",
        write: async (dialogue) => {
          const spoken = { ...dialogue, turns: dialogue.turns.map((turn) => ({ ...turn, text: attack })) };
          const drafted = { ...written(dialogue).drafted, model: attack, promptVersion: attack };
          return written(spoken, { drafted, summary: { description: attack, category: attack } });
        },
      },
      judge: { name: attack, judge: () => Promise.reject(new Error(attack)) },
      problems: [attack],
      language: "nl",
    });
    await evaluate(asked, never);
    const page = await readFile(join(asked.out, "report.html"), "utf8");
    expect(page.split("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;").length).toBeGreaterThan(8);
    expect(page).not.toMatch(/<script|<img|<\/pre><\/details><script/i);
    expect(page.match(/<pre>/g)?.length).toBe(page.match(/<\/pre>/g)?.length);
  });

  test("loads nothing, says what it holds, and has a caption on every table and a name on every plot", async () => {
    const write = fakeWrite({ summary: { category: "travel", subcategory: "train" } });
    const asked = await evaluation({ calibrate: true, writer: { name: "fake", identity: "1", write } });
    await evaluate(asked, never);
    const page = await readFile(join(asked.out, "report.html"), "utf8");
    expect(page).toContain("This file holds transcripts");
    expect(page).toContain("My solar panels are broken");
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import/);
    expect(page).toContain("prefers-color-scheme: dark");
    const tables = page.match(/<table>/g)?.length ?? 0;
    expect(tables).toBeGreaterThan(3);
    expect(page.match(/<table>\n<caption>[^<]+<\/caption>/g)).toHaveLength(tables);
    const plots = page.match(/<svg/g)?.length ?? 0;
    expect(plots).toBeGreaterThan(3);
    expect(page.match(/<svg role="img" aria-label="[^"]+"/g)).toHaveLength(plots);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test("a template escapes all but markup", () => {
    expect(html`<b>${"<i>"}</b>${html`<i>${1}</i>`}${["&", html`<br>`]}${undefined}`.text).toBe(
      "<b>&lt;i&gt;</b><i>1</i>&amp;<br>",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)|[^\P{Cc}\n\t]/u);
      }),
    );
  });
});

describe("comparing", () => {
  async function reportOf(category: (index: number) => string, ids: readonly string[]): Promise<Report> {
    let index = 0;
    const asked = await evaluation({
      files: [{ name: "made", records: ids.map((id) => record(id)), taxonomy }],
      concurrency: 1,
      writer: {
        name: "fake",
        identity: "1",
        write: async (dialogue) => written(dialogue, { summary: { category: category(index++) } }),
      },
    });
    return await evaluate(asked, never);
  }
  const ids = Array.from({ length: 10 }, (_, index) => `r${index}`);

  test("pairs by record: difference, counts and chance by hand", async () => {
    const first = await reportOf((index) => (index < 5 ? "energy" : "travel"), [...ids, "only in first"]);
    const second = await reportOf((index) => (index >= 1 ? "energy" : "travel"), ids);
    const found = compare(first, second);
    expect(found.unmatched).toEqual([]);
    expect(found.sets[0]).toMatchObject({ n: 10, onlyInFirst: 1, onlyInSecond: 0, failures: [0, 0] });
    // Right in both: 1–4; in the first alone: 0; in the second alone: 5–9.
    expect(found.sets[0]?.category).toEqual({
      both: 4,
      onlyFirst: 1,
      onlySecond: 5,
      neither: 0,
      p: expect.closeTo(14 / 64, 10),
    });
    const difference = found.sets[0]?.differences.find(({ measure }) => measure === "categoryRight");
    expect(difference).toMatchObject({ first: 0.5, second: 0.9, difference: { n: 10 } });
    expect(difference?.difference.value).toBeCloseTo(0.4, 10);
    const page = comparePage(found);
    expect(page).toContain("+0.400");
    expect(page).not.toMatch(/A is better/);
    expect(page).toContain("1 to 5");
    expect(page).not.toMatch(/NaN|undefined/);
  });

  test("says which is better where chance cannot have done it", async () => {
    const [right, wrong] = [await reportOf(() => "energy", ids), await reportOf(() => "travel", ids)];
    const verdict = /right category<\/th>.*?<td>(.*?)<\/td><\/tr>/;
    expect(verdict.exec(comparePage(compare(right, wrong)))?.[1]).toBe("A is better");
    expect(verdict.exec(comparePage(compare(wrong, right)))?.[1]).toBe("B is better");
  });

  test("a run against itself differs in nothing", async () => {
    const report = await reportOf(() => "energy", ids);
    const found = compare(report, report);
    expect(found.sets[0]?.differences.length).toBeGreaterThan(5);
    for (const { difference } of found.sets[0]?.differences ?? []) {
      expect([difference.value, difference.low, difference.high]).toEqual([0, 0, 0]);
    }
    expect(found.sets[0]?.category?.p).toBe(1);
    expect(comparePage(found)).not.toMatch(/is better/);
  });

  test("names what only one of them has", async () => {
    const report = await reportOf(() => "energy", ids);
    const renamed = { ...report, sets: report.sets.map((set) => ({ ...set, form: "textEn" as const })) };
    expect(compare(report, renamed)).toMatchObject({ sets: [], unmatched: ["made", "made (textEn)"] });
  });

  test("reads what evaluating wrote, and refuses anything else", async () => {
    const report = await reportOf(() => "energy", ids);
    const text = JSON.stringify(report);
    expect(compare(parseReport(text, "a"), report).sets).toHaveLength(1);
    for (const other of [
      "{",
      "{}",
      '{"kind": "contactlogd-eval", "version": 2}',
      text.replace('"failure":null', '"failure":7'),
    ]) {
      expect(() => parseReport(other, "a.json")).toThrow(ConfigError);
    }
  });
});
