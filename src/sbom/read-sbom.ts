import type { JsonObject } from '../oci/read-members.ts';
import { object, objects, text, texts } from '../support/lenient-json.ts';
import { describedInSpdx } from './described-in-spdx.ts';
import { saidCoverage } from './packaged-sbom.ts';
import { readComment } from './spdx-comment.ts';
import { meantVersion } from './unknown-version.ts';

/** An SBOM of any maker, as far as it is judged. */
export interface ReadSbom {
  readonly format: 'cyclonedx' | 'spdx' | 'syft';
  readonly specVersion: string;
  /** Authors and manufacturers of the document. */
  readonly authors: readonly string[];
  readonly tools: readonly string[];
  readonly timestamp: string | undefined;
  /** At which stage it was made; what its format has for that. */
  readonly phase: string | undefined;
  readonly identifier: string | undefined;
  /** SHA-256 digests of what it is about, as hex. */
  readonly subjects: readonly string[];
  /** How complete it says it is: in CycloneDX's words, such as `complete` or `incomplete`; undefined: it does not. */
  readonly completeness: string | undefined;
  readonly components: readonly ReadComponent[];
  /** Relations that name something the document does not hold. */
  readonly dangling: number;
}

export interface ReadComponent {
  readonly ref: string;
  readonly name: string;
  readonly version: string;
  readonly supplier: string;
  readonly purl: string;
  readonly hasIdentifier: boolean;
  readonly hasHash: boolean;
  readonly licences: readonly string[];
}

/** Undefined for what is none of the three formats. */
export function readSbom(document: unknown): ReadSbom | undefined {
  const root = object(document);
  if (root['bomFormat'] === 'CycloneDX') return readCycloneDx(root);
  if (typeof root['spdxVersion'] === 'string') return readSpdx(root);
  if (text(object(root['schema'])['url']).includes('anchore/syft')) return readSyft(root);
  return undefined;
}

function readCycloneDx(root: JsonObject): ReadSbom {
  const metadata = object(root['metadata']);
  const subject = object(metadata['component']);
  // What names a package is one, whatever it is called.
  const components = flattened(objects(root['components'])).filter(
    (each) =>
      !['operating-system', 'file'].includes(text(each['type'])) ||
      [each['purl'], each['cpe'], each['swid']].some((id) => id !== undefined),
  );
  const refs = new Set([
    text(subject['bom-ref']),
    ...flattened(objects(root['components'])).map((each) => text(each['bom-ref'])),
  ]);
  const relations = objects(root['dependencies']).flatMap((each) => [
    text(each['ref']),
    ...texts(each['dependsOn']),
  ]);
  const tools = metadata['tools'];
  const toolList = Array.isArray(tools) ? objects(tools) : objects(object(tools)['components']);
  return {
    format: 'cyclonedx',
    specVersion: text(root['specVersion']),
    authors: [
      ...objects(metadata['authors']),
      object(metadata['manufacturer']),
      object(metadata['supplier']),
    ].flatMap(({ name, email }) => text(name) || text(email) || []),
    tools: toolList.map(({ name, version }) => `${text(name)} ${text(version)}`.trim()),
    timestamp: textOrNone(metadata['timestamp']),
    phase: textOrNone(objects(metadata['lifecycles'])[0]?.['phase']),
    identifier: textOrNone(root['serialNumber']),
    subjects: [
      ...objects(subject['hashes'])
        .filter(({ alg }) => alg === 'SHA-256')
        .map(({ content }) => text(content)),
      ...digestsIn(`${text(subject['version'])} ${text(subject['purl'])}`),
    ],
    completeness: aggregateIn(root, text(subject['bom-ref'])),
    components: components.map((each) => ({
      ref: text(each['bom-ref']),
      name: [text(each['group']), text(each['name'])].filter((part) => part !== '').join('/'),
      version: meantVersion(text(each['version'])),
      supplier:
        text(object(each['supplier'])['name']) ||
        text(object(each['manufacturer'])['name']) ||
        text(each['publisher']) ||
        text(each['author']),
      purl: text(each['purl']),
      hasIdentifier: [each['purl'], each['cpe'], each['swid']].some((id) => id !== undefined),
      hasHash: objects(each['hashes']).length > 0,
      licences: objects(each['licenses']).flatMap(({ expression, license }) => {
        const { id, name } = object(license);
        return text(expression) || text(id) || text(name) || [];
      }),
    })),
    dangling: relations.filter((ref) => ref !== '' && !refs.has(ref)).length,
  };
}

const identifiers = /^(?:purl|cpe\d+Type|swid)$/;

