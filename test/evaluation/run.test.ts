import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Fatal, NotYet, Permanent, Transient } from "../../src/errors.ts";
import { dialogueOf } from "../../src/evaluation/dialogue.ts";
import { Journal } from "../../src/evaluation/journal.ts";
import { createJudge } from "../../src/evaluation/judge.ts";
import { type Asked, firstAndLast, judgedText, keyOf, type Result } from "../../src/evaluation/result.ts";
import { each, judgeAll, writeAll, writeOne } from "../../src/evaluation/run.ts";
import type { Write } from "../../src/evaluation/write.ts";
import { fakeWrite, folder, record, summary, taxonomy, written } from "./made.ts";

const never = new AbortController().signal;
const course = { concurrency: 2, onDone: () => {}, signal: never };

function asked(id: string, more: Partial<Asked> = {}): Asked {
  const dialogue = dialogueOf(record(id), "text");
  if (!dialogue) throw new Error("no dialogue");
  return { id, form: "text", dialogue, manner: { language: "en", taxonomy }, writer: "w", ...more };
}

describe("work", () => {
  test("is done by so many at once, and all of it", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const list = Array.from({ length: 20 }, (_, index) => index);
    const work = async (item: number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    };
    await each(list, 3, work, never);
    expect(most).toBe(3);
    expect(done.sort((a, b) => a - b)).toEqual(list);
  });

  test("ends with the first error, once the rest has ended, and begins nothing more", async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      await new Promise((resolve) => setImmediate(resolve));
      if (item === 1) throw new Error("broken");
    };
    await expect(each([1, 2, 3, 4, 5, 6], 2, work, never)).rejects.toThrow("broken");
    expect(begun).toEqual([1, 2, 3].slice(0, begun.length));
    expect(begun.length).toBeLessThan(4);
  });

  test("ends when it is told to stop", async () => {
    const stop = new AbortController();
    const work = async () => stop.abort();
    await expect(each([1, 2, 3], 1, work, stop.signal)).rejects.toThrow(/abort/i);
  });
});

describe("a key", () => {
  test("is another one for all that was asked otherwise", () => {
    const keys = [
      asked("a"),
      asked("b"),
      asked("a", { form: "textEn" }),
      asked("a", { writer: "another model" }),
      asked("a", { manner: { language: "nl", taxonomy } }),
      asked("a", { manner: { language: "en", taxonomy: taxonomy.slice(1) } }),
      asked("a", { dialogue: { ...asked("a").dialogue, turns: asked("a").dialogue.turns.slice(1) } }),
    ].map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(asked("a"))).toBe(keys[0]);
  });
});

describe("a writing", () => {
  test("is kept with what there is to count", async () => {
    const result = await writeOne(asked("a"), fakeWrite(), never);
    expect(result).toMatchObject({
      ok: true,
      id: "a",
      summary: summary(),
      turns: [
        { speaker: "customer", text: "My solar panels are broken" },
        { speaker: "agent", text: "We will send an engineer on Monday" },
      ],
      usage: { inputTokens: 100 },
    });
  });

  test.each([
    [new Permanent("model_refused", "no"), { reason: "model_refused", passing: false }],
    [new Transient("down", "down", Date.now() + 3_600_000), { reason: "down", passing: true }],
    [new NotYet("budget", "spent", Date.now() + 3_600_000), { reason: "budget", passing: true }],
    [new TypeError("private words"), { reason: "unforeseen", passing: false }],
  ])("that throws %s is a failure with its reason", async (error, expected) => {
    const result = await writeOne(asked("a"), () => Promise.reject(error), never);
    expect(result).toMatchObject({ ok: false, ...expected });
    expect(JSON.stringify(result)).not.toContain("private");
  });

  test("that is in trouble for a moment is asked for again", async () => {
    let calls = 0;
    const write: Write = async (dialogue) => {
      calls += 1;
      if (calls === 1) throw new Transient("down", "down");
      return written(dialogue);
    };
    expect((await writeOne(asked("a"), write, never)).ok).toBe(true);
    expect(calls).toBe(2);
  });

  test("stops the run where the process cannot go on", async () => {
    await expect(
      writeOne(asked("a"), () => Promise.reject(new Fatal("missing_package", "no")), never),
    ).rejects.toThrow(Fatal);
  });
});

