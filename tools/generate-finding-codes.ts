// Codes that findings carry: src/checks/finding-codes.gen.ts and docs/findings.md. Read from the source: each
// code with the checks that tell it and the words it comes with.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { allChecks } from '../src/checks/all-checks.ts';
import { bundleProblems } from '../src/checks/bundle-problem.ts';
import { sharedHelp } from '../src/checks/code-help.ts';
import { spokenBy } from '../src/checks/container-problems.ts';
import { layoutSpokenBy } from '../src/checks/layout-view.ts';
import { cell, root } from './generated-files.ts';

/** A code of findings. */
export interface FindingCode {
  readonly code: string;
  /** Ids of the checks that tell it, sorted; empty where many do. */
  readonly checks: readonly string[];
  /** The words it comes with; … where they are put together at run time. */
  readonly says: string;
}

/** Names of errors of a library and of an algorithm look alike. */
const isCode = /^(?!SHA2_256$|.*_ERROR$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;
/** A code of a signature or of trust is told by whichever check judges the signature. */
const bySignature = /^(SIGNATURE|TRUST|STATEMENT|CERTIFICATE|TIMESTAMP|TRUSTED_ROOT)_/;
/** Errors that a judge of signatures turns into a result. */
const passedOn = /^(SIGNATURE_BUNDLE|STATEMENT|CERTIFICATE|TIMESTAMP|TRUSTED_ROOT)_/;
/** Where findings and what they repeat are made. */
const folders =
  /^src\/(checks|policy|archive|zarf|uds|attestation|adapters\/sigstore|support|operations\/(judge|decision|find|to-archive))/;
/** More checks than this say that a code is everybody's. */
const maxChecks = 4;

/** Codes of what a policy says of itself. */
const policyCodes = [
  ['WAIVER_', 'policy/waivers'],
  ['THRESHOLD_', 'policy/thresholds'],
] as const;

interface Use {
  readonly file: string;
  readonly says: string | undefined;
  readonly check: string | undefined;
}

/** Every code that a finding can carry, sorted. Codes that only end the run are not among them. */
export function findingCodes(errorCodes: ReadonlySet<string>): readonly FindingCode[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  );
  const { fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const uses = new Map<string, Use[]>();
  const imports = new Map<string, readonly string[]>();
  for (const path of fileNames) {
    const file = relative(root, path);
    if (!folders.test(file) || /(\.gen|\.test|-help)\.ts$/.test(file)) continue;
    const source = ts.createSourceFile(
      path,
      readFileSync(path, 'utf8'),
      ts.ScriptTarget.ES2023,
      true,
    );
    imports.set(file, importsOf(source, file));
    collect(source, file, uses);
  }
  const spoken = new Map<string, string>([
    ...Object.entries(spokenBy),
    ...Object.entries(layoutSpokenBy),
    ...Object.entries(bundleProblems).flatMap(([area, codes]) =>
      codes.map((code) => [code, `bundle/${area}`] as const),
    ),
  ]);
  return [...uses]
    .filter(([code, found]) => isFinding(code, found, spoken, errorCodes))
    .map(([code, found]) => ({
      code,
      checks: checksOf(code, found, spoken, imports),
      says: found.find(({ says }) => says !== undefined)?.says ?? '',
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** An error code is a finding's, too, where a check names it. */
function isFinding(
  code: string,
  found: readonly Use[],
  spoken: ReadonlyMap<string, string>,
  errorCodes: ReadonlySet<string>,
): boolean {
  if (spoken.has(code)) return true;
  const inChecks = found.some(({ file }) =>
    /^src\/(checks|policy\/(apply|select|trust)|operations\/)/.test(file),
  );
  const judged =
    passedOn.test(code) ||
    (code.startsWith('SIGNATURE_') &&
      found.some(({ file }) => file.startsWith('src/adapters/sigstore/')));
  return (inChecks || judged) && (!errorCodes.has(code) || judged);
}

function checksOf(
  code: string,
  found: readonly Use[],
  spoken: ReadonlyMap<string, string>,
  imports: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const known = spoken.get(code);
  if (known !== undefined) return [known];
  if (passedOn.test(code)) return [];
  const named = found.flatMap(({ check, file }) =>
    check === undefined ? checksAbove(file, imports) : [check],
  );
  const policy = policyCodes.find(([prefix]) => code.startsWith(prefix));
  if (policy !== undefined) return [policy[1]];
  const checks = [...new Set(named)].sort();
  if (checks.length > 0) return checks.length > maxChecks ? [] : checks;
  if (sharedHelp(code) !== undefined) return [];
  // Told by a function beside the check, which says what to do about it.
  return allChecks().flatMap(({ id, codes }) => (codes?.[code] === undefined ? [] : [id]));
}

/** The checks that import a file, directly or through other files of src/checks. */
function checksAbove(
  file: string,
  imports: ReadonlyMap<string, readonly string[]>,
  seen = new Set<string>(),
): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return [...imports]
    .filter(([from, to]) => from.startsWith('src/checks/') && to.includes(file))
    .flatMap(([from]) => {
      const id = checkOfFile(from);
      return id === undefined ? checksAbove(from, imports, seen) : [id];
    });
}

function checkOfFile(file: string): string | undefined {
  return /^src\/checks\/([^/]+\/[^/]+)\.ts$/.exec(file)?.[1];
}

function importsOf(source: ts.SourceFile, file: string): readonly string[] {
  return source.statements.flatMap((statement) =>
    ts.isImportDeclaration(statement) &&
    ts.isStringLiteral(statement.moduleSpecifier) &&
    statement.moduleSpecifier.text.startsWith('.')
      ? [relative(root, resolve(root, dirname(file), statement.moduleSpecifier.text))]
      : [],
  );
}

function collect(node: ts.Node, file: string, into: Map<string, Use[]>): void {
  if (ts.isStringLiteral(node) && isCode.test(node.text) && !ts.isLiteralTypeNode(node.parent)) {
    const uses = into.get(node.text) ?? [];
    into.set(node.text, uses);
    uses.push({ file, says: wordsBeside(node), check: checkOfFile(file) ?? enclosingId(node) });
  } else if (
    ts.isPropertyAssignment(node) &&
    ts.isIdentifier(node.name) &&
    isCode.test(node.name.text) &&
    !isHelp(node)
  ) {
    const uses = into.get(node.name.text) ?? [];
    into.set(node.name.text, uses);
    uses.push({ file, says: textOf(node.initializer), check: checkOfFile(file) });
  }
  node.forEachChild((child) => {
    collect(child, file, into);
  });
}

/** What a check says of its codes is advice, no use of them. */
function isHelp({ parent: { parent } }: ts.PropertyAssignment): boolean {
  return ts.isPropertyAssignment(parent) && parent.name.getText() === 'codes';
}

/** The message that stands with a code: in the same call, or as `message` or `reason` of the same object. */
function wordsBeside(node: ts.Node): string | undefined {
  for (let up = node.parent; up !== undefined && !ts.isBlock(up); up = up.parent) {
    if (ts.isObjectLiteralExpression(up)) {
      const message = up.properties.find(
        (each) => ts.isPropertyAssignment(each) && /^(message|reason)$/.test(each.name.getText()),
      );
      if (message !== undefined && ts.isPropertyAssignment(message)) {
        const text = textOf(message.initializer);
        if (text !== undefined) return text;
      }
      const short = up.properties.some(
        (each) =>
          ts.isShorthandPropertyAssignment(each) && /^(message|reason)$/.test(each.name.text),
      );
      const text = short ? declaredMessage(up) : undefined;
      if (text !== undefined) return text;
    }
    if (ts.isCallExpression(up) || ts.isNewExpression(up) || ts.isArrayLiteralExpression(up)) {
      const texts = [...(ts.isArrayLiteralExpression(up) ? up.elements : (up.arguments ?? []))]
        .map(textOf)
        .filter((text) => text?.includes(' '));
      if (texts.length > 0) return texts[0];
    }
    if (ts.isStatement(up)) return undefined;
  }
  return undefined;
}

/** What the constant `message`, or `reason`, of the block is. */
function declaredMessage(node: ts.Node): string | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (!ts.isBlock(up)) continue;
    for (const statement of up.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name) || !/^(message|reason)$/.test(name.text)) continue;
        const text = initializer === undefined ? undefined : textOf(initializer);
        if (text !== undefined) return text;
      }
    }
  }
  return undefined;
}

