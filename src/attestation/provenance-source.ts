import type { Provenance } from './provenance.ts';

/** The commit that provenance names as the one its definitions lie in. */
export interface ProvenanceSource {
  readonly commit: string;
  /** Where it is fetched from. */
  readonly uri?: string;
  /** Whether files differed from it when the release was made. */
  readonly state: 'unchanged' | 'changed' | 'unknown';
}

/** The source among the inputs of a statement, as this program writes it; undefined: it names none. */
export function sourceOf({
  resolvedDependencies,
}: Pick<Provenance, 'resolvedDependencies'>): ProvenanceSource | undefined {
  const found = resolvedDependencies.find(
    ({ annotations, digest }) =>
      annotations?.['kind'] === 'source' && digest?.['gitCommit'] !== undefined,
  );
  const commit = found?.digest?.['gitCommit'];
  if (found === undefined || commit === undefined) return undefined;
  const dirty = found.annotations?.['dirty'];
  return {
    commit,
    ...(found.uri === undefined ? {} : { uri: found.uri }),
    state: dirty === true ? 'changed' : dirty === false ? 'unchanged' : 'unknown',
  };
}
