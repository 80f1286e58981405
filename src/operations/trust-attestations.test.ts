import { describe, expect, it } from 'vitest';
import { type FolderUnderTrust, judgeFolder } from '../../test/support/judge-under-trust.ts';
import { packageFile, packed } from '../../test/support/shop-release.ts';
import { blobSignature, statementSignature } from '../../test/support/trust-evidence.ts';
import { digestOf } from '../oci/digest.ts';
import type { TrustPolicyDocument } from '../policy/trust/trust-policy-document.ts';

describe('statements that a trust policy demands', () => {
  const { bytes } = packed('ci');
  const provenance = (change: object = {}, predicate: object = { builder: { id: 'farm' } }) =>
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: packageFile, digest: { sha256: digestOf(bytes).slice(7) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate,
      ...change,
    });
  const policy: Partial<TrustPolicyDocument> = {
    packages: [
      {
        product: 'demo',
        kinds: ['package'],
        role: 'builder',
        attestations: [
          {
            predicateType: 'https://slsa.dev/provenance/v1',
            role: 'builder',
            require: { 'builder.id': ['farm', 'yard'] },
          },
        ],
      },
      { product: '*', role: 'release' },
    ],
  };
  const withLine = (
    line: string,
    file = `${packageFile}.provenance.intoto.jsonl`,
  ): FolderUnderTrust => ({
    files: {
      [packageFile]: bytes,
      [`${packageFile}.sigstore.json`]: blobSignature(bytes, 'ci'),
      [file]: line,
    },
    policy,
  });
  const attested = async (row: FolderUnderTrust) =>
    (await judgeFolder(row)).findings
      .filter(({ id }) => id === 'signature/attestations')
      .map(({ outcome, code }) => code ?? outcome);

  it.each<[string, FolderUnderTrust, string]>([
    ['there, by the role', withLine(statementSignature(provenance(), 'ci')), 'pass'],
    ['nowhere', withLine('', 'x.txt'), 'TRUST_ATTESTATION_MISSING'],
    [
      'by a releaser',
      withLine(statementSignature(provenance(), 'rel-a')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'by nobody known',
      withLine(statementSignature(provenance(), 'other')),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'about something else',
      withLine(
        statementSignature(
          provenance({ subject: [{ name: packageFile, digest: { sha256: '0'.repeat(64) } }] }),
          'ci',
        ),
      ),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'of another kind: a release statement offered as provenance',
      withLine(statementSignature(provenance({ predicateType: 'https://x' }), 'ci')),
      'TRUST_ATTESTATION_MISSING',
    ],
    [
      'with another value',
      withLine(statementSignature(provenance({}, { builder: { id: 'attic' } }), 'ci')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'without the value',
      withLine(statementSignature(provenance({}, {}), 'ci')),
      'TRUST_ATTESTATION_REFUSED',
    ],
    [
      'with the value under one name with a dot',
      withLine(statementSignature(provenance({}, { 'builder.id': 'yard' }), 'ci')),
      'pass',
    ],
    [
      'with a second digest that nobody computed',
      withLine(
        statementSignature(
          provenance({
            subject: [
              {
                name: packageFile,
                digest: { sha256: digestOf(bytes).slice(7), sha512: '0'.repeat(128) },
              },
            ],
          }),
          'ci',
        ),
      ),
      'TRUST_ATTESTATION_REFUSED',
    ],
  ])('are judged: %s', async (_name, row, expected) => {
    expect(await attested(row)).toEqual([expected]);
  });
});
