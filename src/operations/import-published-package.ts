import { digestOf } from '../oci/digest.ts';
import type { ArtifactSource, PublishedArtifact } from '../ports/artifact-source.ts';
import { type BlobStore, storedContent } from '../ports/blob-store.ts';
import { onlyKey, type SignatureJudge, type TrustedKey } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { packageFileName } from '../zarf/file-name.ts';
import { findArtifact } from './find-artifact.ts';
import { MemberError } from './member-error.ts';
import type { PackedPackage } from './packed-package.ts';
import { hasSignature, requirePackageFiles } from './require-package-files.ts';
import { storeBlobs } from './store-blobs.ts';
import { takeBlob } from './take-blob.ts';

export interface ImportPublishedPorts {
  /** Asked in this order; the first that holds the package gives it. */
  readonly artifacts: readonly ArtifactSource[];
  readonly blobs: BlobStore;
  /** Needed where a key is wanted. */
  readonly signatures?: SignatureJudge;
}

export interface WantedPackage {
  readonly architecture: string;
  /** The package must be signed by this key. */
  readonly key?: TrustedKey;
}

const fileMode = 0o644;
const maxDocumentBytes = 64 * 2 ** 20;

/**
 * Pulls a published Zarf package to become part of a bundle. Definition and checksums are fetched and
 * judged first, the contents only when every file is announced as the checksums promise. The manifest
 * is kept as it was published: a bundle embeds exactly those bytes.
 * @param reference repository with tag, or with digest, which wins
 * @throws MemberError MEMBER_NOT_FOUND, MEMBER_ENTRY, MEMBER_DEFINITION_INVALID, MEMBER_CHECKSUMS_INVALID, MEMBER_FILE_MISSING, MEMBER_FILE_UNLISTED, MEMBER_FILE_MISMATCH, MEMBER_ARCHITECTURE, MEMBER_SIGNATURE
 * @throws errors of the sources and of the store
 * @see shared reference of the Zarf package format, 8
 */
export async function importPublishedPackage(
  reference: string,
  ports: ImportPublishedPorts,
  wanted: WantedPackage,
  run: Run,
): Promise<PackedPackage> {
  const published = await findArtifact(reference, ports.artifacts, wanted.architecture, run);
  const { manifest, config } = published;
  const checksums = await smallFile('checksums.txt', published, reference, ports.blobs, run);
  const definitionBytes = await smallFile('zarf.yaml', published, reference, ports.blobs, run);
  const definition = requirePackageFiles({
    subject: reference,
    files: published.files.map(({ path, blob }) => ({ path, digest: blob.digest })),
    definition: definitionBytes,
    checksums,
  });
  const architecture = definition.build?.architecture ?? definition.metadata.architecture ?? '';
  if (architecture !== wanted.architecture) {
    throw new MemberError(
      'MEMBER_ARCHITECTURE',
      `the package ${reference} is for ${architecture || 'no architecture'}, wanted is ${wanted.architecture}`,
      { suggestions: ['Choose the tag or the digest of the right architecture'] },
    );
  }
  if (wanted.key !== undefined && definitionBytes !== undefined)
    await requireSignature(reference, published, definitionBytes, wanted.key, ports, run);
  else tellUnchecked(reference, run);
  const contents = [config, ...published.files.map(({ blob }) => blob)];
  const title = (missing: number, of: number): string =>
    `Fetch ${missing} of ${of} files of ${reference}`;
  await storeBlobs(contents, ports.blobs, { name: `import ${reference}`, title }, run);
  // By digest, so that the next run finds manifest and contents without asking a registry.
  await ports.blobs.put(bytesOf(manifest.bytes), { digest: manifest.digest }, run);
  const flavor = definition.build?.flavor;
  return {
    definition,
    fileName: packageFileName(definition, {
      architecture,
      ...(flavor === undefined ? {} : { flavor }),
    }),
    files: published.files.map(({ path, blob }) => ({
      path,
      mode: fileMode,
      blob: storedContent(blob, ports.blobs),
    })),
    signed: hasSignature(published.files),
    registryManifest: {
      ...manifest,
      config: { ...storedContent(config, ports.blobs), mediaType: config.mediaType },
    },
  };
}

async function smallFile(
  path: string,
  { files }: PublishedArtifact,
  reference: string,
  blobs: BlobStore,
  run: Run,
): Promise<Uint8Array | undefined> {
  const blob = files.find((file) => file.path === path)?.blob;
  if (blob === undefined) return undefined;
  const { digest, size } = blob;
  if (size > maxDocumentBytes) {
    throw new MemberError(
      'MEMBER_ENTRY',
      `${path} of ${reference} has ${size} bytes, at most ${maxDocumentBytes} are read`,
      { suggestions: ['Check the reference: no package has one of this size'] },
    );
  }
  if ((await blobs.find(digest)) !== size) await takeBlob(blob, blobs, run);
  return Buffer.concat(await Array.fromAsync(blobs.open(digest, run)));
}

function tellUnchecked(reference: string, run: Run): void {
  run.onProgress?.({
    kind: 'note',
    message: `${reference} goes into the bundle without a signature that was checked`,
  });
}

async function requireSignature(
  reference: string,
  published: PublishedArtifact,
  definition: Uint8Array,
  key: TrustedKey,
  { signatures, blobs }: ImportPublishedPorts,
  run: Run,
): Promise<void> {
  const refuse = (detail: string): MemberError =>
    new MemberError('MEMBER_SIGNATURE', `the package ${reference} ${detail}`, {
      suggestions: [`It has to be signed by the key of ${key.origin} (${key.fingerprint})`],
    });
  const bundle = await smallFile('zarf.bundle.sig', published, reference, blobs, run);
  if (bundle === undefined || signatures === undefined) throw refuse('has no signature to check');
  const signed = { kind: 'digest', digest: digestOf(definition) } as const;
  const result = await signatures.judgeBlob(bundle, signed, onlyKey(key), run);
  if (result.outcome !== 'valid') throw refuse(`is not signed as it must be: ${result.reason}`);
}

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
