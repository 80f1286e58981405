import { cleanPath, nameFault, PathSet } from '../archive/entry-path.ts';
import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { parsePackageManifest, titleOf } from '../uds/package-manifest.ts';
import { selectedComponents } from '../uds/selected-components.ts';
import type { BundleBlobs, BundleFile } from './bundle-blobs.ts';
import { isNewerManifest } from './bundle-layout.ts';
import type { ProblemList } from './bundle-problem.ts';
import type { PackageFacts, PackageFile } from './facts.ts';
import { leftOutFiles } from './left-out-files.ts';
import { gatherPackage } from './package-facts.ts';

/** A package to be read out of one half of a bundle. */
export interface BundledPackage {
  /** Name in the bundle. */
  readonly name: string;
  /** How findings call it; unlike every other of the bundle. */
  readonly label: string;
  readonly half: 'legacy' | 'next';
  readonly manifest: Pick<Descriptor, 'digest' | 'size'>;
  /** Components the bundle lists. */
  readonly listed: readonly string[];
}

const required = ['zarf.yaml', 'checksums.txt'];

/**
 * Reads a package whose files are blobs of the bundle; undefined when its manifest is absent or
 * cannot be understood, which is then among the problems.
 * @see shared reference of the UDS bundle format, 2.3, 2.4 and 3.4
 */
export function gatherBundledPackage(
  bundled: BundledPackage,
  blobs: BundleBlobs,
  list: ProblemList,
): PackageFacts | undefined {
  const { name, label, half, manifest } = bundled;
  const what = `the manifest of package '${name}'`;
  const file = blobs.follow(manifest, what);
  if (file === undefined) return undefined;
  const subject = `package '${name}'`;
  if (file.content === undefined) {
    list.report(
      'BUNDLE_BLOB_UNREAD',
      subject,
      `${what} could not be kept for judging: ${file.size} bytes`,
      { digest: manifest.digest, outcome: 'undecided' },
    );
    return undefined;
  }
  const { content } = file;
  if (!blobs.spend(content.length, what)) return undefined;
  if (isNewerManifest(content, what, manifest.digest, list)) return undefined;
  const parsed = list.attempt('BUNDLE_MANIFEST_INVALID', subject, () =>
    parsePackageManifest(content, what),
  );
  if (parsed === undefined) return undefined;
  if (parsed.unknownMediaType !== undefined)
    list.unknown(
      subject,
      `${what} calls itself ${shown(parsed.unknownMediaType)}, which is not known`,
      manifest.digest,
    );
  if (parsed.config === undefined) {
    if (half === 'next')
      list.report('BUNDLE_MANIFEST_INVALID', subject, `${what} has no config`, {
        digest: manifest.digest,
      });
  } else {
    blobs.follow(
      parsed.config,
      `the config of package '${name}'`,
      half === 'legacy' ? 'BUNDLE_CONFIG_MISSING' : 'BUNDLE_BLOB_MISSING',
    );
  }
  const layers = titledLayers(parsed.layers, bundled, list);
  for (const path of required) {
    if (!layers.has(path))
      list.report('BUNDLE_MANIFEST_INCOMPLETE', subject, `${what} names no ${path}`, {
        digest: manifest.digest,
      });
  }
  const follow = (path: string, layer: Descriptor): BundleFile | undefined =>
    blobs.follow(layer, `'${path}' of package '${name}'`, undefined, `${label}: ${path}`);
  const present = new Map<string, PackageFile>();
  for (const [path, layer] of layers) {
    if (!blobs.has(layer.digest)) continue;
    const blob = follow(path, layer);
    if (blob !== undefined) present.set(path, fileOf(path, layer, blob));
  }
  if (!blobs.spend(documentBytes(present), `package '${name}'`)) return undefined;
  const facts = gatherPackage(label, present, { digest: manifest.digest, present: true });
  const selected = selectedComponents(
    facts.definition?.definition ?? { components: [] },
    bundled.listed,
    half,
  );
  const leftOut = leftOutFiles(facts, selected, layers.keys());
  const files = new Map(present);
  for (const [path, layer] of layers) {
    if (present.has(path) || (half === 'legacy' && leftOut.has(path))) continue;
    follow(path, layer);
    files.set(path, fileOf(path, layer, undefined));
  }
  return { ...facts, files, ...(leftOut.size === 0 ? {} : { leftOut }) };
}

/** Bytes that reading the package means reading: its definition, its list, and what is text below images/. */
function documentBytes(files: ReadonlyMap<string, PackageFile>): number {
  let bytes = 0;
  for (const [path, { content }] of files) {
    if (required.includes(path) || path.startsWith('images/')) bytes += content?.length ?? 0;
  }
  return bytes;
}

function titledLayers(
  layers: readonly Descriptor[],
  { name, half, manifest }: BundledPackage,
  list: ProblemList,
): ReadonlyMap<string, Descriptor> {
  const titled = new Map<string, Descriptor>();
  const twins = new Map<string, string>();
  const paths = new PathSet();
  const subject = `package '${name}'`;
  const more = { digest: manifest.digest };
  for (const layer of layers) {
    const path = titleOf(layer);
    if (layer.mediaType !== mediaTypes.zarfLayer) {
      list.unknown(
        subject,
        `the layer '${path ?? layer.digest}' of package '${name}' has the media type ${shown(layer.mediaType)}, which is not known`,
        layer.digest,
      );
    }
    const fault = path === undefined ? 'has no title, so it stands for no file' : titleFault(path);
    if (path === undefined || fault !== undefined) {
      const which = path === undefined ? `the layer ${layer.digest}` : `the title '${path}'`;
      list.report('BUNDLE_MANIFEST_TITLE', subject, `${which} of package '${name}' ${fault}`, more);
      continue;
    }
    const clash = paths.add(path, false);
    if (clash !== undefined) {
      const message = titled.has(path)
        ? `the manifest of package '${name}' names '${path}' twice`
        : `titles of package '${name}' clash: ${clash.message}`;
      list.report('BUNDLE_MANIFEST_TITLE', subject, message, more);
      continue;
    }
    const twin = twins.get(layer.digest);
    if (half === 'legacy' && twin !== undefined) {
      const message = `'${twin}' and '${path}' of package '${name}' are one blob, of which a deploying program writes only the first path`;
      list.report('BUNDLE_MANIFEST_TWINS', subject, message, { ...more, severity: 'warning' });
    }
    twins.set(layer.digest, path);
    titled.set(path, layer);
  }
  return titled;
}

function titleFault(path: string): string | undefined {
  return nameFault(path) ?? (cleanPath(path) === path ? undefined : 'is not in its shortest form');
}

function fileOf(
  path: string,
  { digest, size }: Descriptor,
  blob: Omit<PackageFile, 'path' | 'declared'> | undefined,
): PackageFile {
  const declared = { digest, size };
  if (blob === undefined)
    return { path, digest: undefined, size: 0, declared, content: undefined, head: undefined };
  return {
    path,
    digest: blob.digest,
    size: blob.size,
    declared,
    content: blob.content,
    head: blob.head,
    nested: blob.nested,
  };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
