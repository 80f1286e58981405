import type { TrustCode } from '../policy/trust/trust-result.ts';
import type { CodeHelp } from './check.ts';

const present =
  'Get the present trust policy over the way policies come, and check it with: cowa-release trust check';
const older =
  'Ask the producer for the present release; to go back on purpose, verify without --since and begin a new record with --accept';

/** What to do about each refusal of a trust policy. The type makes a code without help a compile error. */
const byCode: Readonly<Record<TrustCode, CodeHelp>> = {
  TRUST_POLICY_EXPIRED: {
    why: 'A trust policy that has ended may name keys that are no longer to be believed.',
    fix: `${present}. If it has not ended, set the clock of this machine`,
  },
  TRUST_POLICY_OLDER: {
    why: 'An old trust policy put back believes whom the new one dropped.',
    fix: present,
  },
  TRUST_POLICY_ALTERED: {
    why: 'The same version with other content was changed by somebody who did not number it.',
    fix: `${present}; every change of it needs a higher version`,
  },
  TRUST_NO_RULE: {
    why: 'What no entry of the trust policy speaks of is believed of nobody.',
    fix: 'Compare name and version with the entries (cowa-release trust show); add one to the trust policy if it is to be accepted, else do not use it',
  },
  TRUST_VERSION_UNKNOWN: {
    why: 'Passing on to a laxer entry because a version cannot be compared would be a way round the stricter one.',
    fix: 'Ask the producer for a release with a full version (1.2.3), or take versions out of the entry',
  },
  TRUST_NOT_IN_ROLE: {
    why: 'Who may sign one thing may not therefore sign another.',
    fix: 'Ask the producer for a signature by the role that is named; put the signer into that role only if that is meant',
  },
  TRUST_THRESHOLD: {
    why: 'The trust policy wants several people to agree, and fewer signed.',
    fix: 'Ask those who have not signed to sign the very same file; each signature lies beside it as <archive>.2.sigstore.json, or release.2.intoto.jsonl, and so on',
  },
  TRUST_SIGNER_NOT_YET_VALID: {
    why: 'A signature before its key was in use was not made by whom the trust policy means.',
    fix: 'Set the clock of this machine if it is behind; else ask the producer which key signed, and since when it holds',
  },
  TRUST_SIGNER_EXPIRED: {
    why: 'After its end a key is guarded no longer.',
    fix: 'Ask the producer for a release signed with the present key; a timestamp on the signature would keep it good beyond the end of the key',
  },
  TRUST_SIGNER_REVOKED: {
    why: 'A revoked key may be in other hands: only a timestamp from before would tell its good signatures from the others.',
    fix: 'Do not use it; ask the producer for the release signed anew with another key',
  },
  TRUST_TIMESTAMPS: {
    why: 'Only a signed time says when a signature was made.',
    fix: 'Ask the producer for a signature with the timestamps that are demanded; a key needs a trustedRoot in the trust policy for them to be believed',
  },
  TRUST_AGE: {
    why: 'An old release that is served for ever keeps the mended faults alive.',
    fix: 'Ask the producer for the present release',
  },
  TRUST_COUNTER: {
    why: 'The release is older than the oldest the trust policy accepts.',
    fix: 'Ask the producer for the present release',
  },
  TRUST_COUNTER_UNKNOWN: {
    why: 'The trust policy demands a release number (minCounter), and only a release statement that lists the archive says which it is.',
    fix: 'Verify the whole folder of the release, with release.intoto.jsonl in it; ask the producer for that file if it is missing',
  },
  TRUST_AUDIENCE: {
    why: 'The release was made for somebody else, perhaps with what must not come here.',
    fix: 'Ask the producer for the release for this site; check site in the trust policy',
  },
  TRUST_AUDIENCE_UNKNOWN: {
    why: 'The release says for whom it is, and nothing says who this is.',
    fix: 'Give a trust policy that names this site: "site": "<name>"',
  },
  TRUST_STATEMENTS_DIFFER: {
    why: 'Signatures over different statements do not add up: a file of another release lies among these.',
    fix: 'Take away what belongs to another release; bring release.intoto.jsonl and its further signatures over again',
  },
  TRUST_DIGEST_REVOKED: {
    why: 'It was found to be bad after it was signed.',
    fix: 'Do not use it; ask the producer for a release without it',
  },
  TRUST_ATTESTATION_MISSING: {
    why: 'The trust policy wants to know how it was made, or by whom it was approved, before it is believed.',
    fix: 'Ask the producer for the statement that is named, as a *.intoto.jsonl beside the archive',
  },
  TRUST_ATTESTATION_REFUSED: {
    why: 'A statement is there, and is not by whom, of when, or of what the trust policy demands.',
    fix: 'Ask the producer for a statement that fulfils what the message names',
  },
  TRUST_APPROVALS_MISSING: {
    why: 'The trust policy wants people to look at it and to answer for it, and fewer did.',
    fix: 'Ask those of the role that is named to approve it: cowa-release approve <folder or archive> --role <role> --key <their key>',
  },
  TRUST_APPROVAL_DIGEST: {
    why: 'What was approved was changed since, however little: nobody has said yes to this.',
    fix: 'Take the named approval away, and ask whoever gave it to look at this one: cowa-release approve',
  },
  TRUST_APPROVAL_OTHER: {
    why: 'An approval of one release that is put to another makes somebody say what he never said.',
    fix: 'Take the named file away; ask who put it there',
  },
  TRUST_APPROVAL_CONTRADICTS: {
    why: 'Name and digest of what was approved do not belong together: it was not made by approve of this program from this release.',
    fix: 'Take the named file away, and ask whoever signed it to approve again: cowa-release approve',
  },
  TRUST_APPROVAL_ROLE: {
    why: 'Who may approve in several roles says in which he does; only that one counts.',
    fix: 'Ask for an approval in the role that is demanded: cowa-release approve --role <role>',
  },
  TRUST_APPROVAL_REPEATED: {
    why: 'Several people are asked because one may err; one who approves twice is still one.',
    fix: 'Nothing needs doing if there are enough others; else ask somebody else of the role to approve',
  },
  TRUST_APPROVAL_UNVERIFIED: {
    why: 'Whoever gave it was told that verify had not passed, and approved all the same.',
    fix: 'Ask him why; the reason may stand in his comment',
  },
  TRUST_SIGNATURE_STRAY: {
    why: 'A signature by nobody who is known may be the trace of a swap; from outside it cannot be told from a foreign one.',
    fix: 'Ask the producer whose it is. Known: name its signer in the trust policy, or set "otherSignatures": "report" there. Unknown: bring the archive over again without it',
  },
  TRUST_CLOCK: {
    why: 'A clock that is behind makes what has ended look valid.',
    fix: 'Set the clock of this machine; if it is right, ask who runs the timestamp authority',
  },
  TRUST_ENDS_SOON: {
    why: 'What is verified today cannot be verified after its end.',
    fix: 'Have the named key, certificate or trust policy renewed and brought over before that day',
  },
  TRUST_ROLLBACK_COUNTER: {
    why: 'A release that was accepted is newer than this one.',
    fix: older,
  },
  TRUST_ROLLBACK_VERSION: {
    why: 'A version that was accepted is newer than this one.',
    fix: older,
  },
  TRUST_ROLLBACK_TIME: { why: 'What was accepted last was made later than this.', fix: older },
  TRUST_ROLLBACK_TWIN: {
    why: 'Something else was accepted under the same number: one of the two is not what its maker says.',
    fix: 'Do not use it; ask the producer which of the two is meant, and why a number was used twice',
  },
  TRUST_ROLLBACK_UNKNOWN: {
    why: 'Whether it is older than what was accepted last cannot be told.',
    fix: 'Ask the producer for a release with a full version (1.2.3); to accept it all the same, verify without --since and begin a new record with --accept',
  },
};

/** By code. */
export const trustHelp: readonly (readonly [code: string, help: CodeHelp])[] =
  Object.entries(byCode);
