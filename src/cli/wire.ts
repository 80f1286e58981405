import { createHash } from 'node:crypto';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ClientSettings } from '../adapters/registry/make-client.ts';
import type { Compute } from '../archive/compute.ts';
import { parsePublicKey } from '../attestation/public-key.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import { digestFromHex } from '../oci/digest.ts';
import type { AssemblePorts } from '../operations/assemble-ports.ts';
import type { Fetching } from '../operations/fetch-step.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { VerifyPorts } from '../operations/verify-archive.ts';
import type { Policy } from '../policy/policy.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { verifying } from './verifying.ts';
import type { ImageSourceDeps } from './wire-image-sources.ts';

/** Where the caches of this program lie, unless a flag or COWA_CACHE_DIR says otherwise. */
export async function cacheFolder(flag: string | undefined): Promise<string> {
  if (flag !== undefined) return resolve(flag);
  const { defaultCacheDir } = await import('../adapters/fs/cache-dir.ts');
  return defaultCacheDir(process.platform, process.env, homedir());
}

/** The files below a folder of the user, for reading. */
export async function workspaceIn(folder: string): Promise<Workspace> {
  const { FsWorkspace } = await import('../adapters/fs/workspace.ts');
  return new FsWorkspace(resolve(folder));
}

/** The user's files, rooted at the folder of the release definition; and the name of the definition in it. */
export async function workspaceOf(
  definitionPath: string,
): Promise<{ readonly workspace: Workspace; readonly fileName: string; readonly root: string }> {
  const { FsWorkspace } = await import('../adapters/fs/workspace.ts');
  const full = resolve(definitionPath);
  const root = dirname(full);
  return {
    workspace: new FsWorkspace(root),
    fileName: full.slice(root === '/' ? 1 : root.length + 1),
    root,
  };
}

export async function blobStoreIn(cacheDir: string, compute: Compute): Promise<BlobStore> {
  const { FsBlobStore } = await import('../adapters/fs/blob-store.ts');
  return new FsBlobStore(join(cacheDir, 'blobs'), compute);
}

/** What was built before, by what went in. */
export async function buildRecordsIn(cacheDir: string): Promise<RecordStore> {
  const { FsRecordStore } = await import('../adapters/fs/record-store.ts');
  return new FsRecordStore(join(cacheDir, 'builds'));
}

/** Image sources and published packages, as the definition orders them. */
export async function sourcesFrom(
  configs: readonly ImageSourceConfig[],
  deps: Omit<ImageSourceDeps, 'registry'> & Pick<ClientSettings, 'gate' | 'login'>,
): Promise<{
  readonly images: readonly ImageSource[];
  readonly artifacts: readonly ArtifactSource[];
}> {
  const { imageSourcesFrom } = await import('./wire-image-sources.ts');
  const { registryEnvironment } = await import('./wire-registry.ts');
  const needed = configs.some(({ type }) => type === 'registry');
  const { gate, login, ...others } = deps;
  const given = {
    ...(gate === undefined ? {} : { gate }),
    ...(login === undefined ? {} : { login }),
  };
  const images = await imageSourcesFrom(configs, {
    ...others,
    ...(needed ? { registry: { ...(await registryEnvironment()), ...given } } : {}),
  });
  return { images, artifacts: images.filter(isArtifactSource) };
}

function isArtifactSource(source: ImageSource): source is ImageSource & ArtifactSource {
  return 'fetchArtifact' in source;
}

/** A file of this machine as content by digest; it is read once for that. */
export async function localFile(path: string, run: Run): Promise<BlobSource> {
  const { FsWorkspace } = await import('../adapters/fs/workspace.ts');
  const workspace = new FsWorkspace(resolve('.'));
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of workspace.open(path, run)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return {
    digest: digestFromHex(hash.digest('hex')),
    size,
    open: (reading) => workspace.open(path, reading),
  };
}

/** A folder that files appear in whole or not at all. */
export async function outputFolder(path: string): Promise<OutputFolder> {
  const { FsOutputFolder } = await import('../adapters/fs/output-folder.ts');
  return new FsOutputFolder(path);
}

/** Bytes all caches hold. */
export async function cacheSize(cacheDir: string): Promise<number> {
  const { sizeOnDisk } = await import('../adapters/fs/cache-dir.ts');
  return sizeOnDisk(cacheDir);
}

/** Hashing and compression on every core. */
export async function openCompute(): Promise<Compute> {
  const { workerCompute } = await import('../adapters/worker/worker-compute.ts');
  return workerCompute({ workers: Math.max(1, Math.min(8, availableParallelism())) });
}

/** What judging needs: files, hashing, signatures. No network, no output. */
export async function judgingPorts(compute: Compute): Promise<VerifyPorts> {
  const { FsArchiveSource } = await import('../adapters/fs/archive-source.ts');
  return { source: new FsArchiveSource(), signatures: signatureJudge(), compute };
}

/** Loaded for the first signature that is judged: without a key none is. */
function signatureJudge(): SignatureJudge {
  const judge = async (): Promise<SignatureJudge> => {
    const { SigstoreJudge } = await import('../adapters/sigstore/signature-judge.ts');
    return new SigstoreJudge();
  };
  return {
    judgeBlob: async (...given) => (await judge()).judgeBlob(...given),
    judgeDetached: async (...given) => (await judge()).judgeDetached(...given),
    judgeStatement: async (...given) => (await judge()).judgeStatement(...given),
  };
}

