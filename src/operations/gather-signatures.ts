import type { ArchiveFacts, ArchiveSignature, SignatureFacts } from '../checks/facts.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { archiveSignatures, kindOf, packageSignature } from './find-signatures.ts';
import { type FoundSignature, unread } from './judge-evidence.ts';
import type { SignatureRequest } from './signature-request.ts';
import { trustOf } from './trust-inputs.ts';

/** Finds every signature of an archive, judges each under everybody who is trusted, and decides what is believed. */
export async function gatherSignatures(
  facts: ArchiveFacts,
  request: SignatureRequest,
  judge: SignatureJudge,
  run: Run,
): Promise<SignatureFacts> {
  const { key, allowUnsigned, detached = [] } = request;
  const name = `${facts.identity.fileName ?? 'archive'}.sigstore.json`;
  const own = archiveSignatures(
    facts,
    detached instanceof Uint8Array ? [{ location: name, bytes: detached }] : detached,
  );
  const members = new Map(
    (facts.bundle === undefined ? [] : facts.packages).map((each) => [
      each.label,
      packageSignature(each),
    ]),
  );
  const trust = trustOf(request);
  if (trust === undefined) {
    const unjudged = [...members].flatMap(([label, found]) =>
      found === undefined ? [] : [[label, unjudgedSignature(found)] as const],
    );
    const [first] = own;
    const archive = first === undefined ? undefined : unjudgedSignature(first);
    return { key, allowUnsigned, archive, members: new Map(unjudged) };
  }
  // Nobody trusted, nothing judged: what judges is loaded only for somebody.
  const { judgeSignatures } = await import('./judge-signatures.ts');
  return judgeSignatures(facts, { own, members }, request, trust, judge, run);
}

/** A signature nobody can be asked about. */
function unjudgedSignature({
  location,
  form,
  covers,
  bytes,
  artifact,
}: FoundSignature): ArchiveSignature {
  const isRead = bytes !== undefined && artifact !== undefined;
  return { location, kind: kindOf(form), covers, result: isRead ? undefined : unread(location) };
}
