import type { TrustTopic } from '../policy/trust/trust-result.ts';
import type { Help, Severity } from './check.ts';
import type { FolderCheck } from './folder-check.ts';

/** A check that hands on what judging trust says of a release statement. */
function trustCheck(
  topic: TrustTopic,
  title: string,
  severity: Severity,
  help: Help,
  otherwise: string,
): FolderCheck {
  return {
    id: `statement/${topic}`,
    title,
    area: 'statement',
    severity,
    help,
    *evaluate({ statement, folder }) {
      const results = statement.outcome === 'absent' ? [] : (statement.results ?? []);
      const said = results.filter((each) => each.topic === topic);
      for (const { topic: _, ...result } of said) yield result;
      if (said.length === 0)
        yield {
          outcome: 'not-applicable',
          subject: { kind: 'archive', name: folder },
          message: otherwise,
        };
    },
  };
}

/** Checks over the trust in a release statement, beside that of its signature. */
export const statementTrustChecks: readonly FolderCheck[] = [
  trustCheck(
    'approvals',
    'Every approval beside the release holds, is by somebody the trust policy names, and is over this very release',
    'error',
    {
      why: 'An approval says that a person looked at this release, and at no other.',
      fix: 'Take away what is not about this release; ask whoever approves to do so again: cowa-release approve',
      source: 'docs/approve.md',
    },
    'there are no approvals in files of their own',
  ),
  trustCheck(
    'stray',
    'No signature over the release was made by somebody nobody named',
    'error',
    {
      why: 'A signature that does not hold means that it was swapped or belongs to another release.',
      fix: 'Take the named signature away if it does not belong there; name its signer in the trust policy if he is to be believed',
      source: 'docs/trust.md, "Several signatures"',
    },
    'there are no further signatures',
  ),
  trustCheck(
    'policy',
    'The trust policy the release is judged by is in force',
    'error',
    {
      why: 'A policy that has ended, or an old one put back, believes keys that are no longer to be believed.',
      fix: 'Get the present trust policy, and check it with: cowa-release trust check',
      source: 'signing rules, 7.2 and 7.3',
    },
    'no trust policy was asked',
  ),
  trustCheck(
    'clock',
    'No signed time on the release is later than the clock of this machine',
    'warning',
    {
      why: 'A clock that is behind makes what has ended look valid.',
      fix: 'Set the clock of this machine; if it is right, ask who runs the timestamp authority',
      source: 'signing rules, 5.3',
    },
    'no signed time was judged',
  ),
  trustCheck(
    'expiry',
    'No key, certificate or policy the release is judged by ends soon',
    'warning',
    {
      why: 'What is verified today cannot be verified after its end.',
      fix: 'Have a new key, certificate or trust policy made and brought over before that day',
      source: 'docs/trust.md, "Time"',
    },
    'nothing that was used has an end',
  ),
  trustCheck(
    'rollback',
    'The release is not older than what was accepted last',
    'error',
    {
      why: 'An old release keeps its good signature, and brings back what the new one mended.',
      fix: 'Ask for the present release; to go back on purpose, verify without --since and begin a new record with --accept',
      source: 'signing rules, 7.1 and 7.4; docs/trust.md, "Rollback"',
    },
    'nothing says what was accepted last',
  ),
];
