import type { TarEntry } from '../archive/tar-writer.ts';
import type { Run } from '../support/run.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ComponentEntry } from './component-tar.ts';
import { compareWalk } from './component-tar.ts';
import { PackError } from './pack-error.ts';

/** What Helm reads of a chart at most. */
export const chartLimits = { maxFileBytes: 5 * 2 ** 20, maxChartBytes: 100 * 2 ** 20 } as const;

/** What packing needs of a `Chart.yaml`. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly {
    readonly name: string;
    readonly version: string;
    readonly alias: string;
  }[];
}

const semanticVersion = /^v?\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Reads a `Chart.yaml` and refuses what Helm would refuse later, at deployment.
 * @throws PackError PACK_CHART_INVALID with the place
 * @see Helm documentation, "The Chart.yaml file"
 */
export function parseChartMetadata(bytes: Uint8Array, file: string): ChartMetadata {
  const { document, problems } = parseYamlDocument(bytes);
  const [problem] = problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined)
    throw new PackError(
      'PACK_CHART_INVALID',
      `${file}:${problem.line}:${problem.column} ${problem.message}`,
    );
  const refuse = (pointer: string, message: string): PackError => {
    const place = document?.locate(pointer) ?? { line: 1, column: 1 };
    return new PackError('PACK_CHART_INVALID', `${file}:${place.line}:${place.column} ${message}`);
  };
  const chart = Object(document?.value ?? {});
  const text = (name: string): string => {
    const value: unknown = Reflect.get(chart, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const name = text('name');
  if (text('apiVersion') === '')
    throw refuse('/apiVersion', 'a chart needs an apiVersion: v1 or v2');
  if (name === '' || name === '.' || name === '..' || /[/\\]/.test(name))
    throw refuse('/name', `'${name}' is no name for a chart`);
  if (!semanticVersion.test(text('version')))
    throw refuse('/version', `'${text('version')}' is no semantic version`);
  if (!['', 'application', 'library'].includes(text('type')))
    throw refuse('/type', `a chart is an application or a library, not '${text('type')}'`);
  const listed: unknown = Reflect.get(chart, 'dependencies');
  const dependencies = (Array.isArray(listed) ? listed : []).map((entry: unknown, index) => {
    const member = (key: string): string => {
      const value: unknown = Reflect.get(Object(entry), key);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    };
    if (member('name') === '') throw refuse(`/dependencies/${index}`, 'a dependency needs a name');
    return {
      name: member('name'),
      version: member('version'),
      alias: member('alias') || member('name'),
    };
  });
  const aliases = dependencies.map(({ alias }) => alias);
  const twice = aliases.findIndex((alias, index) => aliases.indexOf(alias) !== index);
  if (twice >= 0)
    throw refuse(`/dependencies/${twice}`, `two dependencies are called '${aliases[twice]}'`);
  return { name, version: text('version'), dependencies };
}

/**
 * Refuses a chart whose dependencies do not lie in `charts/`: fetching them would need the network
 * and write into the user's folder.
 * @throws PackError PACK_CHART_DEPENDENCY
 */
export function requireVendored(
  chart: ChartMetadata,
  paths: readonly string[],
  folder: string,
): void {
  for (const { name } of chart.dependencies) {
    const found = paths.some(
      (path) =>
        path === `charts/${name}/Chart.yaml` ||
        (path.startsWith(`charts/${name}-`) && /^charts\/[^/]+\.tgz$/.test(path)),
    );
    if (!found) {
      throw new PackError(
        'PACK_CHART_DEPENDENCY',
        `the chart ${folder} depends on '${name}', which does not lie in ${folder}/charts`,
        {
          suggestions: [`helm dependency build ${folder}`],
        },
      );
    }
  }
}

/**
 * Entries of a chart archive: everything below a folder named as the chart, `Chart.yaml` first.
 * @throws PackError PACK_CHART_INVALID over the sizes Helm reads
 */
export function chartTarEntries(
  name: string,
  files: readonly ComponentEntry[],
  folder: string,
  run: Run,
): readonly TarEntry[] {
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (size > chartLimits.maxFileBytes || total > chartLimits.maxChartBytes) {
      throw new PackError(
        'PACK_CHART_INVALID',
        `${folder}/${path}: Helm reads files of at most ${chartLimits.maxFileBytes} and charts of at most ${chartLimits.maxChartBytes} bytes`,
        { suggestions: ['Name what does not belong to the chart in its .helmignore'] },
      );
    }
  }
  const rank = (path: string): number => (path === 'Chart.yaml' ? 0 : 1);
  return files
    .toSorted((a, b) => rank(a.path) - rank(b.path) || compareWalk(a.path, b.path))
    .map(
      ({ path, size, open }): TarEntry => ({
        type: 'file',
        name: `${name}/${path}`,
        mode: 0o644,
        size,
        ...(open === undefined ? {} : { open: () => open(run) }),
      }),
    );
}
