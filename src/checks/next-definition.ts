import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { descriptorOf, descriptorsOf, readObject } from '../oci/read-members.ts';
import type { ParsedBundleDefinition } from '../uds/bundle.ts';
import { titleOf } from '../uds/package-manifest.ts';
import { parseNextBundle } from '../uds/parse-next-bundle.ts';
import { parseNextDefaults } from '../uds/parse-next-defaults.ts';
import type { BundleBlobs } from './bundle-blobs.ts';
import { isNewerManifest } from './bundle-layout.ts';
import type { ProblemList } from './bundle-problem.ts';
import { grounds } from './find-causes.ts';

const hclType = 'application/vnd.defenseunicorns.uds.bundle.hcl.v1';
const valuesType = 'application/vnd.defenseunicorns.uds.bundle.values.v1+yaml';
const definitionTitle = 'bundle.uds.hcl';
const defaultsTitle = 'defaults.uds.hcl';

/**
 * Reads the definition of a next bundle: its manifest, the HCL, defaults and values files.
 * @see shared reference of the UDS bundle format, 3.3
 */
export function readNextDefinition(
  entry: Descriptor,
  architecture: string,
  blobs: BundleBlobs,
  list: ProblemList,
): ParsedBundleDefinition | undefined {
  const what = 'the definition manifest';
  if (entry.mediaType !== mediaTypes.ociManifest)
    list.unknown(
      what,
      `${what} is announced as ${JSON.stringify(entry.mediaType.slice(0, 100))}, which is not known`,
      entry.digest,
    );
  const layers = readLayers(entry, blobs, list);
  if (layers === undefined) return undefined;
  const hcl = byTitle(layers, definitionTitle, list);
  const definition = hcl === undefined ? undefined : readHcl(hcl, architecture, blobs, list);
  const defaults = layers.filter((layer) => titleOf(layer) === defaultsTitle);
  for (const layer of defaults) readDefaults(layer, blobs, list);
  if (defaults.length > 1)
    list.report(
      'BUNDLE_DEFINITION_FILES',
      what,
      `${what} names ${defaultsTitle} ${defaults.length} times`,
    );
  const values = layers.filter((layer) => layer.mediaType === valuesType);
  for (const layer of values)
    blobs.follow(layer, `the values file '${titleOf(layer) ?? layer.digest}'`);
  for (const layer of layers) {
    const title = titleOf(layer);
    const known =
      layer.mediaType === hclType
        ? title === definitionTitle || title === defaultsTitle
        : layer.mediaType === valuesType;
    if (known) continue;
    blobs.follow(layer, `the layer '${title ?? layer.digest}' of ${what}`);
    list.unknown(
      what,
      `${what} has a layer '${title ?? layer.digest}' of the type ${JSON.stringify(layer.mediaType.slice(0, 100))}, which is not known`,
      layer.digest,
    );
  }
  if (definition?.next !== undefined) judgeValues(definition, values, list);
  return definition;
}

function readLayers(
  entry: Descriptor,
  blobs: BundleBlobs,
  list: ProblemList,
): readonly Descriptor[] | undefined {
  const what = 'the definition manifest';
  const file = blobs.follow(entry, what, undefined, grounds.bundle);
  if (file === undefined) return undefined;
  const content = blobs.contentOf(file, entry, what, 'BUNDLE_DEFINITION_UNREAD');
  if (content === undefined || isNewerManifest(content, what, entry.digest, list)) return undefined;
  return list.attempt('BUNDLE_ROOT_INVALID', what, () => {
    const document = readObject(content, what);
    const { mediaType, artifactType, config, layers } = document;
    if (mediaType !== mediaTypes.ociManifest)
      list.report(
        'BUNDLE_ROOT_TYPE',
        what,
        `${what} calls itself ${String(mediaType)}, expected ${mediaTypes.ociManifest}`,
      );
    if (artifactType !== undefined && artifactType !== entry.artifactType)
      list.report(
        'BUNDLE_ROOT_TYPE',
        what,
        `${what} is of the type ${String(artifactType)}, its entry says ${entry.artifactType ?? 'none'}`,
      );
    blobs.follow(descriptorOf(config, what, 'config'), `the config of ${what}`);
    return descriptorsOf(layers, what, 'layers');
  });
}

function byTitle(
  layers: readonly Descriptor[],
  title: string,
  list: ProblemList,
): Descriptor | undefined {
  const found = layers.filter((layer) => titleOf(layer) === title && layer.mediaType === hclType);
  if (found.length !== 1)
    list.report(
      'BUNDLE_DEFINITION_MISSING',
      'the definition manifest',
      `the definition manifest has ${found.length} layers titled ${title} of the type ${hclType}, one is due`,
    );
  return found[0];
}

function readHcl(
  layer: Descriptor,
  architecture: string,
  blobs: BundleBlobs,
  list: ProblemList,
): ParsedBundleDefinition | undefined {
  const file = blobs.follow(layer, definitionTitle, undefined, grounds.bundle);
  if (file === undefined) return undefined;
  if (file.digest !== undefined && file.digest !== layer.digest) {
    list.report(
      'BUNDLE_DEFINITION_DIGEST',
      definitionTitle,
      `${definitionTitle} is not the one that the definition manifest promises`,
      { digest: layer.digest },
    );
  }
  if (file.content !== undefined) {
    const parsed = parseNextBundle(file.content, architecture);
    const { unknownApiVersion } = parsed;
    if (unknownApiVersion !== undefined)
      list.unknown(
        definitionTitle,
        `${definitionTitle} is of the version ${JSON.stringify(unknownApiVersion.slice(0, 100))}, which is not known`,
        layer.digest,
      );
    return parsed;
  }
  list.report(
    'BUNDLE_DEFINITION_UNREAD',
    definitionTitle,
    `${definitionTitle} (${file.size} bytes) is too large to be judged, or not text`,
    { digest: layer.digest, outcome: 'undecided' },
  );
  return undefined;
}

function readDefaults(layer: Descriptor, blobs: BundleBlobs, list: ProblemList): void {
  const content = blobs.follow(layer, defaultsTitle)?.content;
  if (content === undefined) return;
  for (const { message, line, column } of parseNextDefaults(content).problems) {
    list.report(
      'BUNDLE_DEFINITION_FILES',
      defaultsTitle,
      `${defaultsTitle}:${line}:${column}: ${message}`,
      { digest: layer.digest },
    );
  }
}

/** Each `values_files` entry of a package stands in the archive as `values/<package>/<number>.yaml`. */
function judgeValues(
  definition: ParsedBundleDefinition,
  layers: readonly Descriptor[],
  list: ProblemList,
): void {
  const wanted = new Set(
    (definition.next?.packages ?? []).flatMap(({ name, valuesFiles }) =>
      valuesFiles.map((_, at) => `values/${name}/${at}.yaml`),
    ),
  );
  const found = new Set<string>();
  for (const layer of layers) {
    const title = titleOf(layer) ?? '';
    if (found.has(title))
      list.report(
        'BUNDLE_DEFINITION_FILES',
        'the definition manifest',
        `the definition manifest names '${title}' twice`,
      );
    else if (!wanted.has(title))
      list.report(
        'BUNDLE_DEFINITION_FILES',
        'the definition manifest',
        `the definition manifest names '${title}', which no package asks for`,
        { digest: layer.digest },
      );
    found.add(title);
  }
  for (const title of wanted) {
    if (!found.has(title))
      list.report(
        'BUNDLE_DEFINITION_FILES',
        'the definition manifest',
        `a package asks for '${title}', which the definition manifest does not name`,
      );
  }
}
