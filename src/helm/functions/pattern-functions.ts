import { posix } from 'node:path';
import { codes, GoRegexp, type PatternMatch, textOf } from '../go-regexp.ts';
import { GoMap, GoStruct, type GoValue, Int64, nilList } from '../go-value.ts';
import { compareVersions, matchesRange, parseVersion } from '../semantic-version.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { type FunctionTable, fn, intAt, mapAt, textAt } from '../template-function.ts';
import { texts } from './cast.ts';

/** Sprig's functions over patterns, versions, paths and addresses. */
export const patternFunctions: FunctionTable = {
  regexMatch: fn('ss', (args, { spend }) => matches(args, spend)),
  mustRegexMatch: fn('ss', (args, { spend }) => formAt(args, spend).test(textAt(args, 1))),
  ...must(
    'regexFind',
    fn('ss', (args, { spend }) => findAll(formAt(args, spend), textAt(args, 1), 1)[0] ?? ''),
  ),
  ...must(
    'regexFindAll',
    fn('ssi', (args, { spend }) => {
      const found = findAll(formAt(args, spend), textAt(args, 1), intAt(args, 2));
      return found.length === 0 ? nilList() : texts(found);
    }),
  ),
  ...must(
    'regexReplaceAll',
    fn('sss', (args, { spend }) =>
      replaceAll(formAt(args, spend), textAt(args, 1), (expand) => expand(textAt(args, 2))),
    ),
  ),
  ...must(
    'regexReplaceAllLiteral',
    fn('sss', (args, { spend }) =>
      replaceAll(formAt(args, spend), textAt(args, 1), () => textAt(args, 2)),
    ),
  ),
  ...must(
    'regexSplit',
    fn('ssi', (args, { spend }) => splitBy(args, spend)),
  ),
  regexQuoteMeta: fn('s', (args) => textAt(args, 0).replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  semver: fn('s', (args) => versionValue(textAt(args, 0))),
  semverCompare: fn('ss', (args) => compareRange(textAt(args, 0), textAt(args, 1))),
  base: fn('s', (args) => baseOf(textAt(args, 0))),
  dir: fn('s', (args) => dirOf(textAt(args, 0))),
  clean: fn('s', (args) => clean(textAt(args, 0))),
  ext: fn('s', (args) => extOf(textAt(args, 0))),
  isAbs: fn('s', (args) => textAt(args, 0).startsWith('/')),
  osBase: fn('s', (args) => baseOf(textAt(args, 0))),
  osDir: fn('s', (args) => dirOf(textAt(args, 0))),
  osClean: fn('s', (args) => clean(textAt(args, 0))),
  osExt: fn('s', (args) => extOf(textAt(args, 0))),
  osIsAbs: fn('s', (args) => textAt(args, 0).startsWith('/')),
  urlParse: fn('s', (args) => parsedUrl(textAt(args, 0))),
  urlJoin: fn('m', (args) => joinedUrl(mapAt(args, 0))),
};

function must(name: string, made: FunctionTable[string]): FunctionTable {
  return { [name]: made, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: made };
}

function baseOf(path: string): string {
  return path === '' ? '.' : posix.basename(path) || '/';
}

function dirOf(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1));
}

function extOf(path: string): string {
  return /\.[^./]*$/.exec(path)?.[0] ?? '';
}

