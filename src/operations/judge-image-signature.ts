import { imageSignatureBundle, isByCertificate } from '../attestation/image-signature.ts';
import type { Digest } from '../oci/digest.ts';
import type { EvidenceResult, SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import { member } from '../support/lenient-json.ts';
import type { Run } from '../support/run.ts';
import { judgeFound } from './judge-evidence.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** A signature over an image, as a layout carries it. */
export interface ImageSignature {
  readonly location: string;
  /** What it is said to be about. */
  readonly image: Digest;
  /** The signed text; undefined where it could not be read. */
  readonly payload: Uint8Array | undefined;
  /** Base64. */
  readonly signature: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Judges a signature over an image, by key or by certificate: that the signed text is about this image, and
 * the signature.
 */
export async function judgeImageSignature(
  { location, image, payload, signature, annotations }: ImageSignature,
  trust: TrustInputs,
  judge: SignatureJudge,
  run: Run,
): Promise<SignatureEvidence> {
  const covers = `the image ${image}`;
  const common = { location, form: 'zarf-legacy', covers } as const;
  const told = (result: EvidenceResult): SignatureEvidence => ({ ...common, result });
  if (payload !== undefined) {
    const said = imageIn(payload);
    if (said !== image)
      return told({
        outcome: 'invalid',
        code: 'SIGNATURE_IMAGE',
        reason: `${location} lies at ${image} and is about ${said ?? 'no image'}`,
      });
  }
  const artifact = payload === undefined ? undefined : ({ kind: 'bytes', bytes: payload } as const);
  if (isByCertificate(annotations) && payload !== undefined && signature !== undefined) {
    const bytes = imageSignatureBundle({ payload, signature, annotations });
    if (bytes === undefined)
      return told({
        outcome: 'invalid',
        code: 'SIGNATURE_IMAGE_CERTIFICATE',
        reason: `the certificate of ${location}, or what a log or a timestamp authority says of it, is malformed`,
      });
    return judgeFound({ location, covers, form: 'detached', bytes, artifact }, trust, judge, run);
  }
  return judgeFound(
    {
      ...common,
      bytes: signature === undefined ? undefined : Buffer.from(signature, 'latin1'),
      artifact,
    },
    trust,
    judge,
    run,
  );
}

/** The digest a signed text names; undefined where it is none of an image. */
function imageIn(payload: Uint8Array): string | undefined {
  const { value } = parseJsonStrict(payload, { maxBytes: 64 * 1024, maxDepth: 8 });
  const critical = member(value, 'critical');
  if (member(critical, 'type') !== 'cosign container image signature') return undefined;
  const digest = member(member(critical, 'image'), 'docker-manifest-digest');
  return typeof digest === 'string' ? digest : undefined;
}
