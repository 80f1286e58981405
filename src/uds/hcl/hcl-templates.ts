import { readForNames } from './hcl-for-names.ts';
import type { HclScanner } from './hcl-scanner.ts';
import { type HclExpression, HclFault, type HclPlace, type HclTemplatePart } from './hcl-syntax.ts';

const maxDepth = 64;

/** Reads the expression inside a sequence; comes from the caller, since templates and expressions hold each other. */
type ReadExpression = (scanner: HclScanner, depth: number, lines: boolean) => HclExpression;

/** A flat piece of a template, before directives were paired. */
type Piece =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly trimBefore?: boolean;
      readonly trimAfter?: boolean;
    }
  | { readonly kind: 'value'; readonly value: HclExpression }
  | { readonly kind: 'if'; readonly test: HclExpression; readonly place: HclPlace }
  | {
      readonly kind: 'for';
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly source: HclExpression;
      readonly place: HclPlace;
    }
  | { readonly kind: 'else' | 'endif' | 'endfor'; readonly place: HclPlace };

/** `"…"` with escapes and `${…}`, `%{…}`. @throws HclFault */
export function readQuoted(
  scanner: HclScanner,
  depth: number,
  read: ReadExpression,
): HclExpression {
  const place = scanner.place();
  scanner.take('"');
  const pieces = new PieceList();
  for (;;) {
    const next = scanner.peek();
    if (next === '"') break;
    if (next === '' || next === '\n') scanner.fail('a quoted text is not closed on its line');
    if (next === '\\') pieces.text(scanner.escape());
    else if (!readSequence(scanner, pieces, depth, read)) {
      pieces.text(next);
      scanner.at += 1;
    }
  }
  scanner.take('"');
  return pieces.expression(place);
}

/** `<<WORD` and `<<-WORD`. Backslashes mean nothing here. @throws HclFault */
export function readHeredoc(
  scanner: HclScanner,
  depth: number,
  read: ReadExpression,
): HclExpression {
  const place = scanner.place();
  scanner.take('<<');
  const flush = scanner.take('-');
  const word = scanner.identifier() ?? scanner.fail('expected a word behind <<');
  if (!scanner.newline()) scanner.fail('expected the end of the line behind the word of a heredoc');
  const lines: { readonly from: number; readonly text: string }[] = [];
  let end = scanner.at;
  for (;;) {
    const from = scanner.at;
    const { text, last } = scanner.line();
    if (text.trim() === word) {
      // The end of this line belongs to what the heredoc is the value of.
      end = from;
      scanner.at = from + text.length;
      break;
    }
    lines.push({ from, text });
    if (last) scanner.fail(`the heredoc is not closed by ${word}`, from);
  }
  const indents = lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }) => text.length - text.trimStart().length);
  const indent = flush ? Math.min(...indents, Number.MAX_SAFE_INTEGER) : 0;
  const pieces = new PieceList();
  const body = scanner.within(lines[0]?.from ?? end, end);
  let fresh = true;
  while (!body.done) {
    if (fresh && flush)
      for (let skip = indent; skip > 0 && /[ \t]/.test(body.peek()); skip--) body.at += 1;
    fresh = false;
    if (body.newline()) {
      pieces.text('\n');
      fresh = true;
    } else if (!readSequence(body, pieces, depth, read)) {
      pieces.text(body.peek());
      body.at += 1;
    }
  }
  return pieces.expression(place);
}

/** `${…}`, `%{…}` and their doubled spelling, which means the plain text. */
function readSequence(
  scanner: HclScanner,
  pieces: PieceList,
  depth: number,
  read: ReadExpression,
): boolean {
  for (const mark of ['$', '%']) {
    if (scanner.take(`${mark}${mark}{`)) {
      pieces.text(`${mark}{`);
      return true;
    }
  }
  const place = scanner.place();
  if (depth > maxDepth && (scanner.startsWith('${') || scanner.startsWith('%{')))
    throw new HclFault(
      'DOCUMENT_DEPTH',
      place,
      `a template is nested deeper than ${maxDepth} levels`,
    );
  if (scanner.take('${')) {
    if (scanner.take('~')) pieces.trimEnd();
    scanner.space(true);
    pieces.add({ kind: 'value', value: read(scanner, depth + 1, true) });
    closeSequence(scanner, pieces);
    return true;
  }
  if (!scanner.take('%{')) return false;
  if (scanner.take('~')) pieces.trimEnd();
  scanner.space(true);
  pieces.add(readDirective(scanner, depth, place, read));
  closeSequence(scanner, pieces);
  return true;
}

