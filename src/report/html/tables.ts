import { html, type Markup } from './markup.ts';

/** A cell: text, or HTML. */
export type Cell = Markup | string | number;

export interface Column {
  readonly title: string;
  /** Numbers stand to the right, and are sorted as numbers. */
  readonly numeric?: boolean;
  /** Short words, none of them broken. */
  readonly whole?: boolean;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Class of ours. */
  readonly mark?: string;
  /** Values of numeric columns, for sorting, where the cell shows them in words. */
  readonly values?: readonly (number | undefined)[];
}

export interface TableOptions {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What people may search for; without it there is no search field. */
  readonly search?: string;
  /** Said in the place of rows where there are none. */
  readonly empty?: string;
}

/** Rows of a table that stay on one sheet of paper together. */
const mostKept = 12;

/** A table whose first column names its rows. On narrow screens each row is a card. */
export function table({ caption, columns, rows, search, empty }: TableOptions): Markup {
  if (rows.length === 0) return html`<p><strong>${caption}:</strong> ${empty ?? 'none'}.</p>`;
  const isShort = rows.length <= mostKept;
  return html`<div class="tabled${isShort ? ' short' : ''}"${search === undefined ? undefined : html` data-search="${search}"`}><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, numeric }) => html`<th scope="col"${numeric === true ? html` class="n"` : undefined}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => tableRow(row, columns))}</tbody>
</table></div>
`;
}

function tableRow({ cells, mark, values }: Row, columns: readonly Column[]): Markup {
  const [first = '', ...rest] = cells;
  return html`<tr${mark === undefined ? undefined : html` class="${mark}"`}><th scope="row">${first}</th>${rest.map(
    (cell, index) => {
      const column = columns[index + 1];
      const value = values?.[index + 1];
      const kind = column?.numeric === true ? 'n' : column?.whole === true ? 'w' : undefined;
      return html`<td data-label="${column?.title ?? ''}"${kind === undefined ? undefined : html` class="${kind}"`}${value === undefined ? undefined : html` data-value="${value}"`}>${cell}</td>`;
    },
  )}</tr>
`;
}

/** What and its value, line by line. */
export function facts(caption: string, list: readonly (readonly [string, Cell])[]): Markup {
  return html`<table class="facts"><caption>${caption}</caption><tbody>
${list.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>\n`)}</tbody></table>
`;
}

/** A digest: whole, in a face where letters and digits differ. */
export function digestCell(digest: string | undefined): Cell {
  return digest === undefined ? 'none' : html`<code class="digest">${digest}</code>`;
}

/** What became of a statement, in the colour of how good that is. */
export function stateTag(state: 'accepted' | 'undecided' | 'refused'): Markup {
  const tone = state === 'accepted' ? 'good' : state === 'refused' ? 'bad' : 'open';
  return html`<span class="tag ${tone}">${state}</span>`;
}

/** A section with its heading, which the list of contents links to. */
export function section(id: string, title: string, ...content: readonly Markup[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${title}</h2>
${content}</section>
`;
}