function readSpdx(root: JsonObject): ReadSbom {
  const info = object(root['creationInfo']);
  const creators = texts(info['creators']);
  const packages = objects(root['packages']);
  const relations = objects(root['relationships']);
  const described = describedInSpdx(root);
  const ids = new Set([
    'SPDXRef-DOCUMENT',
    ...[...packages, ...objects(root['files']), ...objects(root['snippets'])].map((each) =>
      text(each['SPDXID']),
    ),
  ]);
  const locators = (each: JsonObject, type: RegExp): readonly string[] =>
    objects(each['externalRefs'])
      .filter(({ referenceType }) => type.test(text(referenceType)))
      .map(({ referenceLocator }) => text(referenceLocator));
  const hashes = (each: JsonObject, algorithm: string): readonly string[] =>
    objects(each['checksums'])
      .filter((sum) => sum['algorithm'] === algorithm)
      .map((sum) => text(sum['checksumValue']));
  const said = (value: unknown): string =>
    ['NOASSERTION', 'NONE'].includes(text(value)) ? '' : text(value);
  const subjects = packages.filter((each) => described.has(text(each['SPDXID'])));
  return {
    format: 'spdx',
    specVersion: text(root['spdxVersion']).replace('SPDX-', ''),
    authors: creators.filter((each) => !each.startsWith('Tool:')),
    tools: creators.filter((each) => each.startsWith('Tool:')),
    timestamp: textOrNone(info['created']),
    phase: readComment(text(info['comment'])).stage,
    identifier: textOrNone(root['documentNamespace']),
    subjects: subjects.flatMap((each) => [
      ...hashes(each, 'SHA256'),
      ...digestsIn(`${text(each['versionInfo'])} ${locators(each, /purl/).join(' ')}`),
    ]),
    completeness: readComment(text(info['comment'])).completeness,
    components: packages
      .filter(
        (each) =>
          !described.has(text(each['SPDXID'])) &&
          (!['ARCHIVE', 'FILE', 'OPERATING-SYSTEM'].includes(
            text(each['primaryPackagePurpose']).replaceAll('_', '-'),
          ) ||
            locators(each, identifiers).length > 0),
      )
      .map((each) => ({
        ref: text(each['SPDXID']),
        name: text(each['name']),
        version: meantVersion(text(each['versionInfo'])),
        supplier: said(each['supplier']) || said(each['originator']),
        purl: locators(each, /^purl$/)[0] ?? '',
        hasIdentifier: locators(each, identifiers).length > 0,
        hasHash: objects(each['checksums']).length > 0,
        licences: [said(each['licenseDeclared']) || said(each['licenseConcluded'])].filter(
          (licence) => licence !== '',
        ),
      })),
    dangling: relations.filter(
      ({ spdxElementId, relatedSpdxElement }) =>
        ![spdxElementId, relatedSpdxElement].every(
          (id) => ids.has(text(id)) || /^(?:NONE|NOASSERTION|DocumentRef-.*)$/.test(text(id)),
        ),
    ).length,
  };
}

function readSyft(root: JsonObject): ReadSbom {
  const descriptor = object(root['descriptor']);
  const metadata = object(object(root['source'])['metadata']);
  const artifacts = objects(root['artifacts']);
  const ids = new Set([
    text(object(root['source'])['id']),
    ...[...artifacts, ...objects(root['files'])].map(({ id }) => text(id)),
  ]);
  return {
    format: 'syft',
    specVersion: text(object(root['schema'])['version']),
    authors: [text(object(descriptor['configuration'])['author'])].filter((each) => each !== ''),
    tools: [`${text(descriptor['name'])} ${text(descriptor['version'])}`.trim()],
    timestamp: undefined,
    phase: undefined,
    identifier: textOrNone(object(root['source'])['id']),
    subjects: digestsIn(text(metadata['manifestDigest'])),
    completeness: completenessIn(object(descriptor['configuration'])['coverage']),
    components: artifacts.map((each) => {
      const more = object(each['metadata']);
      return {
        ref: text(each['id']),
        name: text(each['name']),
        version: meantVersion(text(each['version'])),
        supplier: text(more['maintainer']) || text(more['vendor']) || text(more['author']),
        purl: text(each['purl']),
        hasIdentifier: text(each['purl']) !== '' || objects(each['cpes']).length > 0,
        hasHash: text(more['h1Digest']) !== '' || text(more['pullChecksum']) !== '',
        licences: objects(each['licenses']).flatMap(
          ({ spdxExpression, value }) => text(spdxExpression) || text(value) || [],
        ),
      };
    }),
    dangling: objects(root['artifactRelationships']).filter(
      ({ parent, child }) => !ids.has(text(parent)) || !ids.has(text(child)),
    ).length,
  };
}

/** Components, and those within them. */
export function flattened(components: readonly JsonObject[]): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const waiting = [...components].reverse();
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    found.push(each);
    waiting.push(...[...objects(each['components'])].reverse());
  }
  return found;
}

/** The least of what it says of its parts; complete only where that is said of what it is about. */
function aggregateIn(root: JsonObject, subject: string): string | undefined {
  const compositions = objects(root['compositions']);
  const said = compositions.map(({ aggregate }) => text(aggregate));
  const partial = said.find((each) => each.startsWith('incomplete'));
  const open = said.find((each) => each !== 'complete' && each !== '');
  const whole = compositions.some(
    ({ aggregate, assemblies }) =>
      aggregate === 'complete' && (assemblies === undefined || texts(assemblies).includes(subject)),
  );
  return partial ?? open ?? (whole ? 'complete' : said.length === 0 ? undefined : 'not_specified');
}

/** Only this program says it in Syft JSON. */
function completenessIn(coverage: unknown): string | undefined {
  const said = saidCoverage(coverage);
  return said === undefined ? undefined : said.complete ? 'complete' : 'incomplete';
}

function digestsIn(words: string): readonly string[] {
  return [...words.matchAll(/sha256(?::|%3A)([0-9a-f]{64})/gi)].map(([, hex = '']) => hex);
}

function textOrNone(value: unknown): string | undefined {
  return text(value) === '' ? undefined : text(value);
}
