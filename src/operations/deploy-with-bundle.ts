import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedPackage } from '../lint/deployed-package.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { UdsPackage } from '../uds/bundle.ts';
import { type BundleVariables, configVariables, deployedWith } from '../uds/deployed-with.ts';
import { mergeOverrides } from '../uds/merge-overrides.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { DeployWith } from './gather-bundles.ts';
import { type DeploymentOptions, gatherDeployment } from './gather-deployment.ts';

const maxValuesBytes = 2 ** 22;

/**
 * Renders packages again where a bundle deploys them with more than their defaults; once for all bundles that
 * deploy one alike.
 */
export function deployWithBundle(
  workspace: Workspace,
  options: Omit<DeploymentOptions, 'deployed'>,
  run: Run,
): DeployWith {
  const known = new Map<string, Promise<DeployedPackage>>();
  return async ({ job, resolved, facts }, entry, { file, config, before, definedBefore: all }) => {
    if (resolved === undefined || facts?.target === undefined) return facts;
    const exported = new Set(
      before.flatMap(({ exports = [] }) => exports.map(({ name }) => name.toUpperCase())),
    );
    const given = settled(configVariables(config?.value, entry.name), resolved.definition, entry);
    const merged = await merge(entry, file, workspace);
    if (merged instanceof CowaError) return withUnread(facts, file, merged.message);
    const deployed = deployedWith(merged, given, exported);
    const { variables, open, namespace, charts } = deployed;
    const moves = namespace !== undefined || (charts?.size ?? 0) > 0;
    // What no template asks for changes nothing.
    const definedBefore = asksForKinds(facts) ? [...new Set(all)].sort() : [];
    if (
      !moves &&
      definedBefore.length === 0 &&
      (variables?.size ?? 0) === 0 &&
      (open?.size ?? 0) === 0
    )
      return facts;
    const said = [
      [...(variables ?? [])],
      [...(open ?? [])],
      [...(charts ?? [])],
      namespace,
      definedBefore,
    ];
    const key = JSON.stringify([job.key, said]);
    const made =
      known.get(key) ??
      gatherDeployment(resolved, workspace, run, facts.target, {
        ...options,
        deployed,
        definedBefore,
      });
    known.set(key, made);
    return { ...facts, ...(await made) };
  };
}

function asksForKinds({ texts }: DeployedPackage): boolean {
  return [...texts.values()].some((text) => text.includes('.Capabilities.APIVersions'));
}

/** What a configuration gives, without what only repeats the package's default and no override speaks of. */
function settled(
  given: BundleVariables,
  { variables = [] }: PackageDefinition,
  entry: UdsPackage,
): BundleVariables {
  const defaults = new Map(variables.map(({ name, default: own }) => [name, own]));
  const overridden = JSON.stringify(entry.overrides ?? {}).toUpperCase();
  return new Map(
    [...given].filter(
      ([name, value]) => defaults.get(name) !== value || overridden.includes(name.toUpperCase()),
    ),
  );
}

async function merge(
  entry: UdsPackage,
  file: string,
  workspace: Workspace,
): Promise<UdsPackage | CowaError> {
  try {
    return await mergeOverrides(entry, (path) =>
      workspace.read(posix.join(posix.dirname(file), path), maxValuesBytes),
    );
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return error;
  }
}

function withUnread(facts: DeployedPackage, path: string, reason: string): DeployedPackage {
  return { ...facts, unread: [...facts.unread, { path, component: '', reason, fails: true }] };
}
