import { generateKeyPairSync } from 'node:crypto';
import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryFrameStore } from '../../src/adapters/memory/frame-store.ts';
import { MemoryOutputFolder } from '../../src/adapters/memory/output-folder.ts';
import { MemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { MemorySignatureCache } from '../../src/adapters/memory/signature-cache.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import { KeySigner } from '../../src/adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { localBuilderId } from '../../src/attestation/render-provenance.ts';
import { imageSourcesFrom } from '../../src/cli/wire-image-sources.ts';
import type { LockedFlavor } from '../../src/config/lock.ts';
import type { ReleaseFlavor } from '../../src/config/release-definition.ts';
import type { AssemblePorts } from '../../src/operations/assemble-ports.ts';
import { type AssembledRelease, assembleRelease } from '../../src/operations/assemble-release.ts';
import type { AttachedResult } from '../../src/operations/attached-results.ts';
import type { Fetching } from '../../src/operations/fetch-step.ts';
import { withFetched } from '../../src/operations/fetched-workspace.ts';
import type { VerifierFile } from '../../src/operations/finish-flavor.ts';
import { planRelease } from '../../src/operations/plan-release.ts';
import type { ProvenanceContext } from '../../src/operations/provenance-context.ts';
import { recordReads } from '../../src/operations/record-reads.ts';
import { type SignOncePorts, trustedKeyOf } from '../../src/operations/sign-once.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { writtenSource } from '../../src/operations/written-source.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { ImageSource } from '../../src/ports/image-source.ts';
import type { Run } from '../../src/support/run.ts';
import { aRunContext } from './a-run.ts';
import { memoryFetching } from './fetching.ts';
import { smallRelease } from './small-release.ts';

export const run = { signal: new AbortController().signal };
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const signer = new KeySigner(privateKey);
export const judge = new SigstoreJudge();
export const key = trustedKeyOf(signer, 'release.pub');

/** What lives from one run to the next: the caches and the output. */
export function aMachine() {
  const outputs = new Map<ReleaseFlavor, MemoryOutputFolder>([
    ['cpu', new MemoryOutputFolder('dist/cpu')],
    ['gpu', new MemoryOutputFolder('dist/gpu')],
  ]);
  const caches = {
    blobs: new MemoryBlobStore(),
    frames: new MemoryFrameStore(),
    records: new MemoryRecordStore(),
  };
  return { outputs, caches, signatures: new MemorySignatureCache() };
}

export interface Wish {
  readonly files?: Parameters<typeof smallRelease>[0];
  readonly machine?: ReturnType<typeof aMachine>;
  readonly signed?: boolean;
  readonly results?: readonly AttachedResult[];
  /** Who signs, where that is not the usual key. */
  readonly signing?: SignOncePorts;
  readonly lock?: ReadonlyMap<ReleaseFlavor, LockedFlavor>;
  readonly ports?: Partial<AssemblePorts>;
  /** Another source in the place of each. */
  readonly sourceAs?: (source: ImageSource) => ImageSource;
  readonly fetching?: Partial<Fetching>;
  readonly run?: Run;
  readonly verifier?: VerifierFile;
  /** What statements say of how archives were made; `true` for the usual. Without it there are none. */
  readonly provenance?: true | Partial<ProvenanceContext>;
}

/** The small release, made on a machine in memory. */
export async function assemble(
  wish: Wish = {},
): Promise<AssembledRelease & { readonly machine: ReturnType<typeof aMachine> }> {
  const machine = wish.machine ?? aMachine();
  const files = new MemoryWorkspace(smallRelease(wish.files));
  const { provenance, signing } = wish;
  const { workspace, reads = undefined } =
    provenance === undefined ? { workspace: files } : recordReads(files);
  const plan = await planRelease(
    { definitionPath: 'cowa-release.yaml', flavor: 'all', allowActions: false },
    { workspace },
    run,
  );
  const { outputs, caches } = machine;
  const signed = wish.signed ?? true;
  const everything = () =>
    Object.fromEntries([...outputs.values()].flatMap(({ files }) => [...files]));
  const fetching = memoryFetching({ blobs: caches.blobs, ...wish.fetching });
  const sources = await imageSourcesFrom(plan.release.imageSources, {
    workspace,
    blobs: caches.blobs,
    epochSeconds: 1_700_000_000,
  });
  const ports: AssemblePorts = {
    workspace: withFetched(workspace, fetching.contents, caches.blobs),
    fetching,
    ...caches,
    compute: inProcessCompute(),
    now: () => 0,
    imageSources: sources.map(wish.sourceAs ?? ((source) => source)),
    ...(signed ? { signing: signing ?? { signer, judge, cache: machine.signatures } } : {}),
    outputFor: (flavor) => outputs.get(flavor) ?? new MemoryOutputFolder('none'),
    archives: { open: (path) => new MemoryArchiveSource(everything()).open(path) },
    openWritten: async function* (path) {
      yield everything()[path] ?? new Uint8Array();
    },
    verify: (path, { content, ...judged }, within) =>
      verifyArchive(
        {
          location: path,
          ...judged,
          policy: builtInPolicy,
          allowUnsigned: !signed,
          programVersion: '0.0.0',
          ...(signed
            ? { key: signing === undefined ? key : trustedKeyOf(signing.signer, 'release.pub') }
            : {}),
        },
        {
          source: writtenSource(new MemoryArchiveSource(everything()), content),
          compute: inProcessCompute(),
          signatures: judge,
        },
        within,
      ),
    importArchive: () => Promise.reject(new Error('no archives here')),
    importPublished: () => Promise.reject(new Error('no registries here')),
    actions: {
      runner: { runCommand: () => Promise.reject(new Error('no actions here')) },
      system: 'linux',
      now: () => 0,
    },
    ...(reads === undefined
      ? {}
      : {
          provenance: {
            builder: { id: localBuilderId, version: { 'cowa-release': '0.0.0' } },
            reads,
            definition: 'cowa-release.yaml',
            runActions: false,
            ...(provenance === true ? {} : provenance),
          },
        }),
    ...wish.ports,
  };
  const options = {
    context: aRunContext,
    jobs: 3,
    programVersion: '0.0.0',
    ...(wish.lock === undefined ? {} : { lock: wish.lock }),
    ...(wish.verifier === undefined ? {} : { verifier: wish.verifier }),
    ...(wish.results === undefined ? {} : { results: wish.results }),
  };
  return { ...(await assembleRelease(plan, options, ports, wish.run ?? run)), machine };
}
