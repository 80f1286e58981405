import type { Provenance } from '../attestation/provenance.ts';
import type { Result, Subject } from './check.ts';
import type { IdentityFacts } from './facts.ts';
import type {
  ProvenanceDemands,
  ProvenanceFacts,
  ProvenanceStatement,
  UnbelievedStatement,
} from './provenance-facts.ts';
import { fail, notApplicable, theArchive, undecided } from './results.ts';

/** The statement as a subject. */
export function theStatement({ location }: Pick<ProvenanceStatement, 'location'>): Subject {
  return { kind: 'statement', name: location };
}

/** What a statement comes to that is not believed. */
export function unbelieved(
  each: UnbelievedStatement,
  refused: { readonly code: string; readonly severity?: 'warning' },
): Result {
  const subject = theStatement(each);
  return each.state === 'undecided'
    ? undecided(subject, each.reason, each.code)
    : fail(subject, `${each.reason} (${each.code})`, refused);
}

/**
 * Judges every believed statement; what nobody believes is not looked into, and where there is none at all there
 * is nothing to judge.
 */
export function* eachProvenance(
  {
    identity,
    provenance,
  }: {
    readonly identity: IdentityFacts;
    readonly provenance?: ProvenanceFacts | undefined;
  },
  judge: (provenance: Provenance, subject: Subject, demands: ProvenanceDemands) => Iterable<Result>,
): Generator<Result> {
  const { statements = [], demands = { required: false } } = provenance ?? {};
  if (statements.length === 0)
    yield notApplicable(theArchive(identity), 'no provenance lies with it');
  for (const each of statements) {
    if (each.state === 'believed') yield* judge(each.provenance, theStatement(each), demands);
    else if (each.state === 'undecided')
      yield undecided(theStatement(each), each.reason, each.code);
    else
      yield notApplicable(
        theStatement(each),
        'nobody who is trusted signed it, so it was not looked into',
      );
  }
}
