import { posix } from 'node:path';
import { bundleFile, packageFile } from '../config/definition-file.ts';
import type {
  FlavorConfig,
  PackageConfig,
  ReleaseDefinition,
  ReleaseFlavor,
} from '../config/release-definition.ts';
import type { DeployedPackage } from './deployed-package.ts';
import type { BundledPackage, DeployedBundle, DeployedRelease } from './deployed-release.ts';

/** A flavor of the release with what it deploys, in that order. */
export interface FlavorPackages {
  readonly name: ReleaseFlavor;
  readonly config: FlavorConfig;
  readonly bundle: DeployedBundle | undefined;
  readonly packages: readonly FlavorPackage[];
  /** Whether each of its packages was found and read. */
  readonly complete: boolean;
}

export interface FlavorPackage {
  /** As the bundle calls it, else by its own name. */
  readonly name: string;
  readonly package: DeployedPackage | undefined;
  readonly bundled: BundledPackage | undefined;
}

/** Folder of the release definition; undefined where there is none. */
export function releaseFolder({ definitionAt }: DeployedRelease): string | undefined {
  const file = definitionAt?.('').file;
  return file === undefined ? undefined : posix.dirname(file);
}

/** The flavors a release definition names, each by its bundle where it has one. */
export function flavorPackages(facts: DeployedRelease): readonly FlavorPackages[] {
  const { definition } = facts;
  if (definition === undefined) return [];
  return flavorsOf(definition).map(([name, config]) => {
    const bundle = bundleOf(facts, name, config);
    const packages =
      bundle === undefined
        ? config.packages.map((each) => {
            const found = packageAt(facts, each, config);
            const called = found?.definition.metadata.name ?? posix.basename(each.path);
            return { name: called, package: found, bundled: undefined };
          })
        : bundle.packages.map((each) => ({
            name: each.entry.name,
            package: each.package,
            bundled: each,
          }));
    const complete =
      packages.every((each) => each.package !== undefined) &&
      (bundle !== undefined || config.bundle === undefined);
    return { name, config, bundle, packages, complete };
  });
}

/** Flavors with their configuration; keys of the author's own left out. */
export function flavorsOf({
  flavors,
}: ReleaseDefinition): readonly (readonly [ReleaseFlavor, FlavorConfig])[] {
  return (['cpu', 'gpu'] as const).flatMap((name) => {
    const config = flavors[name];
    return config === undefined ? [] : [[name, config] as const];
  });
}

/** The package a flavor names by path. */
export function packageAt(
  facts: DeployedRelease,
  { path, zarfFlavor }: PackageConfig,
  flavor: FlavorConfig,
): DeployedPackage | undefined {
  const file = packageFile(releaseFolder(facts) ?? '.', path);
  const same = facts.packages.filter((each) => posix.normalize(each.file) === file);
  const wanted = zarfFlavor ?? flavor.zarfFlavor ?? '';
  return same.find((each) => each.flavor === wanted) ?? same[0];
}

function bundleOf(
  facts: DeployedRelease,
  name: ReleaseFlavor,
  { bundle }: FlavorConfig,
): DeployedBundle | undefined {
  if (bundle === undefined) return facts.bundles.find(({ flavor }) => flavor === name);
  const file = bundleFile(releaseFolder(facts) ?? '.', bundle.path);
  return (
    facts.bundles.find((each) => posix.normalize(each.file) === file) ??
    facts.bundles.find(({ flavor }) => flavor === name)
  );
}
