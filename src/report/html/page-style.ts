/**
 * Style of the report: system fonts, light and dark, paper. Every pair of text and ground has a contrast of
 * 4.5:1 and more; what colour says, words and marks say, too.
 */
export const pageStyle = `
:root{color-scheme:light dark;--fg:#1a1c1e;--bg:#fff;--line:#75797d;--hair:#c9cdd1;--soft:#f3f5f6;--muted:#4c5155;--good:#0b6623;--bad:#a80000;--open:#7a4b00;--goodbg:#e8f4ea;--badbg:#fdecec;--openbg:#fdf3e1;--t0:#d7e3f4;--t1:#dcebd9;--t2:#f4e4cf;--t3:#e9dcf1;--t4:#d5ebec;--t5:#f6dede}
@media (prefers-color-scheme:dark){:root{--fg:#e9ebed;--bg:#15171a;--line:#8d9296;--hair:#43484d;--soft:#212529;--muted:#b3b8bd;--good:#7fdc98;--bad:#ffa39c;--open:#f2c14e;--goodbg:#16301d;--badbg:#3a1a1a;--openbg:#352a12;--t0:#26384f;--t1:#2a3f27;--t2:#47361f;--t3:#3d2c48;--t4:#1f4042;--t5:#4b2929}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0 auto;max-width:78rem;padding:1rem 1.25rem 3rem;font:1rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
a{color:inherit;text-underline-offset:.15em}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static}
:focus-visible{outline:3px solid var(--fg);outline-offset:2px}
h1,h2,h3,p,li,td,th,dd{overflow-wrap:anywhere}
h1{font-size:clamp(1.6rem,1.1rem + 2.2vw,2.4rem);line-height:1.2;margin:.2rem 0 .6rem}
h2{font-size:clamp(1.25rem,1rem + 1vw,1.6rem);line-height:1.25;margin:0 0 .8rem;border-top:2px solid var(--line);padding-top:1.2rem}
h3{font-size:1.1rem;line-height:1.3;margin:1.4rem 0 .5rem}
section{margin-top:2.6rem}
.kicker{margin:.4rem 0 0;color:var(--muted)}
.marking{margin:0;text-align:center;font-weight:700;letter-spacing:.08em;border:1px solid var(--line);padding:.15rem}
.verdict{border-left:.5rem solid var(--line);padding:.9rem 1.2rem;background:var(--soft)}
.verdict.met{border-color:var(--good);background:var(--goodbg)}
.verdict.caveat,.verdict.open{border-color:var(--open);background:var(--openbg)}
.verdict.not-met{border-color:var(--bad);background:var(--badbg)}
.verdict p{margin:.3rem 0;max-width:60rem}
.lead{font-size:1.12rem}
.who{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.2rem 2rem;margin:1.1rem 0}
.who div{border-top:1px solid var(--hair);padding:.35rem 0}
.who dt{color:var(--muted);font-size:.9rem}
.who dd{margin:0;font-weight:600}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem 2rem}
.pair{margin-top:1.6rem}
.pair h2,.next{font-size:1.2rem}
.next+ol{padding-left:1.4rem;margin:.4rem 0}
.next+ol li{margin:.25rem 0}
.w{overflow-wrap:normal}
.pair ul{padding-left:1.2rem;margin:.4rem 0}
.pair li{margin:.35rem 0}
.toc ol{columns:17rem;gap:2rem;padding-left:1.4rem;margin:.5rem 0}
.toc li{break-inside:avoid;padding:.15rem 0}
table{width:100%;border-collapse:collapse;margin:.8rem 0 1.2rem;font-size:.95rem}
caption{text-align:left;font-weight:700;padding:.25rem 0;font-size:1rem}
th,td{border:1px solid var(--hair);padding:.35rem .55rem;text-align:left;vertical-align:top}
thead th{background:var(--soft);border-color:var(--line);overflow-wrap:normal}
a code{white-space:nowrap}
td a{display:inline-block;padding:.2rem 0}
th[scope=row]{font-weight:600;min-width:11rem}
.sub{font-weight:400;padding-left:1rem;display:inline-block}
td ul{margin:0;padding-left:1.1rem}
td{min-width:4.5rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.facts th,.facts th[scope=row]{width:13rem;min-width:0;font-weight:600;color:var(--muted)}
code{font:.86em/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.digest{font-size:.76em}
pre{overflow-x:auto;background:var(--soft);border:1px solid var(--hair);padding:.7rem;font:.86rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.tag{white-space:nowrap;font-weight:700}
.facts .tag{white-space:normal}
.tag.good{color:var(--good)}
.tag.bad{color:var(--bad)}
.tag.open{color:var(--open)}
.note{color:var(--muted);max-width:60rem}
details{margin:.8rem 0}
summary{cursor:pointer;font-weight:700;padding:.3rem 0}
.find{display:block;margin:.4rem 0}
.find input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);padding:.3rem .5rem;width:min(24rem,100%)}
.find output{margin-left:.8rem;color:var(--muted)}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:inherit;text-decoration:underline dotted}
svg{max-width:100%;height:auto;display:block}
svg[data-wide]{width:100%}
svg text{font:13px system-ui,sans-serif;fill:var(--fg)}
svg .small{font-size:11.5px;fill:var(--fg)}
svg .box{stroke:var(--line);fill:var(--soft)}
svg .gap{stroke:var(--open);fill:none;stroke-dasharray:5 4;stroke-width:1.5}
svg .arrow{stroke:var(--line);stroke-width:1.5;fill:none}
svg .tip{fill:var(--line)}
svg .cell{stroke:var(--bg);stroke-width:1.5}
svg .c0{fill:var(--t0)}svg .c1{fill:var(--t1)}svg .c2{fill:var(--t2)}svg .c3{fill:var(--t3)}svg .c4{fill:var(--t4)}svg .c5{fill:var(--t5)}
svg .hatch{stroke:var(--line);stroke-width:1}
svg .bar{fill:var(--line)}svg .over{fill:var(--bad)}svg .limit{stroke:var(--fg);stroke-width:2}
figure{margin:1rem 0}
figcaption{color:var(--muted);margin-top:.3rem}
.terms{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:.6rem 2rem}
.terms dt{font-weight:700}
.terms dd{margin:0}
.sign{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem}
.sign div{border:1px solid var(--line);padding:.8rem;min-height:9rem}
.sign p{margin:.2rem 0}
.line{border-bottom:1px solid var(--line);display:block;height:2.1rem}
footer{margin-top:3rem;border-top:2px solid var(--line);padding-top:.8rem;color:var(--muted)}
@media screen and (max-width:56rem){
.tabled table,.tabled tbody,.tabled tr,.tabled td,.tabled th,.tabled caption{display:block}
.tabled thead{position:absolute;left:-999rem}
.tabled tr{border:1px solid var(--line);margin:.6rem 0}
.tabled th,.tabled td{border:0;border-bottom:1px solid var(--hair)}
.tabled th[scope=row]{background:var(--soft)}
.tabled th,.tabled td{min-width:0}
.tabled td::before{content:attr(data-label);display:block;color:var(--muted);font-size:.85rem}
.tabled .n{text-align:left;white-space:normal}
.facts th,.facts th[scope=row]{width:7.5rem;min-width:0}
}
@page{margin:14mm 12mm}
@media print{
:root{--fg:#000;--bg:#fff;--line:#666;--hair:#aaa;--soft:#f1f1f1;--muted:#333;--good:#0b6623;--bad:#a80000;--open:#7a4b00;--goodbg:#fff;--badbg:#fff;--openbg:#fff;--t0:#dbe6f5;--t1:#e0eedd;--t2:#f6e8d5;--t3:#ecdff3;--t4:#daeeef;--t5:#f8e3e3}
body{max-width:none;padding:0;font-size:9.5pt}
h1{font-size:18pt}h2{font-size:13pt}table{font-size:8.5pt}code{font-size:7.5pt}
.skip,.toc,.find{display:none}
th button{display:contents}
#sign-off{break-inside:avoid}
thead{display:table-header-group}
th[scope=row]{min-width:8em}
td{min-width:5.5em}
.n,.facts td{min-width:0}
.tabled.short table,.facts{break-inside:avoid}
h2+.note{break-after:avoid}
details:not(.long)>summary{display:none}
.terms div{break-inside:avoid}
tr,figure,.sign div{break-inside:avoid}
h2,h3,caption{break-after:avoid}
details:not(.long)::details-content{content-visibility:visible;block-size:auto}
.verdict{border:1.5pt solid #000;border-left-width:6pt}
a{text-decoration:none}
}
`;
