import { readChart } from '../../src/helm/chart.ts';
import { GoMap } from '../../src/helm/go-value.ts';
import { readYaml } from '../../src/helm/read-yaml.ts';
import { type RenderedChart, renderChart } from '../../src/helm/render-chart.ts';

/** What a chart `c` of these files renders to; a `Chart.yaml` is there where none is given. */
export function rendered(files: Readonly<Record<string, string>>, values = ''): RenderedChart {
  const given = readYaml(values);
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n', ...files };
  const chart = readChart(
    new Map(Object.entries(all).map(([path, text]) => [path, Buffer.from(text)])),
  );
  return renderChart(chart, {
    releaseName: 'r',
    namespace: 'ns',
    judgeValues: true,
    values: given instanceof GoMap ? given : new GoMap(),
    capabilities: { kubeVersion: 'v1.31.0', apiVersions: [], helmVersion: 'v3.19' },
  });
}

/** What comes of one template: its text, `fails: …` with the message, or `undecided: …` with the cause. */
export function outcomeOf(template: string, more: Readonly<Record<string, string>> = {}): string {
  const { files, failures, undecided } = rendered({ 'templates/a.yaml': template, ...more });
  const [failure] = failures;
  const [open] = undecided;
  if (failure !== undefined) return `fails: ${failure.message}`;
  if (open !== undefined) return `undecided: ${open.cause.what}`;
  return files[0]?.text ?? '';
}
