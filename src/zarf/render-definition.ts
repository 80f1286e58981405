import type { PackageDefinition } from './definition.ts';
import { renderYaml } from './go-yaml.ts';

/** Order of members and what becomes of each: the nested shape, or `kept` where even an empty or false value says something. */
interface Shape {
  readonly [member: string]: Shape | 'value' | 'kept' | 'free';
}

const shapeOf = (names: string, nested: Shape = {}): Shape =>
  Object.fromEntries(
    names
      .split(' ')
      .map((name) => [
        name.replace('!', ''),
        nested[name] ?? (name.endsWith('!') ? 'kept' : 'value'),
      ]),
  );

const variable = shapeOf('name sensitive autoIndent pattern type description default prompt');
const constant = shapeOf('name value! description autoIndent pattern');
const chartValue = shapeOf('sourcePath targetPath excludePaths');
const manifest = shapeOf(
  'name namespace files kustomizeAllowAnyDirectory kustomizations enableKustomizePlugins noWait serverSideApply template!',
);
const chart = shapeOf(
  'name version url repoName gitPath localPath namespace releaseName noWait valuesFiles templatedValuesFiles variables values schemaValidation! serverSideApply',
  { variables: shapeOf('name description path'), values: chartValue },
);
const injection = shapeOf('source target compress', {
  target: shapeOf('namespace selector container path'),
});
const file = shapeOf('source shasum target executable symlinks extractPath template!');
const shell = shapeOf('windows linux darwin');
const action = shapeOf(
  'mute! maxTotalSeconds! maxRetries! dir! env cmd shell setVariable setVariables setValues description wait template!',
  {
    shell,
    setVariables: variable,
    setValues: shapeOf('key value! type'),
    wait: shapeOf('cluster network', {
      cluster: shapeOf('kind name namespace condition'),
      network: shapeOf('protocol address code'),
    }),
  },
);
const actionSet = shapeOf('defaults before after onSuccess onFailure', {
  defaults: shapeOf('mute maxTotalSeconds maxRetries dir env shell', { shell }),
  before: action,
  after: action,
  onSuccess: action,
  onFailure: action,
});
const component = shapeOf(
  'name description default required! only group import manifests charts dataInjections files images imageArchives repos scripts actions healthChecks stateAccess',
  {
    only: shapeOf('localOS cluster flavor', { cluster: shapeOf('architecture distros') }),
    import: shapeOf('name path url'),
    manifests: manifest,
    charts: chart,
    dataInjections: injection,
    files: file,
    imageArchives: shapeOf('path images'),
    scripts: 'free',
    actions: shapeOf('onCreate onDeploy onRemove', {
      onCreate: actionSet,
      onDeploy: actionSet,
      onRemove: actionSet,
    }),
    healthChecks: shapeOf('apiVersion kind namespace name'),
  },
);
const packageShape = shapeOf(
  'apiVersion kind metadata build components constants variables values documentation',
  {
    metadata: shapeOf(
      'name description version url image uncompressed architecture yolo authors documentation source vendor aggregateChecksum annotations allowNamespaceOverride!',
      { annotations: 'free' },
    ),
    build: shapeOf(
      'terminal user architecture timestamp version migrations registryOverrides differential differentialPackageVersion flavor signed! versionRequirements provenanceFiles',
      { registryOverrides: 'free', versionRequirements: shapeOf('version reason') },
    ),
    components: component,
    constants: constant,
    variables: variable,
    values: shapeOf('files schema'),
    documentation: 'free',
  },
);

/**
 * The text of `zarf.yaml` inside a package: members in the order of Zarf's own structs, maps by key,
 * empty members left out. The same definition always gives the same bytes.
 * @see shared reference of the Zarf package format, 2.2
 */
export function renderDefinition(definition: PackageDefinition): Uint8Array {
  return Buffer.from(renderYaml(orderDefinition(definition)));
}

/** The definition as a plain value with members in canonical order and empty ones left out. */
export function orderDefinition(definition: PackageDefinition): unknown {
  return shaped(definition, packageShape) ?? {};
}

function shaped(value: unknown, shape: Shape[string]): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => shaped(item, shape) ?? item);
    return items.length === 0 ? undefined : items;
  }
  if (shape === 'free') return sortedKeys(value);
  if (value === null || typeof value !== 'object') {
    const empty = value === undefined || value === null || value === '' || value === false;
    return empty && !(shape === 'kept' && value !== undefined && value !== null)
      ? undefined
      : value;
  }
  if (typeof shape === 'string') return sortedKeys(value);
  const members: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(shape)) {
    const member = shaped(Reflect.get(value, name), inner);
    if (member !== undefined) members.push([name, member]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Maps by key, as Go writes them; empty ones left out. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortedKeys(member) ?? {}]),
  );
}
