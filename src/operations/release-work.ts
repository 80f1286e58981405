import type { LockedFile, LockedFlavor, LockedInput } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { InternalError } from '../errors/families.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { agreedAuthor } from '../sbom/sbom-author.ts';
import { runWithin } from '../support/run.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import type { AssembleOptions, AssemblePorts } from './assemble-ports.ts';
import { checkPayload, requireLockedFiles } from './check-payloads.ts';
import { coalescePuts } from './coalesce-puts.ts';
import { fetchSteps } from './fetch-step.ts';
import { type FinishedArchive, type FinishedFlavor, finishFlavor } from './finish-flavor.ts';
import { flavorAttestations, flavorDocuments } from './flavor-evidence.ts';
import { imageStep, sbomStep } from './image-steps.ts';
import { importStep } from './import-step.ts';
import { builderAnnotation, packPackage } from './pack-package.ts';
import { type PackageInput, packageInputs } from './package-inputs.ts';
import type { PackedPackage } from './packed-package.ts';
import type { PlannedBundle, PlannedFlavor, PlannedPackage, ReleasePlan } from './plan-release.ts';
import { archiveStepId, memberStep, packageStepId } from './release-step-ids.ts';
import { mergeLocks } from './resolve-release-images.ts';
import { withActions } from './run-actions.ts';
import type { GraphStep } from './run-graph.ts';
import type { SbomDocuments, SbomPorts } from './sbom-documents.ts';
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
  readonly #fetched = new Map<string, LockedInput>();

  constructor(plan: ReleasePlan, options: AssembleOptions, ports: AssemblePorts) {
    this.#plan = plan;
    this.#options = options;
    this.#ports = ports;
    this.#blobs = coalescePuts(ports.blobs);
    this.#lock = mergeLocks(options.lock);
    const { sbomGenerator: generator, records } = ports;
    const author = agreedAuthor(plan.packages.map(({ resolved }) => resolved.definition.metadata));
    if (generator !== undefined)
      this.#sboms = {
        generator,
        records,
        blobs: this.#blobs,
        ...(author === undefined ? {} : { author }),
      };
  }

  steps(): readonly GraphStep[] {
    const steps = new Map<string, GraphStep>();
    const add = (step: GraphStep): string => {
      if (!steps.has(step.id)) steps.set(step.id, step);
      return step.id;
    };
    const work = {
      plan: this.#plan,
      imageSources: this.#ports.imageSources,
      blobs: this.#blobs,
      lock: this.#lock,
      images: this.#images,
      imageSboms: this.#imageSboms,
    };
    const fetching = {
      ports: { ...this.#ports.fetching, blobs: this.#blobs },
      lock: this.#lock,
      fetched: this.#fetched,
    };
    for (const planned of this.#plan.packages) {
      const needs = planned.resolved.images.flatMap((reference) => [
        add(imageStep(reference, this.#sboms, work)),
        ...(this.#sboms === undefined ? [] : [add(sbomStep(reference, this.#sboms, work))]),
      ]);
      for (const step of fetchSteps(planned, fetching)) needs.push(add(step));
      add(this.#packageStep(planned, needs));
    }
    for (const flavor of this.#plan.flavors) {
      const needs = flavor.packages.map((id) => add(this.#archiveStep(flavor, this.#planned(id))));
      if (flavor.bundle !== undefined)
        needs.push(add(this.#bundleStep(flavor, flavor.bundle, add)));
      if (this.#options.archivesOnly !== true) add(this.#finishStep(flavor, needs));
    }
    return [...steps.values()];
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
        const { pickled = 'refused' } = this.#options;
        for (const payload of planned.payloads)
          files.push(...(await checkPayload(payload, this.#plan.root, workspace, inner, pickled)));
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
              ...(this.#ports.kustomizer && { kustomizer: this.#ports.kustomizer }),
              ...(this.#sboms === undefined ? {} : { sboms: this.#sboms }),
            },
            inner,
          ),
        );
        if (reads !== undefined) {
          const fetched = this.#fetched;
          const ports = { workspace, blobs: this.#blobs, reads, fetched };
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
              importStep(
                member,
                bundle.definition.packages.find(({ name }) => name === member.name)?.publicKey,
                { ports: this.#ports, lock: this.#lock, packed: this.#packed },
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
        const made = {
          plan: this.#plan,
          options: this.#options,
          ports: this.#ports,
          blobs: this.#blobs,
          lock: this.#lock,
          images: this.#images,
          inputs: this.#inputs,
          planned: (id: string) => this.#planned(id),
          packedOf: (step: string) => this.#packedOf(step),
          archiveOf: (of: ReleaseFlavor, fileName: string) => this.#archiveOf(of, fileName),
        };
        const references = new Set(packages.flatMap(({ resolved }) => resolved.images));
        const { results = [] } = this.#options;
        const documents: ReadonlyMap<string, BlobSource> =
          this.#sboms === undefined
            ? new Map()
            : await flavorDocuments(flavor, packages, made, run);
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
            attestations: await flavorAttestations(flavor, documents, made, run),
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

  #archiveOf(flavor: ReleaseFlavor, fileName: string): FinishedArchive {
    const archive = this.#archives.get(archiveStepId(flavor, fileName));
    if (archive === undefined) throw new InternalError(`no archive ${fileName}`);
    return archive;
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
