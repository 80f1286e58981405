import { describe, expect, it } from 'vitest';
import { aBundle, aSignedPackage } from '../../test/support/a-bundle.ts';
import { aPackage, type PackageDraft } from '../../test/support/a-package.ts';
import type { Release } from '../attestation/release-statement.ts';
import type { ArchiveFacts, SignatureFacts } from '../checks/facts.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { JudgedSignature, SignatureJudge, SignedArtifact } from '../ports/signature-judge.ts';
import { gatherSignatures } from './gather-signatures.ts';
import type { SignatureRequest } from './signature-request.ts';
import { trustOfKey } from './trust-inputs.ts';

const run = { signal: new AbortController().signal };
const key = { origin: 'release.pub', pem: 'pem', fingerprint: 'f' };
const mismatch: JudgedSignature = {
  outcome: 'invalid',
  code: 'SIGNATURE_MISMATCH',
  reason: 'not by it',
};

const holds: JudgedSignature = {
  outcome: 'valid',
  signer: 'key',
  party: `key:${key.fingerprint}`,
  stampedTimes: [],
  warnings: [],
};

/** Takes a signature for good when it spells the digest of what it is to cover. */
class SpellingJudge implements SignatureJudge {
  readonly asked: string[] = [];
  judgeBlob(bundle: Uint8Array, artifact: SignedArtifact): Promise<JudgedSignature> {
    return this.#judge('bundle', bundle, artifact);
  }
  judgeDetached(signature: Uint8Array, artifact: SignedArtifact): Promise<JudgedSignature> {
    return this.#judge('detached', signature, artifact);
  }
  judgeStatement(): Promise<never> {
    return Promise.reject(new Error('nobody asks for statements here'));
  }
  #judge(form: string, signature: Uint8Array, artifact: SignedArtifact): Promise<JudgedSignature> {
    this.asked.push(form);
    const digest = artifact.kind === 'digest' ? artifact.digest : digestOf(artifact.bytes);
    const text = Buffer.from(signature).toString();
    const good = text === `over ${digest}`;
    const [, outcome, code] = /^(invalid|undecided) for (\w+)$/.exec(text) ?? [];
    if (code !== undefined)
      return Promise.resolve({ outcome: outcome as 'invalid', code, reason: 'as it says' });
    return Promise.resolve(good ? holds : mismatch);
  }
}

const over = (digest: string) => Buffer.from(`over ${digest}`);
const definitionDigest = (facts: ArchiveFacts): Digest =>
  facts.packages[0]?.files.get('zarf.yaml')?.digest ?? digestOf('');
const signedPackage = (name = 'zarf.bundle.sig', signature?: Buffer) =>
  aPackage().with(name, signature ?? over(definitionDigest(aPackage().facts())));

async function gather(facts: ArchiveFacts, request: Partial<SignatureRequest> = { key }) {
  const judge = new SpellingJudge();
  const found = await gatherSignatures(facts, { allowUnsigned: false, ...request }, judge, run);
  return { ...found, asked: judge.asked };
}

const strays = ({ trust }: Pick<SignatureFacts, 'trust'>) =>
  (trust?.results ?? [])
    .filter(({ topic }) => topic === 'stray')
    .map(({ subject, outcome, code }) => `${subject.name} ${outcome} ${code}`);