export interface AssembleWiring {
  readonly workspace: Workspace;
  readonly root: string;
  readonly cacheDir: string;
  readonly out: string;
  readonly blobs: BlobStore;
  readonly compute: Compute;
  readonly images: readonly ImageSource[];
  readonly artifacts: readonly ArtifactSource[];
  readonly fetching: Fetching;
  readonly signing?: SignOncePorts;
  readonly policy: Policy;
  readonly architecture: string;
  readonly programVersion: string;
  /** What says what archives render to; the embedded one without. */
  readonly renderer?: ChartRenderer;
  readonly kustomizer?: Kustomizer;
  /** What lists images and files; without it the release carries no SBOMs. */
  readonly sbomGenerator?: SbomGenerator;
}

/** Everything `assemble` works with, on the disk of this machine. */
export async function assemblePorts(wiring: AssembleWiring): Promise<AssemblePorts> {
  const { FsFrameStore } = await import('../adapters/fs/frame-store.ts');
  const { FsRecordStore } = await import('../adapters/fs/record-store.ts');
  const { FsOutputFolder } = await import('../adapters/fs/output-folder.ts');
  const { verifyArchive } = await import('../operations/verify-archive.ts');
  const { writtenSource } = await import('../operations/written-source.ts');
  const { actionPortsIn } = await import('./wire-actions.ts');
  const { importPackageArchive } = await import('../operations/import-package-archive.ts');
  const { importPublishedPackage } = await import('../operations/import-published-package.ts');
  const { trustedKeyOf } = await import('../operations/sign-once.ts');
  const { renderedRecord } = await import('../operations/rendered-record.ts');
  const { lentChunks } = await import('../adapters/fs/file-chunks.ts');
  const {
    workspace,
    cacheDir,
    out,
    blobs,
    compute,
    signing,
    policy,
    programVersion,
    architecture,
  } = wiring;
  const judging = await judgingPorts(compute);
  // What an identity signed is judged as of that identity; what others made, by their keys.
  const own = { compute, signatures: signing?.judge ?? judging.signatures };
  // The name of the key as it lies beside the archives: the same report wherever it is made.
  const key: TrustedKey | undefined =
    signing === undefined ? undefined : trustedKeyOf(signing.signer, 'release.pub');
  const judge = {
    policy: whileMade(policy),
    allowUnsigned: signing === undefined,
    programVersion,
    // Waivers of the policy hold to their last day, whatever the release is dated.
    judging: { clock: new Date(), withinFolder: true },
    ...(key === undefined ? {} : { key }),
  };
  return {
    workspace,
    blobs,
    compute,
    frames: new FsFrameStore(join(cacheDir, 'frames')),
    records: new FsRecordStore(join(cacheDir, 'records')),
    now: () => performance.now(),
    imageSources: wiring.images,
    fetching: wiring.fetching,
    ...(wiring.kustomizer === undefined ? {} : { kustomizer: wiring.kustomizer }),
    ...(wiring.sbomGenerator === undefined ? {} : { sbomGenerator: wiring.sbomGenerator }),
    ...(signing === undefined ? {} : { signing }),
    outputFor: (flavor) => new FsOutputFolder(join(out, flavor)),
    archives: judging.source,
    openWritten: lentChunks,
    render: (path, cluster, run) =>
      renderedRecord(
        path,
        {
          source: judging.source,
          compute,
          cluster,
          openCompute: () => Promise.resolve(compute),
          ...(wiring.renderer === undefined ? {} : { renderer: wiring.renderer }),
        },
        run,
      ),
    verify: (path, { content, ...judged }, run) =>
      verifyArchive(
        { location: path, ...judge, ...judged },
        { ...own, source: writtenSource(judging.source, content) },
        run,
      ),
    importArchive: (path, run) =>
      importPackageArchive(
        resolve(wiring.root, path),
        {
          source: judging.source,
          blobs,
          compute,
          verify: verifying({ policy, programVersion, wholeDigest: false }, judging),
        },
        run,
      ),
    importPublished: (reference, publicKey, run) =>
      importPublishedPackage(
        reference,
        { artifacts: wiring.artifacts, blobs, signatures: judging.signatures },
        {
          architecture,
          ...(publicKey === undefined ? {} : { key: namedKey(reference, publicKey) }),
        },
        run,
      ),
    actions: await actionPortsIn(wiring.root),
  };
}

/** An archive is judged while it is made; the statements about it and about all of them come after. */
function whileMade({ provenance, ...policy }: Policy): Policy {
  return {
    ...policy,
    required: policy.required.filter((area) => area !== 'statement' && area !== 'provenance'),
    ...(provenance === undefined ? {} : { provenance: { ...provenance, required: false } }),
  };
}

/** A key that a bundle definition names for one of its packages. @throws KeyFileError */
function namedKey(reference: string, text: string): TrustedKey {
  const { pem, fingerprint } = parsePublicKey(text);
  return { origin: `the bundle's publicKey for ${reference}`, pem, fingerprint };
}
