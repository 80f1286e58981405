import type { Digest } from '../oci/digest.ts';
import { printable } from '../support/printable.ts';
import type { GroundedFinding, Result, Subject } from './check.ts';
import { helpOf } from './code-help.ts';
import type { FolderCheck, ReleaseFolderFacts } from './folder-check.ts';
import { statementRendered } from './statement-rendered.ts';
import { statementTrustChecks } from './statement-trust.ts';

const theFolder = ({ folder }: ReleaseFolderFacts): Subject => ({ kind: 'archive', name: folder });
const theStatement: Subject = { kind: 'statement', name: 'release.intoto.jsonl' };
const file = (name: string, digest?: Digest): Subject => ({
  kind: 'file',
  name,
  ...(digest === undefined ? {} : { digest }),
});

const signature: FolderCheck = {
  id: 'statement/signature',
  title:
    'The release statement of the folder is signed by whom the trust policy, or the given key, demands',
  area: 'statement',
  severity: 'error',
  help: {
    why: 'The statement says what a release consists of; without its signature anybody could have written it.',
    fix: 'Ask the producer for release.intoto.jsonl where it is missing; where it is there, give their public key with --key, or name them in the trust policy; take either over another way than the archives',
    source: 'in-toto Statement v1; DSSE v1',
  },
  codes: {
    SIGNATURE_ABSENT: {
      why: 'A statement that nobody signed could be by anybody.',
      fix: 'Ask the producer for release.intoto.jsonl again, as it was signed',
    },
    RELEASE_STATEMENT_TAKEN: {
      why: 'Files that are made together with a release statement are there and it is not: it was left behind, or somebody took it away to hide what he changed.',
      fix: 'Ask the producer for release.intoto.jsonl again; to judge an archive by itself, name the archive and not the folder',
    },
    SIGNATURE_MISMATCH: {
      why: 'The statement was changed after it was signed, or is by another key than the one that is trusted.',
      fix: 'Compare the fingerprint of the key (cowa-release keys show <file>) with the producer over another way; if it is right, bring release.intoto.jsonl over again',
    },
  },
  *evaluate({ statement, keyGiven, allowUnsigned, folder, marks = [] }) {
    if (statement.outcome === 'absent' && marks.length > 0) {
      yield {
        outcome: 'fail',
        subject: { kind: 'archive', name: folder },
        message: `the folder is that of a release (${marks.join(', ')}), and its release statement is not there`,
        code: 'RELEASE_STATEMENT_TAKEN',
      };
    } else if (statement.outcome === 'absent') {
      yield {
        outcome: 'undecided',
        subject: { kind: 'archive', name: folder },
        message:
          'the folder has no release statement: each archive is judged by itself, and nothing says whether one is missing',
        code: 'RELEASE_STATEMENT_ABSENT',
      };
    } else if (statement.outcome === 'valid')
      yield {
        outcome: 'pass',
        subject: theStatement,
        message: `signed by ${statement.fingerprint}`,
      };
    else if (statement.outcome === 'invalid')
      yield {
        outcome: 'fail',
        subject: theStatement,
        message: statement.reason,
        code: statement.code,
      };
    else if (!keyGiven && allowUnsigned)
      yield {
        outcome: 'not-applicable',
        subject: theStatement,
        message: 'not judged: no key was given, which was allowed',
      };
    else
      yield {
        outcome: 'undecided',
        subject: theStatement,
        message: statement.reason,
        code: statement.code,
      };
  },
};

const complete: FolderCheck = {
  id: 'statement/complete',
  title: 'Every file the release statement lists is there, as it was signed',
  area: 'statement',
  severity: 'error',
  help: {
    why: 'A release with a file missing or altered is another release than the one that was signed.',
    fix: 'Bring the named files over again from the producer',
    source: 'cowa-release design, 4; in-toto Statement v1, subject',
  },
  *evaluate(facts) {
    const { statement } = facts;
    if (statement.outcome !== 'valid') {
      yield notJudged(facts);
      return;
    }
    const { missing, altered } = statement.difference;
    for (const name of missing) {
      if (facts.incomplete?.includes(name) === true) yield inParts(name, 'RELEASE_FILE_INCOMPLETE');
      else
        yield {
          outcome: 'fail',
          subject: file(name),
          message: 'is listed and not there',
          code: 'RELEASE_FILE_MISSING',
          restsOn: name,
        };
    }
    for (const { name, expected, actual, sameContent } of altered) {
      if (sameContent)
        yield {
          outcome: 'pass',
          subject: file(name, actual),
          message:
            'other bytes than were listed, with the same signed content: it was compressed anew on the way',
        };
      else
        yield {
          outcome: 'fail',
          subject: file(name, actual),
          message: `is ${actual}, listed is ${expected}`,
          code: 'RELEASE_FILE_ALTERED',
          restsOn: name,
        };
    }
    const good = statement.release.files.length - missing.length - altered.length;
    if (good > 0)
      yield {
        outcome: 'pass',
        subject: theFolder(facts),
        message: `${good} of ${statement.release.files.length} files are there as listed`,
      };
  },
};

