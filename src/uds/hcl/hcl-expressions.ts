import { readForNames } from './hcl-for-names.ts';
import type { HclScanner } from './hcl-scanner.ts';
import { type HclBinary, type HclExpression, HclFault } from './hcl-syntax.ts';
import { readHeredoc, readQuoted } from './hcl-templates.ts';

const maxDepth = 64;
const levels: readonly (readonly HclBinary[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads one expression. Inside brackets line ends mean nothing. @throws HclFault */
export function readExpression(scanner: HclScanner, depth = 0, lines = false): HclExpression {
  const place = scanner.place();
  scanner.count();
  if (depth > maxDepth)
    throw new HclFault(
      'DOCUMENT_DEPTH',
      place,
      `an expression is nested deeper than ${maxDepth} levels`,
    );
  const test = readBinary(scanner, 0, depth, lines);
  scanner.space(lines);
  if (!scanner.take('?')) return test;
  scanner.space(true);
  const yes = readExpression(scanner, depth + 1, true);
  scanner.space(true);
  if (!scanner.take(':')) scanner.fail("expected ':' of a conditional");
  scanner.space(true);
  const no = readExpression(scanner, depth + 1, lines);
  return { kind: 'conditional', test, yes, no, place };
}

function readBinary(
  scanner: HclScanner,
  level: number,
  depth: number,
  lines: boolean,
): HclExpression {
  const operators = levels[level];
  if (operators === undefined) return readUnary(scanner, depth, lines);
  const place = scanner.place();
  let left = readBinary(scanner, level + 1, depth, lines);
  for (let more = 0; ; more++) {
    scanner.space(lines);
    const operator = operators.find(
      (each) => scanner.startsWith(each) && !(each.length === 1 && scanner.startsWith(`${each}=`)),
    );
    if (operator === undefined) return left;
    if (more > 1000)
      throw new HclFault('DOCUMENT_DEPTH', place, 'an expression has more than 1000 operands');
    scanner.take(operator);
    scanner.space(true);
    left = {
      kind: 'binary',
      operator,
      left,
      right: readBinary(scanner, level + 1, depth, lines),
      place,
    };
  }
}

function readUnary(scanner: HclScanner, depth: number, lines: boolean): HclExpression {
  const place = scanner.place();
  const operator = scanner.take('-') ? '-' : scanner.take('!') ? '!' : undefined;
  if (operator === undefined) return readPostfix(scanner, depth, lines);
  if (depth > maxDepth)
    throw new HclFault(
      'DOCUMENT_DEPTH',
      place,
      `an expression is nested deeper than ${maxDepth} levels`,
    );
  scanner.space(lines);
  return { kind: 'unary', operator, operand: readUnary(scanner, depth + 1, lines), place };
}

function readPostfix(scanner: HclScanner, depth: number, lines: boolean): HclExpression {
  return readTraversal(scanner, readPrimary(scanner, depth, lines), depth);
}

/** `.name`, `.0`, `[key]`, `.*` and `[*]`, as many as stand here. */
function readTraversal(scanner: HclScanner, start: HclExpression, depth: number): HclExpression {
  let of = start;
  for (let steps = 0; ; steps++) {
    const place = scanner.place();
    if (steps > maxDepth)
      throw new HclFault(
        'DOCUMENT_DEPTH',
        place,
        `an expression is nested deeper than ${maxDepth} levels`,
      );
    if (scanner.startsWith('...')) return of;
    if (scanner.take('.*') || scanner.take('[*]')) {
      const each = readTraversal(scanner, { kind: 'element', place }, depth + 1);
      return { kind: 'splat', of, each, place };
    }
    if (scanner.take('.')) {
      const name = scanner.identifier();
      if (name !== undefined) of = { kind: 'member', of, name, place };
      else {
        const key = scanner.number() ?? scanner.fail("expected a name behind '.'");
        of = { kind: 'index', of, key: { kind: 'literal', value: key, place }, place };
      }
    } else if (scanner.take('[')) {
      scanner.space(true);
      const key = readExpression(scanner, depth + 1, true);
      scanner.space(true);
      if (!scanner.take(']')) scanner.fail("expected ']'");
      of = { kind: 'index', of, key, place };
    } else return of;
  }
}

function readPrimary(scanner: HclScanner, depth: number, lines: boolean): HclExpression {
  const place = scanner.place();
  const number = scanner.number();
  if (number !== undefined) return { kind: 'literal', value: number, place };
  if (scanner.take('(')) {
    scanner.space(true);
    const inner = readExpression(scanner, depth + 1, true);
    scanner.space(true);
    if (!scanner.take(')')) scanner.fail("expected ')'");
    return inner;
  }
  if (scanner.startsWith('<<')) {
    if (lines) scanner.fail('a heredoc cannot stand inside brackets here');
    return readHeredoc(scanner, depth, readExpression);
  }
  if (scanner.peek() === '"') return readQuoted(scanner, depth, readExpression);
  if (scanner.take('['))
    return readFor(scanner, ']', depth, place) ?? readList(scanner, depth, place);
  if (scanner.take('{'))
    return readFor(scanner, '}', depth, place) ?? readObject(scanner, depth, place);
  const name = scanner.identifier() ?? scanner.fail('expected an expression');
  if (name === 'true' || name === 'false')
    return { kind: 'literal', value: name === 'true', place };
  if (name === 'null') return { kind: 'literal', value: null, place };
  if (scanner.take('(')) return { kind: 'call', name, args: readArguments(scanner, depth), place };
  return { kind: 'variable', name, place };
}

function readArguments(scanner: HclScanner, depth: number): readonly HclExpression[] {
  const args: HclExpression[] = [];
  for (;;) {
    scanner.space(true);
    if (scanner.take(')')) return args;
    args.push(readExpression(scanner, depth + 1, true));
    scanner.space(true);
    scanner.take('...');
    scanner.space(true);
    if (!scanner.take(',') && scanner.peek() !== ')') scanner.fail("expected ',' or ')'");
  }
}

function readList(
  scanner: HclScanner,
  depth: number,
  place: HclExpression['place'],
): HclExpression {
  const items: HclExpression[] = [];
  for (;;) {
    scanner.space(true);
    if (scanner.take(']')) return { kind: 'list', items, place };
    items.push(readExpression(scanner, depth + 1, true));
    scanner.space(true);
    if (!scanner.take(',') && scanner.peek() !== ']') scanner.fail("expected ',' or ']'");
  }
}

function readObject(
  scanner: HclScanner,
  depth: number,
  place: HclExpression['place'],
): HclExpression {
  const items: { readonly key: HclExpression; readonly value: HclExpression }[] = [];
  for (;;) {
    scanner.space(true);
    if (scanner.take('}')) return { kind: 'object', items, place };
    const key = readObjectKey(scanner, depth);
    scanner.space(false);
    if (!scanner.take('=') && !scanner.take(':')) scanner.fail("expected '=' behind the key");
    scanner.space(false);
    items.push({ key, value: readExpression(scanner, depth + 1) });
    scanner.space(false);
    if (scanner.take(',') || scanner.newline() || scanner.peek() === '}') continue;
    scanner.fail("expected a new line, ',' or '}'");
  }
}

/** A bare name is text here, not a variable. */
function readObjectKey(scanner: HclScanner, depth: number): HclExpression {
  const place = scanner.place();
  const start = scanner.at;
  const name = scanner.identifier();
  scanner.space(false);
  if (
    name !== undefined &&
    (scanner.peek() === ':' || (scanner.peek() === '=' && scanner.peek(1) !== '='))
  )
    return { kind: 'literal', value: name, place };
  scanner.at = start;
  return readExpression(scanner, depth + 1);
}

function readFor(
  scanner: HclScanner,
  close: ']' | '}',
  depth: number,
  place: HclExpression['place'],
): HclExpression | undefined {
  const start = scanner.at;
  scanner.space(true);
  const word = scanner.identifier();
  scanner.space(true);
  const first = word === 'for' ? scanner.identifier() : undefined;
  if (first === undefined) {
    scanner.at = start;
    return undefined;
  }
  const names = readForNames(scanner, first);
  const source = readExpression(scanner, depth + 1, true);
  scanner.space(true);
  if (!scanner.take(':')) scanner.fail("expected ':' of a for expression");
  scanner.space(true);
  const front = readExpression(scanner, depth + 1, true);
  scanner.space(true);
  const arrow = close === '}' && (scanner.take('=>') || scanner.fail("expected '=>'"));
  scanner.space(true);
  const value = arrow ? readExpression(scanner, depth + 1, true) : front;
  scanner.space(true);
  const grouped = arrow && scanner.take('...');
  scanner.space(true);
  const mark = scanner.at;
  const isTest = scanner.identifier() === 'if';
  if (!isTest) scanner.at = mark;
  scanner.space(true);
  const test = isTest ? readExpression(scanner, depth + 1, true) : undefined;
  scanner.space(true);
  if (!scanner.take(close)) scanner.fail(`expected '${close}'`);
  return {
    kind: 'for',
    ...names,
    source,
    key: arrow ? front : undefined,
    value,
    test,
    grouped,
    place,
  };
}
