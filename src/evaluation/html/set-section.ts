import type { SetReport } from "../measures.ts";
import { titleOf } from "../report.ts";
import { type Source, sources, type TextEstimates, type TextMeasures } from "../texts.ts";
import type { WorstCase } from "../worst.ts";
import { count, listed, percent, percentWithin, within } from "./figures.ts";
import { html, type Markup } from "./markup.ts";
import { facts, table } from "./page.ts";
import { confusionPlot, coveragePlot, histogramPlot, reliabilityPlot } from "./plots.ts";

const sourceNames: Readonly<Record<Source, string>> = {
  log: "the logs",
  floor: "floor: of another dialogue",
  firstAndLast: "cheap: first and last turn",
  people: "people",
};

/** How each measure of a text is called and written. */
const textColumns: readonly (readonly [
  keyof TextMeasures,
  string,
  (one: TextEstimates[keyof TextMeasures]) => string,
])[] = [
  ["ownFirst", "own dialogue found first", percentWithin],
  ["wordsFound", "content words found in the dialogue", percentWithin],
  ["factsTold", "must-mention facts told (lexical)", percentWithin],
  ["claimsMade", "must-not claims made a log (lexical)", within],
  ["rougeL", "ROUGE-L", within],
];

/** All of one set. */
export function setSection(set: SetReport, worst: readonly WorstCase[]): Markup {
  return html`<section>
<h2>${titleOf(set)}</h2>
${facts(headFacts(set))}
${classification(set)}
${texts(set)}
${confidence(set)}
${judgement(set)}
${spending(set)}
${worstCases(worst)}
</section>
`;
}

function headFacts(set: SetReport): (readonly [string, string])[] {
  const without = set.withoutForm > 0 ? `, ${count(set.withoutForm)} more without this form` : "";
  return [
    ["Dialogues", `${count(set.n)}${without}`],
    ["Logs written", count(set.written)],
    ["Failures", listed(set.failures)],
    ["Needed a repair turn", listed(set.repaired)],
    ["Read in parts", count(set.inParts)],
    ["Claims the dialogue does not carry, per 100 logs", listed(set.findings, 1)],
    ["Logs with such a claim", percentWithin(set.logsWithFinding)],
    ["Words a log", within(set.words, 0)],
    ["In the language asked for", percentWithin(set.languageRight)],
    ["Marked for review", percentWithin(set.review.single)],
    ["Marked for review, dialogues about several things", percentWithin(set.review.several)],
    ["Taken out before the model", listed(set.redactions)],
    ["Dialogues with words for the machine, kept from it", percentWithin(set.withSuspects)],
  ];
}

const levels = [
  ["category", "category"],
  ["pair", "category and subcategory"],
] as const;

function classification(set: SetReport): Markup {
  const rows = levels.flatMap(([level, name]) => {
    const one = set[level];
    if (!one?.right) return [];
    return [
      [name, count(one.right.n), percentWithin(one.right), percent(one.chance), percent(one.commonest)],
    ];
  });
  if (rows.length === 0)
    return html`<p class="soft">The data have no labels to hold the category against.</p>`;
  const heads = ["n", "right (95 %)", "chance", "always the commonest"];
  const columns = [{ head: "level" }, ...heads.map((head) => ({ head, figure: true }))];
  const plots = levels.flatMap(([level, name]) => {
    const confusion = set[level]?.confusion;
    if (!confusion || confusion.labels.length < 2) return [];
    const label = `What was taken for what, ${name}: rows are the data's labels, columns what was chosen`;
    return [confusionPlot(label, confusion)];
  });
  return html`<h3>Category</h3>
${table("Share of right categories; a dialogue that got no log counts as wrong, one about several things is left out.", columns, rows)}
<div class="plots">${plots}</div>`;
}

