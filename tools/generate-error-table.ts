// docs/errors.md: every code the program can leave with, read from the closed unions in the source.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { cell, root } from './generated-files.ts';

const exits = { UsageError: 2, InputError: 3, EnvironmentError: 4 } as const;
type Family = keyof typeof exits;

interface Row {
  readonly code: string;
  readonly exit: number;
  /** What the program says, or what the source says about the code. */
  readonly says: string;
}

/** Codes that are not in a union: of the launcher, and of the two classes with one code each. */
const single: readonly Row[] = [
  { code: 'NODE_TOO_OLD', exit: 4, says: 'cowa-release needs Node 24.15 or newer' },
  {
    code: 'NODE_NOT_STARTED',
    exit: 4,
    says: 'the pinned Node beside the program cannot be started',
  },
  { code: 'NOT_BUILT', exit: 4, says: 'a source tree whose program was not built yet' },
  { code: 'USAGE', exit: 2, says: 'flags or arguments are not what the command takes' },
  { code: 'INTERNAL', exit: 70, says: 'a bug of cowa-release' },
  { code: 'INTERRUPTED', exit: 130, says: 'interrupted by a signal; temporary files are gone' },
];

/** The page, as Markdown. @throws Error where two classes declare one code */
export function errorTable(): string {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  );
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(parsed.fileNames, { ...parsed.options, noEmit: true });
  const checker = program.getTypeChecker();
  const ours = program
    .getSourceFiles()
    .filter((file) => file.fileName.startsWith(join(root, 'src')));
  const messages = new Map<string, string>();
  for (const file of ours) collectMessages(file, messages);
  const rows = new Map<string, Row>(single.map((row) => [row.code, row]));
  for (const file of ours) {
    file.forEachChild((node) => {
      const family = familyOf(node);
      if (family === undefined) return;
      for (const { code, comment } of codesOf(family.argument, checker)) {
        if (rows.has(code))
          throw new Error(`${file.fileName}: two classes declare the code ${code}`);
        rows.set(code, {
          code,
          exit: exits[family.name],
          says: comment ?? messages.get(code) ?? '',
        });
      }
    });
  }
  return page([...rows.values()]);
}

function page(rows: readonly Row[]): string {
  const sorted = rows.toSorted((a, b) => a.exit - b.exit || (a.code < b.code ? -1 : 1));
  return [
    '# Error codes',
    '',
    'Generated from the source by `npm run generate`. Codes are public: never reused, never renamed. With',
    '`--output json` an error is the document `cowa-release/error/v1` with `code`, `message`, `suggestions` and',
    '`exitCode`. Some codes also stand in findings of `verify`, where they do not end the run.',
    'What the exit codes mean: [exit-codes.md](exit-codes.md).',
    '',
    '| code | exit | what happened |',
    '|---|---|---|',
    ...sorted.map(({ code, exit, says }) => `| \`${code}\` | ${exit} | ${cell(says)} |`),
    '',
  ].join('\n');
}

function familyOf(
  node: ts.Node,
): { readonly name: Family; readonly argument: ts.TypeNode } | undefined {
  if (!ts.isClassDeclaration(node)) return undefined;
  const base = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  const argument = base?.typeArguments?.[0];
  if (base === undefined || argument === undefined || !ts.isIdentifier(base.expression))
    return undefined;
  const name = base.expression.text;
  return name === 'UsageError' || name === 'InputError' || name === 'EnvironmentError'
    ? { name, argument }
    : undefined;
}

interface Code {
  readonly code: string;
  readonly comment?: string;
}

/** Members of a union of string literals, with the comment behind each. */
function codesOf(node: ts.TypeNode, checker: ts.TypeChecker): readonly Code[] {
  if (ts.isUnionTypeNode(node)) return node.types.flatMap((member) => codesOf(member, checker));
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) {
    const comment = commentBehind(node);
    return [{ code: node.literal.text, ...(comment === undefined ? {} : { comment }) }];
  }
  if (ts.isTypeReferenceNode(node)) {
    const symbol = checker.getSymbolAtLocation(node.typeName);
    const target =
      symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias
        ? checker.getAliasedSymbol(symbol)
        : symbol;
    const declared = target?.declarations?.find(ts.isTypeAliasDeclaration);
    if (declared !== undefined) return codesOf(declared.type, checker);
  }
  throw new Error(
    `${node.getSourceFile().fileName}: a code that is no string literal: ${node.getText()}`,
  );
}

function commentBehind(node: ts.Node): string | undefined {
  const text = node.getSourceFile().text;
  const [range] = ts.getTrailingCommentRanges(text, node.end) ?? [];
  if (range === undefined) return undefined;
  const comment = text.slice(range.pos, range.end).replace(/^\/\/\s*|^\/\*+\s*|\s*\*\/$/g, '');
  return comment === '' ? undefined : comment;
}

/** The message of the first `new …Error('CODE', message)` of each code, in reading order. */
function collectMessages(node: ts.Node, into: Map<string, string>): void {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const [code, message] = node.arguments ?? [];
    if (
      code !== undefined &&
      message !== undefined &&
      ts.isStringLiteral(code) &&
      /^[A-Z][A-Z0-9_]+$/.test(code.text)
    ) {
      const text = messageText(message);
      if (text !== undefined && !into.has(code.text)) into.set(code.text, text);
    }
  }
  node.forEachChild((child) => collectMessages(child, into));
}

function messageText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map((span) => `…${span.literal.text}`)].join('');
}
