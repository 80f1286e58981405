import { fail, notApplicable, pass } from '../../checks/results.ts';
import { pointerSegment } from '../../support/json-document.ts';
import { parseYamlDocument } from '../../support/yaml-document.ts';
import type { PackageDefinition } from '../../zarf/definition.ts';
import { boxOf } from '../../zarf/deployed-object.ts';
import { matchGoPattern } from '../../zarf/go-pattern.ts';
import { type DeployedPackage, placeSubject } from '../deployed-package.ts';
import { definePackageCheck, type LintResult, withFix } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import {
  type PlaceholderDocument,
  placeholderNames,
  readWithPlaceholders,
} from '../placeholder-document.ts';

export const quoted = definePackageCheck({
  id: 'variables/quoted',
  title: 'Every placeholder for text is quoted where it is filled into YAML',
  severity: 'warning',
  help: {
    why: 'A placeholder is replaced in the text of the file: unquoted, 1.10 becomes the number 1.1, an empty value nothing at all, and a value with a colon or # another structure.',
    fix: 'Put the value into double quotes. lint --fix does it.',
    source: 'Release model §3.8, placeholders of text type are quoted; Zarf package format §3.5',
  },
  examples: {
    good: `tag: "###ZARF_CONST_VERSION###"`,
    bad: `tag: ###ZARF_CONST_VERSION### # 1.10 becomes the number 1.1`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const file of filledFiles(facts)) {
      const text = facts.texts.get(file);
      for (const document of (text && readWithPlaceholders(text, file)) || [])
        for (const each of plainScalars(document, document.value, '')) {
          count++;
          if (isBlock(document, each)) continue;
          yield* judge(facts.definition, document, each);
        }
    }
    const subject = packageSubject(facts);
    if (count === 0) yield notApplicable(subject, 'no placeholder stands unquoted in YAML');
    else yield pass(subject, `${count} unquoted values with placeholders were looked at`);
  },
});

/** Values files and manifests: what is filled as text before it is read. */
function filledFiles({ charts, definition, texts, file }: DeployedPackage): readonly string[] {
  const values = charts.flatMap(({ valuesFiles }) => valuesFiles.map((each) => each.file));
  const manifests = definition.components.flatMap((component) =>
    (component.manifests ?? []).flatMap(({ files = [] }) => files),
  );
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const paths = manifests.map((path) => `${folder}${path.replace(/^\.\//, '')}`);
  return [...new Set([...values, ...paths])].filter((path) => texts.has(path));
}

interface PlainScalar {
  readonly pointer: string;
  readonly source: string;
}

function* plainScalars(
  document: PlaceholderDocument,
  value: unknown,
  pointer: string,
): Generator<PlainScalar> {
  if (typeof value === 'string') {
    const source = value.includes('###ZARF_') ? document.written(pointer) : undefined;
    if (source !== undefined) yield { pointer, source };
    return;
  }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(boxOf(value) ?? {});
  for (const [key, member] of entries)
    yield* plainScalars(document, member, `${pointer}/${pointerSegment(key)}`);
}

/** A placeholder alone on the line below its key brings a block: lists and maps, empty for none. */
function isBlock(document: PlaceholderDocument, { pointer, source }: PlainScalar): boolean {
  return (
    /^###ZARF_[A-Z0-9_]+###$/.test(source) &&
    document.valueAt(pointer).line > document.at(pointer).line
  );
}

function* judge(
  definition: PackageDefinition,
  document: PlaceholderDocument,
  { pointer, source }: PlainScalar,
): Generator<LintResult> {
  const told = faultOf(definition, source);
  if (told === undefined) return;
  const place = document.valueAt(pointer);
  const quotable = !/["\\\n]/.test(source);
  const message = `${source} is not quoted: ${told.message}`;
  yield withFix(
    fail(placeSubject(place), message, told.note ? { severity: 'note' } : {}),
    quotable ? [{ ...place, length: source.length, replacement: `"${source}"` }] : [],
  );
}

/** Values that change the type of what they are put into, or end it. */
const probes = ['a: b', 'a #b', '# a', '{a', '- a', '&a', 'null', '', '"a'];

function faultOf(
  { variables = [], constants = [] }: PackageDefinition,
  source: string,
): { readonly message: string; readonly note: boolean } | undefined {
  const values = new Map<string, string>();
  for (const { name, value } of constants) values.set(`CONST_${name}`, value);
  for (const { name, default: value, type, sensitive } of variables)
    if (value !== undefined && type !== 'file' && sensitive !== true)
      values.set(`VAR_${name}`, value);
  const names = placeholderNames(source);
  const filled = source.replaceAll(
    /###ZARF_([A-Z0-9_]+)###/g,
    (whole, name: string) => values.get(name) ?? whole,
  );
  if (!filled.includes('###') && !filled.includes('\n')) {
    const became = readScalar(filled);
    if (became === undefined) return { message: `'${filled}' is no value of YAML`, note: false };
    if (became === null && filled !== 'null' && filled !== '~')
      return { message: 'an empty value is nothing at all, not empty text', note: false };
    if (typeof became === 'number' && String(became) !== filled.trim())
      return { message: `'${filled}' is read as the number ${became}`, note: false };
    if (typeof became !== 'string') return undefined;
    if (became !== filled) return { message: `'${filled}' is read as '${became}'`, note: false };
  }
  const free = names
    .filter((name) => name.startsWith('VAR_'))
    .map((name) => variables.find((each) => name === `VAR_${each.name}`))
    .find((each) => each !== undefined && !restricted(each.pattern));
  return free === undefined
    ? undefined
    : {
        message: `variable ${free.name} may hold any text, such as 'a: b' or 'a #b'`,
        note: true,
      };
}

/** The pattern lets nothing through that YAML would take for something else. */
function restricted(pattern: string | undefined): boolean {
  return (
    pattern !== undefined && probes.every((probe) => matchGoPattern(pattern, probe) !== 'matches')
  );
}

/** As the value of a key; undefined when it is none. */
function readScalar(text: string): unknown {
  const { document, problems } = parseYamlDocument(Buffer.from(`a: ${text}\n`));
  const box = boxOf(document?.value);
  if (problems.length > 0 || box === undefined) return undefined;
  return box['a'];
}
