import { createHash } from 'node:crypto';
import { escapeMarkup } from '../escape-markup.ts';
import { html, type Markup, raw } from './markup.ts';
import { pageStyle } from './page-style.ts';

/** A page of ours. */
export interface HtmlPage {
  readonly title: string;
  /** Besides the style of all pages. */
  readonly style?: string;
  /** The only script that may run; none: no script is let in. */
  readonly script?: string;
  /** By name. */
  readonly meta?: Readonly<Record<string, string>>;
  readonly body: Markup;
}

/** Characters of a title that are kept. */
const maxTitle = 200;

/**
 * One file that needs nothing besides itself: no request leaves it, and no style or script runs but those it names the
 * digests of. Read by people and by screen readers, in the dark and on paper.
 * @see WCAG 2.2, level AA; Content Security Policy 3
 */
export function htmlPage({ title, style = '', script, meta = {}, body }: HtmlPage): string {
  const allStyle = `${pageStyle}${style}`;
  const policy = [
    "default-src 'none'",
    `style-src '${cspHash(allStyle)}'`,
    ...(script === undefined ? [] : [`script-src '${cspHash(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${Object.entries(meta).map(([name, content]) => html`<meta name="${name}" content="${content}">\n`)}<title>${raw(escapeMarkup(title, maxTitle))}</title>
<style>${raw(allStyle)}</style>
</head>
<body>
${body}${script === undefined ? undefined : html`<script>${raw(script)}</script>\n`}</body>
</html>
`.markup;
}

function cspHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