function closeSequence(scanner: HclScanner, pieces: PieceList): void {
  scanner.space(true);
  const trim = scanner.take('~');
  if (!scanner.take('}')) scanner.fail("expected '}'");
  if (trim) pieces.trimNext();
}

function readDirective(
  scanner: HclScanner,
  depth: number,
  place: HclPlace,
  read: ReadExpression,
): Piece {
  const word = scanner.identifier();
  scanner.space(true);
  if (word === 'else' || word === 'endif' || word === 'endfor') return { kind: word, place };
  if (word === 'if') return { kind: 'if', test: read(scanner, depth + 1, true), place };
  if (word !== 'for') return scanner.fail('expected if, else, endif, for or endfor');
  const names = readForNames(scanner, scanner.identifier() ?? scanner.fail('expected a name'));
  return { kind: 'for', ...names, source: read(scanner, depth + 1, true), place };
}

class PieceList {
  readonly #pieces: Piece[] = [];
  #trim = false;

  text(text: string): void {
    const kept = this.#trim ? text.trimStart() : text;
    if (kept === '') return;
    this.#trim = false;
    const last = this.#pieces.at(-1);
    if (last?.kind === 'text')
      this.#pieces[this.#pieces.length - 1] = { kind: 'text', text: last.text + kept };
    else this.#pieces.push({ kind: 'text', text: kept });
  }

  add(piece: Piece): void {
    this.#trim = false;
    this.#pieces.push(piece);
  }

  trimEnd(): void {
    const last = this.#pieces.at(-1);
    if (last?.kind === 'text')
      this.#pieces[this.#pieces.length - 1] = { kind: 'text', text: last.text.trimEnd() };
  }

  trimNext(): void {
    this.#trim = true;
  }

  /** Text alone is a literal; one `${…}` alone keeps its type. */
  expression(place: HclPlace): HclExpression {
    const parts = pair(this.#pieces);
    const [only] = parts;
    if (only === undefined) return { kind: 'literal', value: '', place };
    if (parts.length === 1 && only.kind === 'text')
      return { kind: 'literal', value: only.text, place };
    if (parts.length === 1 && only.kind === 'value') return only.value;
    return { kind: 'template', parts, place };
  }
}

interface Open {
  readonly kind: 'root' | 'if' | 'for';
  readonly piece?: Extract<Piece, { kind: 'if' | 'for' }>;
  readonly parts: HclTemplatePart[];
  no?: HclTemplatePart[];
}

/** Pairs directives with their ends. */
function pair(pieces: readonly Piece[]): readonly HclTemplatePart[] {
  const root: Open = { kind: 'root', parts: [] };
  const stack: Open[] = [root];
  for (const piece of pieces) {
    const top = stack.at(-1) ?? root;
    const into = top.no ?? top.parts;
    if (piece.kind === 'text') into.push({ kind: 'text', text: piece.text });
    else if (piece.kind === 'value') into.push(piece);
    else if (piece.kind === 'if' || piece.kind === 'for') {
      if (stack.length > maxDepth)
        throw new HclFault(
          'DOCUMENT_DEPTH',
          piece.place,
          `a template is nested deeper than ${maxDepth} levels`,
        );
      stack.push({ kind: piece.kind, piece, parts: [] });
    } else if (piece.kind === 'else') {
      if (top.kind !== 'if' || top.no !== undefined)
        throw new HclFault('DOCUMENT_SYNTAX', piece.place, "'else' without 'if'");
      top.no = [];
    } else {
      const wanted = piece.kind === 'endif' ? 'if' : 'for';
      const opened = top.piece;
      if (opened === undefined || top.kind !== wanted)
        throw new HclFault('DOCUMENT_SYNTAX', piece.place, `'${piece.kind}' without '${wanted}'`);
      stack.pop();
      const outer = stack.at(-1) ?? root;
      (outer.no ?? outer.parts).push(
        opened.kind === 'if'
          ? { kind: 'if', test: opened.test, yes: top.parts, no: top.no ?? [] }
          : {
              kind: 'for',
              keyName: opened.keyName,
              valueName: opened.valueName,
              source: opened.source,
              body: top.parts,
            },
      );
    }
  }
  const open = stack.at(-1)?.piece;
  if (open !== undefined)
    throw new HclFault('DOCUMENT_SYNTAX', open.place, `'${open.kind}' is not ended`);
  return root.parts;
}
