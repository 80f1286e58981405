import { posix } from 'node:path';
import type { GoValue } from '../go-value.ts';
import { GoStruct, Int64 } from '../go-value.ts';
import { compareVersions, matchesRange, parseVersion } from '../semantic-version.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { type FunctionTable, fn, intAt, textAt } from '../template-function.ts';
import { texts } from './cast.ts';

/** Sprig's functions over patterns, versions, paths and addresses. */
export const patternFunctions: FunctionTable = {
  regexMatch: fn('ss', (args) => matches(textAt(args, 0), textAt(args, 1))),
  mustRegexMatch: fn('ss', (args) => pattern(textAt(args, 0), '').test(textAt(args, 1))),
  ...must(
    'regexFind',
    fn('ss', (args) => pattern(textAt(args, 0), '').exec(textAt(args, 1))?.[0] ?? ''),
  ),
  ...must(
    'regexFindAll',
    fn('ssi', (args) => findAll(textAt(args, 0), textAt(args, 1), intAt(args, 2))),
  ),
  ...must(
    'regexReplaceAll',
    fn('sss', (args) =>
      textAt(args, 1).replace(pattern(textAt(args, 0), 'g'), replacement(textAt(args, 2))),
    ),
  ),
  ...must(
    'regexReplaceAllLiteral',
    fn('sss', (args) =>
      textAt(args, 1).replace(pattern(textAt(args, 0), 'g'), () => textAt(args, 2)),
    ),
  ),
  ...must(
    'regexSplit',
    fn('ssi', (args) => splitBy(textAt(args, 0), textAt(args, 1), intAt(args, 2))),
  ),
  regexQuoteMeta: fn('s', (args) => textAt(args, 0).replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  semver: fn('s', (args) => versionValue(textAt(args, 0))),
  semverCompare: fn('ss', (args) => compareRange(textAt(args, 0), textAt(args, 1))),
  base: fn('s', (args) => (textAt(args, 0) === '' ? '.' : posix.basename(textAt(args, 0)) || '/')),
  dir: fn('s', (args) => clean(textAt(args, 0).slice(0, textAt(args, 0).lastIndexOf('/') + 1))),
  clean: fn('s', (args) => clean(textAt(args, 0))),
  ext: fn('s', (args) => /\.[^./]*$/.exec(textAt(args, 0))?.[0] ?? ''),
  isAbs: fn('s', (args) => textAt(args, 0).startsWith('/')),
  urlParse: fn('s', () => unknown('urlParse')),
  urlJoin: fn('m', () => unknown('urlJoin')),
};

function must(name: string, made: FunctionTable[string]): FunctionTable {
  return { [name]: made, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: made };
}

function unknown(name: string): never {
  throw new TemplateUndecided(name, `the function ${name} is not known here`);
}

/**
 * A pattern in the syntax of Go's regexp (RE2). What the two languages read differently is not guessed.
 * @see https://github.com/google/re2/wiki/Syntax
 */
function pattern(text: string, flags: string): RegExp {
  if (/\(\?|\\[ACQEzZpPxC0-9]|\[\[:|\\h|\\K/.test(text.replace(/\(\?:/g, '')))
    throw new TemplateUndecided('regex', `the pattern ${text} uses what is not known here`);
  try {
    // Escapes such as \- and \/ are fine in Go and not under JavaScript's u flag.
    return new RegExp(text, flags);
  } catch {
    throw new TemplateFailure(`regexp: ${text} is no pattern`);
  }
}

function findAll(text: string, subject: string, count: number): GoValue {
  const found = [...subject.matchAll(pattern(text, 'g'))].map(([whole]) => whole);
  return texts(count < 0 ? found : found.slice(0, count));
}

/** Go's `${1}`, `$1` and `$name`, where a name takes as many letters as it can. */
function replacement(text: string): (...args: readonly unknown[]) => string {
  return (...args) =>
    text.replace(
      /\$(?:\{(\w+)\}|(\w+)|\$)/g,
      (whole, braced: string | undefined, bare: string | undefined) => {
        if (whole === '$$') return '$';
        const name = braced ?? bare ?? '';
        if (!/^\d+$/.test(name)) return '';
        const group = args[Number(name)];
        return typeof group === 'string' ? group : '';
      },
    );
}

function splitBy(text: string, subject: string, count: number): GoValue {
  if (count >= 0) throw new TemplateUndecided('regexSplit', 'regexSplit with a count');
  if (text.includes('(')) throw new TemplateUndecided('regexSplit', 'regexSplit with a group');
  return texts(subject.split(pattern(text, '')));
}

function compareRange(range: string, version: string): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) throw new TemplateFailure(`semverCompare: ${version} is no version`);
  const matches = matchesRange(parsed, range);
  if (matches === undefined)
    throw new TemplateUndecided('semverCompare', `the range ${range} is not known here`);
  return matches;
}

function versionValue(text: string): GoValue {
  const version = parseVersion(text);
  if (version === undefined) throw new TemplateFailure(`semver: ${text} is no version`);
  const { major, minor, patch, prerelease, metadata } = version;
  const shown = `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
  const number = (value: number): GoValue => new Int64(BigInt(value));
  return new GoStruct(
    '*semver.Version',
    {
      Major: number(major),
      Minor: number(minor),
      Patch: number(patch),
      Prerelease: prerelease,
      Metadata: metadata,
      Original: text,
    },
    {
      shown,
      methods: {
        String: () => shown,
        Compare: ([other]) => {
          const second = other instanceof GoStruct ? parseVersion(other.shown ?? '') : undefined;
          if (second === undefined) throw new TemplateFailure('Compare: no version');
          return BigInt(compareVersions(version, second));
        },
      },
    },
  );
}

function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

/** Like the others, but a pattern that is none matches nothing. */
function matches(text: string, subject: string): boolean {
  try {
    return pattern(text, '').test(subject);
  } catch (error) {
    if (error instanceof TemplateFailure) return false;
    throw error;
  }
}
