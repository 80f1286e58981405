import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInApiVersions } from '../../src/helm/capabilities.ts';
import { readChart } from '../../src/helm/chart.ts';
import { fromPlain, GoMap } from '../../src/helm/go-value.ts';
import { renderChart } from '../../src/helm/render-chart.ts';
import { toYamlText } from '../../src/helm/yaml-text.ts';

// Recorded from Helm 3.19: what it printed for each template, and where it stopped.
const folder = join(import.meta.dirname, 'helm');
const { values, rows } = read<{
  values: string;
  rows: readonly { template: string; text?: string; fails?: true }[];
}>('expressions.json');
const yamlTexts = read<readonly { value: unknown; text: string }[]>('yaml-texts.json');

/** Of these rows the renderer says that it cannot tell. More of them would be a loss, none may become wrong. */
const undecidedAtMost = 6;

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

function render(template: string): { text?: string; fails?: true; undecided?: string } {
  const texts = {
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "1.2"\n',
    'values.yaml': values,
    'conf/a.txt': 'hello\nworld\n',
    'conf/b.txt': 'b',
    'templates/a.yaml': template,
  };
  const chart = readChart(
    new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)])),
  );
  const { files, failures, undecided } = renderChart(chart, {
    releaseName: 'r',
    namespace: 'ns',
    values: new GoMap(),
    capabilities: { kubeVersion: 'v1.20.0', apiVersions: builtInApiVersions, helmVersion: 'v3.19' },
  });
  if (undecided[0] !== undefined) return { undecided: undecided[0].cause.message };
  return failures.length > 0 ? { fails: true } : { text: files[0]?.text ?? '' };
}

describe('templates, as Helm renders them', () => {
  const rendered = rows.map((row) => ({ ...row, ours: render(row.template) }));

  it.each(rendered.filter(({ ours }) => ours.undecided === undefined))('$template', (row) => {
    expect(row.ours).toEqual(row.fails ? { fails: true } : { text: row.text });
  });

  it('says of few that it cannot tell', () => {
    const undecided = rendered.filter(({ ours }) => ours.undecided !== undefined);
    expect(undecided.length).toBeLessThanOrEqual(undecidedAtMost);
  });
});

describe('toYaml', () => {
  it.each(yamlTexts)('writes what Helm writes: $text', ({ value, text }) => {
    expect(toYamlText(fromPlain(value))).toBe(text);
  });
});
