import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import { pointerSegment } from '../support/json-document.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { cowaReleaseSchema } from '../support/schemas.gen.ts';
import { parseYamlDocument, type YamlDocument } from '../support/yaml-document.ts';
import type {
  FlavorConfig,
  ParsedReleaseDefinition,
  ReleaseDefinition,
} from './release-definition.ts';

/**
 * Reads and judges a `cowa-release.yaml`. The definition is present only when no problem is an error.
 * @param fileName as messages should name it
 */
export function parseReleaseDefinition(
  bytes: Uint8Array,
  fileName: string,
): ParsedReleaseDefinition {
  const { document, problems } = parseYamlDocument(bytes);
  if (document === undefined) return { problems };
  if (document.value === null) {
    const message = `${fileName} is empty`;
    return {
      problems: [
        { code: 'DOCUMENT_RULE', message, pointer: '', line: 1, column: 1, severity: 'error' },
      ],
    };
  }
  const faults = judgeSchema(cowaReleaseSchema, document.value, document, 'authored');
  if (faults.length > 0) return { problems: faults };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just proven the shape
  const definition = document.value as ReleaseDefinition;
  const broken = judgeRules(definition, document);
  if (broken.length > 0) return { problems: broken };
  return { definition, problems: [], locate: (pointer) => document.locate(pointer) };
}

function judgeRules(
  definition: ReleaseDefinition,
  document: YamlDocument,
): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const report = (pointer: string, message: string) => {
    problems.push({
      code: 'DOCUMENT_RULE',
      message,
      pointer,
      ...document.locate(pointer),
      severity: 'error',
    });
  };
  for (const [name, flavor] of Object.entries(definition.flavors)) {
    // Keys beginning with "x-" are the author's own.
    if (name === 'cpu' || name === 'gpu') judgeFlavor(name, flavor, report);
  }
  judgePayloads(definition, report);
  judgeImages(definition, report);
  judgeRegistries(definition, report);
  judgeRemoteInputs(definition, report);
  judgeSboms(definition, report);
  return problems;
}

type Report = (pointer: string, message: string) => void;

function judgeFlavor(name: string, flavor: FlavorConfig, report: Report): void {
  const pointer = `/flavors/${name}/packages`;
  if (flavor.packages.length === 0) report(pointer, `the flavor '${name}' has no packages`);
  const seen = new Set<string>();
  for (const [index, each] of flavor.packages.entries()) {
    const path = plainPath(each.path);
    if (seen.has(path))
      report(
        `${pointer}/${index}/path`,
        `the package '${each.path}' stands twice in the flavor '${name}'`,
      );
    seen.add(path);
  }
}

function judgePayloads(definition: ReleaseDefinition, report: Report): void {
  const flavors = [definition.flavors.cpu, definition.flavors.gpu].filter(
    (flavor) => flavor !== undefined,
  );
  const packages = new Set(
    flavors.flatMap((flavor) => flavor.packages.map((each) => plainPath(each.path))),
  );
  const seen = new Set<string>();
  for (const [index, payload] of (definition.payloads ?? []).entries()) {
    const pointer = `/payloads/${index}`;
    if (!packages.has(plainPath(payload.package))) {
      const known = [...packages].sort().join(', ');
      report(
        `${pointer}/package`,
        `no flavor has the package '${payload.package}'; there are ${known || 'none'}`,
      );
    }
    const key = `${plainPath(payload.package)}\n${plainPath(payload.source)}`;
    if (seen.has(key))
      report(
        `${pointer}/source`,
        `'${payload.source}' of '${payload.package}' has a payload already`,
      );
    seen.add(key);
    const { path, from } = payload;
    if ((path === undefined) === (from === undefined))
      report(pointer, `the payload '${payload.source}' needs a path or a from, one of both`);
    if (from !== undefined && 'url' in from && typeof payload.sha256 !== 'string')
      if (!from.url.endsWith('/'))
        report(`${pointer}/from/url`, 'the address of a folder ends with /');
    if (typeof payload.sha256 === 'string') continue;
    for (const below of Object.keys(payload.sha256)) {
      if (
        !below.startsWith('/') &&
        !below.split('/').some((part) => part === '' || part === '.' || part === '..')
      )
        continue;
      report(
        `${pointer}/sha256/${pointerSegment(below)}`,
        `'${below}' is no plain path below the payload's folder`,
      );
    }
  }
}

function judgeImages(definition: ReleaseDefinition, report: Report): void {
  const seen = new Set<string>();
  for (const [index, source] of definition.imageSources.entries()) {
    if (source.type !== 'compose') continue;
    for (const [reference, image] of Object.entries(source.images)) {
      const pointer = `/imageSources/${index}/images/${pointerSegment(reference)}`;
      if (seen.has(reference))
        report(
          pointer,
          `the image '${reference}' is composed twice; the second would never be asked for`,
        );
      seen.add(reference);
      if (image.base === reference)
        report(`${pointer}/base`, `the image '${reference}' cannot be its own base`);
    }
  }
}

/** An override or mirror at a host that may not be contacted would fail at the first image. */
function judgeRegistries(definition: ReleaseDefinition, report: Report): void {
  for (const [index, source] of definition.imageSources.entries()) {
    if (source.type !== 'registry' || source.hosts.includes('*')) continue;
    const judge = (host: string, target: string, pointer: string): void => {
      if (source.hosts.includes(target.replace(/^https?:\/\/|\/$/g, ''))) return;
      report(
        `/imageSources/${index}/${pointer}`,
        `'${host}' is asked at '${target}', which is not among the hosts that may be contacted`,
      );
    };
    for (const [host, target] of Object.entries(source.overrides ?? {}))
      judge(host, target, `overrides/${pointerSegment(host)}`);
    for (const [host, mirrors] of Object.entries(source.mirrors ?? {}))
      for (const [place, mirror] of mirrors.entries())
        judge(host, mirror, `mirrors/${pointerSegment(host)}/${place}`);
  }
}

function judgeRemoteInputs({ remoteInputs }: ReleaseDefinition, report: Report): void {
  const { hosts = [], overrides = {} } = remoteInputs ?? {};
  if (hosts.includes('*')) return;
  for (const [host, target] of Object.entries(overrides)) {
    if (hosts.includes(target.replace(/^https?:\/\//, ''))) continue;
    report(
      `/remoteInputs/overrides/${pointerSegment(host)}`,
      `'${host}' is asked at '${target}', which is not among the hosts that may be contacted`,
    );
  }
}

function judgeSboms({ sboms = [] }: ReleaseDefinition, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { image, file }] of sboms.entries()) {
    const normalized = normalizedOrNone(image);
    if (normalized === undefined)
      report(`/sboms/${index}/image`, `'${image}' is no reference of an image`);
    const key = `${normalized ?? image}\n${plainPath(file)}`;
    if (seen.has(key)) report(`/sboms/${index}`, `'${file}' is given for '${image}' twice`);
    seen.add(key);
  }
}

function normalizedOrNone(image: string): string | undefined {
  try {
    return normalizeReference(image).normalized;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

/** `./a/b/` and `a/b` are one place. */
function plainPath(path: string): string {
  const parts = path
    .split('/')
    .filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/') || '.';
}
