import type { FormAgreement } from "../agreement.ts";
import type { SetReport } from "../measures.ts";
import { type Report, titleOf } from "../report.ts";
import type { WorstCase } from "../worst.ts";
import { beside, count, percent, percentWithin } from "./figures.ts";
import { html, type Markup } from "./markup.ts";
import { facts, page, table } from "./page.ts";
import { type Bar, barPlot } from "./plots.ts";
import { setSection } from "./set-section.ts";

/** The report as one HTML file. `worst` by the title of its set: the only part that quotes dialogues. */
export function reportPage(report: Report, worst: ReadonlyMap<string, readonly WorstCase[]>): string {
  return page(
    `Evaluation of ${report.writer}`,
    html`<h1>What the contact logs of ${report.writer} are worth</h1>
<p class="notice">This file holds transcripts: it quotes the dialogues whose logs were the worst. Keep it as you keep them.</p>
${facts([
  ["Written by", report.writer],
  ["Model", report.models.join(", ") || "none"],
  ["Prompt version", report.promptVersions.join(", ") || "none"],
  ["Measured", report.createdAt],
  ["Judge", report.judge ?? "none"],
  ...(report.judgeFailures > 0
    ? [["Logs the judge gave no usable rating of", count(report.judgeFailures)] as const]
    : []),
])}
${overview(report.sets)}
${reading}
${agreements(report.agreements)}
${calibration(report)}
${problems(report)}
${report.sets.map((set) => setSection(set, worst.get(titleOf(set)) ?? []))}`,
  );
}

function overview(sets: readonly SetReport[]): Markup {
  const heads = [
    "n",
    "failed",
    "right category",
    "right pair",
    "own dialogue first",
    "words found",
    "claims without ground, per 100",
    "marked for review",
  ];
  const columns = [{ head: "data" }, ...heads.map((head) => ({ head, figure: true }))];
  return html`<h2>At a glance</h2>
${table("One row a data set; in brackets the 95 % bootstrap interval (2,000 resamples).", columns, sets.map(overviewRow))}
${barPlot("Right categories with their intervals; dashed: chance; solid: always choosing the commonest label", sets.flatMap(barsOf))}`;
}

function overviewRow(set: SetReport): string[] {
  const findings = Object.values(set.findings).reduce((sum, one) => sum + one, 0);
  return [
    titleOf(set),
    count(set.n),
    count(set.n - set.written),
    percentWithin(set.category?.right ?? null),
    percentWithin(set.pair?.right ?? null),
    beside(set.texts, "ownFirst"),
    beside(set.texts, "wordsFound"),
    findings.toFixed(1),
    percentWithin(set.review.single),
  ];
}

function barsOf(set: SetReport): Bar[] {
  return (["category", "pair"] as const).flatMap((level) => {
    const one = set[level];
    if (!one?.right) return [];
    const { right, chance, commonest } = one;
    return [{ label: `${titleOf(set)}, ${level}`, estimate: right, chance, commonest }];
  });
}

const reading = html`<h2>How to read this</h2>
<p><b>Own dialogue found first</b>: by its words (tf-idf), the log is more like its own dialogue than like any other of the set. <b>Content words found</b>: the share of a log's different content words that its dialogue has, too; a copy reaches all, an invention few. It notices an invented word and hardly ever a swapped one: who did what, it cannot tell.</p>
<p><b>Facts told</b> and <b>claims made</b> are lexical: all numbers and two thirds of the words of a fact occur in the log; all words of a claim occur in one sentence that negates nothing. Other words for the same thing are missed, and facts are looked for only where log and fact are in one language.</p>
<p><b>ROUGE-L</b> rewards wording, not truth: a text that invents everything can come close to people. Read it between its floor and what people reach against each other, and never hold extracts against free summaries by it.</p>
`;

function agreements(all: readonly FormAgreement[]): Markup {
  if (all.length === 0) return html``;
  const columns = [
    { head: "data" },
    { head: "forms" },
    ...["n", "same category", "same pair", "same outcome"].map((head) => ({ head, figure: true })),
  ];
  const rows = all.map(({ name, forms, sameCategory, samePair, sameOutcome }) => [
    name,
    forms.join(" and "),
    count(sameCategory?.n ?? 0),
    percentWithin(sameCategory),
    percentWithin(samePair),
    percentWithin(sameOutcome),
  ]);
  return html`<h2>The same dialogue in two forms</h2>
${table("What was said stays the same whatever the language or the hearing: so should category and outcome.", columns, rows)}`;
}

function calibration({ calibration: one }: Report): Markup {
  if (one === null) return html``;
  const { crossValidation: checked } = one;
  const columns = [
    { head: "confidence" },
    { head: "calibration error", figure: true },
    { head: "Brier score", figure: true },
  ];
  const rows =
    checked === null
      ? []
      : [
          ["raw", checked.before.ece.toFixed(3), checked.before.brier.toFixed(3)],
          ["calibrated", checked.after.ece.toFixed(3), checked.after.brier.toFixed(3)],
        ];
  return html`<h2>Calibration</h2>
<p>Isotonic, fitted on ${count(one.n)} labelled logs of ${one.fittedOn.join(", ")}; the map is in calibration.json.${checked === null ? " Too few to check it on logs it was not fitted on." : ""}</p>
${table("Five-fold cross-validated: each log is held against a map fitted without it.", columns, rows)}
${table(
  "The map: between points it is read linearly, beyond them it is flat.",
  [{ head: "raw confidence" }, { head: "probability of the right category", figure: true }],
  one.points.map(([raw, probability]) => [raw.toFixed(4), percent(probability)]),
)}`;
}

function problems({ problems: { n, first } }: Report): Markup {
  if (n === 0) return html``;
  return html`<h2>Lines that could not be used</h2>
<p>${count(n)} lines of the data were left out${n > first.length ? `; the first ${first.length}` : ""}:</p>
<ul>${first.map((one) => html`<li>${one}</li>`)}</ul>
`;
}
