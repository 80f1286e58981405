import { posix } from 'node:path';
import { tarStream } from '../archive/tar-writer.ts';
import { type BlobStore, heldContent, storedContent } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { renderChecksums } from '../zarf/checksums.ts';
import { componentTarEntries } from '../zarf/component-tar.ts';
import type { BuildData, PackageDefinition } from '../zarf/definition.ts';
import { packageFileName } from '../zarf/file-name.ts';
import { mergeValuesFiles } from '../zarf/merge-values.ts';
import { PackError } from '../zarf/pack-error.ts';
import { renderDefinition } from '../zarf/render-definition.ts';
import { collectTree } from './collect-tree.ts';
import type { ComponentPorts } from './component-content.ts';
import { packComponent } from './pack-component.ts';
import { packImages } from './pack-images.ts';
import { packSboms } from './pack-sboms.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';
import { fileSboms, fileSubject, type SbomDocuments, type SbomPorts } from './sbom-documents.ts';

export interface PackOptions {
  /** Every timestamp written. */
  readonly timestamp: Date;
  /** The Zarf version whose format this is, e.g. `v0.84.0`. */
  readonly zarfVersion: string;
  /** Added to `metadata.annotations`, where the author did not set the same. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Documents about images, by reference as the definition spells it. */
  readonly imageSboms?: ReadonlyMap<string, readonly SbomDocuments[]>;
}

/** Annotation that names the true builder: `build.version` is the format's. */
export const builderAnnotation = 'dev.cowa-release.builder';

const maxSmallBytes = 16 * 2 ** 20;

/**
 * Builds every file of a package. Charts and small component tars go into the blob store; images are taken
 * as they were resolved. The same inputs give the same digests on any machine.
 * @throws PackError PACK_IMAGE_MISSING, PACK_INPUT_MISSING, PACK_INPUT_KIND, PACK_INPUT_CHANGED, PACK_CHART_INVALID, PACK_CHART_DEPENDENCY, PACK_VALUES_INVALID, PACK_NAME_INVALID
 */
export async function packPackage(
  resolved: ResolvedPackage,
  images: ReadonlyMap<string, ResolvedImage>,
  options: PackOptions,
  ports: {
    readonly workspace: Workspace;
    readonly kustomizer?: Kustomizer;
    /** Without it the package carries no SBOMs. */
    readonly sboms?: SbomPorts;
  } & ComponentPorts,
  run: Run,
): Promise<PackedPackage> {
  const files: PackedFile[] = [];
  const sboms = resolved.images.flatMap((reference) => options.imageSboms?.get(reference) ?? []);
  for (const component of resolved.definition.components) {
    const blob = await packComponent(component, resolved, ports, run);
    if (blob === undefined) continue;
    files.push({ path: `components/${component.name}.tar`, mode: 0o644, blob });
    const carries = [...(component.files ?? []), ...(component.dataInjections ?? [])].length > 0;
    if (ports.sboms !== undefined && carries) {
      const name = fileSubject(resolved.definition, component);
      sboms.push(...(await fileSboms(name, blob, options.timestamp, ports.sboms, run)));
    }
  }
  const packedImages = await packImages(resolved, images, run);
  files.push(
    ...packedImages.files,
    ...(await packDocuments(resolved, ports, run)),
    ...(await packValues(resolved, ports.workspace)),
    ...(await packSboms(sboms, ports.blobs, run)),
  );
  const checksums = renderChecksums(files.map(({ path, blob }) => ({ path, digest: blob.digest })));
  files.push({ path: 'checksums.txt', mode: 0o600, blob: heldContent(checksums.bytes) });
  const definition = completed(resolved, checksums.aggregate, packedImages.keepsIndex, options);
  files.push({ path: 'zarf.yaml', mode: 0o600, blob: heldContent(renderDefinition(definition)) });
  return {
    definition,
    fileName: packageFileName(definition, {
      architecture: resolved.architecture,
      ...(resolved.zarfFlavor === undefined ? {} : { flavor: resolved.zarfFlavor }),
    }),
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    ...(sboms.length === 0 ? {} : { sboms }),
    signed: false,
  };
}