/** Checks of folders are objects with an id in one file. */
function enclosingId(node: ts.Node): string | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (!ts.isObjectLiteralExpression(up)) continue;
    for (const each of up.properties)
      if (
        ts.isPropertyAssignment(each) &&
        each.name.getText() === 'id' &&
        ts.isStringLiteral(each.initializer) &&
        /^[a-z-]+\/[a-z-]+$/.test(each.initializer.text)
      )
        return each.initializer.text;
  }
  return undefined;
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return isCode.test(node.text) || /^[a-z-]+\/[a-z-]+$/.test(node.text) ? undefined : node.text;
  }
  if (ts.isConditionalExpression(node)) return textOf(node.whenTrue) ?? textOf(node.whenFalse);
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map((span) => `…${span.literal.text}`)].join('');
}

/** The codes as a module that the program looks them up in. */
export function findingCodesModule(codes: readonly FindingCode[]): string {
  return [
    '// Generated by tools/generate-finding-codes.ts from the source; do not edit.',
    '',
    '/** Codes of findings: the checks that tell them, and in what words. Sorted. */',
    'export const findingCodes: readonly {',
    '  readonly code: string;',
    '  readonly checks: readonly string[];',
    '  readonly says: string;',
    '}[] = [',
    ...codes.map((each) => `  ${JSON.stringify(each)},`),
    '];',
    '',
  ].join('\n');
}

/** Where a code has advice of its own; else the page of its check says what to do. */
function fixOf(code: string, ids: readonly string[]): string | undefined {
  const own = allChecks().find(({ id, codes }) => ids.includes(id) && codes?.[code] !== undefined);
  return own?.codes?.[code]?.fix ?? sharedHelp(code)?.fix;
}

/** The page about them. */
export function findingCodesPage(codes: readonly FindingCode[]): string {
  const fixes = new Map(codes.map(({ code, checks }) => [code, fixOf(code, checks)]));
  return [
    '# Codes of findings',
    '',
    'Generated from the source by `npm run generate`. A finding of `verify` says which check it is of, and often a code for',
    'what exactly was seen. Codes are public: never reused, never renamed. `cowa-release checks explain <CODE>` says the',
    'same offline. Codes that end a run are in [errors.md](errors.md). Where nothing stands under what to do, the page of the check',
    'says it.',
    '',
    '| code | check | what was seen | what to do |',
    '|---|---|---|---|',
    ...codes.map(
      ({ code, checks, says }) =>
        `| \`${code}\` | ${checks.map((id) => `[${id}](checks/${id}.md)`).join(', ') || (bySignature.test(code) ? 'whichever judges the signature' : 'several')} | ${cell(says)} | ${cell(fixes.get(code) ?? '')} |`,
    ),
    '',
  ].join('\n');
}
