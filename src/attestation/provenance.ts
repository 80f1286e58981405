import { StatementError } from './attestation-error.ts';
import { parseStatement, type StatementSubject } from './statement.ts';

/** Predicate type of provenance. @see SLSA 1.2, build provenance */
export const provenanceType = 'https://slsa.dev/provenance/v1';

/** What was built, by whom and from what, as a verified statement says. */
export interface Provenance {
  readonly subjects: readonly StatementSubject[];
  /** URI that says how to read the parameters. */
  readonly buildType: string;
  /** What whoever asked for the build could choose; nobody vouches for it. */
  readonly externalParameters: Readonly<Record<string, unknown>>;
  /** What the builder chose. */
  readonly internalParameters: Readonly<Record<string, unknown>>;
  /** What it was made from, in the order of the statement. */
  readonly resolvedDependencies: readonly ProvenanceResource[];
  readonly builder: {
    /** URI. */
    readonly id: string;
    /** Version by component. */
    readonly version: Readonly<Record<string, string>>;
    readonly dependencies: readonly ProvenanceResource[];
  };
  readonly metadata: {
    readonly invocationId?: string;
    readonly startedOn?: string;
    readonly finishedOn?: string;
  };
  /** What the build left besides the subjects. */
  readonly byproducts: readonly ProvenanceResource[];
  /** Paths of members that the specification does not know, sorted: extensions of others, which nobody judged. */
  readonly unknown: readonly string[];
}

