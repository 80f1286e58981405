import type { ChartDeployedWith, DeployedWith } from '../zarf/deployed-with.ts';
import type { ChartOverride, OverrideVariable, UdsPackage } from './bundle.ts';

/** Values of variables by name in capitals. */
export type BundleVariables = ReadonlyMap<string, unknown>;

/**
 * What a bundle deploys a package with: its overrides, and the values that a configuration gives to variables.
 * @param entry with its `valuesFiles` merged in (`mergeOverrides`)
 * @param given by name in capitals, as `configVariables` reads them
 * @param exported names that packages before this one hand over, in capitals: only the deployment settles them
 * @see shared reference of the UDS bundle format, 1.2
 */
export function deployedWith(
  entry: UdsPackage,
  given: BundleVariables = new Map(),
  exported: ReadonlySet<string> = new Set(),
): DeployedWith {
  const imported = (entry.imports ?? []).map(({ name }) => name.toUpperCase());
  const open = new Set([...exported, ...imported].filter((name) => !given.has(name)));
  const charts = new Map<string, ChartDeployedWith>();
  for (const [component, overrides] of Object.entries(entry.overrides ?? {}))
    for (const [chart, override] of Object.entries(overrides))
      charts.set(`${component}/${chart}`, chartWith(override, given, open));
  return {
    variables: new Map([...given].map(([name, value]) => [name, textOf(value)])),
    open,
    charts,
    ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
  };
}

function chartWith(
  { values = [], variables = [], namespace }: ChartOverride,
  given: BundleVariables,
  open: ReadonlySet<string>,
): ChartDeployedWith {
  const unknown: string[] = [];
  const settings: { path: string; value: unknown }[] = [];
  for (const { path, value } of values) {
    const names = namesIn(value).filter((name) => !given.has(name));
    if (names.length > 0)
      unknown.push(
        `what a bundle sets at ${path} holds ${names.join(', ')}, settled when it is deployed`,
      );
    else settings.push({ path, value: filled(value, given) });
  }
  for (const variable of variables) {
    const name = variable.name.toUpperCase();
    const value = given.get(name) ?? variable.default;
    if (open.has(name)) unknown.push(`${variable.path} is set by ${name} of another package`);
    else if (variable.type === 'file' && value !== undefined)
      unknown.push(`${variable.path} is set to the content of a file, read when it is deployed`);
    else if (value !== undefined)
      settings.push({ path: variable.path, value: shownValue(variable, value) });
  }
  return { settings, unknown, ...(namespace === undefined ? {} : { namespace }) };
}

/** A secret is never shown, and what is rendered with it is. */
function shownValue({ sensitive = false }: OverrideVariable, value: unknown): unknown {
  return sensitive && typeof value === 'string' && value !== '' ? 'sensitive' : value;
}

const reference = /\$\{([A-Za-z0-9_-]+)\}/g;

function namesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(reference)].map(([, name = '']) => name.toUpperCase());
}

function filled(value: unknown, given: BundleVariables): unknown {
  if (typeof value === 'string')
    return value.replace(reference, (_whole, name: string) =>
      textOf(given.get(name.toUpperCase())),
    );
  if (Array.isArray(value)) return value.map((item) => filled(item, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, given)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}

/**
 * Variables that `uds-config.yaml` gives a package: `shared`, and over it what stands under the package's name.
 * @see shared reference of the UDS bundle format, 1.3
 */
export function configVariables(config: unknown, packageName: string): BundleVariables {
  const given = new Map<string, unknown>();
  for (const holder of [member(config, 'shared'), member(member(config, 'variables'), packageName)])
    if (typeof holder === 'object' && holder !== null && !Array.isArray(holder))
      for (const [name, value] of Object.entries(holder)) given.set(name.toUpperCase(), value);
  return given;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