const urlForm =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([A-Za-z0-9_.~:-]+)@)?([A-Za-z0-9.-]*(?::[0-9]*)?)(\/[A-Za-z0-9_.~/-]*)?(?:\?([A-Za-z0-9_.~&=/-]*))?(?:#([A-Za-z0-9_.~/-]*))?$/;

/** Plain addresses alone: what Go escapes and refuses in others is not guessed. */
function parsedUrl(text: string): GoMap {
  const found = urlForm.exec(text);
  if (found === null) throw new TemplateUndecided('urlParse', `the address ${text.slice(0, 100)}`);
  const [, scheme = '', userinfo = '', host = '', path = '', query = '', fragment = ''] = found;
  return new GoMap([
    ['scheme', scheme],
    ['userinfo', userinfo],
    ['host', host],
    ['hostname', host.replace(/:[0-9]*$/, '')],
    ['path', path],
    ['query', query],
    ['fragment', fragment],
    ['opaque', ''],
  ]);
}

function joinedUrl(parts: GoMap): string {
  const part = (key: string): string => {
    const value = parts.get(key) ?? '';
    if (typeof value === 'string') return value;
    throw new TemplateFailure(`unable to parse ${key} key, must be of type string`);
  };
  const [scheme, host, path, query, fragment, userinfo] = [
    ...['scheme', 'host', 'path', 'query', 'fragment', 'userinfo'].map(part),
  ];
  const user = userinfo === '' ? '' : `${userinfo}@`;
  const text = `${scheme}://${user}${host}${path}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
  if (scheme === '' || host === '' || part('opaque') !== '' || !urlForm.test(text))
    throw new TemplateUndecided('urlJoin', `the address ${text.slice(0, 100)}`);
  return text;
}

/** Matches one behind the other, at most `count` unless that is negative, as Go goes on behind empty ones. */
function allMatches(
  pattern: GoRegexp,
  text: readonly number[],
  count: number,
): readonly PatternMatch[] {
  const found: PatternMatch[] = [];
  let before = -1;
  for (let at = 0; at <= text.length && found.length !== count; ) {
    const match = pattern.find(text, at);
    if (match === undefined) break;
    const isRepeat = match.end === at && match.start === before;
    at = match.end === at ? at + 1 : match.end;
    before = match.end;
    if (!isRepeat) found.push(match);
  }
  return found;
}

type Spend = (units: number) => void;

/** The pattern that is the first argument. */
function formAt(args: readonly GoValue[], spend: Spend): GoRegexp {
  return new GoRegexp(textAt(args, 0), spend);
}

function findAll(form: GoRegexp, subject: string, count: number): readonly string[] {
  const text = codes(subject);
  return allMatches(form, text, count).map(({ start, end }) => textOf(text, start, end));
}

function replaceAll(
  form: GoRegexp,
  subject: string,
  write: (expand: (template: string) => string) => string,
): string {
  const text = codes(subject);
  let made = '';
  let last = 0;
  for (let at = 0; at <= text.length; ) {
    const match = form.find(text, at);
    if (match === undefined) break;
    made += textOf(text, last, match.start);
    if (match.end > last || match.start === 0)
      made += write((template) => expanded(template, form, match, text));
    last = match.end;
    at = Math.max(at + 1, match.end);
  }
  return made + textOf(text, last);
}

/** Go's `${1}`, `$1` and `$name`, where a name takes as many letters as it can. */
function expanded(
  template: string,
  { names }: GoRegexp,
  { groups }: PatternMatch,
  text: readonly number[],
): string {
  return template.replace(
    /\$(?:\{([\p{L}\p{N}_]+)\}|([\p{L}\p{N}_]+)|\$)/gu,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare ?? '';
      const [start, end] = groups[names.get(name) ?? Number(name)] ?? [-1, -1];
      return start < 0 ? '' : textOf(text, start, end);
    },
  );
}

function splitBy(args: readonly GoValue[], spend: Spend): GoValue {
  const [pattern, subject, count] = [textAt(args, 0), textAt(args, 1), intAt(args, 2)];
  if (count === 0) return nilList();
  if (pattern !== '' && subject === '') return texts(['']);
  const text = codes(subject);
  const pieces: string[] = [];
  let [start, end] = [0, 0];
  for (const match of allMatches(formAt(args, spend), text, count)) {
    if (count > 0 && pieces.length === count - 1) break;
    end = match.start;
    if (match.end !== 0) pieces.push(textOf(text, start, end));
    start = match.end;
  }
  if (end !== text.length) pieces.push(textOf(text, start));
  return texts(pieces);
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
function matches(args: readonly GoValue[], spend: Spend): boolean {
  try {
    return formAt(args, spend).test(textAt(args, 1));
  } catch (error) {
    if (error instanceof TemplateFailure) return false;
    throw error;
  }
}
