import type { RenderedRecord } from '../attestation/rendered-record.ts';
import type { Result, Subject } from './check.ts';
import type { FolderCheck, ReleaseFolderFacts } from './folder-check.ts';

/** What an archive deploys here is what its maker saw it deploy. */
export const statementRendered: FolderCheck = {
  id: 'statement/rendered',
  title: 'Charts and manifests render to the objects and images that the release statement records',
  // The bytes are proven by their digests; that rendering could not be compared does not undo it.
  area: 'deployment',
  severity: 'error',
  help: {
    why: 'The maker looked at certain objects before signing; whoever deploys others deploys what nobody looked at.',
    fix: 'Compare the versions of the program on both sides; if they are the same, ask the producer',
    source: 'cowa-release design, 4; release statement v1, contents[].rendered',
  },
  codes: {
    RENDERED_DIFFERENT: {
      why: 'The same renderer gives other objects for this archive than it gave its maker.',
      fix: 'Ask the producer which archive was signed, and bring that over again',
    },
    RENDERED_UNKNOWN: {
      why: 'The archive is damaged, of no known format, or lies in parts: it could not be read in the way rendering needs.',
      fix: 'Mend what is said of the archive itself; where it lies in parts, join them first (cowa-release join)',
    },
    RENDERED_ABSENT: {
      why: 'What an archive deploys can only be compared where the archive is.',
      fix: 'Bring the named archive over again from the producer',
    },
    RENDERED_INCOMPLETE: {
      why: 'What an archive deploys can only be compared where all of it is.',
      fix: 'Put the missing parts beside the others, or name the folders they lie in as well',
    },
    RENDERED_OTHERWISE: {
      why: 'Two renderers may differ in what they can tell, so a difference between them proves nothing.',
      fix: 'Verify with the version of this program that made the release',
    },
  },
  *evaluate(facts) {
    const { statement, folder, rendered } = facts;
    const recorded =
      statement.outcome === 'valid'
        ? statement.release.files.filter((file) => file.rendered !== undefined)
        : [];
    if (recorded.length === 0)
      yield {
        outcome: 'not-applicable',
        subject: { kind: 'archive', name: folder },
        message: 'no release statement says what was rendered',
      };
    for (const { name, rendered: theirs } of recorded)
      if (theirs !== undefined)
        yield compare(name, theirs, rendered?.get(name), absence(facts, name));
  },
};

/** Why an archive that the statement names renders to nothing here; undefined where it is there. */
function absence(
  { statement, incomplete }: ReleaseFolderFacts,
  name: string,
): Pick<Result, 'message' | 'code'> | undefined {
  if (incomplete?.includes(name) === true)
    return {
      message: 'parts of it are missing, so nothing was rendered',
      code: 'RENDERED_INCOMPLETE',
    };
  return statement.outcome === 'valid' && statement.difference.missing.includes(name)
    ? { message: 'it is not there, so nothing was rendered', code: 'RENDERED_ABSENT' }
    : undefined;
}

function compare(
  name: string,
  theirs: RenderedRecord,
  ours: RenderedRecord | undefined,
  absent: Pick<Result, 'message' | 'code'> | undefined,
): Result {
  const subject: Subject = { kind: 'file', name };
  if (ours === undefined)
    return {
      outcome: 'undecided',
      subject,
      message: 'what it renders to could not be told here',
      code: 'RENDERED_UNKNOWN',
      ...absent,
      restsOn: name,
    };
  if (ours.digest === theirs.digest)
    return {
      outcome: 'pass',
      subject,
      message: `${ours.objects} objects and ${ours.images.length} images as recorded${theirs.unread === 0 ? '' : `; ${theirs.unread} files could not be rendered, there and here`}`,
    };
  const others = theirs.images.filter((image) => !ours.images.includes(image));
  const more = ours.images.filter((image) => !theirs.images.includes(image));
  const images = [
    ...(others.length === 0 ? [] : [`recorded and not found: ${others.slice(0, 5).join(', ')}`]),
    ...(more.length === 0 ? [] : [`found and not recorded: ${more.slice(0, 5).join(', ')}`]),
  ].join('; ');
  const message = `renders to ${ours.objects} objects (${ours.digest}), recorded are ${theirs.objects} (${theirs.digest})${images === '' ? '' : `; images ${images}`}`;
  if (!isSame(ours.renderer, theirs.renderer))
    return {
      outcome: 'undecided',
      subject,
      message: `${message}; recorded by ${spelt(theirs.renderer)}, rendered here by ${spelt(ours.renderer)}`,
      code: 'RENDERED_OTHERWISE',
      severity: 'warning',
    };
  return { outcome: 'fail', subject, message, code: 'RENDERED_DIFFERENT', restsOn: name };
}

function isSame(a: RenderedRecord['renderer'], b: RenderedRecord['renderer']): boolean {
  return a.name === b.name && a.version === b.version && a.sha256 === b.sha256;
}

function spelt({ name, version }: RenderedRecord['renderer']): string {
  return `${name} ${version}`;
}
