import { posix } from 'node:path';
import type { DeployedChart, PlacedDocument } from '../lint/deployed-package.ts';
import { readWithPlaceholders } from '../lint/placeholder-document.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ChartEntry } from '../zarf/definition.ts';
import type { NamedFile } from './render-deployment.ts';

/** A chart whose files were read. */
export interface ReadChart {
  readonly component: string;
  readonly chart: ChartEntry;
  /** JSON pointer of its entry in the definition. */
  readonly pointer: string;
  readonly namespace: string;
  /** As texts and findings name it. */
  readonly folder: string;
  /** Below the folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** In their order, as texts and findings name them. */
  readonly valuesFiles: readonly NamedFile[];
}

/**
 * A chart as the checks of definitions know it.
 * @param texts gets those of its files
 */
export function toDeployedChart(
  { component, chart, pointer, namespace, folder, files, valuesFiles }: ReadChart,
  texts: Map<string, string>,
): DeployedChart {
  const named = [...files].map(([path, bytes]) => ({ path: posix.join(folder, path), bytes }));
  for (const { path, bytes } of [...named, ...valuesFiles]) texts.set(path, textOf(bytes));
  const placed = (name: string): PlacedDocument | undefined =>
    placedDocument(files.get(name), posix.join(folder, name));
  return {
    component,
    pointer,
    name: chart.name,
    releaseName: chart.releaseName || chart.name,
    namespace,
    folder,
    chartFile: placed('Chart.yaml'),
    values: placed('values.yaml'),
    valuesFiles: valuesFiles.flatMap(
      ({ path, bytes }) => readWithPlaceholders(textOf(bytes), path)?.slice(0, 1) ?? [],
    ),
    templates: templatesIn(files),
  };
}

/** Bytes as the text that checks look at. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Undefined where it is absent, empty or no YAML. */
function placedDocument(bytes: Uint8Array | undefined, file: string): PlacedDocument | undefined {
  if (bytes === undefined) return undefined;
  const { document } = parseYamlDocument(bytes);
  if (document === undefined) return undefined;
  return {
    file,
    value: document.value,
    at: (pointer) => ({ file, ...document.locateKey(pointer) }),
  };
}

function templatesIn(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, string> {
  const templates = [...files].filter(([path]) => /(?:^|\/)templates\//.test(path));
  return new Map(templates.map(([path, bytes]) => [path, textOf(bytes)]));
}
