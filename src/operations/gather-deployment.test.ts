import { describe, expect, it } from 'vitest';
import { deployedPackage, type Files } from '../../test/support/deployed.ts';

const zarf = (rest: string): string =>
  `kind: ZarfPackageConfig\nmetadata: { name: p, version: 1.0.0, architecture: amd64 }\ncomponents:\n  - name: c\n    required: true\n${rest}`;
const chart: Files = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
  'chart/templates/a.yaml': 'kind: A\nmetadata: { name: x }\n',
};
const chartEntry = (more = ''): string =>
  `    charts: [{ name: a, version: 1.0.0, namespace: n, localPath: chart${more} }]\n`;

async function seen(files: Files) {
  const { objects, unread, texts, charts } = await deployedPackage(files);
  return {
    kinds: objects.map(({ kind, source }) => `${kind} ${source}`),
    unread: unread.map(({ path, fails, component }) => ({ path, fails, component })),
    texts: [...texts.keys()],
    charts: charts.map(({ name, valuesFiles }) => [name, valuesFiles.length]),
  };
}

describe('gatherDeployment', () => {
  it('renders charts and manifests, and keeps what placeholders may stand in', async () => {
    const files = {
      ...chart,
      'zarf.yaml': zarf(
        `${chartEntry(', valuesFiles: [v.yaml]')}    manifests: [{ name: m, namespace: n, files: [m.yaml] }]\n`,
      ),
      'v.yaml': 'a: 1\n',
      'm.yaml': 'kind: B\nmetadata: { name: y }\n',
    };
    const { kinds, unread, texts, charts } = await seen(files);
    expect(kinds).toEqual(['A chart/templates/a.yaml', 'B m.yaml']);
    expect(unread).toEqual([]);
    expect(texts.sort()).toEqual(Object.keys(files).sort());
    expect(charts).toEqual([['a', 1]]);
  });

  it('renders no chart of which a values file is missing, and tells that once', async () => {
    const { kinds, unread } = await seen({
      ...chart,
      'zarf.yaml': zarf(chartEntry(', valuesFiles: [none.yaml]')),
    });
    expect(kinds).toEqual([]);
    expect(unread).toEqual([{ path: 'zarf.yaml', fails: true, component: 'c' }]);
  });

  it('tells of a file that cannot be read where another one is missing, too', async () => {
    const { unread } = await seen({
      'chart/Chart.yaml/x': '',
      'bad.tgz': 'no chart',
      'zarf.yaml': zarf(
        '    charts: [{ name: b, version: 1.0.0, namespace: n, localPath: bad.tgz }]\n    manifests: [{ name: m, namespace: n, files: [none.yaml] }]\n',
      ),
    });
    expect(unread.map(({ path }) => path).sort()).toEqual(['bad.tgz', 'zarf.yaml']);
  });

  it('tells once, with what was asked for, of what lies elsewhere', async () => {
    const { kinds, unread } = await seen({
      'zarf.yaml': zarf(
        '    charts: [{ name: r, version: 1.0.0, namespace: n, url: "https://charts.example" }]\n    manifests: [{ name: m, namespace: n, files: ["https://m.example/a.yaml"] }]\n',
      ),
    });
    expect(kinds).toEqual([]);
    expect(unread.filter(({ fails }) => fails)).toEqual([]);
    expect(unread).toHaveLength(2);
  });

  it('takes missing files for no fault of objects where they say nothing of them', async () => {
    const { kinds, unread } = await seen({
      ...chart,
      'zarf.yaml': zarf(`${chartEntry()}    files: [{ source: none, target: /x }]\n`),
    });
    expect(kinds).toEqual(['A chart/templates/a.yaml']);
    expect(unread).toEqual([]);
  });
});
