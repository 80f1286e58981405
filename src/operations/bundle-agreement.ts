import type { UdsBundle, UdsPackage } from '../uds/bundle.ts';
import { BundleError } from '../zarf/pack-error.ts';
import type { PackedPackage } from './packed-package.ts';

/**
 * Refuses a bundle whose entries do not fit the packages they name: better here than at deployment.
 * @throws BundleError BUNDLE_DEFINITION_INVALID, BUNDLE_MEMBER_MISMATCH, BUNDLE_COMPONENT_UNKNOWN, BUNDLE_CHART_UNKNOWN, BUNDLE_IMPORT_UNKNOWN
 * @see shared reference of the UDS bundle format, 6.1
 */
export function requireAgreement(
  bundle: UdsBundle,
  members: readonly PackedPackage[],
  architecture: string,
): void {
  if (bundle.packages.length === 0)
    throw new BundleError('BUNDLE_DEFINITION_INVALID', 'a bundle needs at least one package');
  const names = bundle.packages.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined)
    throw new BundleError(
      'BUNDLE_DEFINITION_INVALID',
      `two packages of the bundle are called '${twin}'`,
    );
  const exported = new Map<string, ReadonlySet<string>>();
  for (const [index, entry] of bundle.packages.entries()) {
    const member = members[index];
    if (member !== undefined) requireMember(entry, member, architecture);
    requireImports(entry, exported);
    exported.set(entry.name, new Set((entry.exports ?? []).map(({ name }) => name)));
  }
}

function requireMember(
  entry: UdsPackage,
  { definition, registryManifest }: PackedPackage,
  architecture: string,
): void {
  const { metadata, build, components } = definition;
  const refuse = (what: string, has: string, wants: string): never => {
    throw new BundleError(
      'BUNDLE_MEMBER_MISMATCH',
      `package '${entry.name}' has ${what} '${has}', the bundle wants '${wants}'`,
      {
        suggestions: [
          `Correct the entry of '${entry.name}' in uds-bundle.yaml, or take the package that fits`,
        ],
      },
    );
  };
  const built = build?.architecture ?? metadata.architecture ?? '';
  if (built !== '' && built !== architecture) refuse('architecture', built, architecture);
  const flavor = build?.flavor ?? '';
  if (entry.flavor !== undefined && entry.flavor !== flavor) refuse('flavor', flavor, entry.flavor);
  const [tag = '', pinned, doubled] = entry.ref.split('@');
  if (entry.path !== undefined && pinned !== undefined) {
    throw new BundleError(
      'BUNDLE_DEFINITION_INVALID',
      `the ref '${entry.ref}' of local package '${entry.name}' has a digest, which is computed here`,
      {
        suggestions: [`Write ref: ${tag}`],
      },
    );
  }
  if (doubled !== undefined)
    throw new BundleError(
      'BUNDLE_DEFINITION_INVALID',
      `the ref '${entry.ref}' of package '${entry.name}' has two digests`,
    );
  if (pinned !== undefined && registryManifest !== undefined && pinned !== registryManifest.digest)
    refuse('digest', registryManifest.digest, pinned);
  const version = metadata.version ?? '';
  if (entry.path !== undefined && tag !== version) refuse('version', version, tag);
  const byName = new Map(components.map((component) => [component.name, component]));
  for (const name of [...(entry.optionalComponents ?? []), ...Object.keys(entry.overrides ?? {})]) {
    if (byName.has(name)) continue;
    throw new BundleError(
      'BUNDLE_COMPONENT_UNKNOWN',
      `the bundle names component '${name}' of package '${entry.name}', which has none of that name`,
      {
        suggestions: [`Its components are: ${[...byName.keys()].join(', ')}`],
      },
    );
  }
  for (const [component, charts] of Object.entries(entry.overrides ?? {})) {
    const known = (byName.get(component)?.charts ?? []).map(({ name }) => name);
    const unknown = Object.keys(charts).find((chart) => !known.includes(chart));
    if (unknown !== undefined) {
      throw new BundleError(
        'BUNDLE_CHART_UNKNOWN',
        `the bundle overrides chart '${unknown}' of component '${component}' in package '${entry.name}', which has none of that name`,
        {
          suggestions: [`Its charts are: ${known.join(', ') || 'none'}`],
        },
      );
    }
  }
}

function requireImports(
  entry: UdsPackage,
  exported: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const wanted of entry.imports ?? []) {
    if (exported.get(wanted.package)?.has(wanted.name) === true) continue;
    throw new BundleError(
      'BUNDLE_IMPORT_UNKNOWN',
      `package '${entry.name}' imports '${wanted.name}' from '${wanted.package}', which no earlier package exports`,
      {
        suggestions: ['Export it there, and list that package first'],
      },
    );
  }
}
