import { anything, flag, list, map, object, oneOf, text, whole } from './read-shape.ts';

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

const shell = object(none, { windows: text, linux: text, darwin: text });
/** Members of the defaults of actions both API versions share. */
export const defaultsMembers = {
  maxTotalSeconds: whole,
  dir: text,
  env: texts,
  shell,
} as const;

/** What may be waited for, the same in both API versions. */
const wait = object(none, {
  cluster: object(none, { kind: text, name: text, namespace: text, condition: text }),
  network: object(none, { protocol: text, address: text, code: whole }),
});

/** Members of an action both API versions share. */
export const commandMembers = {
  ...defaultsMembers,
  cmd: text,
  setValues: list(object(none, { key: text, value: anything, type: text })),
  description: text,
  wait,
} as const;

const action = object(none, {
  ...commandMembers,
  mute: flag,
  maxRetries: whole,
  setVariable: text,
  setVariables: list(
    object(
      { name: text },
      { sensitive: flag, autoIndent: flag, pattern: text, type: oneOf('raw', 'file') },
      ['description', 'default', 'prompt'],
    ),
  ),
  template: flag,
});
const actionSet = object(none, {
  defaults: object(none, { ...defaultsMembers, mute: flag, maxRetries: whole }),
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
    scripts: object(none, {
      showOutput: flag,
      timeoutSeconds: whole,
      retry: flag,
      prepare: texts,
      before: texts,
      after: texts,
    }),
    actions: object(none, { onCreate: actionSet, onDeploy: actionSet, onRemove: actionSet }),
    healthChecks: list(object(none, { apiVersion: text, kind: text, namespace: text, name: text })),
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
    build: object(none, { terminal: text, ...buildMembers, differentialMissing: texts }),
    components: list(component),
    constants: list(constant),
    variables: list(variable),
    values: valuesShape,
    documentation: map(text),
  },
);
