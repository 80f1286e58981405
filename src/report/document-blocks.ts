import { htmlPage } from './html/html-page.ts';
import { html, type Markup } from './html/markup.ts';
import { table } from './html/tables.ts';
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
  more: { readonly style?: string; readonly body?: Markup } = {},
): string {
  return htmlPage({
    title,
    ...(more.style === undefined ? {} : { style: more.style }),
    body: html`<main>
${blocks.map(blockHtml)}${more.body}</main>
`,
  });
}

function blockHtml(block: Block): Markup {
  switch (block.kind) {
    case 'title':
      return html`<h1>${block.text}</h1>\n`;
    case 'heading':
      return html`<h2>${block.text}</h2>\n`;
    case 'text':
      return html`<p>${block.text}</p>\n`;
    case 'commands':
      return html`<pre tabindex="0"><code>${block.lines.map((line) => html`${line}\n`)}</code></pre>\n`;
    case 'table':
      return table({
        caption: block.caption,
        columns: block.head.map((title) => ({ title })),
        rows: block.rows.map((cells) => ({ cells })),
      });
    default:
      return block satisfies never;
  }
}
