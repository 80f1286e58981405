import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { digestOf } from '../oci/digest.ts';
import { isSigned, verifyEmbedded } from './embedded-signature.ts';
import type { PackageFacts } from './facts.ts';

const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const zarfYaml = aPackage().facts().packages[0]?.definitionBytes ?? new Uint8Array(0);
const digest = Buffer.from(digestOf(zarfYaml).slice(7), 'hex').toString('base64');

function bundle(key: KeyObject, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: '' } },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest },
      signature: sign('sha256', zarfYaml, key).toString('base64'),
    },
    ...changes,
  });
}

function signedBy(content: string, path = 'zarf.bundle.sig'): PackageFacts {
  const [facts] = aPackage().with(path, content).facts().packages;
  return facts ?? expect.fail('no package');
}

const oldForm = (key: KeyObject): string => sign('sha256', zarfYaml, key).toString('base64');
const both = (old: string): PackageFacts | undefined =>
  aPackage().with('zarf.bundle.sig', bundle(ec.privateKey)).with('zarf.yaml.sig', old).facts()
    .packages[0];
const wide = Buffer.alloc(48).toString('base64');

describe('verifyEmbedded', () => {
  it.each([
    ['a P-256 key', signedBy(bundle(ec.privateKey)), pemOf(ec.publicKey), 'valid'],
    ['an RSA key', signedBy(bundle(rsa.privateKey)), pemOf(rsa.publicKey), 'valid'],
    [
      'the old form',
      signedBy(oldForm(ec.privateKey), 'zarf.yaml.sig'),
      pemOf(ec.publicKey),
      'valid',
    ],
    [
      'the old form with a line end',
      signedBy(`${oldForm(ec.privateKey)}\n`, 'zarf.yaml.sig'),
      pemOf(ec.publicKey),
      'valid',
    ],
    [
      'the old form by another key',
      signedBy(oldForm(rsa.privateKey), 'zarf.yaml.sig'),
      pemOf(ec.publicKey),
      'invalid: zarf.yaml.sig was not made',
    ],
    [
      'the old form that is no base64',
      signedBy('*', 'zarf.yaml.sig'),
      pemOf(ec.publicKey),
      'invalid: zarf.yaml.sig is not standard base64',
    ],
    [
      'another key',
      signedBy(bundle(ec.privateKey)),
      pemOf(rsa.publicKey),
      'invalid: zarf.bundle.sig was not made',
    ],
    [
      'a key of a kind nobody verifies',
      signedBy(bundle(ec.privateKey)),
      pemOf(ed.publicKey),
      'undecided: the key in the bundle is of a kind',
    ],
    [
      'a key that cannot be read',
      signedBy(bundle(ec.privateKey)),
      'x',
      'invalid: the key in the bundle cannot be used',
    ],
    [
      'no signature',
      aPackage().facts().packages[0],
      pemOf(ec.publicKey),
      'invalid: it carries no signature',
    ],
    [
      'a signature over another file',
      signedBy(bundle(ec.privateKey).replace(digest, Buffer.alloc(32).toString('base64'))),
      pemOf(ec.publicKey),
      'invalid: zarf.bundle.sig is about another zarf.yaml',
    ],
    [
      'another hash',
      signedBy(bundle(ec.privateKey).replace('SHA2_256', 'SHA2_384').replace(digest, wide)),
      pemOf(ec.publicKey),
      'invalid: zarf.bundle.sig is over SHA2_384',
    ],
    [
      'a certificate',
      signedBy(
        bundle(ec.privateKey, {
          verificationMaterial: { certificate: { rawBytes: 'AAAA' }, tlogEntries: [] },
        }),
      ),
      pemOf(ec.publicKey),
      'invalid: zarf.bundle.sig was made with a certificate',
    ],
    [
      'a statement',
      signedBy(
        bundle(ec.privateKey, {
          messageSignature: undefined,
          dsseEnvelope: {
            payload: 'AAAA',
            payloadType: 'x',
            signatures: [{ sig: 'AAAA', keyid: '' }],
          },
        }),
      ),
      pemOf(ec.publicKey),
      'invalid: zarf.bundle.sig holds a statement',
    ],
    ['what is no signature', signedBy('{}'), pemOf(ec.publicKey), 'invalid: '],
    ['both forms', both(oldForm(ec.privateKey)), pemOf(ec.publicKey), 'valid'],
    [
      'both forms by two keys',
      both(oldForm(rsa.privateKey)),
      pemOf(ec.publicKey),
      'invalid: zarf.yaml.sig was not made',
    ],
  ])('%s', (_name, facts, pem, expected) => {
    if (facts === undefined) return expect.fail('no package');
    const result = verifyEmbedded(facts, pem);
    const said = result.outcome === 'valid' ? 'valid' : `${result.outcome}: ${result.reason}`;
    expect(said.slice(0, expected.length)).toBe(expected);
  });

  it('cannot look at what was not kept', () => {
    const [facts] = aPackage()
      .with('zarf.bundle.sig', bundle(ec.privateKey))
      .unread('zarf.bundle.sig')
      .facts().packages;
    expect(
      facts === undefined ? undefined : verifyEmbedded(facts, pemOf(ec.publicKey)).outcome,
    ).toBe('undecided');
  });
});

describe('isSigned', () => {
  const claiming = aPackage().defining((text) =>
    text.replace('  version: v0.84.0', '  version: v0.84.0\n  signed: true'),
  );
  it.each([
    ['a signature', signedBy('{}'), true],
    ['a claim', claiming.facts().packages[0], true],
    ['neither', aPackage().facts().packages[0], false],
  ])('%s', (_name, facts, expected) =>
    expect(facts === undefined ? undefined : isSigned(facts)).toBe(expected),
  );
});
