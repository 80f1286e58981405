import { kubernetesYaml } from '../helm/read-yaml.ts';
import { pointerSegment } from '../support/json-document.ts';
import { definitionLimits, parseYaml } from '../support/yaml-document.ts';

/** An object that a package puts into a cluster. */
export interface DeployedObject {
  readonly component: string;
  /** `chart <name>: templates/x.yaml`, or the path of a manifest. */
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Its own, else that of the chart or manifest it comes from. */
  readonly namespace: string;
  readonly value: Box;
  /** Where a member of it was written, by keys below the object; of the nearest parent where it is absent. */
  at(path: readonly (string | number)[]): ObjectPlace;
}

/** A 1-based place. */
export interface ObjectPlace {
  /** The file, where it is not `source`: a template that the one of the source includes. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** A mapping of YAML. */
export type Box = Readonly<Record<string, unknown>>;

/** Where the text of objects comes from. */
export interface ObjectOrigin {
  readonly component: string;
  readonly source: string;
  readonly namespace: string;
  /** From a place in the text to the place in `source` that wrote it; the same place without. */
  readonly written?: (place: ObjectPlace) => ObjectPlace;
}

/** What a chart renders to may be long: the definitions of an operator's kinds have megabytes. */
const objectLimits = { ...definitionLimits, maxBytes: 16 * 2 ** 20, maxTokens: 2_000_000 };

/** Objects of a rendered file, lists taken apart; undefined when the text is no YAML. */
export function readObjects(
  text: string,
  { component, source, namespace, written = (place) => place }: ObjectOrigin,
): readonly DeployedObject[] | undefined {
  const { documents, problems } = parseYaml(Buffer.from(text), objectLimits, kubernetesYaml);
  if (problems.some(({ severity }) => severity === 'error')) return undefined;
  return documents.flatMap((document) =>
    objectsIn(document.value, '').map(({ value, pointer }) => ({
      component,
      source,
      apiVersion: textOf(value['apiVersion']),
      kind: textOf(value['kind']),
      name: textOf(inside(value, 'metadata', 'name')),
      namespace: textOf(inside(value, 'metadata', 'namespace')) || namespace,
      value,
      at: (path) =>
        written(
          document.locateKey(`${pointer}${path.map((key) => `/${pointerSegment(key)}`).join('')}`),
        ),
    })),
  );
}

function objectsIn(
  value: unknown,
  pointer: string,
): readonly { readonly value: Box; readonly pointer: string }[] {
  if (value === null || value === undefined) return [];
  // Text or a list is no object: one without a kind, which no cluster takes either.
  const box = boxOf(value) ?? {};
  const items = box['items'];
  return textOf(box['kind']).endsWith('List') && Array.isArray(items)
    ? items.flatMap((item, index) => objectsIn(item, `${pointer}/items/${index}`))
    : [{ value: box, pointer }];
}

/** A mapping; undefined for all else. */
export function boxOf(value: unknown): Box | undefined {
  return isBox(value) ? value : undefined;
}

/** The mappings of a list; none where it is no list. */
export function boxesOf(value: unknown): readonly Box[] {
  return Array.isArray(value) ? value.filter(isBox) : [];
}

/** Text or number as text; empty for all else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The member at keys and indexes one below the other; undefined where one is absent. */
export function inside(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key];
    else if (isBox(at) && typeof key === 'string') at = at[key];
    else return undefined;
  }
  return at;
}

/** Every mapping in a value, itself first. */
export function* boxesWithin(value: unknown): Generator<Box> {
  if (Array.isArray(value)) for (const item of value) yield* boxesWithin(item);
  if (!isBox(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* boxesWithin(member);
}

/** Whether a value is a mapping. */
export function isBox(value: unknown): value is Box {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