describe('gatherSignatures of a package', () => {
  it.each([
    ['the present form', signedPackage(), 'zarf-bundle', 'valid', ['bundle']],
    ['the old form', signedPackage('zarf.yaml.sig'), 'zarf-legacy', 'valid', ['detached']],
    [
      'another signature',
      signedPackage('zarf.bundle.sig', over(digestOf('other'))),
      'zarf-bundle',
      'invalid',
      ['bundle'],
    ],
    [
      'an unread signature',
      signedPackage().unread('zarf.bundle.sig'),
      'zarf-bundle',
      'undecided',
      [],
    ],
    ['an unread definition', signedPackage().unread('zarf.yaml'), 'zarf-bundle', 'undecided', []],
  ])('%s', async (_name, draft, kind, outcome, asked) => {
    const found = await gather(draft.facts());
    expect(found.archive).toMatchObject({ kind, result: { outcome } });
    expect(found.asked).toEqual(asked);
    expect(found.members.size).toBe(0);
  });

  it('prefers the present form, and falls back to none', async () => {
    const both = signedPackage('zarf.yaml.sig').with('zarf.bundle.sig', over(digestOf('other')));
    expect((await gather(both.facts())).archive).toMatchObject({
      kind: 'zarf-bundle',
      result: { outcome: 'invalid' },
    });
  });

  it.each([
    ['holds', over(definitionDigest(aPackage().facts())), []],
    ['is by somebody else', Buffer.from('x'), ['fail TRUST_SIGNATURE_STRAY']],
    [
      'is over something else',
      Buffer.from('invalid for SIGNATURE_BASE64'),
      ['fail SIGNATURE_BASE64'],
    ],
    [
      'cannot be judged',
      Buffer.from('undecided for SIGNATURE_UNREAD'),
      ['undecided SIGNATURE_UNREAD'],
    ],
  ])('in the old form beside a good one: %s', async (_name, older, expected) => {
    const found = await gather(signedPackage().with('zarf.yaml.sig', older).facts());
    expect(found.archive).toMatchObject({ kind: 'zarf-bundle', result: { outcome: 'valid' } });
    expect(found.asked).toEqual(['bundle', 'detached']);
    expect(strays(found)).toEqual(expected.map((each) => `zarf.yaml.sig ${each}`));
  });

  it('counts no signature in the old form that lies beside another', async () => {
    const draft = signedPackage('zarf.yaml.sig').with('zarf.bundle.sig', Buffer.from('x'));
    const { archive } = await gather(draft.facts());
    expect(archive).toMatchObject({ result: { outcome: 'invalid' } });
  });

  it('judges nothing without a key', async () => {
    const found = await gather(signedPackage().facts(), {});
    expect(found.archive).toMatchObject({ location: 'zarf.bundle.sig', result: undefined });
    expect(found.asked).toEqual([]);
  });

  it('finds none where there is none', async () => {
    expect((await gather(aPackage().facts())).archive).toBeUndefined();
  });
});

