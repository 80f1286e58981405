import type { LockedFile, LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { InternalError } from '../errors/families.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { type Run, runWithin } from '../support/run.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import type { AssembleOptions, AssemblePorts } from './assemble-ports.ts';
import { checkPayload, requireLockedFiles } from './check-payloads.ts';
import { coalescePuts } from './coalesce-puts.ts';
import { type FinishedArchive, type FinishedFlavor, finishFlavor } from './finish-flavor.ts';
import { flavorProvenance } from './flavor-provenance.ts';
import { flavorSboms } from './flavor-sboms.ts';
import { builderAnnotation, packPackage } from './pack-package.ts';
import { type PackageInput, packageInputs } from './package-inputs.ts';
import type { PackedPackage } from './packed-package.ts';
import { pinMember } from './pin-member.ts';
import type {
  PlannedBundle,
  PlannedFlavor,
  PlannedMember,
  PlannedPackage,
  ReleasePlan,
} from './plan-release.ts';
import { storeImages } from './pull-images.ts';
import type { ReleaseAttestation } from './release-attestations.ts';
import { resolveImages } from './resolve-images.ts';
import { mergeLocks, releasePlatform } from './resolve-release-images.ts';
import { withActions } from './run-actions.ts';
import type { GraphStep } from './run-graph.ts';
import { imageSboms, type SbomDocuments, type SbomPorts } from './sbom-documents.ts';
import { signPackage } from './sign-package.ts';
import {
  definitionDigest,
  writeBundleArchive,
  writePackageArchive,
} from './write-flavor-archives.ts';
import { writtenFormats } from './written-formats.ts';
/** The graph of one run, and what its steps hand to each other. */
export class ReleaseWork {
  readonly finished = new Map<ReleaseFlavor, FinishedFlavor>();
  readonly #plan: ReleasePlan;
  readonly #options: AssembleOptions;
  readonly #ports: AssemblePorts;
  readonly #blobs: BlobStore;
  readonly #lock: LockedFlavor | undefined;
  readonly #images = new Map<string, ResolvedImage>();
  readonly #sboms: SbomPorts | undefined;
  readonly #imageSboms = new Map<string, readonly SbomDocuments[]>();
  readonly #packed = new Map<string, PackedPackage>();
  readonly #payloads = new Map<string, readonly LockedFile[]>();
  readonly #archives = new Map<string, FinishedArchive>();
  readonly #inputs = new Map<string, readonly PackageInput[]>();

  constructor(plan: ReleasePlan, options: AssembleOptions, ports: AssemblePorts) {
    this.#plan = plan;
    this.#options = options;
    this.#ports = ports;
    this.#blobs = coalescePuts(ports.blobs);
    this.#lock = mergeLocks(options.lock);
    const { sbomGenerator: generator, records } = ports;
    if (generator !== undefined) this.#sboms = { generator, records, blobs: this.#blobs };
  }

  steps(): readonly GraphStep[] {
    const steps = new Map<string, GraphStep>();
    const add = (step: GraphStep): string => {
      if (!steps.has(step.id)) steps.set(step.id, step);
      return step.id;
    };
    for (const planned of this.#plan.packages) {
      const needs = planned.resolved.images.flatMap((reference) => [
        add(this.#imageStep(reference)),
        ...(this.#sboms === undefined ? [] : [add(this.#sbomStep(reference, this.#sboms))]),
      ]);
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

  #sbomStep(reference: string, sboms: SbomPorts): GraphStep {
    const step = `sbom ${reference}`;
    return {
      id: step,
      title: `what is in ${reference}`,
      needs: [`image ${reference}`],
      work: async (run) => {
        const image = this.#images.get(reference);
        if (image === undefined) throw new InternalError(`no image for ${reference}`);
        const { timestamp } = this.#plan;
        let made = false;
        const noted: SbomPorts = { ...sboms, made: () => (made = true) };
        const found = await imageSboms(image, timestamp, noted, runWithin(run, step));
        this.#imageSboms.set(reference, found);
        return made ? 'done' : 'reused';
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
        const reads = this.#ports.provenance?.reads;
        const options = {
          timestamp: this.#plan.timestamp,
          zarfVersion: writtenFormats.zarf,
          annotations: { [builderAnnotation]: `cowa-release/${this.#options.programVersion}` },
          imageSboms: this.#imageSboms,
        };
        const packed = await withActions(planned.resolved, this.#ports.actions, inner, () =>
          packPackage(
            planned.resolved,
            this.#images,
            options,
            {
              workspace,
              blobs: this.#blobs,
              compute: this.#ports.compute,
              records: this.#ports.records,
              ...(reads === undefined ? {} : { reads }),
              ...(this.#sboms === undefined ? {} : { sboms: this.#sboms }),
            },
            inner,
          ),
        );
        if (reads !== undefined) {
          const ports = { workspace, blobs: this.#blobs, reads };
          this.#inputs.set(planned.id, await packageInputs(planned.resolved, files, ports, inner));
        }
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
        const archive = await writePackageArchive(packed, { flavor, step: id }, this.#ports, run);
        this.#archives.set(id, archive);
        return archive.reused ? 'reused' : 'done';
      },
    };
  }

  #bundleStep(
    { flavor, packages }: PlannedFlavor,
    bundle: PlannedBundle,
    add: (step: GraphStep) => string,
  ): GraphStep {
    const id = archiveStepId(flavor, bundle.fileName);
    const memberSteps = new Map(
      bundle.members.map((member) => [
        member.name,
        member.kind === 'built'
          ? packageStepId(member.packageId)
          : add(
              this.#memberStep(
                member,
                bundle.definition.packages.find(({ name }) => name === member.name)?.publicKey,
              ),
            ),
      ]),
    );
    return {
      id,
      title: `${flavor}/${bundle.fileName}`,
      // What its packages hold is copied from their archives.
      needs: [
        ...new Set(memberSteps.values()),
        ...packages.map((each) => archiveStepId(flavor, this.#planned(each).fileName)),
      ],
      work: async (run) => {
        const members = new Map(
          [...memberSteps].map(([name, step]) => [name, this.#packedOf(step)]),
        );
        const place = { flavor, step: id };
        const archive = await writeBundleArchive(
          bundle,
          members,
          packages.map((each) => this.#packedOf(packageStepId(each))),
          this.#plan,
          place,
          this.#ports,
          run,
        );
        this.#archives.set(id, archive);
        return archive.reused ? 'reused' : 'done';
      },
    };
  }

  #memberStep(
    member: Exclude<PlannedMember, { kind: 'built' }>,
    publicKey: string | undefined,
  ): GraphStep {
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
            : await this.#ports.importPublished(
                this.#lock === undefined ? location : pinMember(location, this.#lock),
                publicKey,
                inner,
              );
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
        const { results = [] } = this.#options;
        const documents: ReadonlyMap<string, BlobSource> =
          this.#sboms === undefined ? new Map() : await this.#documents(flavor, packages, run);
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
              return {
                name: member.name,
                origin: member.kind,
                location: member.kind === 'archive' ? member.path : member.reference,
                digest: definitionDigest(this.#packedOf(memberStep(member))),
              };
            }),
            programVersion: this.#options.programVersion,
            sboms: new Map([
              ...documents,
              ...results.map(({ fileName, blob }) => [fileName, blob] as const),
            ]),
            ...(this.#options.verifier === undefined ? {} : { verifier: this.#options.verifier }),
            attestations: await this.#attestations(flavor, documents, run),
          },
          {
            output: this.#ports.outputFor(flavor.flavor),
            ...(this.#ports.signing === undefined ? {} : { signing: this.#ports.signing }),
            ...(this.#ports.render === undefined ? {} : { render: this.#ports.render }),
          },
          run,
        );
        this.finished.set(flavor.flavor, finished);
        return 'done';
      },
    };
  }

  #documents(
    { flavor, bundle }: PlannedFlavor,
    packages: readonly PlannedPackage[],
    run: Run,
  ): Promise<ReadonlyMap<string, BlobSource>> {
    return flavorSboms(
      {
        packages: packages.map(({ id, fileName }) => ({
          archive: this.#archiveOf(flavor, fileName),
          packages: [this.#packedOf(packageStepId(id))],
        })),
        ...(bundle === undefined
          ? {}
          : {
              bundle: {
                archive: this.#archiveOf(flavor, bundle.fileName),
                bundle: bundle.definition.metadata,
                packages: bundle.members.map((member) => this.#packedOf(memberStep(member))),
              },
            }),
        created: this.#plan.timestamp,
        programVersion: this.#options.programVersion,
      },
      this.#blobs,
      run,
    );
  }

  #archiveOf(flavor: ReleaseFlavor, fileName: string): FinishedArchive {
    const archive = this.#archives.get(archiveStepId(flavor, fileName));
    if (archive === undefined) throw new InternalError(`no archive ${fileName}`);
    return archive;
  }

  /** What is said of how the archives of a flavor were made. */
  async #attestations(
    flavor: PlannedFlavor,
    documents: ReadonlyMap<string, BlobSource>,
    run: Run,
  ): Promise<readonly ReleaseAttestation[]> {
    const context = this.#ports.provenance;
    if (context === undefined || this.#ports.signing === undefined) return [];
    const archiveOf = (fileName: string): FinishedArchive =>
      this.#archiveOf(flavor.flavor, fileName);
    const { bundle } = flavor;
    return flavorProvenance(
      {
        documents,
        results: this.#options.results ?? [],
        packages: flavor.packages.map((id) => {
          const planned = this.#planned(id);
          return {
            planned,
            packed: this.#packedOf(packageStepId(id)),
            archive: archiveOf(planned.fileName),
            inputs: this.#inputs.get(id) ?? [],
            images: planned.resolved.images.flatMap((each) => this.#images.get(each) ?? []),
          };
        }),
        ...(bundle === undefined
          ? {}
          : {
              bundle: {
                bundle,
                archive: archiveOf(bundle.fileName),
                members: new Map(
                  bundle.members.map((each) => [each.name, this.#packedOf(memberStep(each))]),
                ),
              },
            }),
      },
      { plan: this.#plan, flavor: flavor.flavor, locked: this.#lock !== undefined, context },
      run,
    );
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

/** The step a package of a bundle comes from. */
function memberStep(member: PlannedMember): string {
  if (member.kind === 'built') return packageStepId(member.packageId);
  return memberStepId(member.kind === 'archive' ? member.path : member.reference);
}

async function missingBlobs(images: readonly ResolvedImage[], blobs: BlobStore): Promise<number> {
  let missing = 0;
  for (const { digest, size } of images.flatMap((image) => image.blobs))
    if ((await blobs.find(digest)) !== size) missing += 1;
  return missing;
}
