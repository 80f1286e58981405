import { describe, expect, it } from 'vitest';
import { chartNeeds, isUnresolved } from './chart-needs.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { ChartInput } from './rendered-chart.ts';

const files = (texts: Readonly<Record<string, string>>) =>
  new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
const claim = (size: string) =>
  `kind: PersistentVolumeClaim\nmetadata: { name: '{{ .Release.Name }}-data' }\nspec: { resources: { requests: { storage: ${size} } } }\n`;
const input = (
  texts: Readonly<Record<string, string>>,
  more: Partial<ChartInput> = {},
): ChartInput => ({
  files: files({
    'c/Chart.yaml': 'name: c\nversion: 1.0.0\n',
    'c/values.yaml': 'size: 1Gi\n',
    ...texts,
  }),
  valuesFiles: [],
  settings: [],
  releaseName: 'rel',
  namespace: 'ns',
  fill: fillPlaceholders({ variables: [{ name: 'SIZE', default: '7Gi' }] }),
  ...more,
});
const sizes = (made: ChartInput) =>
  chartNeeds(made).templates.flatMap(({ needs }) =>
    needs.volumes.map(({ name, request }) => `${name} ${request}`),
  );

describe('chartNeeds', () => {
  it.each([
    [
      'the values of the chart',
      input({ 'c/templates/pvc.yaml': claim('{{ .Values.size }}') }),
      ['rel-data 1Gi'],
    ],
    [
      'a values file before them',
      input(
        { 'c/templates/pvc.yaml': claim('{{ .Values.size }}') },
        { valuesFiles: [Buffer.from('size: 2Gi'), Buffer.from('size: 3Gi')] },
      ),
      ['rel-data 3Gi'],
    ],
    [
      'a setting of the bundle before all',
      input(
        { 'c/templates/pvc.yaml': claim('{{ .Values.a.size }}') },
        {
          valuesFiles: [Buffer.from('a: { size: 2Gi }')],
          settings: [{ path: 'a.size', value: '4Gi' }],
        },
      ),
      ['rel-data 4Gi'],
    ],
    [
      'the default of a variable',
      input(
        { 'c/templates/pvc.yaml': claim('{{ .Values.size }}') },
        { valuesFiles: [Buffer.from("size: '###ZARF_VAR_SIZE###'")] },
      ),
      ['rel-data 7Gi'],
    ],
    [
      'a subchart with the values under its name',
      input(
        {
          'c/charts/s/Chart.yaml': 'name: s',
          'c/charts/s/values.yaml': 'size: 1Gi',
          'c/charts/s/templates/x.yaml': claim('{{ .Values.size }}'),
        },
        { valuesFiles: [Buffer.from('s: { size: 9Gi }')] },
      ),
      ['rel-data 9Gi'],
    ],
    [
      'a subchart that is switched off',
      input(
        {
          'c/Chart.yaml':
            'name: c\nversion: 1.0.0\ndependencies: [{ name: s, condition: s.enabled }]\n',
          'c/charts/s/Chart.yaml': 'name: s',
          'c/charts/s/templates/x.yaml': claim('1Gi'),
        },
        { valuesFiles: [Buffer.from('s: { enabled: false }')] },
      ),
      [],
    ],
    [
      'named templates',
      input({
        'c/templates/_h.tpl': '{{ define "size" }}5Gi{{ end }}',
        'c/templates/pvc.yaml': claim('{{ include "size" . }}'),
      }),
      ['rel-data 5Gi'],
    ],
    [
      'no notes and no helpers',
      input({ 'c/templates/NOTES.txt': '{{ broken', 'c/templates/_h.tpl': 'x' }),
      [],
    ],
  ])('goes by %s', (_name, made, expected) => {
    expect(sizes(made)).toEqual(expected);
  });

  it('names what it could not read, and why', () => {
    const { unread, templates } = chartNeeds(
      input({
        'c/templates/a.yaml': '{{ if }',
        'c/templates/b.yaml': 'a: [',
      }),
    );
    expect(templates).toEqual([]);
    expect(unread.map(({ path }) => path)).toEqual(['templates/a.yaml', 'templates/b.yaml']);
  });

  it('names the function that it does not know, and reads the others', () => {
    const { templates, unread } = chartNeeds(
      input({
        'c/templates/a.yaml': claim('{{ now }}'),
        'c/templates/b.yaml': claim('1Gi'),
      }),
    );
    expect(templates.map(({ path }) => path)).toEqual(['templates/b.yaml']);
    expect(unread).toEqual([
      { path: 'templates/a.yaml', reason: 'the function now is not known here' },
    ]);
  });

  it('reads nothing of a chart that cannot be loaded', () => {
    const { templates, unread } = chartNeeds(
      input({ 'c/templates/a.yaml': claim('1Gi'), 'c/values.yaml': 'a: [' }),
    );
    expect(templates).toEqual([]);
    expect(unread.map(({ path }) => path)).toEqual(['Chart.yaml']);
  });

  it('does not let a value change what mappings are', () => {
    const made = input(
      { 'c/templates/pvc.yaml': claim('{{ .Values.polluted | default "1Gi" }}') },
      { settings: [{ path: '__proto__.polluted', value: '9Gi' }] },
    );
    expect(sizes(made)).toEqual(['rel-data 1Gi']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['###ZARF_VAR_X###', true],
    ['plain', false],
  ])('tells %s from a name: %s', (text, expected) => {
    expect(isUnresolved(text)).toBe(expected);
  });
});
