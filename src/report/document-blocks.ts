import { escapeMarkup } from './escape-markup.ts';
import { htmlStyle } from './html-style.ts';
import { codeSpan, plainMarkdown } from './markdown-text.ts';

/** A part of a document that is rendered as Markdown and as HTML alike. */
export type Block =
  | { readonly kind: 'title' | 'heading' | 'text'; readonly text: string }
  /** Commands, run as they stand; `name` is what a test calls them by. */
  | {
      readonly kind: 'commands';
      readonly name: string;
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      /** Columns that are our own words; all others are literal text: names, digests. */
      readonly ours?: readonly number[];
      readonly rows: readonly (readonly string[])[];
    };

/** The document as Markdown. Text is ours, cells are whatever the sender made them. */
export function renderBlocksMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(blockMarkdown).join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${plainMarkdown(block.text)}`;
    case 'heading':
      return `## ${plainMarkdown(block.text)}`;
    case 'text':
      return plainMarkdown(block.text);
    case 'commands':
      return [`\`\`\`sh ${block.name}`, ...block.lines, '```'].join('\n');
    case 'table':
      return [
        `**${plainMarkdown(block.caption)}**`,
        '',
        `| ${block.head.map(plainMarkdown).join(' | ')} |`,
        `|${block.head.map(() => '---').join('|')}|`,
        ...block.rows.map(
          (row) =>
            `| ${row.map((cell, index) => (block.ours?.includes(index) === true ? plainMarkdown(cell) : cellMarkdown(cell))).join(' | ')} |`,
        ),
      ].join('\n');
    default:
      return block satisfies never;
  }
}

function cellMarkdown(text: string): string {
  return text === '' ? '' : codeSpan(text).replaceAll('|', '\\|');
}

/** The document as one page without scripts that asks for nothing outside itself. */
export function renderBlocksHtml(
  title: string,
  blocks: readonly Block[],
  more: { readonly style?: string; readonly body?: readonly string[] } = {},
): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeMarkup(title, 200)}</title>`,
    `<style>${htmlStyle}pre{background:var(--soft);border:1px solid var(--line);padding:.5rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}${more.style ?? ''}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...blocks.map(blockHtml),
    ...(more.body ?? []),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escapeMarkup(block.text)}</h1>`;
    case 'heading':
      return `<h2>${escapeMarkup(block.text)}</h2>`;
    case 'text':
      return `<p>${escapeMarkup(block.text)}</p>`;
    case 'commands':
      return `<pre tabindex="0"><code>${block.lines.map((line) => escapeMarkup(line)).join('\n')}</code></pre>`;
    case 'table':
      return [
        '<table>',
        `<caption>${escapeMarkup(block.caption)}</caption>`,
        `<thead><tr>${block.head.map((each) => `<th scope="col">${escapeMarkup(each)}</th>`).join('')}</tr></thead>`,
        '<tbody>',
        ...block.rows.map(
          (row) =>
            `<tr>${row.map((cell, index) => (index === 0 ? `<th scope="row">${escapeMarkup(cell)}</th>` : `<td>${escapeMarkup(cell)}</td>`)).join('')}</tr>`,
        ),
        '</tbody>',
        '</table>',
      ].join('\n');
    default:
      return block satisfies never;
  }
}
