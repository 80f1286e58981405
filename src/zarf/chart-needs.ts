import { readObjects } from './deployed-object.ts';
import { type ChartInput, renderPackagedChart } from './rendered-chart.ts';
import { type WorkloadNeeds, workloadNeeds } from './workload-needs.ts';

/** What one template of a chart asks for. */
export interface TemplateNeeds {
  /** Below the chart's folder. */
  readonly path: string;
  readonly needs: WorkloadNeeds;
}

export interface ChartNeeds {
  readonly templates: readonly TemplateNeeds[];
  /** Templates and values that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** Reads from a rendered chart what it asks of a cluster. */
export function chartNeeds(input: ChartInput): ChartNeeds {
  const { files, unread } = renderPackagedChart(input);
  const templates: TemplateNeeds[] = [];
  const notRead = unread.map(({ path, reason }) => ({ path, reason }));
  for (const { path, text } of files) {
    const { namespace } = input;
    const objects = readObjects(text, { component: '', source: path, namespace });
    if (objects === undefined) notRead.push({ path, reason: 'what it renders to is no YAML' });
    else templates.push({ path, needs: workloadNeeds(objects) });
  }
  return { templates, unread: notRead };
}

/** True for what only a deployment settles: it is shown as such, never as a name. */
export function isUnresolved(value: string): boolean {
  return value.includes('###');
}
