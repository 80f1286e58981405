import { executeTemplate } from '../helm/evaluate-template.ts';
import { fromPlain, GoMap, GoStruct, type GoValue } from '../helm/go-value.ts';
import { parseTemplate } from '../helm/parse-template.ts';
import {
  MissingKey,
  TemplateFailure,
  type TemplatePlace,
  TemplateUndecided,
} from '../helm/template-fault.ts';
import { templateFunctions } from '../helm/template-functions.ts';
import { placeIn } from '../support/text-lines.ts';
import type { ChartEntry, PackageDefinition } from './definition.ts';

/** What the package's own variables and values say when it is deployed. */
export interface ZarfValues {
  /** `values.files`, merged. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Variables that have a value, by name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly definition: PackageDefinition;
}

/** A text whose Go templates were filled. */
export interface FilledTemplate {
  readonly text: string;
  readonly writtenBy: (offset: number) => TemplatePlace | undefined;
}

/** A value put at a path of a chart's values; the path `` stands for all of them. */
export interface MappedValue {
  readonly path: string;
  readonly value: unknown;
}

/** Helm's own, which a template of Zarf does not have. */
const helmsOwn = new Set(['include', 'tpl', 'required', 'lookup', 'getHostByName']);
const functions = Object.fromEntries(
  Object.entries(templateFunctions).filter(([name]) => !helmsOwn.has(name)),
);

/**
 * Fills the Go templates of a values file or manifest as a deployment does: `.Values`, `.Variables`, `.Constants`
 * and `.Metadata`; a key that is not there is an error.
 * @throws TemplateFailure where Zarf would stop; TemplateUndecided where only the deployment tells
 * @see shared reference of the Zarf package format, 3.5
 */
export function fillTemplate(text: string, file: string, given: ZarfValues): FilledTemplate {
  if (!text.includes('{{')) return { text, writtenBy: asItStands(text, file) };
  try {
    const known = (name: string): boolean => Object.hasOwn(functions, name);
    const { body, defines } = parseTemplate(text, file, known);
    const templates = new Map([...defines, [file, body] as const]);
    const made = executeTemplate(file, dataOf(given), templates, functions, { strictKeys: true });
    const [volatile] = made.volatile;
    if (volatile !== undefined)
      throw new TemplateUndecided(
        volatile.name,
        `what ${volatile.name} gives differs every time`,
        volatile.place,
      );
    return made;
  } catch (error) {
    if (error instanceof MissingKey && isSettledLater(error.key, given))
      throw new TemplateUndecided(
        'key',
        `${error.key} is settled when it is deployed`,
        error.place,
      );
    throw error;
  }
}

function asItStands(text: string, file: string): FilledTemplate['writtenBy'] {
  return (offset) => ({ file, ...placeIn(text, offset) });
}

function isSettledLater(key: string, { definition }: ZarfValues): boolean {
  if (['State', 'Build', 'Agent'].includes(key)) return true;
  if ((definition.variables ?? []).some(({ name }) => name === key)) return true;
  return setsByActions(definition);
}

/** Whether an action sets variables or values while the package is deployed. */
function setsByActions({ components }: PackageDefinition): boolean {
  return components.some(({ actions }) =>
    /"set(?:Values|Variables?)":/.test(JSON.stringify(actions?.onDeploy ?? {})),
  );
}

function dataOf({ values, variables, definition }: ZarfValues): GoValue {
  const { metadata, constants = [] } = definition;
  const texts = (entries: Iterable<readonly [string, string]>): GoMap =>
    new GoMap(entries, { typeName: 'map[string]string' });
  return new GoMap([
    ['Values', fromPlain(values)],
    ['Variables', texts(variables)],
    ['Constants', texts(constants.map(({ name, value }) => [name, value] as const))],
    [
      'Metadata',
      new GoStruct('v1alpha1.ZarfMetadata', {
        Name: metadata.name,
        Description: metadata.description ?? '',
        Version: metadata.version ?? '',
        URL: metadata.url ?? '',
        Image: metadata.image ?? '',
        Uncompressed: metadata.uncompressed ?? false,
        Architecture: metadata.architecture ?? '',
        YOLO: metadata.yolo ?? false,
        Authors: metadata.authors ?? '',
        Documentation: metadata.documentation ?? '',
        Source: metadata.source ?? '',
        Vendor: metadata.vendor ?? '',
        Annotations: texts(Object.entries(metadata.annotations ?? {})),
      }),
    ],
  ]);
}

/**
 * What a package's variables and values put into the values of a chart, in their order.
 * @throws TemplateFailure for a source that is not there; TemplateUndecided where only the deployment tells
 * @see Zarf v0.84, components.charts.variables and values
 */
export function mappedValues(chart: ChartEntry, given: ZarfValues): readonly MappedValue[] {
  const mapped: MappedValue[] = [];
  for (const { name, path } of chart.variables ?? []) {
    const value = given.variables.get(name);
    if (value !== undefined) mapped.push({ path, value });
  }
  for (const { sourcePath, targetPath, excludePaths = [] } of chart.values ?? []) {
    const depth = keysOf(sourcePath).length;
    const value = excludePaths.reduce(
      (left, excluded) => remove(left, keysOf(excluded).slice(depth)),
      valueIn(given.values, sourcePath),
    );
    if (value === undefined) {
      const message = `chart '${chart.name}': the package has no value ${sourcePath}`;
      if (setsByActions(given.definition))
        throw new TemplateUndecided('values', `${message} unless an action sets it`);
      throw new TemplateFailure(message);
    }
    mapped.push({ path: targetPath.replace(/^\./, ''), value });
  }
  return mapped;
}

function keysOf(path: string): readonly string[] {
  return path.split('.').filter((key) => key !== '');
}

function valueIn(values: unknown, path: string): unknown {
  return keysOf(path).reduce<unknown>(
    (at, key) => (isMapping(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    values,
  );
}

function remove(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || !isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      if (name !== key) return [[name, item]];
      return rest.length === 0 ? [] : [[name, remove(item, rest)]];
    }),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
