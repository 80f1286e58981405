import type { ProvenanceResource } from '../attestation/provenance.ts';
import type { ArchiveProvenance } from '../attestation/render-provenance.ts';
import type { RendererIdentity } from '../ports/chart-renderer.ts';
import type { GivenDocument } from '../ports/sbom-generator.ts';
import type { SourceRevision } from '../ports/source-revision.ts';
import type { RecordedReads } from './record-reads.ts';

/** What provenance says besides what the plan says. */
export interface ProvenanceContext {
  readonly builder: ArchiveProvenance['builder'];
  /** Hashes of what was read of the user's files. */
  readonly reads: RecordedReads;
  /** File name of the release definition, for the workspace. */
  readonly definition: string;
  /** The commit it lies in. */
  readonly revision?: SourceRevision;
  readonly runActions: boolean;
  /** What says what archives render to. */
  readonly renderer?: RendererIdentity;
  /** What lists what is in images; undefined: nothing does. */
  readonly sbomEngine?: { readonly name: string; readonly version: string };
  /** SBOMs that were given for images. */
  readonly givenSboms?: readonly GivenDocument[];
  /** Programs that ran, by name, version and digest. */
  readonly tools?: readonly ProvenanceResource[];
}
