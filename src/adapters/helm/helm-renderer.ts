import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { builtInApiVersions } from '../../helm/capabilities.ts';
import type { ChartRenderer } from '../../ports/chart-renderer.ts';
import type { Run } from '../../support/run.ts';
import {
  type ChartInput,
  clusterSeenBy,
  type RenderedTemplates,
  type UnreadFile,
  valuesText,
} from '../../zarf/rendered-chart.ts';
import { type NamedProgram, openProgram, type ProgramLimits, runNamed } from './named-program.ts';
import { RendererError } from './renderer-error.ts';

const helmKnows: ReadonlySet<string> = new Set(builtInApiVersions);

/**
 * Renders charts with a Helm that somebody named by its path, in a folder of its own that is taken away behind
 * it. No cluster is asked, and nothing is fetched.
 * @throws RendererError RENDERER_UNUSABLE, RENDERER_TIMEOUT, RENDERER_OUTPUT
 */
export async function helmRenderer(
  location: string,
  run: Run,
  limits?: ProgramLimits,
): Promise<ChartRenderer> {
  const program = await openProgram(location, 'helm', limits);
  const version = await inFolder((home) => versionOf(program, home, run));
  return {
    identity: { name: 'helm', version, sha256: program.sha256 },
    render: (chart, rendering) => inFolder((home) => renderWith(program, chart, home, rendering)),
  };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-helm-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function versionOf(program: NamedProgram, home: string, run: Run): Promise<string> {
  const { status, stdout } = await runNamed(
    program,
    ['version', '--template', '{{ .Version }}'],
    home,
    run,
  );
  const version = stdout.trim();
  if (status === 0 && /^v[0-9]+\.[0-9.]+/.test(version)) return version;
  throw new RendererError(
    'RENDERER_UNUSABLE',
    `${program.path} does not answer 'version' as helm does`,
    { suggestions: ['Name the helm program itself, by its path'] },
  );
}

async function renderWith(
  program: NamedProgram,
  chart: ChartInput,
  home: string,
  run: Run,
): Promise<RenderedTemplates> {
  const unread: UnreadFile[] = [];
  const [first = ''] = chart.files.keys();
  const root = first.slice(0, first.indexOf('/'));
  const folder = join(home, 'chart');
  for (const [path, bytes] of chart.files) {
    // What was packed was checked, but a folder of a stranger's is written to all the same.
    const target = join(folder, path.slice(root.length + 1));
    if (!path.startsWith(`${root}/`) || !target.startsWith(folder + sep)) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
  const values = join(home, 'values.json');
  await writeFile(values, valuesText(chart, unread));
  // With a part of its values it would be another chart.
  if (unread.length > 0) return { files: [], unread, volatile: [] };
  const { kubeVersion, apiVersions } = clusterSeenBy(chart);
  const told = apiVersions.filter((each) => !helmKnows.has(each));
  const args = [
    'template',
    ...[chart.releaseName, folder],
    ...['--namespace', chart.namespace, '--values', values],
    ...['--include-crds', '--kube-version', kubeVersion],
    ...(told.length === 0 ? [] : ['--api-versions', told.join(',')]),
    ...(chart.judgeValues === false ? ['--skip-schema-validation'] : []),
  ];
  const { status, stdout, stderr } = await runNamed(program, args, home, run);
  if (status !== 0) return { files: [], unread: [refusal(stderr, home)], volatile: [] };
  return { files: filesOf(stdout, chart), unread: [], volatile: [] };
}

/** Helm names the template and line where one stopped it. */
function refusal(stderr: string, home: string): UnreadFile {
  const text = stderr.replaceAll(`${home}${sep}`, '').trim();
  const reason = text
    .replace(/^(?:coalesce\.go|walk\.go|W[0-9]{4}).*\n/gm, '')
    .replace(/^Error: /, '')
    .replace(/\n+Use --debug[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ');
  const place =
    /\(?\b[^\s/:()]+\/((?:charts\/[^\s:]+\/)?templates\/[^\s:()]+):(\d+)(?::(\d+))?/.exec(text);
  return {
    path: place?.[1] ?? 'Chart.yaml',
    reason,
    // Whoever builds the package may fetch those first.
    fails: !reason.includes('missing in charts/ directory'),
    ...(place?.[2] === undefined
      ? {}
      : { line: Number(place[2]), column: place[3] === undefined ? 1 : Number(place[3]) + 1 }),
  };
}

/** Documents with the comment of their source, put together by template again. */
function filesOf(text: string, { fill }: ChartInput): RenderedTemplates['files'] {
  const byPath = new Map<string, string[]>();
  let path: string | undefined;
  for (const document of text.split(/^---\n/m)) {
    const [, source, below] = /^# Source: (.+)\n([\s\S]*)$/.exec(document) ?? [];
    // A document may begin with a mark of its own, behind which nothing says again where it is from.
    if (source !== undefined) path = source.slice(source.indexOf('/') + 1);
    if (path !== undefined) byPath.set(path, [...(byPath.get(path) ?? []), below ?? document]);
  }
  return [...byPath].map(([path, documents]) => {
    const whole = documents.join('---\n');
    const isKind = /(?:^|\/)crds\//.test(path) && !/(?:^|\/)templates\//.test(path);
    return { path, text: isKind ? whole : fill(whole).text };
  });
}
