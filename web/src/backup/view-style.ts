/** How view.html looks: on a phone and on paper, light and dark, out of the page itself. */

export const VIEW_STYLE = `
:root { color-scheme: light dark;
  --paper: #faf9f5; --sheet: #ffffff; --ink: #17212b; --soft: #4c5863; --line: #e2ded3; --plan: #1d5b9c; --mind: #7a4800; --stop: #a8201a; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #11171d; --sheet: #19212a; --ink: #eaeef1; --soft: #adb9c4; --line: #2d3843; --plan: #8ec2f5; --mind: #f2b657; --stop: #ff9d95; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
header, nav, main { max-width: 52rem; margin: 0 auto 24px; }
h1 { margin: 0 0 8px; font-size: 26px; line-height: 1.2; }
h2 { margin: 32px 0 4px; padding-top: 16px; border-top: 3px solid var(--ink); font-size: 22px; line-height: 1.25; }
h3 { margin: 24px 0 8px; font-size: 17px; }
p, dl, ul, ol { margin: 0 0 8px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; }
dt, .counts, .place, .more, .meta, .time, small { color: var(--soft); }
dd { margin: 0; }
a { color: var(--plan); }
nav ul { padding: 0; list-style: none; }
nav li { padding: 6px 0; border-bottom: 1px solid var(--line); }
.entries { padding: 0; list-style: none; border-top: 1px solid var(--line); }
.entry { padding: 10px 12px; border-bottom: 1px solid var(--line); background: var(--sheet); }
.entry p { margin: 0; }
.head { display: flex; justify-content: space-between; gap: 12px; }
.quantity, .time { flex: none; max-width: 70%; }
.quantity { font-size: 18px; font-weight: 700; text-align: right; }
small { font-size: 14px; font-weight: 400; }
.text { white-space: pre-wrap; }
.place, .more, .meta, .time { font-size: 14px; }
.void { padding: 0 6px; border: 1.5px solid currentColor; border-radius: 4px; color: var(--ink); }
.voided .what, .voided .quantity > span, .voided .text, .voided .place { color: var(--soft); text-decoration: line-through; }
.device { color: var(--mind); font-weight: 600; }
.attention, .beside { color: var(--stop); font-weight: 600; }
.beside { font-size: 14px; }
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --soft: #333; --line: #999; --plan: #000; --mind: #000; --stop: #000; }
  body { padding: 0; font-size: 10pt; }
  h2 { break-before: page; } h3 { break-after: avoid; } .entry { padding: 4pt 0; break-inside: avoid; }
}
`
