import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BundleArchive, type BundleOp } from '../support/hostile-bundle.ts';
import { isHygiene } from '../support/is-hygiene.ts';
import { verifyBytes } from '../support/verify-bytes.ts';

interface Mutation {
  readonly id: string;
  readonly base: string;
  readonly ops: readonly BundleOp[];
  readonly should: 'accept' | 'warn' | 'reject';
  readonly why: string;
}

const folder = join(import.meta.dirname, 'uds');
const rows: readonly Mutation[] = JSON.parse(
  readFileSync(join(folder, 'hostile.json'), 'utf8'),
).mutations;
const trusted = readFileSync(join(folder, 'keys/a.pub'), 'utf8');

/** Where this program says more than asked for, and why. */
const stricter: Readonly<Record<string, string>> = {
  'l-raw-tail': 'every byte of the file has to be accounted for',
  'l-extra-entries':
    'an entry nothing leads to is covered by no digest; this one even poses as the index of a second half',
  'l-arch-other': 'a package built for another machine than the bundle names fails on every node',
  's-extra-unreferenced-blob': 'a blob nothing leads to is covered by no signature',
};

/** The check that has to speak, so that no row is refused for a reason of its own. */
const speaks: Readonly<Record<string, string>> = {
  'l-raw-tail': 'container/trailing-bytes',
  'l-extra-entries': 'bundle/index',
  'l-dot-slash': 'bundle/index BUNDLE_ENTRY_SPELLING',
  'l-plain-tar': 'bundle/index BUNDLE_NOT_COMPRESSED',
  'l-truncated': 'container/frames ZSTD_TRUNCATED',
  'l-no-index': 'bundle/index BUNDLE_INDEX_MISSING',
  'l-index-two': 'bundle/index BUNDLE_INDEX_ENTRIES',
  'l-index-elsewhere': 'bundle/blobs BUNDLE_BLOB_MISSING',
  'l-refname-wrong': 'bundle/index BUNDLE_REF_NAME',
  'l-root-flip': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  'l-yaml-tampered': 'bundle/definition BUNDLE_DEFINITION_DIGEST',
  'l-pkg-manifest-newline': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  'l-zarf-yaml-swapped': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  'l-component-flip': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  'l-component-missing': 'bundle/components BUNDLE_COMPONENT_INCOMPLETE',
  'l-pkg-layer-dropped': 'bundle/components BUNDLE_COMPONENT_INCOMPLETE',
  'l-pkg-extra-file': 'checksums/no-extra-files FILE_UNLISTED',
  'l-pkg-dotdot': 'bundle/package-manifests BUNDLE_MANIFEST_TITLE',
  'l-pkg-titled-in-root': 'bundle/root BUNDLE_ROOT_TITLE',
  'l-root-without-package': 'bundle/package-refs BUNDLE_REF_UNKNOWN',
  'l-ref-unpinned': 'bundle/package-refs BUNDLE_REF_UNPINNED',
  'l-ref-other': 'bundle/package-refs BUNDLE_REF_UNKNOWN',
  'l-yaml-duplicate-key': 'bundle/definition DOCUMENT_DUPLICATE_KEY',
  'l-dup-yaml-first-bad': 'container/duplicates TAR_NAME_DUPLICATE',
  'l-dup-yaml-last-bad': 'container/duplicates TAR_NAME_DUPLICATE',
  'l-dup-component-first-bad': 'container/duplicates TAR_NAME_DUPLICATE',
  'l-hardlink-blob': 'container/entry-types TAR_ENTRY_TYPE',
  'l-no-configs': 'bundle/blobs BUNDLE_CONFIG_MISSING',
  'l-arch-other': 'bundle/package-refs BUNDLE_PACKAGE_ARCHITECTURE',
  'l-signed-package-key-removed': 'bundle/public-key BUNDLE_KEY_MISSING',
  'l-signed-package-sig-flip': 'bundle/public-key BUNDLE_KEY_MISMATCH',
  'n-no-oci-layout': 'bundle/index BUNDLE_LAYOUT_MARKER',
  'n-no-artifact-type': 'bundle/index BUNDLE_INDEX_INVALID',
  'n-no-arch': 'bundle/index BUNDLE_ARCHITECTURE_MISSING',
  'n-hcl-flip': 'bundle/definition BUNDLE_DEFINITION_DIGEST',
  'n-component-flip': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  'n-component-missing': 'bundle/blobs BUNDLE_BLOB_MISSING',
  'n-package-config-missing': 'bundle/blobs BUNDLE_BLOB_MISSING',
  'n-empty-config-missing': 'bundle/blobs BUNDLE_BLOB_MISSING',
  'n-claims-verified': 'bundle/claims BUNDLE_CLAIM_EMPTY',
  'n-package-renamed': 'bundle/package-refs BUNDLE_REF_UNKNOWN',
  'n-package-dup-entry': 'bundle/package-refs BUNDLE_PACKAGE_DUPLICATE',
  'n-dup-hcl-first-bad': 'container/duplicates TAR_NAME_DUPLICATE',
  'n-dup-hcl-last-bad': 'container/duplicates TAR_NAME_DUPLICATE',
  'n-path-escape': 'container/entry-names TAR_NAME_INVALID',
  's-index-whitespace': 'signature/archive SIGNATURE_DIGEST',
  's-component-flip': 'bundle/blobs BUNDLE_BLOB_DIGEST',
  's-hcl-relinked': 'signature/archive SIGNATURE_DIGEST',
  's-signature-removed': 'signature/archive SIGNATURE_ABSENT',
  's-signature-twice': 'container/duplicates TAR_NAME_DUPLICATE',
  's-extra-unreferenced-blob': 'bundle/unreferenced BUNDLE_BLOB_UNREFERENCED',
};

describe('hostile bundles', () => {
  it('are all there', () => expect(rows).toHaveLength(59));

  it.each(rows)('$id: $should', async ({ id, base, ops, should }) => {
    const [fileName = ''] = readdirSync(join(folder, 'bundles', base));
    const archive = new BundleArchive(readFileSync(join(folder, 'bundles', base, fileName)));
    for (const op of ops) archive.apply(op);
    const report = await verifyBytes(
      archive.bytes(),
      fileName,
      id.startsWith('s-') ? trusted : undefined,
    );
    const fails = report.findings.filter(
      (each) => each.outcome === 'fail' && each.severity !== 'note' && !isHygiene(each),
    );
    const errors = fails.filter(({ severity }) => severity === 'error');
    const spoken = fails.map((each) => `${each.id} ${each.code}`);
    const said = errors.length > 0 ? 'reject' : fails.length > 0 ? 'warn' : 'accept';
    expect([said, spoken]).toEqual([id in stricter ? 'reject' : should, expect.anything()]);
    expect([report.verdict.exitCode, report.verdict.outcome]).toEqual(
      said === 'reject' ? [1, 'fail'] : [0, 'pass'],
    );
    expect(spoken.some((each) => each.startsWith(speaks[id] ?? 'nothing'))).toBe(id in speaks);
  });
});
