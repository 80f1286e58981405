import type { Capabilities } from '../helm/capabilities.ts';
import { assumedCluster } from '../zarf/rendered-chart.ts';
import { chooseTarget } from './choose-target.ts';
import { servedApiVersions } from './kubernetes-kinds.ts';
import type { TargetProfile } from './target-profile.ts';

/** A cluster as templates may ask about it, short enough to be written down. */
export interface TargetCluster {
  /** `1.31`, or with the third number. */
  readonly kubernetes: string;
  /** What is served beside Kubernetes' own kinds: `uds.dev/v1alpha1`, `uds.dev/v1alpha1/Package`; sorted. */
  readonly apiVersions: readonly string[];
}

/** The cluster of a profile, of the default one without. A kind whose versions nobody says cannot be asked for. */
export function targetCluster(
  { kubernetes, kinds }: TargetProfile = chooseTarget(),
): TargetCluster {
  const names = kinds.flatMap(({ group, versions, kind }) =>
    versions.flatMap((version) => [`${group}/${version}`, `${group}/${version}/${kind}`]),
  );
  return { kubernetes, apiVersions: [...new Set(names)].sort() };
}

/** What templates see of a cluster. */
export function capabilitiesOf({ kubernetes, apiVersions }: TargetCluster): Capabilities {
  const whole = kubernetes.split('.').length > 2 ? kubernetes : `${kubernetes}.0`;
  return {
    ...assumedCluster,
    kubeVersion: `v${whole}`,
    apiVersions: [...new Set([...servedApiVersions(kubernetes), ...apiVersions])],
  };
}
