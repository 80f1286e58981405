import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import type { DocumentProblem } from './document-problem.ts';
import type { DocumentLimits } from './json-document.ts';

/** Ceilings of a YAML stream. */
export interface YamlLimits extends DocumentLimits {
  /** Values reached through aliases, over the whole stream; ends "billion laughs". */
  readonly maxAliasedValues: number;
  /** Words, signs and line ends: what reading costs time and memory for, whatever the bytes. */
  readonly maxTokens: number;
}

/** Stops the reading of a stream; told as a problem. */
export class YamlFault extends Error {
  readonly code: DocumentProblem['code'];
  readonly offset: number;
  constructor(code: DocumentProblem['code'], offset: number, message: string) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/**
 * Takes a stream apart. The library would build all it can before it says a word, so it is stopped
 * from outside.
 * @throws YamlFault DOCUMENT_SIZE, DOCUMENT_DEPTH
 */
export function readTokens(
  text: string,
  lines: LineCounter,
  limits: YamlLimits,
): readonly CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.maxTokens) {
      const message = `the document has more than ${limits.maxTokens} words and signs`;
      throw new YamlFault('DOCUMENT_SIZE', parser.offset, message);
    }
    tokens.push(...parser.next(lexeme));
    // Two entries more than the depth: the document and the value at hand.
    if (parser.stack.length > limits.maxDepth + 2) refuseDepth(parser.offset, limits);
  }
  tokens.push(...parser.end());
  // Composing goes by recursion and would exhaust the stack.
  for (const token of tokens) boundDepth(token, limits);
  return tokens;
}

function refuseDepth(offset: number, { maxDepth }: YamlLimits): never {
  throw new YamlFault('DOCUMENT_DEPTH', offset, `nested deeper than ${maxDepth} levels`);
}

function boundDepth(root: CST.Token, limits: YamlLimits): void {
  const stack: { token: CST.Token; depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (token.type === 'document') {
      if (token.value !== undefined) stack.push({ token: token.value, depth });
    } else if (
      token.type === 'block-map' ||
      token.type === 'block-seq' ||
      token.type === 'flow-collection'
    ) {
      if (depth >= limits.maxDepth) refuseDepth(token.offset, limits);
      for (const item of token.items) {
        if (item.key !== undefined && item.key !== null)
          stack.push({ token: item.key, depth: depth + 1 });
        if (item.value !== undefined) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
}
