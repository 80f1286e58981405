import type { JsonObject } from '../oci/read-members.ts';

const text = { type: 'string' };
const named = { type: 'string', minLength: 1 };
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items });
const record = (properties: Readonly<Record<string, JsonObject>>, ...required: string[]) => ({
  type: 'object',
  properties,
  required,
});

const oneOf = (words: string): JsonObject => ({ enum: words.trim().split(/\s+/) });

// Words of SPDX 2.3 as its JSON form spells them.
const algorithms = oneOf(`
  ADLER32 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 MD2 MD4 MD5 MD6 SHA1 SHA224 SHA256
  SHA3-256 SHA3-384 SHA3-512 SHA384 SHA512
`);
const referenceCategories = oneOf(`
  OTHER PACKAGE-MANAGER PACKAGE_MANAGER PERSISTENT-ID PERSISTENT_ID SECURITY
`);
// The specification writes one of them otherwise, and so do makers.
const purposes = oneOf(`
  APPLICATION ARCHIVE CONTAINER DEVICE FILE FIRMWARE FRAMEWORK INSTALL LIBRARY
  OPERATING-SYSTEM OPERATING_SYSTEM OTHER SOURCE
`);
const relationshipTypes = oneOf(`
  AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF
  DATA_FILE_OF DEPENDENCY_MANIFEST_OF DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DESCRIBED_BY
  DESCRIBES DEV_DEPENDENCY_OF DEV_TOOL_OF DISTRIBUTION_ARTIFACT DOCUMENTATION_OF
  DYNAMIC_LINK EXAMPLE_OF EXPANDED_FROM_ARCHIVE FILE_ADDED FILE_DELETED FILE_MODIFIED
  GENERATED_FROM GENERATES HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF
  OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF PATCH_APPLIED PATCH_FOR PREREQUISITE_FOR
  PROVIDED_DEPENDENCY_OF REQUIREMENT_DESCRIPTION_FOR RUNTIME_DEPENDENCY_OF
  SPECIFICATION_FOR STATIC_LINK TEST_CASE_OF TEST_DEPENDENCY_OF TEST_OF TEST_TOOL_OF
  VARIANT_OF
`);

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
          primaryPackagePurpose: purposes,
          filesAnalyzed: { type: 'boolean' },
          copyrightText: text,
          externalRefs: listOf(
            record(
              {
                referenceCategory: referenceCategories,
                referenceType: named,
                referenceLocator: named,
              },
              'referenceCategory',
              'referenceType',
              'referenceLocator',
            ),
          ),
          checksums: listOf(
            record(
              { algorithm: algorithms, checksumValue: { type: 'string', pattern: '^[0-9a-f]+$' } },
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
        { spdxElementId: named, relationshipType: relationshipTypes, relatedSpdxElement: named },
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
