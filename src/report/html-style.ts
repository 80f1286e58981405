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
h1{font-size:clamp(1.4rem,1rem + 2vw,2rem)}
h2{font-size:clamp(1.2rem,1rem + 1vw,1.5rem)}
h2{margin-top:2rem;border-top:2px solid var(--line);padding-top:1rem}
.pass .mark,h1.pass strong{color:var(--good)}
.fail .mark,h1.fail strong{color:var(--bad)}
.incomplete .mark,h1.incomplete strong{color:var(--open)}
table{width:100%;border-collapse:collapse;margin:1rem 0}
caption{text-align:left;font-weight:700;padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th[scope=row]{font-weight:600}
.facts th{width:9rem}
details{margin:1rem 0}
summary{font-weight:700;cursor:pointer}
details caption{display:none}
small{display:block;margin-top:.35rem;line-height:1.4}
.findings{table-layout:fixed}
.findings th:first-child{width:13rem}
.blocking th[scope=row]{border-left:.3rem solid var(--bad)}
.undecided th[scope=row]{border-left:.3rem solid var(--open)}
thead th{background:var(--soft)}
code{font:.9em ui-monospace,monospace}
.blocking caption{color:var(--bad)}
.undecided caption,.waived caption{color:var(--open)}
@media (max-width:56rem){.findings,.findings caption,.findings tbody,.findings tr,.findings td,.findings th,.findings th:first-child{display:block;width:auto}.findings thead{position:absolute;left:-999rem}.findings tr{margin-bottom:1rem}.findings td{border-top:0}details .findings caption{display:none}.facts th{width:6.5rem}}
@page{margin:15mm}
@media print{details::details-content{content-visibility:visible;block-size:auto}:root{--fg:#000;--bg:#fff;--line:#555;--soft:#eee;--good:#0b6623;--bad:#a80000;--open:#7a4b00}body{max-width:none;padding:0;font-size:10pt}thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}.skip,nav{display:none}}
`;