function completed(
  resolved: ResolvedPackage,
  aggregateChecksum: string,
  keepsIndex: boolean,
  options: PackOptions,
): PackageDefinition {
  const { definition, zarfFlavor, registryOverrides } = resolved;
  const annotations = { ...options.annotations, ...definition.metadata.annotations };
  const versionRequirements = requirementsOf(definition, keepsIndex);
  const build: BuildData = {
    architecture: resolved.architecture,
    timestamp: rfc1123(options.timestamp),
    version: options.zarfVersion,
    migrations: ['scripts-to-actions', 'pluralize-set-variable'],
    ...(registryOverrides === undefined || Object.keys(registryOverrides).length === 0
      ? {}
      : { registryOverrides }),
    ...(zarfFlavor === undefined || zarfFlavor === '' ? {} : { flavor: zarfFlavor }),
    signed: false,
    ...(versionRequirements.length === 0 ? {} : { versionRequirements }),
    provenanceFiles: ['checksums.txt'],
  };
  return {
    ...definition,
    metadata: {
      ...definition.metadata,
      aggregateChecksum,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    build,
  };
}

/** RFC 1123 with a numeric zone, as Zarf writes it. */
export function rfc1123(time: Date): string {
  return time.toUTCString().replace('GMT', '+0000');
}

/** @see shared reference of the Zarf package format, 6.3 */
function requirementsOf(
  definition: PackageDefinition,
  keepsIndex: boolean,
): readonly { readonly version: string; readonly reason: string }[] {
  const charts = definition.components.flatMap((component) => component.charts ?? []);
  const requirements: { version: string; reason: string }[] = [];
  if (charts.some(({ version }) => !version)) {
    requirements.push({
      version: 'v0.65.0',
      reason:
        'This package contains a chart without a version, which is only supported on v0.65.0+',
    });
  }
  if (keepsIndex) {
    requirements.push({
      version: 'v0.77.0',
      reason:
        'This package contains multi-platform images preserved by index digest, which require v0.77.0+',
    });
  }
  if (charts.some(({ templatedValuesFiles }) => (templatedValuesFiles ?? []).length > 0)) {
    requirements.push({
      version: 'v0.78.0',
      reason: 'This package contains templated values files, which require v0.78.0+',
    });
  }
  return requirements;
}

async function packDocuments(
  resolved: ResolvedPackage,
  ports: { readonly workspace: Workspace; readonly blobs: BlobStore },
  run: Run,
): Promise<readonly PackedFile[]> {
  const documents = Object.entries(resolved.definition.documentation ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  if (documents.length === 0) return [];
  const baseNames = documents.map(([, path]) => posix.basename(path));
  const entries = [];
  for (const [key, path] of documents) {
    const base = posix.basename(path);
    const collides = baseNames.filter((name) => name === base).length > 1;
    const [entry, more] = await collectTree(
      inputPath(resolved, path),
      { as: collides ? `${key}-${base}` : base },
      ports.workspace,
      run,
    );
    if (entry === undefined || more !== undefined || entry.type !== 'file')
      throw new PackError(
        'PACK_INPUT_KIND',
        `documentation.${key} names ${path}, which is no file`,
      );
    entries.push({ ...entry, mode: entry.mode & 0o700 });
  }
  const tar = await ports.blobs.put(tarStream(componentTarEntries('.', entries, run)), {}, run);
  return [{ path: 'documentation.tar', mode: 0o644, blob: storedContent(tar, ports.blobs) }];
}

async function packValues(
  resolved: ResolvedPackage,
  workspace: Workspace,
): Promise<readonly PackedFile[]> {
  const { files = [], schema } = resolved.definition.values ?? {};
  const packed: PackedFile[] = [];
  if (files.length > 0) {
    const read = await Promise.all(
      files.map(async (path) => ({
        path,
        bytes: await workspace.read(inputPath(resolved, path), maxSmallBytes),
      })),
    );
    packed.push({ path: 'values.yaml', mode: 0o600, blob: heldContent(mergeValuesFiles(read)) });
  }
  if (schema)
    packed.push({
      path: 'values.schema.json',
      mode: 0o600,
      blob: heldContent(await workspace.read(inputPath(resolved, schema), maxSmallBytes)),
    });
  return packed;
}
