import type { MappedValue } from './zarf-values.ts';

/** What a deployment says beyond the defaults of a package: that of a bundle, mostly. */
export interface DeployedWith {
  /** Values of variables, by name in capitals. */
  readonly variables?: ReadonlyMap<string, string>;
  /** Variables that only the deployment settles, whatever default they have: another package hands them over. */
  readonly open?: ReadonlySet<string>;
  /** Moves everything of the package. */
  readonly namespace?: string;
  /** By `component/chart`. */
  readonly charts?: ReadonlyMap<string, ChartDeployedWith>;
}

export interface ChartDeployedWith {
  readonly settings: readonly MappedValue[];
  /** Moves that chart. */
  readonly namespace?: string;
  /** Why its values are not all known. */
  readonly unknown: readonly string[];
}
