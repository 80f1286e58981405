import { describe, expect, it } from 'vitest';
import { chartPackage, deployedPackage, type Files } from '../../test/support/deployed.ts';
import { leavesOf, pathKeys, type ValuesReads, valuesReads } from './values-reads.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;

async function reads(template: string, more: Files = {}): Promise<ValuesReads> {
  const { charts } = await deployedPackage(chartPackage(zarf, 'a: 1\n', template, more));
  const [chart] = charts;
  if (chart === undefined) throw new Error('no chart');
  return valuesReads(chart);
}

describe('valuesReads', () => {
  it.each([
    ['a value by its name', 'a: {{ .Values.a.b }}', 'a.b', 'read'],
    ['a name beside it', 'a: {{ .Values.a.b }}', 'a.c', 'unread'],
    ['a longer name', 'a: {{ .Values.a.b }}', 'a.bc', 'unread'],
    ['what lies above', 'a: {{ .Values.a.b }}', 'a', 'read'],
    ['what is handed on whole', '{{ toYaml .Values.a }}', 'a.b.c', 'read'],
    ['the block of a with', '{{ with .Values.a }}x: {{ .b }}{{ end }}', 'a.b', 'read'],
    [
      'the root of another scope',
      '{{ range list 1 }}x: {{ $.Values.a.b }}{{ end }}',
      'a.b',
      'read',
    ],
    ['index with keys', 'a: {{ index .Values "a" "b-c" }}', 'a.b-c', 'read'],
    ['index with other keys', 'a: {{ index .Values "a" "b-c" }}', 'a.d', 'unread'],
    ['hasKey', '{{ if hasKey .Values "a" }}x: 1{{ end }}', 'a', 'read'],
    ['dig', 'a: {{ dig "a" "b" "" .Values }}', 'a.b', 'read'],
    ['all values at once', '{{ toYaml .Values }}', 'z', 'unknown'],
    ['a comment', '{{/* .Values.a */}}x: 1', 'a', 'unread'],
    ['text that is no action', '# .Values.a\nx: 1', 'a', 'unread'],
  ])('%s', async (_name, template, path, expected) => {
    expect((await reads(template)).reads(path.split('.'))).toBe(expected);
  });

  it('knows subcharts by their alias, and globals', async () => {
    const { reads: judge } = await reads('x: 1', {
      'chart/Chart.yaml':
        'apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies: [{ name: sub, version: 1.0.0, alias: other, condition: other.on }]\n',
      'chart/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'chart/charts/sub/templates/a.yaml': 'a: {{ .Values.b }}{{ .Values.global.g }}',
    });
    expect(
      ['other.b', 'other.on', 'global.g', 'other.c', 'b'].map((p) => judge(p.split('.'))),
    ).toEqual(['read', 'read', 'read', 'unread', 'unread']);
  });

  it('cannot tell what a chart reads that is fetched', async () => {
    const { reads: judge } = await reads('x: {{ include "far.name" . }}', {
      'chart/Chart.yaml':
        'apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies: [{ name: far, version: 1.0.0, repository: "https://charts.example.com" }]\n',
    });
    expect(judge(['far', 'x'])).toBe('unknown');
    expect(judge(['nameOverride'])).toBe('unknown');
  });

  it('reads templates in values', async () => {
    const { reads: judge } = await reads('x: {{ tpl .Values.a . }}', {
      'chart/values.yaml': 'a: "{{ .Values.deep.one }}"\n',
    });
    expect(judge(['deep', 'one'])).toBe('read');
  });
});

it('pathKeys takes escapes and places in lists apart', () => {
  expect(pathKeys('a.b\\.c[0].d')).toEqual(['a', 'b.c', 'd']);
  expect(pathKeys('.a.b')).toEqual(['a', 'b']);
});

it('leavesOf ends at lists and empty mappings', () => {
  expect([...leavesOf({ a: { b: 1, c: {} }, d: [1], e: null })]).toEqual([
    ['a', 'b'],
    ['a', 'c'],
    ['d'],
    ['e'],
  ]);
});
