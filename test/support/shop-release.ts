import { type Release, renderReleaseStatement } from '../../src/attestation/release-statement.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { aPackage, type PackageDraft } from './a-package.ts';
import type { testKeys } from './a-trust-policy.ts';
import { blobSignature, statementSignature } from './trust-evidence.ts';

type Key = keyof typeof testKeys;

/** Where the one package of the release lies. */
export const packageFile = 'zarf-package-demo-amd64-1.0.0.tar.zst';

/** An archive, and the digest of what it is known by. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly root: Digest;
}

/** A package with a signature of its own inside, where somebody signed. */
export function packed(
  by?: Key,
  change: (draft: PackageDraft) => PackageDraft = (draft) => draft,
): Packed {
  const bare = change(
    aPackage().defining((text) => text.replace('build:', `build:\n  signed: ${by !== undefined}`)),
  );
  const definition = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content;
  const yaml = Buffer.from(definition ?? '');
  const draft = by === undefined ? bare : bare.with('zarf.bundle.sig', blobSignature(yaml, by));
  return { bytes: draft.archive().bytes, root: digestOf(yaml) };
}

/** The package that nobody signed by itself. */
export const unsigned = packed();

/** A release of one package, changed as a test says. */
export function shopRelease({ bytes, root } = unsigned, change: Partial<Release> = {}): Release {
  return {
    product: 'shop',
    version: '1.0.0',
    flavor: 'cpu',
    counter: 41,
    sourceDateEpoch: 1_700_000_000,
    files: [
      {
        name: packageFile,
        digest: digestOf(bytes),
        size: bytes.length,
        root: { kind: 'package', digest: root },
      },
    ],
    ...change,
  };
}

/** The statement over a release, with a line per signer. */
export const signedBy = (release: Release, ...keys: readonly Key[]): string =>
  keys.map((key) => statementSignature(renderReleaseStatement(release), key)).join('');

/** A folder that holds the release, signed by as many as its role demands. */
export const soundFolder = {
  [packageFile]: unsigned.bytes,
  'release.intoto.jsonl': signedBy(shopRelease(), 'rel-a', 'rel-b'),
};
