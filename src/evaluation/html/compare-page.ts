import type { Comparison, Difference, SetComparison } from "../compare.ts";
import { count } from "./figures.ts";
import { html, type Markup } from "./markup.ts";
import { facts, page, table } from "./page.ts";

/** How a measure is called, and in which direction it gets better; undefined where neither is better. */
const names: Readonly<
  Record<Difference["measure"], readonly [name: string, better: "more" | "less" | undefined]>
> = {
  categoryRight: ["right category", "more"],
  pairRight: ["right category and subcategory", "more"],
  ownFirst: ["own dialogue found first", "more"],
  wordsFound: ["content words found in the dialogue", "more"],
  factsTold: ["must-mention facts told (lexical)", "more"],
  claimsMade: ["must-not claims made (lexical)", "less"],
  rougeL: ["ROUGE-L", undefined],
  languageRight: ["in the language asked for", "more"],
  findings: ["claims without ground a log", "less"],
  words: ["words a log", undefined],
  review: ["marked for review", undefined],
  faithful: ["judged faithful", "more"],
  complete: ["judged complete", "more"],
  readable: ["judged readable", "more"],
  inputTokens: ["tokens in", "less"],
  outputTokens: ["tokens out", "less"],
  latencyMs: ["milliseconds a log", "less"],
};

/** Two runs beside each other, as one HTML file; it quotes no dialogue. */
export function comparePage({ first, second, sets, unmatched }: Comparison): string {
  return page(
    `${first.writer} against ${second.writer}`,
    html`<h1>A: ${first.writer} against B: ${second.writer}</h1>
${facts([
  ["A", `${first.models.join(", ")}, ${first.promptVersions.join(", ")}, measured ${first.createdAt}`],
  ["B", `${second.models.join(", ")}, ${second.promptVersions.join(", ")}, measured ${second.createdAt}`],
  ...(unmatched.length > 0 ? [["Only in one of them", unmatched.join(", ")] as const] : []),
])}
<p>Paired by dialogue: only those both were measured on count. A difference whose interval holds 0 may be chance. Many measures are shown at once, so one or two of them will leave 0 by chance alone.</p>
${sets.map(section)}`,
  );
}

function section(set: SetComparison): Markup {
  const columns = [
    { head: "measure" },
    ...["n", "A", "B", "B − A (95 %)"].map((head) => ({ head, figure: true })),
    { head: "" },
  ];
  return html`<section>
<h2>${set.title}</h2>
<p>${count(set.n)} dialogues in both, ${count(set.onlyInFirst)} in A alone, ${count(set.onlyInSecond)} in B alone. Without a log: A ${count(set.failures[0])}, B ${count(set.failures[1])}.</p>
${table("Means over the dialogues that have the measure in both, and their difference with its paired bootstrap interval.", columns, set.differences.map(line))}
${duel(set)}
</section>
`;
}

function line({ measure, first, second, difference }: Difference): string[] {
  const [name, better] = names[measure];
  const digits = Math.abs(first) >= 100 || Math.abs(second) >= 100 ? 0 : 3;
  const write = (value: number) => value.toFixed(digits);
  const signed = (value: number) => `${value > 0 ? "+" : ""}${write(value)}`;
  return [
    name,
    count(difference.n),
    write(first),
    write(second),
    `${signed(difference.value)} (${signed(difference.low)} to ${signed(difference.high)})`,
    verdict(difference, better),
  ];
}

function verdict({ low, high }: Difference["difference"], better: "more" | "less" | undefined): string {
  if (better === undefined || (low <= 0 && high >= 0)) return "";
  return low > 0 === (better === "more") ? "B is better" : "A is better";
}

function duel({ category }: SetComparison): Markup {
  if (category === null) return html``;
  const { both, onlyFirst, onlySecond, neither, p } = category;
  const columns = [{ head: "" }, { head: "B right", figure: true }, { head: "B wrong", figure: true }];
  return html`${table("Category, dialogue by dialogue.", columns, [
    ["A right", count(both), count(onlyFirst)],
    ["A wrong", count(onlySecond), count(neither)],
  ])}<p>McNemar's exact test: a split as uneven as ${count(onlyFirst)} to ${count(onlySecond)} comes by chance with probability ${p < 0.001 ? "below 0.001" : p.toFixed(3)}.</p>
`;
}
