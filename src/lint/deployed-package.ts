import type { Subject } from '../checks/check.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { DeployedObject } from '../zarf/deployed-object.ts';
import type { UnreadFile } from '../zarf/rendered-chart.ts';
import type { TargetProfile } from './target-profile.ts';

/** Where something stands; line and column are 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A YAML document that was read, with its places. */
export interface PlacedDocument {
  readonly file: string;
  /** Plain values. */
  readonly value: unknown;
  /** Of a JSON pointer; of its nearest parent where it is absent. */
  at(pointer: string): Place;
}

/** A chart of a component, as it is deployed. */
export interface DeployedChart {
  readonly component: string;
  /** JSON pointer of its entry in the definition. */
  readonly pointer: string;
  /** Name of the entry, which bundle overrides go by. */
  readonly name: string;
  readonly releaseName: string;
  readonly namespace: string;
  /** Folder of the chart, as texts and findings name it. */
  readonly folder: string;
  /** `Chart.yaml`; undefined where it could not be read. */
  readonly chartFile: PlacedDocument | undefined;
  /** The chart's own `values.yaml`; undefined where there is none. */
  readonly values: PlacedDocument | undefined;
  /** Values files of the package, in their order, as authored: placeholders not filled. */
  readonly valuesFiles: readonly PlacedDocument[];
  /** Templates of the chart and its subcharts as authored, by path below `folder`. */
  readonly templates: ReadonlyMap<string, string>;
}

/** What a package would put into a cluster, and what it carries for it. Plain values. */
export interface DeployedPackage {
  /** Name for findings. */
  readonly label: string;
  /** Path of its `zarf.yaml`. */
  readonly file: string;
  /** Zarf's flavor it is judged for; empty for none. */
  readonly flavor: string;
  readonly architecture: string;
  /** Imports merged, create-time templates filled. */
  readonly definition: PackageDefinition;
  /** What the cluster it is made for is said to have; `uds-core` where nobody says. */
  readonly target?: TargetProfile;
  readonly charts: readonly DeployedChart[];
  /** Where charts and manifests go, a bundle's overrides counted; those of the definition where nobody says. */
  readonly namespaces?: readonly string[];
  readonly objects: readonly DeployedObject[];
  /** Files that could not be read; with one of them nobody can say that something is not there. */
  readonly unread: readonly (UnreadFile & { readonly component: string })[];
  /** Texts in which placeholders may stand: definition, values files, manifests, charts, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Small ones of the files that components put on hosts, by path; absent where nobody looked. */
  readonly hostFiles?: ReadonlyMap<string, Uint8Array>;
  /** Places of such files that could not be looked into, or are too many. */
  readonly hostFilesLeft?: readonly string[];
  /** Images that are carried on purpose although nothing names them. */
  readonly extraImages?: readonly { readonly image: string; readonly reason: string }[];
  /** Images that packages carry which are deployed before, in every bundle that has this package. */
  readonly carriedBefore?: readonly { readonly image: string; readonly package: string }[];
  /** Sizes of what is injected, by `dataInjections.source`; absent where nobody looked. */
  readonly payloads?: readonly { readonly source: string; readonly bytes: number }[];
  /** Place of a JSON pointer of `definition`, in whichever file its author wrote it. */
  at(pointer: string): Place;
  /** 1-based place in `file` of what a text stands at first; undefined when it stands elsewhere. */
  find(text: string): { readonly line: number; readonly column: number } | undefined;
}

/** The package's definition as a subject, at a JSON pointer of it. */
export function definitionSubject(facts: DeployedPackage, pointer: string): Subject {
  return placeSubject(facts.at(pointer));
}

/** A place as a subject. */
export function placeSubject({ file, line, column }: Place): Subject {
  return { kind: 'file', name: file, line, column };
}

/**
 * An object as a subject: the file its text comes from, and what it is.
 * @param path keys below the object, for the line; the object's own place without
 */
export function objectSubject(
  object: DeployedObject,
  path: readonly (string | number)[] = [],
): Subject {
  const { file = object.source, line, column } = object.at(path);
  return {
    kind: 'file',
    name: file,
    line,
    column,
    object: `${object.kind}/${object.name}`,
  };
}

/**
 * What could not be read, and objects that no cluster takes: what those were meant to be nobody knows, so each may be
 * what another object looks for.
 */
export function notRead({
  unread,
  objects,
}: Pick<DeployedPackage, 'unread' | 'objects'>): readonly UnreadFile[] {
  const nameless = objects.flatMap((object) => {
    const lacks = object.kind === '' ? 'kind' : object.apiVersion === '' ? 'apiVersion' : undefined;
    if (lacks === undefined) return [];
    const { file: path = object.source, line, column } = object.at([]);
    const reason = `an object has no ${lacks}, so no cluster takes it`;
    return [{ path, line, column, reason, fails: true }];
  });
  return nameless.length === 0 ? unread : [...unread, ...nameless];
}

/** Why an absence proves nothing; undefined when everything was read. */
export function notAllRead(facts: Pick<DeployedPackage, 'unread' | 'objects'>): string | undefined {
  const unread = notRead(facts);
  const [first] = unread;
  if (first === undefined) return undefined;
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
  return `${first.path}${more} could not be read: ${first.reason}`;
}
