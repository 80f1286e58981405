import { html, type Markup } from '../../html/markup.ts';

/** A step on the way of a release, in the order of time. */
export interface Step {
  readonly title: string;
  /** At most three short lines. */
  readonly lines: readonly string[];
  /** Nothing is known of it: a gap that can be seen. */
  readonly missing: boolean;
}

const boxWidth = 186;
const boxHeight = 104;
const gapWidth = 22;

/** Steps from left to right, with arrows; what is missing is dashed and says so. A list beside it says the same. */
export function stripDiagram(steps: readonly Step[]): Markup {
  const width = steps.length * boxWidth + (steps.length - 1) * gapWidth + 2;
  return html`<figure><svg role="img" aria-labelledby="strip-t strip-d" data-wide viewBox="0 0 ${width} ${boxHeight + 2}" width="${width}" height="${boxHeight + 2}">
<title id="strip-t">The way of this release</title>
<desc id="strip-d">${steps.map(({ title, lines, missing }) => `${title}: ${missing ? 'missing, ' : ''}${lines.join(', ')}. `).join('')}</desc>
${steps.map((step, index) => drawStep(step, index))}</svg>
<figcaption>Dashed: nothing that could be believed says anything about this step.</figcaption></figure>
<ol>${steps.map(({ title, lines, missing }) => html`<li><strong>${title}</strong>${missing ? ' (missing)' : ''}: ${lines.join(', ')}</li>\n`)}</ol>
`;
}

function drawStep({ title, lines, missing }: Step, index: number): Markup {
  const x = index * (boxWidth + gapWidth) + 1;
  const middle = boxHeight / 2 + 1;
  return html`<rect class="${missing ? 'gap' : 'box'}" x="${x}" y="1" width="${boxWidth}" height="${boxHeight}" rx="4"/>
<text x="${x + 10}" y="23" font-weight="700">${title}</text>
${lines.slice(0, 4).map((line, at) => html`<text class="small" x="${x + 10}" y="${44 + at * 17}">${cut(line)}</text>\n`)}${
  index === 0
    ? undefined
    : html`<path class="arrow" d="M${x - gapWidth} ${middle}H${x - 6}"/><path class="tip" d="M${x - 8} ${middle - 4}l8 4l-8 4z"/>\n`
}`;
}

function cut(text: string): string {
  return text.length > 25 ? `${text.slice(0, 24)}…` : text;
}
