import { anything, flag, list, map, object, oneOf, text } from './read-shape.ts';

const none = {};
const texts = list(text);

/** Members of `build` both API versions share. */
export const buildMembers = {
  user: text,
  architecture: text,
  timestamp: text,
  version: text,
  migrations: texts,
  registryOverrides: map(text),
  differential: flag,
  differentialPackageVersion: text,
  flavor: text,
  signed: flag,
  versionRequirements: list(object({ version: text }, { reason: text })),
  provenanceFiles: texts,
} as const;

/** Which values go into a chart, the same in both API versions. */
export const chartValues = list(
  object({ sourcePath: text, targetPath: text }, { excludePaths: texts }),
);

const metadata = object(
  { name: text },
  {
    description: text,
    version: text,
    url: text,
    image: text,
    uncompressed: flag,
    architecture: text,
    yolo: flag,
    authors: text,
    documentation: text,
    source: text,
    vendor: text,
    aggregateChecksum: text,
    annotations: map(text),
    allowNamespaceOverride: flag,
  },
);

const action = map(anything);
const actionSet = object(none, {
  defaults: map(anything),
  before: list(action),
  after: list(action),
  onSuccess: list(action),
  onFailure: list(action),
});

const chart = object(
  { name: text },
  {
    version: text,
    url: text,
    repoName: text,
    gitPath: text,
    localPath: text,
    namespace: text,
    releaseName: text,
    noWait: flag,
    valuesFiles: texts,
    templatedValuesFiles: texts,
    variables: list(object({ name: text, path: text }, { description: text })),
    values: chartValues,
    schemaValidation: flag,
    serverSideApply: text,
  },
);

const manifest = object(
  { name: text },
  {
    namespace: text,
    files: texts,
    kustomizeAllowAnyDirectory: flag,
    kustomizations: texts,
    enableKustomizePlugins: flag,
    noWait: flag,
    serverSideApply: text,
    template: flag,
  },
);

const dataInjection = object(
  {
    source: text,
    target: object({ namespace: text, selector: text, container: text, path: text }, none),
  },
  { compress: flag },
);

const file = object(
  { source: text, target: text },
  { shasum: text, executable: flag, symlinks: texts, extractPath: text, template: flag },
);

const component = object(
  { name: text },
  {
    description: text,
    default: flag,
    required: flag,
    only: object(none, {
      localOS: text,
      cluster: object(none, { architecture: text, distros: texts }),
      flavor: text,
    }),
    group: text,
    import: object(none, { name: text, path: text, url: text }),
    manifests: list(manifest),
    charts: list(chart),
    dataInjections: list(dataInjection),
    files: list(file),
    images: texts,
    imageArchives: list(object({ path: text, images: texts }, none)),
    repos: texts,
    scripts: anything,
    actions: object(none, { onCreate: actionSet, onDeploy: actionSet, onRemove: actionSet }),
    healthChecks: list(map(anything)),
    stateAccess: texts,
  },
);

const constant = object(
  { name: text, value: text },
  { description: text, autoIndent: flag, pattern: text },
);

const variable = object(
  { name: text },
  {
    sensitive: flag,
    autoIndent: flag,
    pattern: text,
    type: oneOf('raw', 'file'),
    description: text,
    default: text,
    prompt: flag,
  },
);

/** `values` of a package, the same in both API versions. */
export const valuesShape = object(none, { files: texts, schema: text });

/** A v1alpha1 document. `kind` and `components` may be missing in built ones, as for Zarf. */
export const v1alpha1Shape = object(
  { metadata },
  {
    apiVersion: text,
    kind: text,
    build: object(none, { terminal: text, ...buildMembers }, ['differentialMissing']),
    components: list(component),
    constants: list(constant),
    variables: list(variable),
    values: valuesShape,
    documentation: map(text),
  },
);
