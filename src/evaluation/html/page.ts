import { html, Markup } from "./markup.ts";

const style = new Markup(`
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --line: #d5dae0; --paper: #fff; --panel: #f5f7f9; --mark: #1f6feb; --other: #9aa4b0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4b0; --line: #3a424c; --paper: #14171b; --panel: #1d2227; --mark: #6ea8fe; --other: #6c7683; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 3.5rem 0 .75rem; padding-top: 1rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { max-width: 46rem; margin: .5rem 0; }
a { color: var(--mark); }
.soft, caption, figcaption, dt { color: var(--soft); }
.notice { border-left: 4px solid var(--bad); padding: .5rem 1rem; background: var(--panel); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0 1.25rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .25rem 0; max-width: 46rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom-width: 2px; }
th[scope=row] { font-weight: 500; }
td.n, th.n { text-align: right; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; }
figure { margin: .5rem 0; max-width: 100%; overflow-x: auto; }
figcaption { max-width: 30rem; font-size: .9rem; }
svg { display: block; max-width: none; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .faint { fill: var(--soft); } svg .axis { stroke: var(--line); } svg .mark { fill: var(--mark); stroke: none; }
svg .line { fill: none; stroke: var(--mark); stroke-width: 2; } svg .guide { fill: none; stroke: var(--other); stroke-dasharray: 4 4; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
svg .chance { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 3 2; } svg .commonest { stroke: var(--bad); stroke-width: 2; }
.case { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
.case > div { background: var(--panel); padding: .6rem .8rem; min-width: 0; }
.case h4 { margin: 0 0 .35rem; font-size: .9rem; color: var(--soft); }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.45 system-ui, sans-serif; max-height: 28rem; overflow-y: auto; }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
@media print { pre { max-height: none; } }
`);

/** One self-contained page: no script, nothing loaded from elsewhere, and told not to. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text;
}

export interface Column {
  readonly head: string;
  /** Figures stand on the right. */
  readonly figure?: boolean;
}

/** A table whose first column names the row. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  if (rows.length === 0) return html``;
  const kind = (index: number) => (columns[index]?.figure ? new Markup(' class="n"') : undefined);
  const head = columns.map((column, index) => html`<th scope="col"${kind(index)}>${column.head}</th>`);
  const line = (cells: readonly (string | Markup)[]) =>
    html`<tr>${cells.map((cell, index) =>
      index === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(index)}>${cell}</td>`,
    )}</tr>\n`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(line)}</tbody>
</table></div>
`;
}

/** Terms and what they are, for the head of a report. */
export function facts(entries: readonly (readonly [term: string, value: string])[]): Markup {
  return html`<dl>${entries.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>\n`;
}
