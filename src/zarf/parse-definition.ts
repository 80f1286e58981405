import type { DocumentProblem } from '../support/document-problem.ts';
import { parseYaml, type YamlDocument } from '../support/yaml-document.ts';
import { convertV1beta1 } from './convert-v1beta1.ts';
import type { PackageDefinition, ParsedPackageDefinition } from './definition.ts';
import { disagreements } from './documents-agree.ts';
import { isMapping, type ShapeContext } from './read-shape.ts';
import { unsafeNames } from './unsafe-names.ts';
import { v1alpha1Shape } from './v1alpha1-shape.ts';
import { v1beta1Shape } from './v1beta1-shape.ts';

/** API versions we read, the better one last. */
const knownVersions = ['zarf.dev/v1alpha1', 'zarf.dev/v1beta1'] as const;
type KnownVersion = (typeof knownVersions)[number];

interface Versioned {
  readonly document: YamlDocument;
  /** As written, `''` where absent. */
  readonly apiVersion: string;
}

/**
 * Reads a `zarf.yaml`: every document of it, the one current Zarf believes, and all that is wrong.
 * Never throws. A definition comes back even when there are problems, with stand-ins for wrong
 * values: look at `problems` of severity `error` before trusting it.
 *
 * @param mode `authored` for one people write, `built` for one out of an archive, where unknown
 *   keys are only noted
 * @see Zarf v0.84 pkgcfg; YAML 1.2.2
 */
export function parsePackageDefinition(
  bytes: Uint8Array,
  mode: 'authored' | 'built',
): ParsedPackageDefinition {
  const stream = parseYaml(bytes);
  const problems: DocumentProblem[] = [...stream.problems];
  const versioned = stream.documents
    .filter((each) => each.value !== null)
    .map((each) => toVersioned(each, problems));
  const known = versioned.filter((each) => knownVersion(each.apiVersion) !== undefined);
  if (stream.problems.every((problem) => problem.severity !== 'error')) {
    reportVersions(versioned, problems);
  }
  const written = writtenIn(bytes);
  const parsed = known.map(({ document, apiVersion }) => ({
    document,
    rank: rankOf(apiVersion),
    definition: read(document, apiVersion, {
      document,
      mode,
      written: written(document),
      report: (each) => problems.push(each),
    }),
  }));
  const ranked = parsed.toSorted((a, b) => b.rank - a.rank);
  const chosen = ranked.find((each) => each.definition !== undefined);
  if (chosen?.definition !== undefined) {
    for (const other of parsed) {
      if (other === chosen || other.definition === undefined || other.rank === chosen.rank)
        continue;
      for (const { pointer, message } of disagreements(chosen.definition, other.definition)) {
        problems.push(ruleProblem(chosen.document, pointer, message));
      }
    }
  }
  for (const { document, definition } of parsed) {
    if (definition === undefined) continue;
    for (const { pointer, message } of unsafeNames(definition))
      problems.push(ruleProblem(document, pointer, message));
  }
  const unknown = newestUnknown(versioned);
  return {
    ...(chosen?.definition === undefined ? {} : { definition: chosen.definition }),
    apiVersions: versioned.map((each) => each.apiVersion),
    documents: parsed.flatMap((each) => (each.definition === undefined ? [] : [each.definition])),
    ...(unknown === undefined ? {} : { unknownApiVersion: unknown }),
    problems,
    locate: (pointer) => chosen?.document.locate(pointer) ?? { line: 1, column: 1 },
  };
}

function toVersioned(document: YamlDocument, problems: DocumentProblem[]): Versioned {
  const { value } = document;
  const apiVersion =
    isMapping(value) && Object.hasOwn(value, 'apiVersion') ? (value['apiVersion'] ?? '') : '';
  if (typeof apiVersion === 'string') return { document, apiVersion };
  const pointer = '/apiVersion';
  const message = 'apiVersion must be text, such as zarf.dev/v1alpha1';
  const place = document.locate(pointer);
  problems.push({ code: 'DOCUMENT_SCHEMA', message, pointer, ...place, severity: 'error' });
  return { document, apiVersion: String(apiVersion) };
}

