import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedPackage, PlacedDocument } from '../lint/deployed-package.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { UdsPackage } from '../uds/bundle.ts';
import { configVariables, deployedWith } from '../uds/deployed-with.ts';
import { mergeOverrides } from '../uds/merge-overrides.ts';
import { type DeploymentOptions, gatherDeployment } from './gather-deployment.ts';
import type { JudgedPackage } from './lint-package.ts';

/** Where in a bundle a package stands. */
export interface BundlePlace {
  /** The bundle definition. */
  readonly file: string;
  readonly config: PlacedDocument | undefined;
  /** What packages before it hand over, in capitals. */
  readonly exported: ReadonlySet<string>;
}

/** The same package as a bundle deploys it: with its overrides and variables put in. */
export type DeployWith = (
  found: JudgedPackage,
  entry: UdsPackage,
  place: BundlePlace,
) => Promise<DeployedPackage | undefined>;

const maxValuesBytes = 2 ** 22;

/** Two bundles that deploy a package alike have it rendered once. */
export function deployInBundles(
  workspace: Workspace,
  options: Omit<DeploymentOptions, 'deployed'>,
  run: Run,
): DeployWith {
  const known = new Map<string, Promise<DeployedPackage>>();
  return async ({ job, resolved, facts }, entry, { file, config, exported }) => {
    if (resolved === undefined || facts === undefined) return undefined;
    const given = configVariables(config?.value, entry.name);
    const merged = await mergedEntry(entry, file, workspace);
    const deployed = deployedWith(merged, given, exported);
    const { variables, open, charts, namespace } = deployed;
    const isPlain =
      namespace === undefined &&
      [variables, open, charts].every((each) => each === undefined || each.size === 0);
    if (isPlain) return facts;
    const said = [[...(variables ?? [])], [...(open ?? [])], [...(charts ?? [])], namespace];
    const key = `${job.key} ${JSON.stringify(said)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const rendering = gatherDeployment(resolved, workspace, run, job.target, {
      ...options,
      deployed,
    }).then((rendered) => ({
      ...rendered,
      ...(facts.payloads === undefined ? {} : { payloads: facts.payloads }),
    }));
    known.set(key, rendering);
    return rendering;
  };
}

/** An entry with its values files; one that cannot be read is told by the checks of the bundle. */
async function mergedEntry(
  entry: UdsPackage,
  file: string,
  workspace: Workspace,
): Promise<UdsPackage> {
  try {
    return await mergeOverrides(entry, (path) =>
      workspace.read(posix.join(posix.dirname(file), path), maxValuesBytes),
    );
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return entry;
  }
}
