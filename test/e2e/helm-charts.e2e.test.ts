import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FsWorkspace } from '../../src/adapters/fs/workspace.ts';
import { helmRenderer } from '../../src/adapters/helm/helm-renderer.ts';
import { lintDefinitions } from '../../src/operations/lint-definitions.ts';
import { readObjects } from '../../src/zarf/deployed-object.ts';
import { fillPlaceholders } from '../../src/zarf/placeholders.ts';
import {
  type ChartInput,
  type RenderedTemplates,
  renderPackagedChart,
} from '../../src/zarf/rendered-chart.ts';

// The same charts as test/conformance/helm, and those of bundles/, rendered by the Helm that COWA_HELM names.
const path = process.env['COWA_HELM'] ?? '';
const folder = join(import.meta.dirname, '../conformance/helm');
const charts = ['charts.json', 'shapes.json'].flatMap(
  (name): readonly { what: string; files: Readonly<Record<string, string>>; given: string }[] =>
    JSON.parse(readFileSync(join(folder, name), 'utf8')),
);
const run = { signal: new AbortController().signal };
const compared = { objects: 0, refused: 0, noObjects: 0 };

function inputOf(files: Readonly<Record<string, string>>, given: string): ChartInput {
  return {
    files: new Map(Object.entries(files).map(([each, text]) => [`c/${each}`, Buffer.from(text)])),
    valuesFiles: given === '' ? [] : [Buffer.from(given)],
    settings: [],
    releaseName: 'r',
    namespace: 'ns',
    fill: fillPlaceholders(undefined),
  };
}

/** Objects as canonical texts, sorted; undefined where something renders to none. */
function objectsOf({ files }: RenderedTemplates): readonly string[] | undefined {
  const all = files.map(({ text, path: source }) =>
    readObjects(text, { component: '', source, namespace: 'ns' }),
  );
  if (all.some((each) => each === undefined)) return undefined;
  return all
    .flatMap((each) => each ?? [])
    .map(({ value }) => canonical(value))
    .sort();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

const skipped = path === '' ? ' (skipped: COWA_HELM names no helm)' : '';

describe.skipIf(path === '')(`charts, as the real Helm renders them${skipped}`, () => {
  const theirs = path === '' ? undefined : helmRenderer(path, run);
  afterAll(() => {
    process.stderr.write(
      `helm: ${compared.objects} charts equal, ${compared.refused} refused by both, ${compared.noObjects} render to no objects\n`,
    );
  });

  it.each(charts)('$what', { timeout: 60_000 }, async ({ files, given }) => {
    const input = inputOf(files, given);
    const [helm, ours] = [await (await theirs)?.render(input, run), renderPackagedChart(input)];
    if (helm === undefined) throw new Error('no helm');
    const refused = helm.unread.length > 0;
    // Charts of one construct print texts that are no objects, over which Helm's own reader stops.
    if (refused && ours.unread.length === 0) {
      expect(helm.unread[0]?.reason).toMatch(/YAML parse error|unmarshal|cannot/);
      compared.noObjects++;
      return;
    }
    if (refused) {
      compared.refused++;
      return;
    }
    expect(ours.unread).toEqual([]);
    expect(objectsOf(ours)).toEqual(objectsOf(helm));
    compared.objects++;
  });

  it("and the platform's own definitions", async () => {
    const workspace = new FsWorkspace(join(import.meta.dirname, '../..'));
    const request = { path: 'bundles', programVersion: '0.0.0' };
    const renderer = await theirs;
    if (renderer === undefined) throw new Error('no helm');
    const [helm, ours] = [
      await lintDefinitions(request, { workspace, renderer }, run),
      await lintDefinitions(request, { workspace }, run),
    ];
    expect(helm.renderer.name).toBe('helm');
    const told = ({ findings, packages }: typeof ours): unknown => ({ findings, packages });
    expect(told(helm)).toEqual(told(ours));
  });
});