describe('gatherSignatures of a bundle', () => {
  const whole = digestOf('the whole file');
  const bundle = () => aBundle().holding('app').container({ digest: whole });
  const listing = (
    facts: ArchiveFacts,
    change: { readonly name?: string; readonly digest?: Digest } = {},
  ): Pick<SignatureRequest, 'release'> => {
    const root = {
      kind: 'bundle',
      digest: change.digest ?? facts.bundle?.rootDigest ?? digestOf(''),
    } as const;
    const files = [
      {
        name: change.name ?? facts.identity.fileName ?? '',
        size: 1,
        digest: digestOf('compressed otherwise'),
        root,
      },
    ];
    // Only the files are looked at here.
    return {
      release: {
        location: 'release.intoto.jsonl',
        fingerprint: 'f',
        release: { files } as unknown as Release,
      },
    };
  };

  it.each([
    ['over the whole file', over(whole), 'valid'],
    ['over another file', over(digestOf('other')), 'invalid'],
  ])('a detached signature %s', async (_name, detached, outcome) => {
    expect((await gather(bundle().facts(), { key, detached })).archive).toMatchObject({
      kind: 'detached',
      result: { outcome },
    });
  });

  it('cannot judge a detached signature over what was not read to its end', async () => {
    const facts = aBundle().holding('app').facts();
    expect((await gather(facts, { key, detached: over(whole) })).archive).toMatchObject({
      result: { outcome: 'undecided', code: 'SIGNATURE_UNREAD' },
    });
  });

  it('is no stray that was passed over on purpose', async () => {
    const unproven = aBundle().holding('app').container({ unproven: true }).facts();
    const looked = await gather(unproven, { key, detached: over(whole), ...listing(unproven) });
    const [result] = (looked.trust?.results ?? []).filter(({ topic }) => topic === 'stray');
    expect(result).toMatchObject({
      outcome: 'not-applicable',
      message: expect.stringContaining('only the metadata was read'),
    });
    const cut = aBundle().holding('app').facts();
    const read = await gather(cut, { key, detached: over(whole), ...listing(cut) });
    const [open] = (read.trust?.results ?? []).filter(({ topic }) => topic === 'stray');
    expect(open).toMatchObject({ outcome: 'undecided', code: 'SIGNATURE_UNREAD' });
  });

  it('does not let a good statement speak for a bad detached signature', async () => {
    const facts = bundle().facts();
    expect(
      (await gather(facts, { key, detached: over(digestOf('other')), ...listing(facts) })).archive,
    ).toMatchObject({ kind: 'detached', result: { outcome: 'invalid' } });
  });

  it('is signed by a statement that lists its root, however it was compressed', async () => {
    const facts = bundle().facts();
    expect((await gather(facts, { key, ...listing(facts) })).archive).toMatchObject({
      kind: 'release-statement',
      result: { outcome: 'valid' },
    });
  });

  it.each([
    ['under another name', { name: 'other.tar.zst' }],
    ['with another root', { digest: digestOf('other') }],
  ])('is not signed by a statement that lists it %s', async (_name, change) => {
    const facts = bundle().facts();
    expect((await gather(facts, { key, ...listing(facts, change) })).archive).toBeUndefined();
  });

  it('leaves a hybrid undecided whose other half the statement does not cover', async () => {
    const facts = bundle().facts();
    if (facts.bundle === undefined) throw new Error('no bundle');
    const hybrid = { ...facts, bundle: { ...facts.bundle, format: 'hybrid' as const } };
    expect((await gather(hybrid, { key, ...listing(hybrid) })).archive).toMatchObject({
      kind: 'release-statement',
      result: { outcome: 'undecided', code: 'SIGNATURE_HALF' },
    });
  });

  it('looks at the signatures of its packages, by label', async () => {
    const facts = aBundle().holding('app', signedPackage()).facts();
    const found = await gather(facts);
    expect([...found.members].map(([label, { result }]) => [label, result?.outcome])).toEqual([
      ['app', 'valid'],
    ]);
    expect(found.archive).toBeUndefined();
  });
});

describe('the old signature of a package in a bundle', () => {
  const whole = digestOf('the whole file');
  const keyOf = (pem: string) => `publicKey: ${JSON.stringify(pem)}`;
  const identity =
    'keylessVerification: { certificateIdentity: a@b.example, certificateOIDCIssuer: https://b.example }';
  const both = (older: string) => signedPackage().with('zarf.yaml.sig', Buffer.from(older));

  async function judged(draft: PackageDraft, more = '', signed = true) {
    const facts = aBundle()
      .holding('app', draft)
      .defining((text) => (more === '' ? text : text.replace(/(ref: .*\n)/, `$1  ${more}\n`)))
      .container({ digest: whole })
      .facts();
    return strays(await gather(facts, { key, ...(signed ? { detached: over(whole) } : {}) }));
  }

  it.each([
    ['holds', `over ${definitionDigest(aPackage().facts())}`, '', true, []],
    ['does not', 'x', '', true, ['app: zarf.yaml.sig fail TRUST_SIGNATURE_STRAY']],
    [
      'does not, in a package that counts by itself',
      'x',
      '',
      false,
      ['app: zarf.yaml.sig fail TRUST_SIGNATURE_STRAY'],
    ],
    [
      'may be by whom the bundle names with a certificate',
      'x',
      identity,
      true,
      ['app: zarf.yaml.sig undecided TRUST_SIGNATURE_STRAY'],
    ],
  ])('%s', async (_name, older, more, signed, expected) =>
    expect(await judged(both(older), more, signed)).toEqual(expected),
  );

  it('is by the key that the bundle names for it', async () => {
    const { draft, older, pem } = aSignedPackage();
    expect(await judged(draft.with('zarf.yaml.sig', older), keyOf(pem))).toEqual([]);
  });

  it('says nothing where the package is not believed', async () => {
    const draft = aPackage()
      .with('zarf.bundle.sig', Buffer.from('y'))
      .with('zarf.yaml.sig', Buffer.from('x'));
    expect(await judged(draft, '', false)).toEqual([]);
  });
});