function knownVersion(apiVersion: string): KnownVersion | undefined {
  // A document without apiVersion is of the first one there was.
  return apiVersion === ''
    ? 'zarf.dev/v1alpha1'
    : knownVersions.find((each) => each === apiVersion);
}

function reportVersions(versioned: readonly Versioned[], problems: DocumentProblem[]): void {
  const seen = new Set<string>();
  for (const { document, apiVersion } of versioned) {
    const version = knownVersion(apiVersion);
    if (version === undefined) continue;
    if (seen.has(version))
      problems.push(ruleProblem(document, '/apiVersion', `a second document of ${version}`));
    seen.add(version);
  }
  if (seen.size > 0) return;
  const found = versioned.map((each) => `'${each.apiVersion}'`).join(', ');
  const message =
    versioned.length === 0
      ? 'the file holds no document'
      : `no document has a known apiVersion: found ${found}, known are ${knownVersions.join(' and ')}`;
  const place = versioned[0]?.document.locate('/apiVersion') ?? { line: 1, column: 1 };
  const pointer = versioned.length === 0 ? '' : '/apiVersion';
  problems.push({ code: 'DOCUMENT_RULE', message, pointer, ...place, severity: 'error' });
}

function read(
  document: YamlDocument,
  apiVersion: string,
  context: ShapeContext,
): PackageDefinition | undefined {
  if (knownVersion(apiVersion) === 'zarf.dev/v1beta1') {
    const beta = v1beta1Shape.read(document.value, '', context);
    return beta === undefined ? undefined : convertV1beta1(beta);
  }
  const alpha = v1alpha1Shape.read(document.value, '', context);
  if (alpha === undefined) return undefined;
  const { kind = 'ZarfPackageConfig', components = [], ...same } = alpha;
  return { ...same, kind, components };
}

/** The newest version that is newer than every one we know and every other document. */
function newestUnknown(versioned: readonly Versioned[]): string | undefined {
  const ranked = versioned.map(({ apiVersion }) => ({ apiVersion, rank: rankOf(apiVersion) }));
  const best = ranked.toSorted((a, b) => b.rank - a.rank)[0];
  return best !== undefined && best.rank > rankOf('zarf.dev/v1beta1') ? best.apiVersion : undefined;
}

/** Orders as Kubernetes does: v1alpha1 < v1beta1 < v1 < v2alpha1; 0 for strangers. */
function rankOf(apiVersion: string): number {
  const match = /^zarf\.dev\/v(\d{1,4})(?:(alpha|beta)(\d{1,4}))?$/.exec(
    apiVersion === '' ? 'zarf.dev/v1alpha1' : apiVersion,
  );
  if (match === null) return 0;
  const [, major, stage, minor = '0'] = match;
  const stages = { alpha: 0, beta: 1 };
  const stageRank = stage === 'alpha' || stage === 'beta' ? stages[stage] : 2;
  return (Number(major) * 3 + stageRank) * 10_000 + Number(minor);
}

function ruleProblem(document: YamlDocument, pointer: string, message: string): DocumentProblem {
  return {
    code: 'DOCUMENT_RULE',
    message,
    pointer,
    ...document.locate(pointer),
    severity: 'error',
  };
}

/** Finds plain scalars as they stand in the file, up to the end of their line. */
function writtenIn(
  bytes: Uint8Array,
): (document: YamlDocument) => (pointer: string) => string | undefined {
  let lines: readonly string[] | undefined;
  return (document) => (pointer) => {
    lines ??= new TextDecoder().decode(bytes).split(/\r?\n/);
    const { line, column } = document.locate(pointer);
    return /^[^\s,\]}#"']+/.exec((lines[line - 1] ?? '').slice(column - 1))?.[0];
  };
}
