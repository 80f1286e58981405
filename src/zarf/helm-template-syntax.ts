/** One piece of a chart template. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | { readonly kind: 'assign'; readonly name: string; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline | undefined;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'define'; readonly name: string; readonly body: readonly TemplateNode[] };

/** Commands joined by `|`; undefined inside a node: written in a way that is not understood here. */
export type Pipeline = readonly Command[];
export type Command = readonly Term[];
export type Term =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly root: string; readonly keys: readonly string[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'nested'; readonly pipeline: Pipeline; readonly keys: readonly string[] };

/** A template that cannot be understood. */
export class TemplateFault extends Error {}

const maxDepth = 50;

/**
 * The tree of a template. Blocks have to be closed; expressions that use syntax not known here are
 * kept as an empty pipeline, whose value is then unknown.
 * @throws TemplateFault
 * @see Go text/template, Actions
 */
export function parseTemplate(text: string): readonly TemplateNode[] {
  const pieces = cut(text);
  let at = 0;
  const list = (
    depth: number,
    ends: readonly string[],
  ): { readonly nodes: readonly TemplateNode[]; readonly end: string } => {
    if (depth > maxDepth) throw new TemplateFault(`blocks nest deeper than ${maxDepth} levels`);
    const nodes: TemplateNode[] = [];
    for (let piece = pieces[at++]; piece !== undefined; piece = pieces[at++]) {
      if (piece.kind === 'text') {
        nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const [, word = '', rest = ''] = /^([a-z]+)?\b\s*([\s\S]*)$/.exec(piece.text) ?? [];
      if (word === 'end' || word === 'else') {
        if (!ends.includes(word)) throw new TemplateFault(`"${word}" closes nothing`);
        return { nodes, end: piece.text };
      }
      if (word === 'if' || word === 'with' || word === 'range')
        nodes.push(block(word, rest, depth));
      else if (word === 'define')
        nodes.push({ kind: 'define', name: unquoted(rest), body: list(depth + 1, ['end']).nodes });
      else if (word === 'block') throw new TemplateFault('"block" is not read here');
      else nodes.push(action(piece.text));
    }
    if (ends.length > 0) throw new TemplateFault('a block is not closed');
    return { nodes, end: '' };
  };
  const block = (
    kind: 'if' | 'with' | 'range',
    expression: string,
    depth: number,
  ): TemplateNode => {
    const { nodes: body, end } = list(depth + 1, ['end', 'else']);
    let otherwise: readonly TemplateNode[] = [];
    if (end.startsWith('else')) {
      const [, word, rest = ''] = /^else\s+(if|with)\b\s*([\s\S]*)$/.exec(end) ?? [];
      otherwise =
        word === 'if' || word === 'with'
          ? [block(word, rest, depth + 1)]
          : list(depth + 1, ['end']).nodes;
    }
    return {
      kind,
      pipeline: /:=/.test(expression) ? undefined : parsePipeline(expression),
      body,
      otherwise,
    };
  };
  return list(0, []).nodes;
}

interface Piece {
  readonly kind: 'text' | 'action';
  readonly text: string;
}

function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const until = open < 0 ? text.length : open;
    const trimHere = open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4));
    let plain = text.slice(at, until);
    if (trimNext) plain = plain.trimStart();
    if (trimHere) plain = plain.trimEnd();
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    if (open < 0) break;
    const start = open + (trimHere ? 3 : 2);
    const close = endOf(text, start);
    const inner = text.slice(start, close);
    trimNext = /\s-$/.test(inner);
    const body = (trimNext ? inner.slice(0, -1) : inner).trim();
    if (!body.startsWith('/*')) pieces.push({ kind: 'action', text: body });
    at = close + 2;
  }
  return pieces;
}

/** Where the action that begins here is closed, strings passed over. */
function endOf(text: string, start: number): number {
  const comment = /^\s*\/\*/.test(text.slice(start, start + 20));
  const from = comment ? text.indexOf('*/', start) : start;
  if (from < 0) throw new TemplateFault('a comment is not closed');
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (char === '`') at = text.indexOf('`', at + 1);
    else if (char === '}' && text[at + 1] === '}') return at;
    if (at < 0) break;
  }
  throw new TemplateFault('an action is not closed');
}

function action(text: string): TemplateNode {
  const [, name, expression = ''] = /^\$(\w+)\s*:?=\s*([\s\S]*)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: 'assign', name, pipeline: parsePipeline(expression) };
  return {
    kind: 'output',
    pipeline: parsePipeline(/^template\b/.test(text) ? text.replace('template', 'include') : text),
  };
}

function unquoted(text: string): string {
  return /^"([^"]*)"/.exec(text)?.[1] ?? '';
}

const token =
  /\s*(?:("(?:[^"\\]|\\.)*")|(`[^`]*`)|(-?\d+(?:\.\d+)?)|((?:\$\w*|)(?:\.\w+)+|\.|\$\w*)|([A-Za-z]\w*)|([|()]))/y;

function parsePipeline(text: string): Pipeline {
  const tokens: RegExpExecArray[] = [];
  token.lastIndex = 0;
  for (let next = token.exec(text); next !== null; next = token.exec(text)) {
    tokens.push(next);
    if (token.lastIndex >= text.trimEnd().length) break;
    if (tokens.length > 500) return [];
  }
  const last = tokens.at(-1);
  if (last === undefined || last.index + last[0].length < text.trimEnd().length) return [];
  let at = 0;
  const pipeline = (depth: number): Pipeline | undefined => {
    const commands: Term[][] = [[]];
    for (; at < tokens.length; at++) {
      const [, quoted, raw, number, path, word, mark] = tokens[at] ?? [];
      const current = commands.at(-1);
      if (mark === ')') break;
      if (mark === '|') commands.push([]);
      else if (mark === '(') {
        at++;
        const nested = depth > maxDepth ? undefined : pipeline(depth + 1);
        if (nested === undefined || tokens[at]?.[6] !== ')') return undefined;
        current?.push({ kind: 'nested', pipeline: nested, keys: [] });
      } else if (quoted !== undefined) current?.push({ kind: 'literal', value: plainText(quoted) });
      else if (raw !== undefined) current?.push({ kind: 'literal', value: raw.slice(1, -1) });
      else if (number !== undefined) current?.push({ kind: 'literal', value: Number(number) });
      else if (path !== undefined) {
        const [root = '', ...keys] = path.split('.');
        current?.push({ kind: 'path', root, keys: keys.filter((key) => key !== '') });
      } else if (word === 'true' || word === 'false')
        current?.push({ kind: 'literal', value: word === 'true' });
      else if (word === 'nil') current?.push({ kind: 'literal', value: null });
      else current?.push({ kind: 'function', name: word ?? '' });
    }
    return commands.some((command) => command.length === 0) ? undefined : commands;
  };
  const parsed = pipeline(0);
  return parsed === undefined || at < tokens.length ? [] : parsed;
}

function plainText(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : '';
  } catch {
    return quoted.slice(1, -1);
  }
}