describe('the own signature of a package that its bundle covers', () => {
  const whole = digestOf('the whole file');
  const inner = (text: string) => signedPackage('zarf.bundle.sig', Buffer.from(text));
  const known = aSignedPackage();
  const naming = (text: string, more: string) => text.replace(/(ref: .*\n)/, `$1  ${more}\n`);
  const keyOf = ({ pem }: { readonly pem: string }) => `publicKey: ${JSON.stringify(pem)}`;
  const identity =
    'keylessVerification: { certificateIdentity: a@b.example, certificateOIDCIssuer: https://b.example }';

  async function judged(
    draft: PackageDraft,
    { more = '', otherSignatures = 'refuse' as 'refuse' | 'report', signed = true } = {},
  ) {
    const facts = aBundle()
      .holding('app', draft)
      .defining((text) => (more === '' ? text : naming(text, more)))
      .container({ digest: whole })
      .facts();
    const { policy, ...trust } = trustOfKey(key);
    const { trust: results } = await gather(facts, {
      key,
      trust: { ...trust, policy: { ...policy, otherSignatures } },
      ...(signed ? { detached: over(whole) } : {}),
    });
    const [found, ...others] = (results?.results ?? []).filter(({ topic }) => topic === 'members');
    expect(others).toEqual([]);
    return found;
  }

  it.each([
    ['holds', signedPackage(), {}, 'pass', undefined],
    ['is not there', aPackage(), {}, 'not-applicable', undefined],
    [
      'is over another zarf.yaml',
      inner('invalid for SIGNATURE_DIGEST'),
      {},
      'fail',
      'SIGNATURE_DIGEST',
    ],
    ['is by nobody who was named', inner('x'), {}, 'fail', 'TRUST_SIGNATURE_STRAY'],
    [
      'is broken, though others are only reported',
      inner('invalid for SIGNATURE_DIGEST'),
      { otherSignatures: 'report' },
      'fail',
      'SIGNATURE_DIGEST',
    ],
    [
      'could not be read',
      inner('undecided for SIGNATURE_UNREAD'),
      {},
      'undecided',
      'SIGNATURE_UNREAD',
    ],
    [
      'is by the key that the bundle names for it',
      known.draft,
      { more: keyOf(known) },
      'not-applicable',
      undefined,
    ],
    [
      'is by another key than the bundle names for it',
      known.draft,
      { more: keyOf(aSignedPackage()) },
      'fail',
      'TRUST_SIGNATURE_STRAY',
    ],
    [
      'is by somebody the bundle names by certificate',
      known.draft,
      { more: identity },
      'undecided',
      'TRUST_SIGNATURE_STRAY',
    ],
  ] as const)('%s', async (_name, draft, options, outcome, code) => {
    const found = await judged(draft, options);
    expect([found?.outcome, found?.code, found?.severity]).toEqual([outcome, code, undefined]);
  });

  it('is a warning by somebody else where the policy only wants that reported', async () => {
    const found = await judged(inner('x'), { otherSignatures: 'report' });
    expect(found).toMatchObject({ outcome: 'fail', severity: 'warning' });
  });

  it('says where it lies, and who signed where the bundle says so', async () => {
    expect((await judged(inner('x')))?.message).toContain('zarf.bundle.sig in it: ');
    expect((await judged(known.draft, { more: keyOf(known) }))?.message).toMatch(
      /by [0-9a-f]{64}, the key that the bundle names/,
    );
  });

  it('is not believed because the bundle names its key while nobody signed the bundle', async () => {
    const found = await judged(known.draft, { more: keyOf(known), signed: false });
    expect(found).toMatchObject({ outcome: 'undecided' });
  });
});
