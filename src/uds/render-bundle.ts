import { renderYaml } from '../zarf/go-yaml.ts';
import { BundleError } from '../zarf/pack-error.ts';
import type { ChartOverride, UdsBundle, UdsPackage } from './bundle.ts';

/**
 * File name of a legacy bundle: UDS takes nothing else for a local file.
 * @throws BundleError BUNDLE_DEFINITION_INVALID when name or version are missing or hold a slash
 * @see shared reference of the UDS bundle format, 2.5
 */
export function bundleFileName(bundle: UdsBundle, architecture: string): string {
  const { name, version } = bundle.metadata;
  if (!name || !version || /[/\\\p{Cc}]/u.test(name + version + architecture)) {
    throw new BundleError(
      'BUNDLE_DEFINITION_INVALID',
      `a bundle needs a name and a version without slashes; it has '${name}' and '${version ?? ''}'`,
      {
        suggestions: ['Set metadata.name and metadata.version in uds-bundle.yaml'],
      },
    );
  }
  return `uds-bundle-${name}-${architecture}-${version}.tar.zst`;
}

/**
 * The `uds-bundle.yaml` inside a bundle. Members stand in fixed order, overrides in that of the
 * author, empty members are left out.
 */
export function renderBundle(bundle: UdsBundle): Uint8Array {
  const { kind, metadata, build, packages } = bundle;
  return Buffer.from(
    renderYaml({
      ...present('kind', kind),
      metadata: ordered(
        metadata,
        'name description version url uncompressed architecture authors documentation source vendor aggregateChecksum',
      ),
      ...(build === undefined
        ? {}
        : { build: ordered(build, 'terminal user architecture timestamp version') }),
      packages: packages.map(packageValue),
    }),
  );
}

function packageValue(entry: UdsPackage): unknown {
  const overrides = Object.entries(entry.overrides ?? {}).map(([component, charts]) => [
    component,
    Object.fromEntries(
      Object.entries(charts).map(([chart, override]) => [chart, overrideValue(override)]),
    ),
  ]);
  return {
    ...ordered(
      entry,
      'name description repository path ref flavor namespace timeout optionalComponents publicKey keylessVerification imports exports',
    ),
    ...(overrides.length === 0 ? {} : { overrides: Object.fromEntries(overrides) }),
  };
}

function overrideValue(override: ChartOverride): unknown {
  const values = (override.values ?? []).map(({ path, value }) => ({ path, value }));
  const variables = (override.variables ?? []).map((variable) => ({
    ...ordered(variable, 'name path description'),
    // A default of false or '' says something here.
    ...(variable.default === undefined ? {} : { default: variable.default }),
    ...ordered(variable, 'type sensitive source'),
  }));
  return {
    ...(values.length === 0 ? {} : { values }),
    ...(variables.length === 0 ? {} : { variables }),
    ...ordered(override, 'valuesFiles namespace'),
  };
}

function ordered(value: object, names: string): Readonly<Record<string, unknown>> {
  return Object.assign(
    {},
    ...names.split(' ').map((name) => present(name, Reflect.get(value, name))),
  );
}

function present(name: string, value: unknown): Readonly<Record<string, unknown>> {
  const empty =
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0);
  return empty ? {} : { [name]: value };
}
