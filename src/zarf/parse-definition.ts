import type { DocumentProblem } from '../support/document-problem.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { zarfPackageV1alpha1Schema, zarfPackageV1beta1Schema } from '../support/schemas.gen.ts';
import { parseYaml, type YamlDocument } from '../support/yaml-document.ts';
import { convertV1beta1 } from './convert-v1beta1.ts';
import type { PackageDefinition, ParsedPackageDefinition } from './definition.ts';
import { definitionRules } from './definition-rules.ts';
import { disagreements } from './documents-agree.ts';
import { isMapping, type ShapeContext } from './read-shape.ts';
import { unconvertedParts } from './unconverted.ts';
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
 * @param mode `authored` for one people write: judged by the whole schema and the rules between
 *   fields. `built` for one out of an archive: shape and types count, unknown keys are noted
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
  const parsed = known.map(({ document, apiVersion }) => {
    const { definition, problems: own } = readDocument(document, apiVersion, mode);
    problems.push(...own);
    return { document, rank: rankOf(apiVersion), definition };
  });
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
  const unknown = newestUnknown(versioned);
  return {
    ...(chosen?.definition === undefined ? {} : { definition: chosen.definition }),
    apiVersions: versioned.map((each) => each.apiVersion),
    documents: parsed.flatMap((each) => (each.definition === undefined ? [] : [each.definition])),
    ...(unknown === undefined ? {} : { unknownApiVersion: unknown }),
    problems: problems.toSorted(byPlace),
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

interface ReadDocument {
  readonly definition: PackageDefinition | undefined;
  readonly problems: readonly DocumentProblem[];
}

function readDocument(
  document: YamlDocument,
  apiVersion: string,
  mode: 'authored' | 'built',
): ReadDocument {
  const isBeta = knownVersion(apiVersion) === 'zarf.dev/v1beta1';
  const schema = isBeta ? zarfPackageV1beta1Schema : zarfPackageV1alpha1Schema;
  const judged = mode === 'authored' ? judgeSchema(schema, document.value, document, mode) : [];
  const problems: DocumentProblem[] = [];
  const context: ShapeContext = { document, mode, report: (each) => problems.push(each) };
  let definition: PackageDefinition | undefined;
  if (isBeta) {
    const beta = v1beta1Shape.read(document.value, '', context);
    definition = beta === undefined ? undefined : convertV1beta1(beta);
    const severity = mode === 'authored' ? 'error' : 'note';
    for (const { pointer, message } of beta === undefined ? [] : unconvertedParts(beta)) {
      problems.push(ruleProblem(document, pointer, message, severity));
    }
  } else {
    const alpha = v1alpha1Shape.read(document.value, '', context);
    if (alpha !== undefined) {
      const { kind = 'ZarfPackageConfig', components = [], ...same } = alpha;
      definition = { ...same, kind, components };
    }
  }
  // The shape finds again what the schema has told in more detail, and stand-ins break rules.
  if (judged.length > 0) return { definition, problems: judged };
  if (definition === undefined) return { definition, problems };
  const rules = mode === 'authored' ? definitionRules(definition, 'authored') : [];
  for (const { pointer, message, severity } of rules) {
    problems.push(ruleProblem(document, pointer, message, severity));
  }
  for (const { pointer, message } of unsafeNames(definition)) {
    problems.push(ruleProblem(document, pointer, message));
  }
  return { definition, problems };
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

function ruleProblem(
  document: YamlDocument,
  pointer: string,
  message: string,
  severity: DocumentProblem['severity'] = 'error',
): DocumentProblem {
  return { code: 'DOCUMENT_RULE', message, pointer, ...document.locate(pointer), severity };
}

function byPlace(a: DocumentProblem, b: DocumentProblem): number {
  return a.line - b.line || a.column - b.column;
}
