/** What the page of a verdict has besides the style of all pages: findings by how they bear on it, as cards where it is narrow. */
export const findingStyle = `
.pass .mark,h1.pass strong{color:var(--good)}
.fail .mark,h1.fail strong{color:var(--bad)}
.incomplete .mark,h1.incomplete strong{color:var(--open)}
details caption{display:none}
small{display:block;margin-top:.35rem;line-height:1.4}
.findings{table-layout:fixed}
.findings th:first-child{width:13rem}
.blocking th[scope=row]{border-left:.3rem solid var(--bad)}
.undecided th[scope=row]{border-left:.3rem solid var(--open)}
.blocking caption{color:var(--bad)}
.undecided caption,.waived caption{color:var(--open)}
@media screen and (max-width:56rem){
.findings,.findings caption,.findings tbody,.findings tr,.findings td,.findings th,.findings th:first-child{display:block;width:auto;min-width:0}
.findings thead{position:absolute;left:-999rem}
.findings tr{margin-bottom:1rem}
.findings td{border-top:0}
details .findings caption{display:none}
}
@media print{details caption{display:table-caption}nav{display:none}}
`;