function texts(set: SetReport): Markup {
  const columns = textColumns.filter(([name]) => sources.some((source) => set.texts[source][name] !== null));
  const rows = sources
    .filter((source) => columns.some(([name]) => set.texts[source][name] !== null))
    .map((source) => [
      sourceNames[source],
      ...columns.map(([name, , write]) => {
        const one = set.texts[source][name];
        return one === null ? "–" : `${write(one)}, n ${count(one.n)}`;
      }),
    ]);
  const left =
    set.factsLeftOut > 0
      ? html`<p class="soft">The facts of ${count(set.factsLeftOut)} dialogues are in another language than their log and are not looked for; ask for their language with --language.</p>`
      : undefined;
  return html`<h3>What the logs say</h3>
${table("Each measure beside what a wrong text, a cheap text and people reach on the same dialogues. No measure says anything without them.", [{ head: "text" }, ...columns.map(([, head]) => ({ head, figure: true }))], rows)}${left}`;
}

function confidence({ confidence: one }: SetReport): Markup {
  if (one === null) return html``;
  return html`<h3>Confidence</h3>
<p>Expected calibration error ${one.ece.toFixed(3)}, Brier score ${one.brier.toFixed(3)}, over ${count(one.n)} labelled logs.</p>
<div class="plots">
${coveragePlot("Share of right categories among the most confident", one.coverage)}
${reliabilityPlot("Confidence against what came true; on the dashed line it means what it says. The larger the dot, the more logs", one.reliability)}
</div>
${table(
  "Coverage: keep the most confident part, and this much of it is right.",
  [{ head: "kept" }, { head: "confidence from", figure: true }, { head: "right", figure: true }],
  one.coverage.map(({ share, confidence, accuracy }) => [
    percent(share),
    confidence.toFixed(2),
    percent(accuracy),
  ]),
)}`;
}

function judgement({ judge }: SetReport): Markup {
  const rows = Object.entries(judge).flatMap(([name, one]) =>
    one ? [[name, count(one.n), within(one)]] : [],
  );
  if (rows.length === 0) return html``;
  const columns = [
    { head: "rating" },
    { head: "n", figure: true },
    { head: "mean of 1 to 5 (95 %)", figure: true },
  ];
  return html`<h3>A judge model's opinion</h3>
${table("Another model's opinion is an opinion; it belongs beside the measures above, not in their place.", columns, rows)}`;
}

function spending({ spending: { usage, cost, latencyMs } }: SetReport): Markup {
  const entries: (readonly [string, string])[] = [
    ["Requests to the model", count(usage.requests)],
    ["Tokens in", `${count(usage.inputTokens)}, of them cached ${count(usage.cachedInputTokens)}`],
    ["Tokens out", count(usage.outputTokens)],
    [
      "Cost",
      cost ? `${cost.currency} ${cost.total.toFixed(4)}, a log ${cost.perLog.toFixed(5)}` : "no price known",
    ],
  ];
  if (latencyMs === null) return html`<h3>Tokens, cost, time</h3>\n${facts(entries)}`;
  const time = [
    "Time a log",
    `half within ${latencyMs.p50.toFixed(0)} ms, 95 % within ${latencyMs.p95.toFixed(0)} ms`,
  ] as const;
  return html`<h3>Tokens, cost, time</h3>
${facts([...entries, time])}
${histogramPlot("How long a log took", latencyMs.histogram)}`;
}

function worstCases(worst: readonly WorstCase[]): Markup {
  if (worst.length === 0) return html``;
  return html`<h3>The worst logs, side by side</h3>
${worst.map(
  ({ id, why, dialogue, log, labels, judged, people }) => html`<details>
<summary>${id}: ${why.join("; ")}</summary>
<div class="case">
<div><h4>Dialogue, as it was read</h4><pre>${dialogue}</pre></div>
<div><h4>What was written</h4><pre>${log}</pre><p class="soft">${labels}</p>${judged && html`<p class="soft">Judge: ${judged}</p>`}</div>
<div><h4>What people wrote</h4><pre>${people.length > 0 ? people.join("\n\n") : "nothing in the data"}</pre></div>
</div>
</details>
`,
)}`;
}
