/** Style of a report page: system fonts, light and dark, and paper. Contrast of text is at least 4.5:1. */
export const htmlStyle = `
:root{color-scheme:light dark;--fg:#1b1b1b;--bg:#fff;--line:#767676;--soft:#f2f2f2;--good:#0b6623;--bad:#a80000;--open:#7a4b00}
@media (prefers-color-scheme:dark){:root{--fg:#ededed;--bg:#161616;--line:#8c8c8c;--soft:#262626;--good:#6fd68a;--bad:#ff9a93;--open:#f2c14e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static}
a{color:inherit}
:focus-visible{outline:3px solid var(--fg);outline-offset:2px}
h1,h2{overflow-wrap:anywhere;line-height:1.3}
h2{margin-top:2.5rem;border-top:2px solid var(--line);padding-top:1rem}
.pass .mark,h1.pass strong{color:var(--good)}
.fail .mark,h1.fail strong{color:var(--bad)}
.incomplete .mark,h1.incomplete strong{color:var(--open)}
table{width:100%;border-collapse:collapse;margin:1rem 0}
caption{text-align:left;font-weight:700;padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th[scope=row]{font-weight:600}
.facts th{width:12rem}
.findings{table-layout:fixed}
.findings th:first-child{width:14rem}
thead th{background:var(--soft)}
code{font:.9em ui-monospace,monospace}
.blocking caption{color:var(--bad)}
.undecided caption,.waived caption{color:var(--open)}
@media (max-width:40rem){.findings,.findings tbody,.findings tr,.findings td,.findings th{display:block;width:auto}.findings thead{position:absolute;left:-999rem}}
@page{margin:15mm}
@media print{:root{--fg:#000;--bg:#fff;--line:#555;--soft:#eee;--good:#0b6623;--bad:#a80000;--open:#7a4b00}body{max-width:none;padding:0;font-size:10pt}thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}.skip,nav{display:none}}
`;
