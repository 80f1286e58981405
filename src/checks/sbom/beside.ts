import { defineCheck, type Result, type Subject } from '../check.ts';
import { theStatement, unbelieved } from '../each-provenance.ts';
import type { ReferencedFile, SbomReferences } from '../provenance-facts.ts';
import { fail, notApplicable, pass, theArchive, undecided } from '../results.ts';

/** SBOMs beside an archive are what portals are fed with: they are looked at as what is inside. */
export const sbomBeside = defineCheck({
  id: 'sbom/beside',
  title: 'The SBOMs beside an archive are those that were signed for',
  area: 'sbom',
  severity: 'error',
  needs: ['identity', 'provenance'],
  help: {
    why: 'A list that was exchanged or taken away hides what an archive holds from everybody who looks only at the list.',
    fix: 'Ask the producer for the files, or write them again from the archive: cowa-release sbom export',
    source: 'docs/provenance.md; in-toto attestation, reference v0.1',
  },
  codes: {
    SBOM_FILE_MISSING: {
      why: 'A list that was taken away is not read by anybody.',
      fix: 'Carry it with the archive, or write it again: cowa-release sbom export <archive>',
    },
    SBOM_FILE_DIFFERS: {
      why: 'The file is not the one that was signed for: what it lists is what somebody else wrote.',
      fix: 'Ask the producer for the file, or write it again: cowa-release sbom export <archive>',
    },
    SBOM_REFERENCES_OTHER: {
      why: 'It names the SBOMs of another archive, or of an earlier one of this name.',
      fix: 'Take the file away, or ask the producer for the one of this archive',
    },
    SBOM_REFERENCES_REFUSED: {
      why: 'What nobody trusted signed says nothing of the files beside this archive.',
      fix: 'Take the file away, or have it signed by a builder or releaser of the trust policy',
    },
  },
  *evaluate({ identity, provenance }) {
    const { sbomReferences = [] } = provenance ?? {};
    if (sbomReferences.length === 0)
      yield notApplicable(theArchive(identity), 'no statement names SBOMs beside it');
    for (const each of sbomReferences) yield* judge(each);
  },
});

function* judge(each: SbomReferences): Generator<Result> {
  const subject = theStatement(each);
  if (each.state !== 'believed') {
    yield unbelieved(each, { code: 'SBOM_REFERENCES_REFUSED' });
    return;
  }
  const { about, files } = each;
  if (about === 'another') {
    yield fail(subject, 'it is about another archive', { code: 'SBOM_REFERENCES_OTHER' });
    return;
  }
  if (about === 'unknown') {
    yield undecided(
      subject,
      'the digest of the archive could not be told',
      'SBOM_REFERENCES_NO_DIGEST',
    );
    return;
  }
  const wrong = files.filter(({ state }) => state !== 'same');
  for (const file of wrong) yield told(subject, file);
  if (wrong.length === 0)
    yield pass(subject, `${files.length} SBOMs lie beside it, each as it was signed for`);
}

function told({ name: statement }: Subject, file: ReferencedFile): Result {
  const { name, digest } = file;
  const subject: Subject = { kind: 'statement', name: `${statement}: ${name}` };
  switch (file.state) {
    case 'missing':
      return fail(subject, `${name} is named and not there`, { code: 'SBOM_FILE_MISSING' });
    case 'other':
      return fail(subject, `${name} is ${file.found}, signed for is ${digest}`, {
        code: 'SBOM_FILE_DIFFERS',
      });
    case 'unread':
      return undecided(subject, file.reason);
    case 'same':
      return pass(subject, `${name} is as it was signed for`);
  }
}
