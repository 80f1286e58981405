import { readExpression } from './hcl-expressions.ts';
import { HclScanner } from './hcl-scanner.ts';
import { type HclAttribute, type HclBlock, type HclBody, HclFault } from './hcl-syntax.ts';

const maxBlockDepth = 32;
const maxItems = 10_000;

/**
 * Reads an HCL file of native syntax: attributes and blocks, expressions unevaluated.
 * @throws HclFault
 * @see HCL native syntax specification
 */
export function parseHcl(text: string): HclBody {
  const scanner = new HclScanner(text);
  const count = { left: maxItems };
  const body = readBody(scanner, 0, count);
  if (!scanner.done) scanner.fail("a '}' closes nothing");
  return body;
}

function readBody(scanner: HclScanner, depth: number, count: { left: number }): HclBody {
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  const names = new Set<string>();
  for (;;) {
    scanner.space(true);
    if (scanner.done || scanner.peek() === '}') return { attributes, blocks };
    const item = readItem(scanner, depth, count);
    if ('type' in item) blocks.push(item);
    else {
      if (names.has(item.name))
        throw new HclFault(
          'DOCUMENT_DUPLICATE_KEY',
          item.place,
          `the attribute '${item.name}' is set twice`,
        );
      names.add(item.name);
      attributes.push(item);
    }
    scanner.space(false);
    if (!scanner.done && !scanner.newline() && !(depth > 0 && scanner.peek() === '}'))
      scanner.fail('expected the end of the line');
  }
}

function readItem(
  scanner: HclScanner,
  depth: number,
  count: { left: number },
): HclAttribute | HclBlock {
  const place = scanner.place();
  if (count.left-- <= 0)
    throw new HclFault(
      'DOCUMENT_ALIAS_LIMIT',
      place,
      `more than ${maxItems} attributes and blocks`,
    );
  const name = scanner.identifier() ?? scanner.fail('expected the name of an attribute or a block');
  scanner.space(false);
  if (scanner.peek() === '=' && scanner.peek(1) !== '=') {
    scanner.take('=');
    scanner.space(false);
    return { name, value: readExpression(scanner), place };
  }
  const labels: string[] = [];
  while (scanner.peek() !== '{') {
    labels.push(
      scanner.peek() === '"'
        ? quotedLabel(scanner)
        : (scanner.identifier() ?? scanner.fail("expected '=' or '{'")),
    );
    scanner.space(false);
  }
  scanner.take('{');
  if (depth >= maxBlockDepth)
    throw new HclFault(
      'DOCUMENT_DEPTH',
      place,
      `blocks are nested deeper than ${maxBlockDepth} levels`,
    );
  const body = readBody(scanner, depth + 1, count);
  if (!scanner.take('}')) scanner.fail(`the block '${name}' is not closed`);
  return { type: name, labels, body, place };
}

function quotedLabel(scanner: HclScanner): string {
  const value = readExpression(scanner);
  if (value.kind === 'literal' && typeof value.value === 'string') return value.value;
  throw new HclFault('DOCUMENT_SYNTAX', value.place, 'a label is plain text without ${…}');
}
