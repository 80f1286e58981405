import type {
  ActionSet,
  BuildData,
  ChartEntry,
  Component,
  ComponentActions,
  FileEntry,
  ManifestEntry,
  PackageDefinition,
  PackageMetadata,
} from './definition.ts';
import type { Shaped } from './read-shape.ts';
import type { v1beta1Shape } from './v1beta1-shape.ts';

/** A v1beta1 document as read. */
export type V1beta1Package = Shaped<typeof v1beta1Shape>;
type V1beta1Component = NonNullable<V1beta1Package['components']>[number];
type V1beta1Chart = NonNullable<V1beta1Component['charts']>[number];
type V1beta1Manifest = NonNullable<V1beta1Component['manifests']>[number];
type V1beta1File = NonNullable<V1beta1Component['files']>[number];
type V1beta1Actions = NonNullable<V1beta1Component['actions']>;
type V1beta1ActionSet = NonNullable<V1beta1Actions['onCreate']>;

/** Members of metadata that v1beta1 carries as annotations. */
const metadataAnnotations = [
  'url',
  'image',
  'authors',
  'documentation',
  'source',
  'vendor',
] as const;

/**
 * A v1beta1 document in the terms of v1alpha1: what Zarf writes as the first document of a package.
 * `apiVersion` keeps telling where it came from.
 *
 * @see Zarf v0.84 api/v1beta1
 */
