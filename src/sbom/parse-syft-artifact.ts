import { type Digest, isDigest } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { object, objects, text, texts } from '../support/lenient-json.ts';
import type { FoundPackage, PackageKind } from './inventory.ts';
import { spdxExpression } from './licences/licence-claim.ts';
import { toldByMetadata } from './render-syft.ts';
import { meantVersion } from './unknown-version.ts';

/** What stands elsewhere in the document about a package. */
export interface ArtifactContext {
  /** What only our documents add. */
  readonly details: JsonObject;
  readonly dependsOn: readonly string[] | undefined;
  /** The layer of places that name none. */
  readonly fallback: Digest;
}

/** One `artifact` of a Syft document as the package it was written from. */
export function packageOfArtifact(
  artifact: JsonObject,
  { details, dependsOn, fallback }: ArtifactContext,
): FoundPackage {
  const type = text(artifact['type']);
  const kind = isKnownKind(type) ? type : 'other';
  const metadata = object(artifact['metadata']);
  const told = toldByMetadata(metadata);
  const said = (name: 'supplier' | 'description' | 'homepage'): string =>
    typeof details[name] === 'string' ? details[name] : (told[name] ?? '');
  const [supplier, description, homepage] = [
    said('supplier'),
    said('description'),
    said('homepage'),
  ];
  const hashes = objects(details['hashes']).map(({ alg, content }) => ({
    alg: text(alg),
    content: text(content),
  }));
  const model = object(details['model']);
  const architecture = text(model['architecture']);
  return {
    kind,
    ...(kind === 'other' ? { foreignKind: type } : {}),
    cataloger:
      kind === 'other'
        ? text(artifact['foundBy'])
        : text(artifact['foundBy']).replace(/-cataloger$/, ''),
    name: text(artifact['name']),
    version: meantVersion(text(artifact['version'])),
    purl: text(artifact['purl']),
    cpes: cpesOf(artifact['cpes']),
    licences: licencesOf(artifact['licenses']),
    ...(supplier === '' ? {} : { supplier }),
    ...(description === '' ? {} : { description }),
    ...(homepage === '' ? {} : { homepage }),
    ...(hashes.length === 0 ? {} : { hashes }),
    locations: objects(artifact['locations']).map(({ path, layerID, annotations }) => {
      const layer = text(layerID);
      return {
        path: text(path),
        diffId: isDigest(layer) ? layer : fallback,
        primary: object(annotations)['evidence'] !== 'supporting',
      };
    }),
    metadataType: text(artifact['metadataType']),
    metadata,
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(details['model'] === undefined
      ? {}
      : {
          model: {
            ...(architecture === '' ? {} : { architecture }),
            properties: object(model['properties']),
          },
        }),
  };
}

/** Older documents list bare names. */
function cpesOf(value: unknown): readonly string[] {
  return [...texts(value), ...objects(value).map(({ cpe }) => text(cpe))].filter(
    (cpe) => cpe !== '',
  );
}

function licencesOf(value: unknown): FoundPackage['licences'] {
  return [
    ...texts(value).map((words) => ({ value: words, expression: spdxExpression(words) })),
    ...objects(value).flatMap((licence) => {
      const words = text(licence['value']);
      const expression = text(licence['spdxExpression']);
      return words === '' && expression === ''
        ? []
        : [{ value: words === '' ? expression : words, expression }];
    }),
  ];
}

const kinds: ReadonlySet<string> = new Set<PackageKind>([
  ...(['deb', 'apk', 'rpm', 'python', 'npm', 'go-module', 'binary', 'model'] as const),
]);

function isKnownKind(kind: string): kind is PackageKind {
  return kinds.has(kind);
}