describe("a run", () => {
  test("goes on where the last one stopped, over a torn line", async () => {
    const path = join(await folder(), "results.jsonl");
    const list = ["a", "b", "c"].map((id) => asked(id));
    const first = fakeWrite();
    await using journal = await Journal.open<Result>(path);
    await writeAll(list.slice(0, 2), journal, first, course);
    await appendFile(path, '{"key":"c text 0123","ok":tr');
    const second = fakeWrite();
    let done = 0;
    {
      await using again = await Journal.open<Result>(path);
      await writeAll(list, again, second, { ...course, onDone: () => (done += 1) });
    }
    expect([first.calls, second.calls, done]).toEqual([2, 1, 3]);
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    expect(lines.map((text) => (JSON.parse(text) as Result).id).sort()).toEqual(["a", "b", "c"]);
  });

  test("asks again for what failed in passing, and not for what failed for good", async () => {
    const path = join(await folder(), "results.jsonl");
    await using journal = await Journal.open<Result>(path);
    const down: Write = (_dialogue, _manner, _signal) =>
      Promise.reject(new Transient("down", "down", Date.now() + 3_600_000));
    const refused: Write = () => Promise.reject(new Permanent("model_refused", "no"));
    await writeAll([asked("a")], journal, down, course);
    await writeAll([asked("b")], journal, refused, course);
    const write = fakeWrite();
    await writeAll([asked("a"), asked("b")], journal, write, course);
    expect(write.calls).toBe(1);
    expect(journal.get(keyOf(asked("a")))?.ok).toBe(true);
    expect(journal.get(keyOf(asked("b")))?.ok).toBe(false);
  });
});

describe("a journal", () => {
  test("is for its owner alone, also where the file was open to all", async () => {
    const path = join(await folder(), "j.jsonl");
    await writeFile(path, "", { mode: 0o644 });
    await using _journal = await Journal.open(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("reads back what it was given, longer than any buffer, in whatever letters", async () => {
    const path = join(await folder(), "j.jsonl");
    const entries = ["a", "b", "c"].map((key, index) => ({ key, text: "é€😀\n".repeat(40_000 + index) }));
    {
      await using journal = await Journal.open<(typeof entries)[number]>(path);
      await Promise.all(entries.map((entry) => journal.add(entry)));
    }
    await appendFile(path, "nonsense\n[]\nnull\n");
    await using again = await Journal.open<(typeof entries)[number]>(path);
    for (const entry of entries) expect(again.get(entry.key)).toEqual(entry);
    expect(again.get("nonsense")).toBeUndefined();
  });
});

describe("a judge", () => {
  const good = '```json\n{"faithful": 4, "complete": 3, "readable": 5, "comment": "fine"}\n```';

  test("gets rubric, dialogue and log apart, and its answer is read", async () => {
    const seen: { role: string; content: string }[] = [];
    const judge = createJudge("the rubric", async (messages) => {
      seen.push(...messages);
      return good;
    });
    expect(await judge("[1] customer: hi", "Note: hi", "nl", never)).toEqual({
      faithful: 4,
      complete: 3,
      readable: 5,
      comment: "fine",
    });
    expect(seen[0]).toEqual({ role: "system", content: "the rubric" });
    const marker = /<<DIALOGUE-([\da-f]{16})>>\n\[1\] customer: hi\n<<\/DIALOGUE-\1>>/.exec(
      seen[1]?.content ?? "",
    );
    expect(marker).not.toBeNull();
    expect(seen[1]?.content).toContain(`<<LOG-${marker?.[1]}>>\nNote: hi\n`);
  });

  test.each(["", "no", '{"faithful": 6, "complete": 1, "readable": 1}', '{"faithful": 3}'])(
    "that answers %s twice gives no rating",
    async (answer) => {
      let calls = 0;
      const judge = createJudge("", async () => {
        calls += 1;
        return answer;
      });
      await expect(judge("", "", "nl", never)).rejects.toThrow(Permanent);
      expect(calls).toBe(2);
    },
  );

  test("is asked once for each log, and what it fails at is counted and asked again", async () => {
    const path = await folder();
    await using journal = await Journal.open<{ key: string; rating: never }>(join(path, "j.jsonl"));
    const result = await writeOne(asked("a"), fakeWrite(), never);
    let answer = "no";
    let calls = 0;
    const judge = createJudge("", async () => {
      calls += 1;
      return answer;
    });
    const all = [{ result, language: "en" }];
    expect(await judgeAll(all, journal, { name: "j", judge }, course)).toBe(1);
    answer = good;
    expect(await judgeAll(all, journal, { name: "j", judge }, course)).toBe(0);
    expect(await judgeAll(all, journal, { name: "j", judge }, course)).toBe(0);
    expect(calls).toBe(3);
  });

  test("reads the whole log", () => {
    const item = { text: "Send the engineer", owner: "company", due: "2026-01-19" } as const;
    expect(judgedText(summary({ actionItems: [item] }))).toBe(
      [
        "Description: The customer reports that the solar panels are broken.",
        "Note:",
        "The agent will send an engineer on Monday.",
        "Category: energy › panels",
        "Action items:",
        "- company, by 2026-01-19: Send the engineer",
        "Sentiment: neutral",
        "Resolved: partly",
      ].join("\n"),
    );
  });
});

test("the cheap text is the customer's first and the agent's last turn", () => {
  const turn = (speaker: "customer" | "agent", text: string) => ({ speaker, text });
  expect(firstAndLast({ turns: [turn("agent", "a"), turn("customer", "b"), turn("agent", "c")] })).toBe(
    "b\nc",
  );
  expect(firstAndLast({ turns: [turn("customer", "b")] })).toBe("b");
  expect(firstAndLast({ turns: [turn("agent", "a")] })).toBe("a");
});
