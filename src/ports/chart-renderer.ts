import type { Run } from '../support/run.ts';
import type { ChartInput, RenderedTemplates } from '../zarf/rendered-chart.ts';

/** What rendered, for reports and statements. */
export interface RendererIdentity {
  readonly name: 'embedded' | 'helm';
  readonly version: string;
  /** Of the program's file; the embedded one has none. */
  readonly sha256?: string;
}

/**
 * Turns charts into objects. The embedded one needs nothing; the other runs a Helm that somebody named by its
 * path. A chart that cannot be rendered is told among `unread`, not thrown.
 */
export interface ChartRenderer {
  readonly identity: RendererIdentity;
  render(chart: ChartInput, run: Run): Promise<RenderedTemplates>;
}
