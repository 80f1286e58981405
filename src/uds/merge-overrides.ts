import { parseValues } from '../zarf/merge-values.ts';
import { BundleError } from '../zarf/pack-error.ts';
import type { ChartOverride, UdsPackage } from './bundle.ts';

/** Content of a values file that a bundle names. */
export type ReadValuesFile = (path: string) => Promise<Uint8Array>;

/**
 * A package entry whose `valuesFiles` are merged into `values`, one entry per top-level key: a later
 * file wins over an earlier one, authored `values` over both. Order is that of writing, so that the
 * same definition gives the same bytes.
 * @throws BundleError BUNDLE_VALUES_INVALID naming the file
 * @see shared reference of the UDS bundle format, 1.2
 */
export async function mergeOverrides(
  entry: UdsPackage,
  readFile: ReadValuesFile,
): Promise<UdsPackage> {
  if (entry.overrides === undefined) return entry;
  const overrides: Record<string, Record<string, ChartOverride>> = {};
  for (const [component, charts] of Object.entries(entry.overrides)) {
    const merged: Record<string, ChartOverride> = {};
    for (const [chart, override] of Object.entries(charts))
      merged[chart] = await mergeChart(override, readFile);
    overrides[component] = merged;
  }
  return { ...entry, overrides };
}

async function mergeChart(
  override: ChartOverride,
  readFile: ReadValuesFile,
): Promise<ChartOverride> {
  if (override.valuesFiles === undefined || override.valuesFiles.length === 0) return override;
  const values = new Map<string, unknown>();
  for (const path of override.valuesFiles) {
    for (const [key, value] of Object.entries(await readValues(path, readFile)))
      values.set(key, value);
  }
  for (const { path, value } of override.values ?? []) values.set(path, value);
  return { ...override, values: [...values].map(([path, value]) => ({ path, value })) };
}

async function readValues(
  path: string,
  readFile: ReadValuesFile,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return parseValues({ path, bytes: await readFile(path) });
  } catch (error) {
    throw new BundleError(
      'BUNDLE_VALUES_INVALID',
      `the values file ${path} of the bundle cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        suggestions: ['Paths are relative to the bundle definition'],
      },
    );
  }
}
