import type { JsonObject } from '../oci/read-members.ts';

const text = { type: 'string' };
const named = { type: 'string', minLength: 1 };
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items });
const record = (properties: Readonly<Record<string, JsonObject>>, ...required: string[]) => ({
  type: 'object',
  properties,
  required,
});

/**
 * What this program needs of an SPDX document to understand it: less than the official schema, which is not
 * part of it.
 * @see SPDX 2.3, 6 to 11
 */
export const spdxShape: JsonObject = record(
  {
    spdxVersion: { enum: ['SPDX-2.2', 'SPDX-2.3'] },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    documentNamespace: named,
    creationInfo: record(
      {
        created: { type: 'string', format: 'date-time' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(Person|Organization|Tool): ?\\S' },
        },
      },
      'created',
      'creators',
    ),
    packages: listOf(
      record(
        {
          SPDXID: { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' },
          name: named,
          versionInfo: text,
          downloadLocation: named,
          supplier: text,
          licenseDeclared: text,
          licenseConcluded: text,
          externalRefs: listOf(
            record(
              { referenceCategory: named, referenceType: named, referenceLocator: named },
              'referenceCategory',
              'referenceType',
              'referenceLocator',
            ),
          ),
          checksums: listOf(
            record(
              { algorithm: named, checksumValue: { type: 'string', pattern: '^[0-9a-f]+$' } },
              'algorithm',
              'checksumValue',
            ),
          ),
        },
        'SPDXID',
        'name',
        'downloadLocation',
      ),
    ),
    relationships: listOf(
      record(
        { spdxElementId: named, relationshipType: named, relatedSpdxElement: named },
        'spdxElementId',
        'relationshipType',
        'relatedSpdxElement',
      ),
    ),
  },
  'spdxVersion',
  'dataLicense',
  'SPDXID',
  'name',
  'documentNamespace',
  'creationInfo',
);

/** The same of Syft's own format. @see Syft JSON schema 16 */
export const syftShape: JsonObject = record(
  {
    artifacts: listOf(
      record(
        {
          id: named,
          name: text,
          version: text,
          type: named,
          foundBy: text,
          purl: text,
          locations: listOf(record({ path: text }, 'path')),
          licenses: { type: 'array' },
          cpes: { type: 'array' },
        },
        'id',
        'name',
        'version',
        'type',
        'foundBy',
        'locations',
        'licenses',
        'cpes',
        'purl',
      ),
    ),
    artifactRelationships: listOf(
      record({ parent: named, child: named, type: named }, 'parent', 'child', 'type'),
    ),
    source: record({ type: named, metadata: { type: 'object' } }, 'type', 'metadata'),
    distro: { type: 'object' },
    descriptor: record({ name: named, version: text }, 'name', 'version'),
    schema: record({ version: named, url: named }, 'version', 'url'),
  },
  'artifacts',
  'artifactRelationships',
  'source',
  'distro',
  'descriptor',
  'schema',
);