export function convertV1beta1(source: V1beta1Package): PackageDefinition {
  const { build, components = [], documentation, values } = source;
  const isInit = components.some((component) => component.service !== undefined);
  return {
    ...pick(source, 'apiVersion'),
    kind: isInit ? 'ZarfInitConfig' : (source.kind ?? 'ZarfPackageConfig'),
    metadata: toMetadata(source.metadata, build?.aggregateChecksum),
    ...(build === undefined ? {} : { build: toBuild(build) }),
    components: components.map(toComponent),
    ...(values === undefined ? {} : { values }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}

function toMetadata(
  source: V1beta1Package['metadata'],
  aggregateChecksum: string | undefined,
): PackageMetadata {
  const { annotations = {}, preventNamespaceOverride = false, ...same } = source;
  const moved: Partial<Record<(typeof metadataAnnotations)[number], string>> = {};
  for (const name of metadataAnnotations) {
    const value = annotations[`metadata.${name}`];
    if (value !== undefined) moved[name] = value;
  }
  const own = Object.entries(annotations).filter(
    ([key]) => !metadataAnnotations.some((name) => key === `metadata.${name}`),
  );
  return {
    ...same,
    ...moved,
    ...(own.length === 0 ? {} : { annotations: Object.fromEntries(own) }),
    ...(aggregateChecksum === undefined ? {} : { aggregateChecksum }),
    allowNamespaceOverride: !preventNamespaceOverride,
  };
}

function toBuild(source: NonNullable<V1beta1Package['build']>): BuildData {
  const { hostname, aggregateChecksum: _movedToMetadata, ...same } = source;
  return { ...(hostname === undefined ? {} : { terminal: hostname }), ...same };
}

function toComponent(source: V1beta1Component): Component {
  const { optional = false, manifests, charts, files, images, repositories, actions } = source;
  const only = toOnly(source);
  const path = source.import?.local?.[0]?.path;
  const url = source.import?.remote?.[0]?.url;
  return {
    ...pick(source, 'name', 'description', 'imageArchives', 'stateAccess'),
    ...(optional ? {} : { required: true }),
    ...(only === undefined ? {} : { only }),
    ...(source.import === undefined
      ? {}
      : {
          import: {
            ...(path === undefined ? {} : { path }),
            ...(url === undefined ? {} : { url }),
          },
        }),
    ...(manifests === undefined ? {} : { manifests: manifests.map(toManifest) }),
    ...(charts === undefined ? {} : { charts: charts.map(toChart) }),
    ...(files === undefined ? {} : { files: files.map(toFile) }),
    ...(images === undefined ? {} : { images: images.map((image) => image.name) }),
    ...(repositories === undefined
      ? {}
      : { repos: repositories.map((repo) => atGitRef(repo.url, repo.ref)) }),
    ...(actions === undefined ? {} : { actions: toActions(actions) }),
  };
}

function toOnly({ target, selector }: V1beta1Component): Component['only'] {
  if (
    target?.os === undefined &&
    selector?.architecture === undefined &&
    selector?.flavor === undefined
  ) {
    return undefined;
  }
  return {
    ...(target?.os === undefined ? {} : { localOS: target.os }),
    ...(selector?.architecture === undefined
      ? {}
      : { cluster: { architecture: selector.architecture } }),
    ...(selector?.flavor === undefined ? {} : { flavor: selector.flavor }),
  };
}

function toChart(source: V1beta1Chart): ChartEntry {
  const plain = (source.valuesFiles ?? []).filter((file) => file.enableTemplating !== true);
  const templated = (source.valuesFiles ?? []).filter((file) => file.enableTemplating === true);
  return {
    ...pick(source, 'name', 'namespace', 'releaseName', 'values', 'serverSideApply'),
    ...chartSource(source),
    ...(source.skipWait === undefined ? {} : { noWait: source.skipWait }),
    ...(plain.length === 0 ? {} : { valuesFiles: plain.map((file) => file.path) }),
    ...(templated.length === 0 ? {} : { templatedValuesFiles: templated.map((file) => file.path) }),
    ...(source.skipSchemaValidation === true ? { schemaValidation: false } : {}),
  };
}

function chartSource(source: V1beta1Chart): Partial<ChartEntry> {
  const { helmRepository, git, local, oci } = source;
  if (helmRepository !== undefined) {
    const { name, ...same } = helmRepository;
    return { ...same, ...(name === undefined ? {} : { repoName: name }) };
  }
  if (git !== undefined) {
    return {
      url: atGitRef(git.url, git.ref),
      ...(git.path === undefined ? {} : { gitPath: git.path }),
    };
  }
  if (local !== undefined) return { localPath: local.path };
  if (oci === undefined) return {};
  const { tag, digest } = oci.ref ?? {};
  const url = digest === undefined ? oci.url : `${oci.url}@${digest}`;
  return { url, ...(tag === undefined ? {} : { version: tag }) };
}

function toManifest(source: V1beta1Manifest): ManifestEntry {
  const { kustomize, skipWait, enableTemplating, ...same } = source;
  return {
    ...same,
    ...(kustomize?.files === undefined ? {} : { kustomizations: kustomize.files }),
    ...(kustomize?.allowAnyDirectory === undefined
      ? {}
      : { kustomizeAllowAnyDirectory: kustomize.allowAnyDirectory }),
    ...(kustomize?.enablePlugins === undefined
      ? {}
      : { enableKustomizePlugins: kustomize.enablePlugins }),
    ...(skipWait === undefined ? {} : { noWait: skipWait }),
    ...(enableTemplating === undefined ? {} : { template: enableTemplating }),
  };
}

function toFile(source: V1beta1File): FileEntry {
  const { destination, checksum, enableTemplating, ...same } = source;
  return {
    ...same,
    target: destination,
    ...(checksum === undefined ? {} : { shasum: checksum.replace(/^sha256:/, '') }),
    ...(enableTemplating === undefined ? {} : { template: enableTemplating }),
  };
}

function toActions(source: V1beta1Actions): ComponentActions {
  const { onCreate, onDeploy, onRemove } = source;
  return {
    ...(onCreate === undefined ? {} : { onCreate: toActionSet(onCreate) }),
    ...(onDeploy === undefined ? {} : { onDeploy: toActionSet(onDeploy) }),
    ...(onRemove === undefined ? {} : { onRemove: toActionSet(onRemove) }),
  };
}

function toActionSet(source: V1beta1ActionSet): ActionSet {
  const { defaults, before, onSuccess, onFailure } = source;
  return {
    ...(defaults === undefined ? {} : { defaults: renamed(defaults) }),
    ...(before === undefined ? {} : { before: before.map(renamed) }),
    ...(onSuccess === undefined ? {} : { onSuccess: onSuccess.map(renamed) }),
    ...(onFailure === undefined ? {} : { onFailure: onFailure.map(renamed) }),
  };
}

const actionNames: ReadonlyMap<string, string> = new Map([
  ['silent', 'mute'],
  ['retries', 'maxRetries'],
  ['enableTemplating', 'template'],
]);

function renamed(action: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(action).map(([key, value]) => [actionNames.get(key) ?? key, value]),
  );
}

/** The spelling v1alpha1 has for a revision: behind `@`, branches by their full name. */
function atGitRef(
  url: string,
  ref: { readonly tag?: string; readonly branch?: string; readonly commit?: string } = {},
): string {
  if (ref.tag !== undefined) return `${url}@${ref.tag}`;
  if (ref.branch !== undefined) return `${url}@refs/heads/${ref.branch}`;
  return ref.commit === undefined ? url : `${url}@${ref.commit}`;
}

function pick<T extends object, K extends keyof T>(source: T, ...keys: readonly K[]): Pick<T, K> {
  const present = keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- exactly the members named
  return Object.fromEntries(present) as Pick<T, K>;
}
