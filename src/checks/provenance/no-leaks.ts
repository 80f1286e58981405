import type { Provenance } from '../../attestation/provenance.ts';
import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { fail, pass } from '../results.ts';

/** Texts that tell of a machine or open a door; each with what it is called. */
const leaks: readonly (readonly [RegExp, string])[] = [
  [
    /(?:^|[\s"'=(,:])\/(?:home|root|Users|tmp|var|mnt|srv|builds|builder|workspace|private|etc)\/[^\s"']/,
    'a path of the machine it was built on',
  ],
  [/(?:^|[\s"'=(])[A-Za-z]:\\[^\s"']/, 'a path of the machine it was built on'],
  [/(?:^|[\s"'=(])file:\/\//, 'a path of the machine it was built on'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i, 'an address with a password'],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,})/,
    'an access token',
  ],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./, 'a signed token'],
  [/\b(?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*[^\s"',;]{4,}/i, 'a secret'],
];
/** Names of members whose value nobody should read. */
const telling = /(?:^|[_.-])(?:password|passwd|secret|token|api[_-]?key)$/i;
const maxTold = 10;

export const provenanceNoLeaks = defineCheck({
  id: 'provenance/no-leaks',
  title: 'Provenance tells neither secrets nor paths of the machine it was built on',
  area: 'provenance',
  severity: 'warning',
  needs: ['identity', 'provenance'],
  help: {
    why: 'A statement is read by everybody the archive reaches, and cannot be taken back.',
    fix: 'Change what was told when it is a secret; then build again without it: give values through files or variables of the environment, and paths relative to the definition',
    source: 'SLSA 1.2, build provenance, "Sensitive information"; cowa-release design, 8',
  },
  evaluate: ({ identity, provenance }) =>
    eachProvenance({ identity, provenance }, function* (made, subject) {
      const found = leaksOf(made);
      // Not the text itself: a finding is read by even more people.
      for (const { where, what } of found.slice(0, maxTold))
        yield fail(subject, `at ${where} stands ${what}`, { code: 'PROVENANCE_LEAK' });
      if (found.length > maxTold)
        yield fail(subject, `${found.length - maxTold} more such texts`, {
          code: 'PROVENANCE_LEAK',
        });
      if (found.length === 0) yield pass(subject, 'no text of it looks like one');
    }),
});

function leaksOf(made: Provenance): readonly { readonly where: string; readonly what: string }[] {
  const { externalParameters, internalParameters, resolvedDependencies, byproducts } = made;
  const found: { where: string; what: string }[] = [];
  const look = (value: unknown, where: string): void => {
    if (typeof value === 'string') {
      const leak = leaks.find(([form]) => form.test(value));
      if (leak !== undefined) found.push({ where, what: leak[1] });
    } else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) {
        if (typeof member === 'string' && member !== '' && telling.test(name))
          found.push({ where: `${where}.${name}`, what: 'a secret' });
        else look(member, `${where}.${name}`);
      }
  };
  look(externalParameters, 'externalParameters');
  look(internalParameters, 'internalParameters');
  look(resolvedDependencies, 'resolvedDependencies');
  look(byproducts, 'byproducts');
  look(made.builder, 'builder');
  look(made.metadata, 'metadata');
  return found;
}
