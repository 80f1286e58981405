import { sign, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { aTrustDocument, aTrustPolicy, testKeys } from '../../test/support/a-trust-policy.ts';
import { hashedRekord } from '../../test/support/log-records.ts';
import { identity, PrivateInstance } from '../../test/support/private-instance.ts';
import { blobSignature } from '../../test/support/trust-evidence.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import type { ArchiveFacts, LayoutRoot, PackageFacts } from '../checks/facts.ts';
import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import { gatherSignatures } from './gather-signatures.ts';

const reference = 'registry.example.com/app:1.0';
const simple = 'application/vnd.dev.cosign.simplesigning.v1+json';
const textOf = (image: string, type = 'cosign container image signature') =>
  Buffer.from(
    JSON.stringify({
      critical: { identity: {}, image: { 'docker-manifest-digest': image }, type },
      optional: null,
    }),
  );

interface Draft {
  readonly by?: keyof typeof testKeys;
  readonly text?: (image: Digest) => Buffer;
  readonly kept?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Signed by a certificate of the lab, with an entry in its log. */
  readonly certified?: {
    readonly log?: string | undefined;
    readonly logOf?: Uint8Array;
    readonly changeLog?: (log: string) => string;
    readonly timestamp?: string;
    readonly by?: PrivateInstance;
  };
  /** What is signed where it is not the text. */
  readonly signs?: (image: Digest) => Buffer;
}

const lab = new PrivateInstance();
const root = lab.rootFile();

/** The annotations of an image signature by certificate, as cosign writes them. */
function certifiedAnnotations(
  payload: Uint8Array,
  certified: NonNullable<Draft['certified']>,
): Readonly<Record<string, string>> {
  const { by = lab, logOf = payload } = certified;
  const signer = by.signer();
  const signature = sign('sha256', payload, signer.privateKey);
  const entry = by.logEntry(hashedRekord(logOf, signature, signer.der));
  const promise = entry['inclusionPromise'] as { readonly signedEntryTimestamp: string };
  const logId = entry['logId'] as { readonly keyId: string };
  const log = JSON.stringify({
    SignedEntryTimestamp: promise.signedEntryTimestamp,
    Payload: {
      body: entry['canonicalizedBody'],
      integratedTime: Number(entry['integratedTime']),
      logIndex: Number(entry['logIndex']),
      logID: Buffer.from(logId.keyId, 'base64').toString('hex'),
    },
  });
  const stamped = by.stamp(signature).toString('base64');
  const stamp = JSON.stringify({ SignedRFC3161Timestamp: stamped });
  const { changeLog = (text: string) => text } = certified;
  const told = Object.hasOwn(certified, 'log') ? certified.log : changeLog(log);
  return {
    'dev.cosignproject.cosign/signature': signature.toString('base64'),
    'dev.sigstore.cosign/certificate': new X509Certificate(signer.der).toString(),
    ...(told === undefined ? {} : { 'dev.sigstore.cosign/bundle': told }),
    'dev.sigstore.cosign/rfc3161timestamp': certified.timestamp ?? stamp,
  };
}

/** A signed package with one image, and a signature over that image. */
function withSignature(draft: Draft | undefined): ArchiveFacts {
  const bare = aPackage().image({ name: reference });
  const yaml = bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content;
  const facts = bare.with('zarf.bundle.sig', blobSignature(Buffer.from(yaml ?? ''), 'ci')).facts();
  const [each] = facts.packages;
  const root = each?.images?.roots[0];
  if (each?.images === undefined || root === undefined) throw new Error('no image');
  if (draft === undefined) return facts;
  const image = root.descriptor.digest;
  const payload = (draft.text ?? textOf)(image);
  const signature = sign('sha256', payload, testKeys[draft.by ?? 'rel-a'].privateKey);
  const layer = {
    mediaType: simple,
    digest: digestOf(payload),
    size: payload.length,
    annotations: {
      'dev.cosignproject.cosign/signature': signature.toString('base64'),
      ...draft.annotations,
      ...(draft.certified === undefined
        ? {}
        : certifiedAnnotations((draft.signs ?? draft.text ?? textOf)(image), draft.certified)),
    },
  };
  const signatureRoot: LayoutRoot = {
    descriptor: { ...root.descriptor, digest: digestOf('signature') },
    name: `registry.example.com/app:sha256-${hexOf(image)}.sig`,
    manifests: root.manifests.map((manifest) => ({ ...manifest, layers: [layer] })),
  };
  const path = `images/blobs/sha256/${hexOf(layer.digest)}`;
  const files = new Map(each.files);
  const content = draft.kept === false ? undefined : payload;
  files.set(path, {
    path,
    digest: layer.digest,
    size: 1,
    declared: undefined,
    content,
    head: undefined,
  });
  const changed: PackageFacts = {
    ...each,
    files,
    images: { ...each.images, roots: [...each.images.roots, signatureRoot] },
  };
  return { ...facts, packages: [changed] };
}

async function imageLevel(draft: Draft | undefined, ownSignature = true): Promise<string> {
  const trust = {
    policy: aTrustPolicy({
      trustedRoots: { site: { sha256: root.sha256, file: 'trusted_root.json' } },
      identities: { lab: { ...identity, trustedRoot: 'site', tlogs: 1 } },
      roles: { ...aTrustDocument().roles, image: { signers: ['rel-a', 'lab'], threshold: 1 } },
      packages: [
        { product: 'registry.example.com/*', kinds: ['image'], role: 'image', ownSignature },
        { product: '*', kinds: ['package'], role: 'builder' },
      ],
    }),
    roots: new Map([['site', root]]),
    now: Date.parse('2026-11-21T00:00:00Z'),
    warnDays: 30,
  };
  const { trust: found } = await gatherSignatures(
    withSignature(draft),
    { trust, allowUnsigned: false },
    new SigstoreJudge(),
    { signal: new AbortController().signal },
  );
  const levels = found?.objects.filter(({ object }) => object.kind === 'image') ?? [];
  const results = found?.results.filter(({ topic }) => topic === 'images') ?? [];
  expect(levels).toHaveLength(1);
  return [
    levels[0]?.state,
    ...results.flatMap(({ outcome, code }) => [outcome, ...(code === undefined ? [] : [code])]),
  ].join(' ');
}

describe('a signature over an image that a package carries', () => {
  it.each<[string, Draft | undefined, string]>([
    ['by the role', {}, 'accepted pass'],
    ['nowhere', undefined, 'unsigned fail SIGNATURE_ABSENT'],
    ['by another key of the policy', { by: 'ci' }, 'refused fail TRUST_NOT_IN_ROLE'],
    ['by nobody known', { by: 'other' }, 'refused fail SIGNATURE_MISMATCH'],
    [
      'over another image, under the name of this',
      { text: () => textOf(digestOf('other')) },
      'refused fail SIGNATURE_IMAGE',
    ],
    [
      'over a text that names no image',
      { text: () => Buffer.from('{}') },
      'refused fail SIGNATURE_IMAGE',
    ],
    [
      'over a text of another type',
      { text: (image) => textOf(image, 'other') },
      'refused fail SIGNATURE_IMAGE',
    ],
    [
      'over a text with a member twice',
      { text: (image) => Buffer.from(textOf(image).toString().replace('{', '{"critical":{},')) },
      'refused fail SIGNATURE_IMAGE',
    ],
    ['whose text was not kept', { kept: false }, 'undecided undecided SIGNATURE_UNREAD'],
    ['by a certificate the policy names', { certified: {} }, 'accepted pass'],
    [
      'by a certificate, without what proves when',
      { certified: { log: undefined } },
      'refused fail SIGNATURE_LOG_COUNT',
    ],
    [
      'by a certificate, the log entry of another signature',
      { certified: { logOf: Buffer.from('another text') } },
      'refused fail SIGNATURE_LOG_BODY',
    ],
    [
      'by a certificate over another text',
      {
        certified: {},
        text: (image) => Buffer.concat([textOf(image), Buffer.from(' ')]),
        signs: textOf,
      },
      'refused fail SIGNATURE_MISMATCH',
    ],
    [
      'by a certificate of another instance',
      { certified: { by: new PrivateInstance('elsewhere') } },
      'refused fail SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    ...(['', 'PEM', `${'x'.repeat(10)}`] as const).map((pem): [string, Draft, string] => [
      `by a certificate that is '${pem}'`,
      { annotations: { 'dev.sigstore.cosign/certificate': pem } },
      'refused fail SIGNATURE_IMAGE_CERTIFICATE',
    ]),
    ...[
      '{',
      '{}',
      '{"SignedEntryTimestamp":"","Payload":{}}',
      '{"SignedEntryTimestamp":"","SignedEntryTimestamp":"","Payload":{}}',
      '{"SignedEntryTimestamp":"","Payload":{"body":"","integratedTime":1,"logIndex":1,"logID":"00"}}',
    ].map((log): [string, Draft, string] => [
      `by a certificate with the log entry ${log}`,
      { certified: { log } },
      'refused fail SIGNATURE_IMAGE_CERTIFICATE',
    ]),
    [
      'by a certificate with a log entry that says more',
      { certified: { changeLog: (log) => log.replace('{', '{"more":1,') } },
      'refused fail SIGNATURE_IMAGE_CERTIFICATE',
    ],
    [
      'by a certificate with a log entry of another time',
      {
        certified: {
          changeLog: (log) =>
            log.replace(/"integratedTime":(\d+)/, (_, at) => `"integratedTime":${Number(at) + 1}`),
        },
      },
      'refused fail SIGNATURE_LOG',
    ],
    [
      'by a certificate with a timestamp nobody can read',
      { certified: { timestamp: '{"SignedRFC3161Timestamp":1}' } },
      'refused fail SIGNATURE_IMAGE_CERTIFICATE',
    ],
    [
      'that is no base64',
      { annotations: { 'dev.cosignproject.cosign/signature': '!' } },
      'refused fail SIGNATURE_BASE64',
    ],
  ])('%s', async (_name, draft, expected) => {
    expect(await imageLevel(draft)).toBe(expected);
  });

  it('is not needed where the signature of the package is enough', async () => {
    expect(await imageLevel(undefined, false)).toBe('covered pass');
  });

  it.each<[string, Draft, string]>([
    ['by nobody known', { by: 'other' }, 'covered pass fail TRUST_SIGNATURE_STRAY'],
    [
      'over another image',
      { text: () => textOf(digestOf('other')) },
      'covered pass fail SIGNATURE_IMAGE',
    ],
    ['that was not kept', { kept: false }, 'covered pass undecided SIGNATURE_UNREAD'],
    ['by another role', { by: 'ci' }, 'covered pass'],
  ])('is told %s though the package covers the image', async (_name, draft, expected) => {
    expect(await imageLevel(draft, false)).toBe(expected);
  });
});
