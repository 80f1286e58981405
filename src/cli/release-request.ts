import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { ConfigFlags, ReleaseConfig } from '../config/resolve-config.ts';
import { flavorsOf, loadRelease } from '../operations/load-release.ts';
import { ReleaseUsageError } from '../operations/release-error.ts';
import { readReleaseConfig } from './release-config.ts';
import { workspaceOf } from './wire.ts';

/** Flags of a command that reads a release definition, as oclif names them. */
export type ReleaseFlags = Omit<ConfigFlags, 'cacheDir' | 'registryOverrides'> & {
  readonly 'cache-dir'?: string | undefined;
  readonly 'registry-override'?: readonly string[] | undefined;
};

/** What every command about a release works on, settled. */
export interface SettledRelease {
  readonly definition: string;
  readonly flavor: ReleaseFlavor | 'all';
  readonly cacheDir: string;
  /** Seconds since 1970. */
  readonly sourceDateEpoch: number;
  /** Hosts asked instead of others, where a flag or a variable says so. */
  readonly registryOverrides: Readonly<Record<string, string>>;
  /** The rest, for the command that needs it. */
  readonly config: ReleaseConfig;
}

/**
 * Settles the flags of a command by variables, the release definition and defaults.
 * @param flavor what is meant where nobody says; without it, not saying is an error
 * @throws ConfigError CONFIG_VALUE_INVALID
 * @throws ReleaseUsageError RELEASE_DEFINITION_MISSING, RELEASE_DEFINITION_INVALID, RELEASE_FLAVOR_MISSING
 */
export async function settleRelease(
  flags: ReleaseFlags,
  env: Readonly<Record<string, string | undefined>>,
  flavor?: 'all',
): Promise<SettledRelease> {
  const { 'cache-dir': cacheDir, 'registry-override': registryOverrides, ...same } = flags;
  const config = await readReleaseConfig({ ...same, cacheDir, registryOverrides }, env);
  const chosen = config.flavor.value ?? flavor;
  if (chosen === undefined) {
    const { workspace, fileName } = await workspaceOf(config.definition.value);
    const known = flavorsOf(await loadRelease(fileName, workspace));
    throw new ReleaseUsageError(
      'RELEASE_FLAVOR_MISSING',
      `no flavor was given; ${config.definition.value} has ${known.join(' and ')}`,
      {
        suggestions: [
          `Add ${[...known, 'all'].map((name) => `--flavor ${name}`).join(' or ')}, or set COWA_FLAVOR`,
        ],
      },
    );
  }
  const overrides = Object.entries(config.registryOverrides).filter(
    ([, { origin }]) => origin.kind !== 'file',
  );
  return {
    definition: config.definition.value,
    flavor: chosen,
    cacheDir: config.cacheDir.value,
    sourceDateEpoch: config.sourceDateEpoch.value,
    registryOverrides: Object.fromEntries(overrides.map(([host, { value }]) => [host, value])),
    config,
  };
}
