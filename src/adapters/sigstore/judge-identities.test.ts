import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../test/support/certificate-bundles.ts';
import { extension } from '../../../test/support/certificate-bytes.ts';
import { full, leaf, leafWith } from '../../../test/support/certificate-lab.ts';
import { codeOf, judgedBlob, type trusted } from '../../../test/support/judged-certificate.ts';
import { identity } from '../../../test/support/private-instance.ts';

describe('a certificate of a private instance', () => {
  it.each<[string, Bundle, Partial<typeof trusted>, string]>([
    [
      'an identity by pattern',
      full,
      { san: { kind: 'pattern', text: 'https://ci\\.example\\.org/.*' } },
      'valid',
    ],
    [
      'an e-mail address',
      leafWith(
        leaf.usage,
        leaf.signing,
        extension.names(extension.mail('rel@example.org')),
        leaf.issuer,
      ),
      { san: { kind: 'exact', text: 'rel@example.org' } },
      'valid',
    ],
    [
      'a user name',
      leafWith(leaf.usage, leaf.signing, extension.names(extension.userName('rel!x')), leaf.issuer),
      { san: { kind: 'exact', text: 'rel!x' } },
      'valid',
    ],
    [
      'the older extension for the issuer',
      leafWith(leaf.usage, leaf.signing, leaf.names, extension.issuerBare(identity.issuer)),
      {},
      'valid',
    ],
    [
      'a longer identity',
      full,
      { san: { kind: 'exact', text: `${identity.san}0` } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern that matches the beginning',
      full,
      { san: { kind: 'pattern', text: 'https://ci' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern whose alternatives match the beginning and the end',
      full,
      { san: { kind: 'pattern', text: 'https:|v1' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    [
      'a pattern by another issuer',
      full,
      { issuer: 'https://evil.example', san: { kind: 'pattern', text: '.*' } },
      'invalid SIGNATURE_IDENTITY',
    ],
    ['another issuer', full, { issuer: `${identity.issuer}/` }, 'invalid SIGNATURE_IDENTITY'],
    [
      'a pattern that is none',
      full,
      { san: { kind: 'pattern', text: '(' } },
      'undecided SIGNATURE_SAN_PATTERN',
    ],
    [
      'two names',
      leafWith(
        leaf.usage,
        leaf.signing,
        extension.names(extension.uri(identity.san), extension.mail('a@b')),
        leaf.issuer,
      ),
      {},
      'invalid CERTIFICATE_IDENTITY',
    ],
    [
      'no name',
      leafWith(leaf.usage, leaf.signing, leaf.issuer),
      {},
      'invalid CERTIFICATE_IDENTITY',
    ],
    [
      'no issuer of the identity',
      leafWith(leaf.usage, leaf.signing, leaf.names),
      {},
      'invalid CERTIFICATE_IDENTITY',
    ],
    [
      'two issuers of the identity',
      leafWith(
        leaf.usage,
        leaf.signing,
        leaf.names,
        leaf.issuer,
        extension.issuerBare('https://evil.example'),
      ),
      {},
      'invalid CERTIFICATE_FORM',
    ],
    [
      'an extension twice',
      leafWith(leaf.usage, leaf.signing, leaf.names, leaf.issuer, leaf.issuer),
      {},
      'invalid CERTIFICATE_FORM',
    ],
  ])('%s', async (_name, bundle, change, code) => {
    expect(codeOf(await judgedBlob(bundle, change))).toBe(code);
  });
});
