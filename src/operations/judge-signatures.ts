import type { ArchiveFacts, SignatureFacts } from '../checks/facts.ts';
import type { SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { imageSignatures } from './find-image-signatures.ts';
import { olderSignature } from './find-signatures.ts';
import { judgeArchiveTrust } from './judge-archive-trust.ts';
import { type FoundSignature, judgeFound } from './judge-evidence.ts';
import { judgeImageSignature } from './judge-image-signature.ts';
import type { SignatureRequest } from './signature-request.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Judges each signature of an archive under everybody who is trusted, and decides what is believed. */
export async function judgeSignatures(
  facts: ArchiveFacts,
  {
    own,
    members,
  }: {
    /** Over the archive as a whole, and of a package its own. */
    readonly own: readonly FoundSignature[];
    /** Of packages in a bundle, by label. */
    readonly members: ReadonlyMap<string, FoundSignature | undefined>;
  },
  request: SignatureRequest,
  trust: TrustInputs,
  judge: SignatureJudge,
  run: Run,
): Promise<SignatureFacts> {
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