const nothingExtra: FolderCheck = {
  id: 'statement/nothing-extra',
  title: 'The folder holds nothing the release statement does not list',
  area: 'statement',
  severity: 'error',
  help: {
    why: 'What nobody signed for does not belong on the medium: it crosses unjudged.',
    fix: 'Take the named files away, or ask the producer what they are',
    source: 'cowa-release design, 1',
  },
  *evaluate(facts) {
    const { statement, unjudged } = facts;
    if (statement.outcome === 'absent' && unjudged.length > 0) {
      const shown = unjudged.slice(0, 10).join(', ');
      const more = unjudged.length > 10 ? ` and ${unjudged.length - 10} more` : '';
      yield {
        outcome: 'undecided',
        subject: theFolder(facts),
        message: `no archives, so nobody judged them: ${shown}${more}`,
        code: 'RELEASE_FILE_UNJUDGED',
      };
      return;
    }
    if (statement.outcome !== 'valid') {
      yield notJudged(facts);
      return;
    }
    for (const name of statement.difference.extra)
      yield {
        outcome: 'fail',
        subject: file(name),
        message: 'is there and not listed',
        code: 'RELEASE_FILE_EXTRA',
      };
    if (statement.difference.extra.length === 0)
      yield {
        outcome: 'pass',
        subject: theFolder(facts),
        message: 'nothing beside what is listed',
      };
  },
};

const checksums: FolderCheck = {
  id: 'checksums/folder',
  title: 'Files have the digests SHA256SUMS lists',
  area: 'checksums',
  severity: 'error',
  help: {
    why: 'SHA256SUMS is what people without this program compare; it must not tell them something else.',
    fix: 'Bring the named files over again',
    source: 'sha256sum(1)',
  },
  *evaluate(facts) {
    const { sums, sumsFaults } = facts;
    if (sums === undefined) {
      yield {
        outcome: 'not-applicable',
        subject: theFolder(facts),
        message: 'there is no SHA256SUMS',
      };
      return;
    }
    for (const message of sumsFaults)
      yield { outcome: 'fail', subject: file('SHA256SUMS'), message, code: 'SUMS_FORM' };
    const isOpen = ({ name, actual }: (typeof sums)[number]): boolean =>
      actual === undefined && facts.incomplete?.includes(name) === true;
    for (const { name } of sums.filter(isOpen)) yield inParts(name, 'SUMS_FILE_INCOMPLETE');
    const wrong = sums.filter((line) => line.actual !== `sha256:${line.expected}` && !isOpen(line));
    for (const { name, actual, expected } of wrong) {
      const message =
        actual === undefined
          ? 'is listed in SHA256SUMS and not there'
          : `is ${actual}, SHA256SUMS says ${expected}`;
      yield {
        outcome: 'fail',
        subject: file(name, actual),
        message,
        code: actual === undefined ? 'SUMS_FILE_MISSING' : 'SUMS_MISMATCH',
        restsOn: name,
      };
    }
    if (wrong.length === 0 && sumsFaults.length === 0 && !sums.some(isOpen))
      yield {
        outcome: 'pass',
        subject: file('SHA256SUMS'),
        message: `${sums.length} files as listed`,
      };
  },
};

/** Listed and there, but not all of it. */
function inParts(name: string, code: string): Result {
  return {
    outcome: 'undecided',
    subject: file(name),
    message: 'is there in parts, and not all of them: see the archive',
    code,
  };
}

function notJudged({ statement, folder }: ReleaseFolderFacts): Result {
  const subject = { kind: 'archive', name: folder } as const;
  if (statement.outcome === 'absent')
    return { outcome: 'not-applicable', subject, message: 'there is no release statement' };
  return {
    outcome: 'not-applicable',
    subject,
    message: 'the release statement could not be believed',
  };
}

/** Checks over a folder, by id. */
export const folderChecks: readonly FolderCheck[] = [
  checksums,
  complete,
  nothingExtra,
  ...statementTrustChecks,
  statementRendered,
  signature,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Runs them all; sorted by id, in the order they spoke. */
export function runFolderChecks(facts: ReleaseFolderFacts): readonly GroundedFinding[] {
  return folderChecks.flatMap((check) =>
    [...check.evaluate(facts)].map(({ outcome, subject, message, code, severity, restsOn }) => ({
      id: check.id,
      severity: severity ?? check.severity,
      outcome,
      // Names of files are whatever the sender made them.
      subject: { ...subject, name: printable(subject.name) },
      message: printable(message),
      ...(code === undefined ? {} : { code }),
      ...(restsOn === undefined ? {} : { restsOn: printable(restsOn) }),
      help: helpOf(check, code),
    })),
  );
}
