import type { Compute } from '../archive/compute.ts';
import type { FrameStore } from '../archive/frame-store.ts';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import type { LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { TargetCluster } from '../lint/target-cluster.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { RunContext } from '../report/run-record.ts';
import type { Run } from '../support/run.ts';
import type { AttachedResult } from './attached-results.ts';
import type { Fetching } from './fetch-step.ts';
import type { VerifierFile } from './finish-flavor.ts';
import type { PackedPackage } from './packed-package.ts';
import type { ProvenanceContext } from './provenance-context.ts';
import type { ActionPorts } from './run-actions.ts';
import type { GraphOptions } from './run-graph.ts';
import type { SignOncePorts } from './sign-once.ts';
import type { ReleaseArchivePorts } from './write-release-archive.ts';

export interface AssembleOptions
  extends Pick<GraphOptions, 'jobs' | 'memoryBytes' | 'meter' | 'onSettled'> {
  /** Which run it is, for `run.json`. */
  readonly context: RunContext;
  readonly programVersion: string;
  /** Whether payloads may hold pickled Python objects; refused without. */
  readonly pickled?: 'allowed' | 'refused';
  /** Locked content by flavor: nothing is resolved by tag any more. */
  readonly lock?: ReadonlyMap<ReleaseFlavor, LockedFlavor>;
  /** The offline package of this program, to lie beside the archives. */
  readonly verifier?: VerifierFile;
  /** Results of tests and scanners, to travel along, signed for. */
  readonly results?: readonly AttachedResult[];
  /** The archives and nothing beside them: no statement, no report, no log. */
  readonly archivesOnly?: boolean;
}

export interface AssemblePorts {
  /** Rooted at the folder of `cowa-release.yaml`. */
  readonly workspace: Workspace;
  readonly blobs: BlobStore;
  readonly compute: Compute;
  readonly frames: FrameStore;
  readonly records: RecordStore;
  /** Milliseconds, for durations only. */
  readonly now: () => number;
  readonly imageSources: readonly ImageSource[];
  /** Where what definitions name by an address comes from. */
  readonly fetching: Omit<Fetching, 'blobs'>;
  /** Builds kustomizations; without it none may be there. */
  readonly kustomizer?: Kustomizer;
  /** Lists what is in images and files; without it nothing carries an SBOM. */
  readonly sbomGenerator?: SbomGenerator;
  /** Without it everything stays unsigned. */
  readonly signing?: SignOncePorts;
  outputFor(flavor: ReleaseFlavor): OutputFolder;
  /** Opens a finished archive of an output folder, for another one to be made from. */
  readonly archives: Pick<ArchiveSource, 'open'>;
  /** Reads a file of an output folder, finished or not; a chunk is good until the next one is asked for. */
  openWritten(path: string, run: Run): AsyncIterable<Uint8Array>;
  /** Says what a finished archive renders to, for the statement. */
  readonly render?: (path: string, cluster: TargetCluster, run: Run) => Promise<RenderedRecord>;
  /** What the statements say of how archives were made; without it there are none. */
  readonly provenance?: ProvenanceContext;
  /** The judge: what users run on the other side. */
  readonly verify: ReleaseArchivePorts['verify'];
  /** Reads an archive of any maker, judging it on the way in. */
  importArchive(path: string, run: Run): Promise<PackedPackage>;
  /** Pulls a published package, judging it on the way in, by the key that the bundle names for it. */
  importPublished(
    reference: string,
    publicKey: string | undefined,
    run: Run,
  ): Promise<PackedPackage>;
  /** What onCreate actions run with, where the plan allows them. */
  readonly actions: ActionPorts;
}
