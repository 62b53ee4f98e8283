import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { dialogueOf, referencesOf } from "../../src/evaluation/dialogue.ts";
import { formsOf, readFiles } from "../../src/evaluation/files.ts";
import { parseRecord, readRecords } from "../../src/evaluation/record.ts";
import { foreignLabels, parseTaxonomy, taxonomyOf } from "../../src/evaluation/taxonomy.ts";
import { folder, line, record, taxonomy } from "./made.ts";

async function fileOf(...lines: string[]): Promise<string> {
  const file = join(await folder(), "data.jsonl");
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

describe("a line", () => {
  test.each([
    ["{", "here: is not JSON"],
    ["[]", /^here: record: /],
    [line("a", { turns: [] }), /^here: turns: /],
    [line("a", { channel: "fax" }), /^here: channel: /],
    [line("a", { turns: [{ speaker: "agent" }] }), /^here: turns\.0\.text: /],
    [line("a", { gold: { mustMention: "all" } }), /^here: gold\.mustMention: /],
  ])("%s is told to be wrong by place and field", (text, expected) => {
    expect(parseRecord(text, "here")).toEqual(
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    );
  });

  test("never has its words quoted", () => {
    const problem = parseRecord(line("a", { turns: [{ speaker: 7, text: "my secret is 4711" }] }), "here");
    expect(problem).toMatch(/turns\.0\.speaker/);
    expect(problem).not.toMatch(/secret|4711/);
  });

  test("may leave out gold, labels and more", () => {
    const read = record("a", { category: null, subcategory: undefined, gold: null, license: "x" });
    expect(read.gold).toEqual({
      summaries: [],
      mustMention: [],
      mustNotClaim: [],
      factsLanguage: "en",
      multiTask: false,
    });
  });
});

describe("a file", () => {
  test("gives its records and names the lines that are none", async () => {
    const file = await fileOf(line("a"), "{", "", line("b"), line("a"));
    const { records, problems } = await readRecords(file);
    expect(records.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(problems).toEqual([
      `${file}, line 2: is not JSON`,
      `${file}, line 5: id: is the id of an earlier line too`,
    ]);
  });

  test("stops at the limit", async () => {
    const { records } = await readRecords(await fileOf(line("a"), line("b"), line("c")), 2);
    expect(records.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("without a record in it, or not there, is an error of its own", async () => {
    await expect(readRecords(await fileOf("{", "[]"))).rejects.toThrow(ConfigError);
    await expect(readRecords("/nowhere/data.jsonl")).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});

describe("a dialogue", () => {
  const spoken = record("a", {
    channel: "voice",
    turns: [
      { speaker: "agent", text: "hello", asrText: "yellow", startMs: 500 },
      { speaker: "agent", text: "how are you", startMs: 900 },
      { speaker: "system", text: "joined" },
      { speaker: "customer", text: "<b>fine</b>\u200b", asrText: "vine", startMs: 1_500 },
      { speaker: "agent", text: "  ", startMs: 2_000 },
    ],
  });

  test("is joined by speaker, in plain text, without those who are neither customer nor agent", () => {
    const dialogue = dialogueOf(spoken, "text");
    expect(dialogue?.medium).toBe("voice");
    expect(dialogue?.turns.map(({ speaker, text }) => [speaker, text])).toEqual([
      ["agent", "hello how are you"],
      ["customer", "fine"],
    ]);
    expect((dialogue?.turns[1]?.at ?? 0) - (dialogue?.turns[0]?.at ?? 0)).toBe(1_000);
  });

  test("is read in another form, turn by turn where there is one", () => {
    expect(dialogueOf(spoken, "asrText")?.turns.map(({ text }) => text)).toEqual([
      "yellow how are you",
      "vine",
    ]);
    expect(dialogueOf(spoken, "textEn")).toBeUndefined();
  });

  test("in the English form is English", () => {
    const dutch = record("a", {
      language: "nl",
      turns: [{ speaker: "customer", text: "hoi", textEn: "hi" }],
    });
    expect(dialogueOf(dutch, "text")?.language).toBe("nl");
    expect(dialogueOf(dutch, "textEn")?.language).toBe("en");
  });
});

test.each([
  [{ gold: { summaries: ["one", "two"] }, referenceSummary: "three" }, "en", ["one", "two"]],
  [{ gold: { summaryNl: "een", summaryEn: "one" } }, "nl-NL", ["een"]],
  [{ gold: { summaryNl: "een", summaryEn: "one" } }, "en", ["one"]],
  [{ gold: { summaryEn: "one" }, referenceSummary: "one" }, "nl", []],
  [{ referenceSummary: "one" }, "en", ["one"]],
  [{ referenceSummary: "one" }, "nl", []],
  [{}, "en", []],
])("of %j in %s, people wrote %j", (more, language, expected) => {
  expect(referencesOf(record("a", more), language)).toEqual(expected);
});

describe("a taxonomy", () => {
  const expected = [{ category: "a", subcategories: ["b", "c"] }];

  test.each([
    '[{"category": "a", "subcategories": ["b", "c"]}]',
    '{"categories": {"a": ["b", "c"]}}',
    '{"category": "a", "subcategories": ["b", "c"]}',
  ])("is read from %s", (text) => {
    expect(parseTaxonomy(text, "t.json")).toEqual(expected);
  });

  test.each(["{", "[]", '{"categories": {}}', '{"categories": {"a": []}}', '{"flows": ["a"]}'])(
    "is not %s",
    (text) => {
      expect(() => parseTaxonomy(text, "t.json")).toThrow(ConfigError);
    },
  );

  test("can be taken from the labels; a category without subcategories is its own", () => {
    const records = [
      record("1"),
      record("2", { subcategory: "meter" }),
      record("3", { category: "travel", subcategory: null }),
      record("4", { category: null }),
    ];
    expect(taxonomyOf(records, "f")).toEqual([
      { category: "energy", subcategories: ["panels", "meter"] },
      { category: "travel", subcategories: ["travel"] },
    ]);
    expect(() => taxonomyOf([record("1", { category: null })], "f")).toThrow(/--taxonomy/);
  });

  test("that is another one than the labels' is refused, one that lacks some is told of", () => {
    expect(foreignLabels(taxonomy, [record("1")], "f")).toEqual([]);
    expect(foreignLabels(taxonomy, [record("1"), record("2", { category: "x" })], "f")).toEqual([
      "f: 1 of its 2 categories are not in the taxonomy (x …)",
    ]);
    expect(() => foreignLabels(taxonomy, [record("2", { category: "x" })], "f")).toThrow(ConfigError);
  });
});

describe("several files", () => {
  test("have a taxonomy each, one for all, or their labels", async () => {
    const [one, two] = [await fileOf(line("a")), await fileOf(line("b", { category: "travel" }))];
    const other = join(await folder(), "other.jsonl");
    await writeFile(other, line("c"));
    const list = join(await folder(), "list.json");
    await writeFile(list, JSON.stringify(taxonomy));
    const read = await readFiles({ data: [one, other], taxonomy: [list, "labels"] }, undefined);
    expect(read.files.map((file) => file.name)).toEqual(["data", "other"]);
    expect(read.files[0]?.taxonomy).toEqual(taxonomy);
    expect(read.files[1]?.taxonomy).toEqual([{ category: "energy", subcategories: ["panels"] }]);
    expect((await readFiles({ data: [other], taxonomy: [] }, taxonomy)).files[0]?.taxonomy).toBe(taxonomy);
    await expect(readFiles({ data: [one, two], taxonomy: [] }, undefined)).rejects.toThrow(
      /two files are called/,
    );
    await expect(readFiles({ data: [one], taxonomy: [list, list] }, undefined)).rejects.toThrow(
      /one for each/,
    );
    await expect(readFiles({ data: [], taxonomy: [] }, undefined)).rejects.toThrow(/--data/);
  });

  test("are read in known forms only", () => {
    expect(formsOf([])).toEqual(["text"]);
    expect(formsOf(["asrText", "text", "asrText"])).toEqual(["asrText", "text"]);
    expect(() => formsOf(["words"])).toThrow(ConfigError);
  });
});
