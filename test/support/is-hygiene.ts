import type { Finding } from '../../src/checks/check.ts';
import { deploymentChecks } from '../../src/operations/judge-deployment.ts';

const ids: ReadonlySet<string> = new Set(deploymentChecks().map(({ id }) => id));

/** Whether a finding advises on what would be deployed: golden archives say how their bytes are judged, not their charts. */
export function isHygiene({ id, severity }: Pick<Finding, 'id' | 'severity'>): boolean {
  return severity !== 'error' && ids.has(id);
}