/** A thing that is named and pinned. @see in-toto attestation v1, ResourceDescriptor */
export interface ProvenanceResource {
  readonly name?: string;
  readonly uri?: string;
  /** Lower-case hex by algorithm; undefined: not pinned. */
  readonly digest?: Readonly<Record<string, string>>;
  readonly mediaType?: string;
  readonly downloadLocation?: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

type JsonObject = Readonly<Record<string, unknown>>;

const maxResources = 20_000;

/**
 * Reads the verified payload of a provenance statement of any builder. Members that are known have their form;
 * others are listed, as the specification asks readers to bear them.
 * @throws StatementError STATEMENT_JSON, STATEMENT_TYPE, STATEMENT_MEMBER, STATEMENT_SUBJECT, STATEMENT_PREDICATE, STATEMENT_PROVENANCE
 * @see SLSA 1.2, build provenance, "Parsing rules"
 */
export function readProvenance(payload: Uint8Array): Provenance {
  // cosign still writes the older type of statement around this predicate.
  const { predicate, predicateType, subjects } = parseStatement(payload, { allowOldType: true });
  if (predicateType !== provenanceType) {
    throw new StatementError(
      'STATEMENT_PREDICATE',
      `expected provenance (${provenanceType}), found ${predicateType}`,
    );
  }
  const unknown: string[] = [];
  const note = (object: JsonObject, where: string, known: readonly string[]): void => {
    for (const name of Object.keys(object))
      if (!known.includes(name)) unknown.push(where === '' ? name : `${where}.${name}`);
  };
  note(predicate, '', ['buildDefinition', 'runDetails']);
  const definition = objectAt(predicate, 'buildDefinition', 'predicate');
  note(definition, 'buildDefinition', [
    ...['buildType', 'externalParameters', 'internalParameters', 'resolvedDependencies'],
  ]);
  const details = objectAt(predicate, 'runDetails', 'predicate');
  note(details, 'runDetails', ['builder', 'metadata', 'byproducts']);
  const builder = objectAt(details, 'builder', 'runDetails');
  note(builder, 'runDetails.builder', ['id', 'version', 'builderDependencies']);
  const metadata = optionalObject(details, 'metadata', 'runDetails') ?? {};
  note(metadata, 'runDetails.metadata', ['invocationId', 'startedOn', 'finishedOn']);
  const resources = (object: JsonObject, name: string, where: string) =>
    resourcesAt(object, name, where, note);
  return {
    subjects,
    buildType: textAt(definition, 'buildType', 'buildDefinition'),
    externalParameters: objectAt(definition, 'externalParameters', 'buildDefinition'),
    internalParameters: optionalObject(definition, 'internalParameters', 'buildDefinition') ?? {},
    resolvedDependencies: resources(definition, 'resolvedDependencies', 'buildDefinition'),
    builder: {
      id: textAt(builder, 'id', 'runDetails.builder'),
      version: textsAt(builder, 'version', 'runDetails.builder'),
      dependencies: resources(builder, 'builderDependencies', 'runDetails.builder'),
    },
    metadata: {
      ...optionalText(metadata, 'invocationId', 'runDetails.metadata'),
      ...optionalText(metadata, 'startedOn', 'runDetails.metadata'),
      ...optionalText(metadata, 'finishedOn', 'runDetails.metadata'),
    },
    byproducts: resources(details, 'byproducts', 'runDetails'),
    unknown: unknown.sort(),
  };
}

const resourceMembers = [
  ...['name', 'uri', 'digest', 'content', 'downloadLocation', 'mediaType', 'annotations'],
];

function resourcesAt(
  object: JsonObject,
  name: string,
  where: string,
  note: (object: JsonObject, where: string, known: readonly string[]) => void,
): readonly ProvenanceResource[] {
  const list = object[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > maxResources)
    throw fault(`${where}.${name} must be a list of at most ${maxResources}`);
  return list.map((entry: unknown, index): ProvenanceResource => {
    const at = `${where}.${name}[${index}]`;
    if (!isObject(entry)) throw fault(`${at} must be an object`);
    note(entry, at, resourceMembers);
    const digest = entry['digest'] === undefined ? undefined : digestsAt(entry, at);
    const annotations = optionalObject(entry, 'annotations', at);
    const resource = {
      ...optionalText(entry, 'name', at),
      ...optionalText(entry, 'uri', at),
      ...(digest === undefined ? {} : { digest }),
      ...optionalText(entry, 'mediaType', at),
      ...optionalText(entry, 'downloadLocation', at),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const { uri, content } = entry;
    if (digest === undefined && uri === undefined && content === undefined)
      throw fault(`${at} has neither uri nor digest nor content`);
    return resource;
  });
}

function digestsAt(entry: JsonObject, where: string): Readonly<Record<string, string>> | undefined {
  const digests = textsAt(entry, 'digest', where);
  for (const [algorithm, hex] of Object.entries(digests)) {
    const isHex = /^[0-9a-f]+$/.test(hex);
    // Names of hash functions promise hexadecimal; those of others may be anything.
    if (/^(?:sha|md5|git|dirHash)/.test(algorithm) && !isHex)
      throw fault(`${where}.digest.${algorithm.slice(0, 40)} is not lower-case hex`);
    if (algorithm === 'sha256' && hex.length !== 64)
      throw fault(`${where}.digest.sha256 has ${hex.length} digits instead of 64`);
  }
  return Object.keys(digests).length === 0 ? undefined : digests;
}

function textsAt(
  object: JsonObject,
  name: string,
  where: string,
): Readonly<Record<string, string>> {
  const found = Object.entries(optionalObject(object, name, where) ?? {});
  return Object.fromEntries(
    found.map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw fault(`${where}.${name}.${key.slice(0, 60)} must be a text`);
    }),
  );
}

function objectAt(object: JsonObject, name: string, where: string): JsonObject {
  const found = optionalObject(object, name, where);
  if (found === undefined) throw fault(`${where} has no ${name}`);
  return found;
}

function optionalObject(object: JsonObject, name: string, where: string): JsonObject | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw fault(`${where}.${name} must be an object`);
  return value;
}

function textAt(object: JsonObject, name: string, where: string): string {
  const value = object[name];
  if (typeof value !== 'string' || value === '') throw fault(`${where}.${name} must be a text`);
  return value;
}

function optionalText<Name extends string>(
  object: JsonObject,
  name: Name,
  where: string,
): { readonly [key in Name]?: string } {
  const value = object[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') throw fault(`${where}.${name} must be a text`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name loses its literal
  return { [name]: value } as { readonly [key in Name]?: string };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(message: string): StatementError {
  return new StatementError('STATEMENT_PROVENANCE', `provenance of another form: ${message}`);
}
