import { posix } from 'node:path';
import { GoMap, type GoValue, isList } from './go-value.ts';
import { readYaml } from './read-yaml.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

/** A chart with its subcharts, read from the files of its folder. */
export interface Chart {
  readonly name: string;
  /** Its folder below that of the chart which was read: empty, or `charts/x`, whatever the chart's own name. */
  readonly folder: string;
  readonly metadata: GoMap;
  readonly isLibrary: boolean;
  /** Defaults of `values.yaml`. */
  readonly values: GoMap;
  /** `values.schema.json`, where there is one. */
  readonly schema: string | undefined;
  /** Below `templates/`, path from the chart's folder and text. */
  readonly templates: ReadonlyMap<string, string>;
  /** Definitions of kinds below `crds/`, which are installed first and are no templates. */
  readonly crds: ReadonlyMap<string, string>;
  /** Everything but templates and the chart's own files, for `.Files`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly dependencies: readonly Dependency[];
  readonly subcharts: readonly Chart[];
  /** Declared, and not in `charts/`. */
  readonly absent: readonly Dependency[];
}

/** An entry under `dependencies:` of `Chart.yaml`. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly alias: string | undefined;
  readonly condition: string | undefined;
  readonly tags: readonly string[];
  readonly importValues: readonly GoValue[];
}

const apart = [
  'Chart.yaml',
  'Chart.lock',
  'values.yaml',
  'values.schema.json',
  'requirements.yaml',
  'requirements.lock',
];
const maxDepth = 10;

/**
 * Reads a chart out of its files: path below the chart's folder and bytes, what `.helmignore` names left out.
 * @throws TemplateFailure for a chart Helm would not load; TemplateUndecided for packed subcharts
 * @see https://helm.sh/docs/topics/charts/
 */
export function readChart(files: ReadonlyMap<string, Uint8Array>, folder = '', depth = 0): Chart {
  if (depth > maxDepth) throw new TemplateFailure('charts are nested too deeply');
  const metadata = mapOf(files.get('Chart.yaml'), 'Chart.yaml');
  if (metadata === undefined) throw new TemplateFailure('Chart.yaml file is missing');
  const name = textIn(metadata, 'name');
  if (name === undefined || name === '' || name.includes('/'))
    throw new TemplateFailure('Chart.yaml names no chart');
  const templates = new Map<string, string>();
  const others = new Map<string, Uint8Array>();
  const below = new Map<string, Map<string, Uint8Array>>();
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (apart.includes(path)) continue;
    const sub = /^charts\/([^/]+)(?:\/(.+))?$/.exec(path);
    if (path.startsWith('templates/')) templates.set(path, textOf(bytes));
    else if (sub === null) others.set(path, bytes);
    else takeSub(sub[1] ?? '', sub[2], bytes, below);
  }
  const subcharts = [...below].map(([name, each]) =>
    readChart(each, posix.join(folder, 'charts', name), depth + 1),
  );
  const dependencies = dependenciesOf(metadata.get('dependencies') ?? null);
  return {
    name,
    folder,
    metadata,
    isLibrary: textIn(metadata, 'type') === 'library',
    values: mapOf(files.get('values.yaml'), 'values.yaml') ?? new GoMap(),
    schema: files.has('values.schema.json')
      ? textOf(files.get('values.schema.json') ?? new Uint8Array())
      : undefined,
    templates,
    crds: new Map(
      [...others]
        .filter(([path]) => /^crds\/.+\.(?:ya?ml|json)$/.test(path))
        .map(([path, bytes]) => [path, textOf(bytes)]),
    ),
    files: others,
    dependencies,
    subcharts,
    absent: dependencies.filter(
      ({ name }) => name !== '' && !subcharts.some((sub) => sub.name === name),
    ),
  };
}

function takeSub(
  folder: string,
  rest: string | undefined,
  bytes: Uint8Array,
  below: Map<string, Map<string, Uint8Array>>,
): void {
  if (/^[._]/.test(folder)) return;
  if (rest === undefined) {
    if (folder.endsWith('.tgz'))
      throw new TemplateUndecided(
        'subchart',
        `the packed subchart charts/${folder} is not unpacked here`,
      );
    return;
  }
  const files = below.get(folder) ?? new Map<string, Uint8Array>();
  files.set(rest, bytes);
  below.set(folder, files);
}

function dependenciesOf(value: GoValue): readonly Dependency[] {
  if (!isList(value)) return [];
  return value.flatMap((item) => {
    if (!(item instanceof GoMap)) return [];
    const tags = item.get('tags') ?? null;
    const imports = item.get('import-values') ?? null;
    return [
      {
        name: textIn(item, 'name') ?? '',
        version: textIn(item, 'version') ?? '',
        alias: textIn(item, 'alias'),
        condition: textIn(item, 'condition'),
        tags: isList(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
        importValues: isList(imports) ? imports : [],
      },
    ];
  });
}

function mapOf(bytes: Uint8Array | undefined, path: string): GoMap | undefined {
  if (bytes === undefined) return undefined;
  const value = readYaml(textOf(bytes));
  if (value === null) return new GoMap();
  if (value instanceof GoMap) return value;
  throw new TemplateFailure(`${path} holds no map`);
}

/** Text of a member; numbers as their digits, since YAML writers forget quotes around versions. */
export function textIn(map: GoMap, key: string): string | undefined {
  const value = map.get(key) ?? null;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
  return text;
}
