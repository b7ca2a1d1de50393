import { palette } from './palette.js'

/** The style sheet of a report: system fonts, light and dark, narrow screens, print. Figures stay on white cards. */
export const style = `
${palette}* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 2.75rem 0 0.75rem; font-size: 1.2rem; }
ul.paths { overflow-wrap: anywhere; }
ul { margin: 0.5rem 0; padding-left: 1.25rem; max-width: 46rem; }
h3 { margin: 1.5rem 0 0.25rem; font-size: 1rem; font-weight: 600; }
a { color: var(--accent); }
p { margin: 0.5rem 0; max-width: 46rem; }
.quiet { color: var(--quiet); }
.lead { margin-top: 0.75rem; }
.notice { margin: 1.25rem 0 0; padding: 0.6rem 0.9rem; border-left: 4px solid var(--bad); background: var(--band); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.5rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.88rem; }
th, td { padding: 0.4rem 0.55rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; vertical-align: bottom; }
thead tr:last-child th { border-bottom: 1.5px solid var(--ink); }
thead .group { text-align: center; border-bottom: 1px solid var(--line); }
thead .group small { display: block; font-weight: 400; color: var(--quiet); }
tbody th { font-weight: 400; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
th.name, td.name { text-align: left; }
td.text, th.text { max-width: 24rem; white-space: normal; overflow-wrap: anywhere; }
td.starts, th.starts { padding-left: 1.25rem; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.25rem; }
figure { margin: 0; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
.card {
  display: flex; overflow-x: auto; padding: 1rem; background: #ffffff; border: 1px solid var(--line); border-radius: 8px;
}
/* Below this width the text of a figure would be illegible, so the card scrolls. */
.card svg { margin: 0 auto; height: auto; max-width: 100%; min-width: calc(var(--width) * 0.7); }
figcaption, .note { margin: 0.5rem 0 0; color: var(--quiet); font-size: 0.9rem; max-width: 46rem; }
details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { padding: 0.55rem 0; cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre {
  margin: 0 0 1rem; padding: 0.9rem 1rem; overflow-x: auto; background: var(--band); border-radius: 6px;
  font: 0.82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
footer { margin-top: 3rem; color: var(--quiet); font-size: 0.88rem; }
@media (max-width: 40rem) {
  body { padding-top: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.6rem; }
  .card { padding: 0.5rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --band: #f4f4f4; --good: #000; --bad: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  figure, tr, .notice { break-inside: avoid; }
  .card { border: none; padding: 0; overflow: visible; }
  .card svg { min-width: 0; }
  .scroll, pre { overflow: visible; white-space: pre-wrap; }
}
`
