import { type ChartInput, type RenderedTemplates, renderPackagedChart } from './rendered-chart.ts';

/** Changes with every change of what is rendered, so that two renderings can be compared. */
const version = '2 (Helm 3.19)';

/** Renders charts in this program: no Helm, no cluster, no network. Implements the port `ChartRenderer`. */
export const embeddedRenderer = {
  identity: { name: 'embedded', version },
  async render(chart: ChartInput): Promise<RenderedTemplates> {
    return renderPackagedChart(chart);
  },
} as const;
