import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInApiVersions } from '../../src/helm/capabilities.ts';
import { readChart } from '../../src/helm/chart.ts';
import { fromPlain, GoMap } from '../../src/helm/go-value.ts';
import { readYaml } from '../../src/helm/read-yaml.ts';
import { renderChart } from '../../src/helm/render-chart.ts';
import { TemplateFailure, TemplateUndecided } from '../../src/helm/template-fault.ts';
import { toYamlText } from '../../src/helm/yaml-text.ts';

// Recorded from Helm 3.19: what it printed for each template, and where it stopped.
const folder = join(import.meta.dirname, 'helm');
const { values, rows } = read<{
  values: string;
  rows: readonly { template: string; text?: string; fails?: true }[];
}>('expressions.json');
/** Single constructs, and charts of the shapes that people write. */
const charts = ['charts.json', 'shapes.json'].flatMap((name) =>
  read<
    readonly {
      what: string;
      files: Readonly<Record<string, string>>;
      given: string;
      texts?: Readonly<Record<string, string>>;
      fails?: true;
    }[]
  >(name),
);
const yamlTexts = read<readonly { value: unknown; text: string }[]>('yaml-texts.json');

/** Of these rows the renderer says that it cannot tell. More of them would be a loss, none may become wrong. */
const undecidedAtMost = 5;

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

interface Rendered {
  readonly texts?: Readonly<Record<string, string>>;
  readonly fails?: true;
  readonly undecided?: string;
}

function renderFiles(files: Readonly<Record<string, string>>, given = ''): Rendered {
  try {
    const values = readYaml(given);
    const chart = readChart(
      new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    );
    const rendered = renderChart(chart, {
      releaseName: 'r',
      namespace: 'ns',
      judgeValues: true,
      values: values instanceof GoMap ? values : new GoMap(),
      capabilities: {
        kubeVersion: 'v1.20.0',
        apiVersions: builtInApiVersions,
        helmVersion: 'v3.19',
      },
    });
    const [undecided] = rendered.undecided;
    if (rendered.failures.length > 0) return { fails: true };
    if (undecided !== undefined) return { undecided: undecided.cause.message };
    return { texts: Object.fromEntries(rendered.files.map(({ path, text }) => [path, text])) };
  } catch (error) {
    if (error instanceof TemplateUndecided) return { undecided: error.message };
    if (error instanceof TemplateFailure) return { fails: true };
    throw error;
  }
}

function render(template: string): { text?: string; fails?: true; undecided?: string } {
  const { texts, ...rest } = renderFiles({
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\nappVersion: "1.2"\n',
    'values.yaml': values,
    'conf/a.txt': 'hello\nworld\n',
    'conf/b.txt': 'b',
    'templates/a.yaml': template,
  });
  return texts === undefined ? rest : { text: texts['c/templates/a.yaml'] ?? '' };
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

describe('charts, as Helm renders them', () => {
  it.each(charts)('$what', ({ files, given, texts, fails }) => {
    expect(renderFiles(files, given)).toEqual(fails ? { fails: true } : { texts });
  });
});

describe('toYaml', () => {
  it.each(yamlTexts)('writes what Helm writes: $text', ({ value, text }) => {
    expect(toYamlText(fromPlain(value))).toBe(text);
  });
});
