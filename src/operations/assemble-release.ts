import type { Compute } from '../archive/compute.ts';
import type { FrameStore } from '../archive/frame-store.ts';
import type { LockedFile, LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { InternalError } from '../errors/families.ts';
import type { digestOf } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import { type Run, runWithin } from '../support/run.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import { packageArchiveOrder, toArchiveFile } from './archive-order.ts';
import { checkPayload, requireLockedFiles } from './check-payloads.ts';
import { coalescePuts } from './coalesce-puts.ts';
import {
  type FinishedFlavor,
  finishFlavor,
  refuseForeignFiles,
  type VerifierFile,
} from './finish-flavor.ts';
import { packBundle } from './pack-bundle.ts';
import { builderAnnotation, packPackage } from './pack-package.ts';
import type { PackedPackage } from './packed-package.ts';
import type {
  PlannedBundle,
  PlannedFlavor,
  PlannedMember,
  PlannedPackage,
  ReleasePlan,
} from './plan-release.ts';
import { storeImages } from './pull-images.ts';
import { resolveImages } from './resolve-images.ts';
import { mergeLocks, releasePlatform } from './resolve-release-images.ts';
import { type ActionPorts, withActions } from './run-actions.ts';
import { type GraphStep, runGraph, type StepResult } from './run-graph.ts';
import { type SignOncePorts, signOnce, trustedKeyOf } from './sign-once.ts';
import { signPackage } from './sign-package.ts';
import {
  type ReleaseArchive,
  type ReleaseArchivePorts,
  writeReleaseArchive,
} from './write-release-archive.ts';

/** The formats we write, by the names of the programs that read them. */
const writtenFormats = { zarf: 'v0.84.0', uds: 'v0.35.1' } as const;

export interface AssembleOptions {
  /** Steps at once, at least 1. */
  readonly jobs: number;
  readonly programVersion: string;
  /** Locked content by flavor: nothing is resolved by tag any more. */
  readonly lock?: ReadonlyMap<ReleaseFlavor, LockedFlavor>;
  /** The offline package of this program, to lie beside the archives. */
  readonly verifier?: VerifierFile;
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
  /** Without it everything stays unsigned. */
  readonly signing?: SignOncePorts;
  outputFor(flavor: ReleaseFlavor): OutputFolder;
  /** Reads a file of an output folder, finished or not. */
  openWritten(path: string, run: Run): AsyncIterable<Uint8Array>;
  /** The judge: what users run on the other side. */
  readonly verify: ReleaseArchivePorts['verify'];
  /** Reads an archive of any maker, judging it on the way in. */
  importArchive(path: string, run: Run): Promise<PackedPackage>;
  /** Pulls a published package, judging it on the way in. */
  importPublished(reference: string, run: Run): Promise<PackedPackage>;
  /** What onCreate actions run with, where the plan allows them. */
  readonly actions: ActionPorts;
}

export interface AssembledRelease {
  readonly flavors: readonly FinishedFlavor[];
  readonly steps: readonly StepResult[];
}

/**
 * Makes a release: fetches, packs, signs, writes and judges. A step that fails stops what depends on
 * it; everything else is finished, and what was done is reused by the next run.
 * @throws ReleaseUsageError OUTPUT_FOREIGN_FILE before anything is done
 */
export async function assembleRelease(
  plan: ReleasePlan,
  options: AssembleOptions,
  ports: AssemblePorts,
  run: Run,
): Promise<AssembledRelease> {
  for (const flavor of plan.flavors)
    await refuseForeignFiles(ports.outputFor(flavor.flavor), plannedNames(flavor, plan));
  const work = new ReleaseWork(plan, options, ports);
  const steps = await runGraph(work.steps(), { jobs: options.jobs, now: ports.now }, run);
  const flavors = [...work.finished.values()];
  for (const finished of flavors) await finished.writeRunLog(steps);
  return { flavors, steps };
}

/** The graph of one run, and what its steps hand to each other. */
class ReleaseWork {
  readonly finished = new Map<ReleaseFlavor, FinishedFlavor>();
  readonly #plan: ReleasePlan;
  readonly #options: AssembleOptions;
  readonly #ports: AssemblePorts;
  readonly #blobs: BlobStore;
  readonly #lock: LockedFlavor | undefined;
  readonly #images = new Map<string, ResolvedImage>();
  readonly #packed = new Map<string, PackedPackage>();
  readonly #payloads = new Map<string, readonly LockedFile[]>();
  readonly #archives = new Map<
    string,
    ReleaseArchive & { readonly root: FinishedFlavor['archives'][number]['root'] }
  >();

  constructor(plan: ReleasePlan, options: AssembleOptions, ports: AssemblePorts) {
    this.#plan = plan;
    this.#options = options;
    this.#ports = ports;
    this.#blobs = coalescePuts(ports.blobs);
    this.#lock = mergeLocks(options.lock);
  }

  steps(): readonly GraphStep[] {
    const steps = new Map<string, GraphStep>();
    const add = (step: GraphStep): string => {
      if (!steps.has(step.id)) steps.set(step.id, step);
      return step.id;
    };
    for (const planned of this.#plan.packages) {
      const needs = planned.resolved.images.map((reference) => add(this.#imageStep(reference)));
      add(this.#packageStep(planned, needs));
    }
    for (const flavor of this.#plan.flavors) {
      const needs = flavor.packages.map((id) => add(this.#archiveStep(flavor, this.#planned(id))));
      if (flavor.bundle !== undefined)
        needs.push(add(this.#bundleStep(flavor, flavor.bundle, add)));
      add(this.#finishStep(flavor, needs));
    }
    return [...steps.values()];
  }

  #imageStep(reference: string): GraphStep {
    const step = `image ${reference}`;
    return {
      id: step,
      title: reference,
      needs: [],
      work: async (run) => {
        const options = this.#lock === undefined ? {} : { lock: this.#lock };
        const resolved = await resolveImages(
          [reference],
          this.#ports.imageSources,
          releasePlatform(this.#plan),
          options,
          run,
        );
        const images = [...resolved.values()];
        const missing = await missingBlobs(images, this.#blobs);
        const [stored] = await storeImages(images, this.#blobs, runWithin(run, step));
        if (stored === undefined) throw new InternalError(`no image for ${reference}`);
        this.#images.set(reference, stored);
        return missing === 0 ? 'reused' : 'done';
      },
    };
  }

  #packageStep(planned: PlannedPackage, images: readonly string[]): GraphStep {
    const id = packageStepId(planned.id);
    return {
      id,
      title: `pack ${planned.fileName}`,
      needs: images,
      work: async (run) => {
        const { workspace, signing } = this.#ports;
        const inner = runWithin(run, id);
        const files: LockedFile[] = [];
        for (const payload of planned.payloads)
          files.push(...(await checkPayload(payload, this.#plan.root, workspace, inner)));
        if (this.#lock !== undefined) requireLockedFiles(files, this.#lock.payloads);
        this.#payloads.set(planned.id, files);
        const options = {
          timestamp: this.#plan.timestamp,
          zarfVersion: writtenFormats.zarf,
          annotations: { [builderAnnotation]: `cowa-release/${this.#options.programVersion}` },
        };
        const packed = await withActions(planned.resolved, this.#ports.actions, inner, () =>
          packPackage(
            planned.resolved,
            this.#images,
            options,
            { workspace, blobs: this.#blobs },
            inner,
          ),
        );
        this.#packed.set(
          id,
          signing === undefined
            ? packed
            : await signPackage(packed, { ...signing, markSigned }, inner),
        );
        return 'done';
      },
    };
  }

  #archiveStep({ flavor }: PlannedFlavor, planned: PlannedPackage): GraphStep {
    const id = archiveStepId(flavor, planned.fileName);
    return {
      id,
      title: `${flavor}/${planned.fileName}`,
      needs: [packageStepId(planned.id)],
      work: async (run) => {
        const packed = this.#packedOf(packageStepId(planned.id));
        const request = {
          fileName: planned.fileName,
          files: packageArchiveOrder(packed.files),
          compression:
            packed.definition.metadata.uncompressed === true
              ? ('none' as const)
              : ('zstd' as const),
          step: id,
        };
        const archive = await writeReleaseArchive(request, this.#archivePorts(flavor), run);
        this.#archives.set(id, {
          ...archive,
          root: { kind: 'package', digest: definitionDigest(packed) },
        });
        return archive.reused ? 'reused' : 'done';
      },
    };
  }

  #bundleStep(
    { flavor }: PlannedFlavor,
    bundle: PlannedBundle,
    add: (step: GraphStep) => string,
  ): GraphStep {
    const id = archiveStepId(flavor, bundle.fileName);
    const memberSteps = new Map(
      bundle.members.map((member) => [
        member.name,
        member.kind === 'built' ? packageStepId(member.packageId) : add(this.#memberStep(member)),
      ]),
    );
    return {
      id,
      title: `${flavor}/${bundle.fileName}`,
      needs: [...new Set(memberSteps.values())],
      work: async (run) => {
        const { workspace, signing } = this.#ports;
        const packed = await packBundle(
          {
            definition: bundle.definition,
            definitionPath: bundle.path,
            members: new Map([...memberSteps].map(([name, step]) => [name, this.#packedOf(step)])),
            architecture: this.#plan.release.architecture,
            timestamp: this.#plan.timestamp,
            udsVersion: writtenFormats.uds,
            ...(signing === undefined
              ? {}
              : { publicKeyPem: trustedKeyOf(signing.signer, 'the signing key').pem }),
          },
          { workspace },
          run,
        );
        const request = {
          fileName: bundle.fileName,
          files: packed.files.map(toArchiveFile),
          compression: 'zstd' as const,
          step: id,
        };
        const archive = await writeReleaseArchive(request, this.#archivePorts(flavor, true), run);
        this.#archives.set(id, { ...archive, root: { kind: 'bundle', digest: packed.rootDigest } });
        return archive.reused ? 'reused' : 'done';
      },
    };
  }

  #memberStep(member: Exclude<PlannedMember, { kind: 'built' }>): GraphStep {
    const location = member.kind === 'archive' ? member.path : member.reference;
    const id = memberStepId(location);
    return {
      id,
      title: `read ${location}`,
      needs: [],
      work: async (run) => {
        const inner = runWithin(run, id);
        const packed =
          member.kind === 'archive'
            ? await this.#ports.importArchive(location, inner)
            : await this.#ports.importPublished(this.#pinned(location), inner);
        this.#packed.set(id, packed);
        return 'done';
      },
    };
  }

  #finishStep(flavor: PlannedFlavor, needs: readonly string[]): GraphStep {
    return {
      id: `release ${flavor.flavor}`,
      title: `report and statement of ${flavor.flavor}`,
      needs,
      work: async (run) => {
        const packages = flavor.packages.map((id) => this.#planned(id));
        const archives = needs.map((step) => {
          const archive = this.#archives.get(step);
          if (archive === undefined) throw new InternalError(`no archive from ${step}`);
          return archive;
        });
        const references = new Set(packages.flatMap(({ resolved }) => resolved.images));
        const finished = await finishFlavor(
          {
            plan: this.#plan,
            flavor: flavor.flavor,
            archives,
            bundleFile: flavor.bundle?.fileName,
            images: [...references].flatMap((reference) => this.#images.get(reference) ?? []),
            payloads: packages.flatMap(({ id }) => this.#payloads.get(id) ?? []),
            members: (flavor.bundle?.members ?? []).flatMap((member) => {
              if (member.kind === 'built') return [];
              const location = member.kind === 'archive' ? member.path : member.reference;
              return {
                name: member.name,
                origin: member.kind,
                location,
                digest: definitionDigest(this.#packedOf(memberStepId(location))),
              };
            }),
            programVersion: this.#options.programVersion,
            ...(this.#options.verifier === undefined ? {} : { verifier: this.#options.verifier }),
          },
          {
            output: this.#ports.outputFor(flavor.flavor),
            ...(this.#ports.signing === undefined ? {} : { signing: this.#ports.signing }),
          },
          run,
        );
        this.finished.set(flavor.flavor, finished);
        return 'done';
      },
    };
  }

  #archivePorts(flavor: ReleaseFlavor, detached = false): ReleaseArchivePorts {
    const { compute, frames, records, verify, signing } = this.#ports;
    return {
      output: this.#ports.outputFor(flavor),
      compute,
      frames,
      records,
      verify,
      ...(signing === undefined || !detached
        ? {}
        : {
            signBeside: (path, digest, run) =>
              signOnce({ digest, open: () => this.#ports.openWritten(path, run) }, signing, run),
          }),
    };
  }

  #planned(id: string): PlannedPackage {
    const planned = this.#plan.packages.find((candidate) => candidate.id === id);
    if (planned === undefined) throw new InternalError(`no package '${id}' in the plan`);
    return planned;
  }

  #packedOf(step: string): PackedPackage {
    const packed = this.#packed.get(step);
    if (packed === undefined) throw new InternalError(`nothing came from step '${step}'`);
    return packed;
  }

  #pinned(reference: string): string {
    const pin = this.#lock?.packages?.find((entry) => entry.reference === reference);
    return pin === undefined || reference.includes('@') ? reference : `${reference}@${pin.digest}`;
  }
}

function packageStepId(id: string): string {
  return `package ${id}`;
}

function archiveStepId(flavor: ReleaseFlavor, fileName: string): string {
  return `archive ${flavor}/${fileName}`;
}

function memberStepId(location: string): string {
  return `member ${location}`;
}

function plannedNames({ packages, bundle }: PlannedFlavor, plan: ReleasePlan): readonly string[] {
  const names = plan.packages
    .filter(({ id }) => packages.includes(id))
    .map(({ fileName }) => fileName);
  return bundle === undefined ? names : [...names, bundle.fileName];
}

async function missingBlobs(images: readonly ResolvedImage[], blobs: BlobStore): Promise<number> {
  let missing = 0;
  for (const { digest, size } of images.flatMap((image) => image.blobs))
    if ((await blobs.find(digest)) !== size) missing += 1;
  return missing;
}

function definitionDigest(packed: PackedPackage): ReturnType<typeof digestOf> {
  const file = packed.files.find(({ path }) => path === 'zarf.yaml');
  if (file === undefined) throw new InternalError(`${packed.fileName} has no zarf.yaml`);
  return file.blob.digest;
}
