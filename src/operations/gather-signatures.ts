import type { ArchiveFacts, ArchiveSignature, SignatureFacts } from '../checks/facts.ts';
import type { SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { imageSignatures } from './find-image-signatures.ts';
import { archiveSignatures, olderSignature, packageSignature } from './find-signatures.ts';
import { judgeArchiveTrust } from './judge-archive-trust.ts';
import { type FoundSignature, judgeFound, unread } from './judge-evidence.ts';
import { judgeImageSignature } from './judge-image-signature.ts';
import type { SignatureRequest } from './signature-request.ts';
import { kindOf } from './to-archive-signature.ts';
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
  const all = async (found: readonly FoundSignature[]): Promise<readonly SignatureEvidence[]> => {
    const judged: SignatureEvidence[] = [];
    for (const each of found) judged.push(await judgeFound(each, trust, judge, run));
    return judged;
  };
  const evidence = {
    archive: await all(own),
    members: new Map<string, readonly SignatureEvidence[]>(),
    images: new Map<string, readonly SignatureEvidence[]>(),
    older: new Map<string, SignatureEvidence>(),
  };
  for (const [label, found] of members)
    evidence.members.set(label, await all(found === undefined ? [] : [found]));
  for (const each of facts.packages) {
    const older = olderSignature(each);
    if (older !== undefined)
      evidence.older.set(each.label, await judgeFound(older, trust, judge, run));
  }
  if (trust.policy.rules.some(({ kinds }) => kinds.includes('image'))) {
    for (const each of facts.packages)
      for (const [image, signatures] of imageSignatures(each)) {
        const judged: SignatureEvidence[] = [];
        for (const one of signatures)
          judged.push(await judgeImageSignature(one, trust, judge, run));
        evidence.images.set(`${each.label} ${image}`, judged);
      }
  }
  return judgeArchiveTrust(facts, evidence, request, trust);
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
