import { describe, expect, it } from 'vitest';
import { renderBlobBundle, renderStatementBundle } from '../../test/support/bundles-by-key.ts';
import { parseSignatureBundle } from './signature-bundle.ts';

const blob = JSON.parse(renderBlobBundle(Buffer.alloc(32, 1), Buffer.alloc(70, 2), 'aGludA=='));
const dsse = JSON.parse(renderStatementBundle(Buffer.from('{}'), Buffer.alloc(70, 2), 'aGludA=='));
const parse = (value: unknown) =>
  parseSignatureBundle(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const material = (more: object): object => ({
  ...blob,
  verificationMaterial: { ...blob.verificationMaterial, ...more },
});
const message = (more: object): object => ({
  ...blob,
  messageSignature: { ...blob.messageSignature, ...more },
});
const digest = (more: object): object =>
  message({ messageDigest: { ...blob.messageSignature.messageDigest, ...more } });
const envelope = (more: object): object => ({
  ...dsse,
  dsseEnvelope: { ...dsse.dsseEnvelope, ...more },
});
const chain = { x509CertificateChain: { certificates: [{ rawBytes: 'AAAA' }] } };
const old = { ...blob, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' };
const stamp = { signedTimestamp: 'AAAA' };

describe('signature bundles', () => {
  it('reads what it writes', () => {
    expect(parse(blob)).toMatchObject({
      version: '0.3',
      material: { kind: 'publicKey', hint: 'aGludA==' },
      logEntries: [],
      timestamps: [],
    });
    expect(parse(dsse).content).toMatchObject({
      kind: 'dsseEnvelope',
      envelope: { keyid: '', payloadType: 'application/vnd.in-toto+json' },
    });
    expect(JSON.stringify(blob)).not.toMatch(/tlogEntries|timestampVerificationData/);
  });

  it.each([
    ['a chain below v0.3', { ...old, verificationMaterial: chain }],
    ['a certificate', { ...blob, verificationMaterial: { certificate: { rawBytes: 'AAAA' } } }],
    ['no digest', { ...blob, messageSignature: { signature: 'AAAA' } }],
    ['an empty digest', message({ messageDigest: {} })],
    ['no hint', { ...blob, verificationMaterial: { publicKey: {} } }],
    ['empty lists', material({ tlogEntries: [], timestampVerificationData: {} })],
    [
      '32 timestamps',
      material({ timestampVerificationData: { rfc3161Timestamps: Array(32).fill(stamp) } }),
    ],
    [
      'a log entry',
      material({
        tlogEntries: [
          {
            logIndex: '1',
            logId: { keyId: 'AAAA' },
            inclusionProof: { treeSize: '2', hashes: ['AAAA'], checkpoint: { envelope: 'x' } },
          },
        ],
      }),
    ],
  ])('reads %s', (_name, value) => {
    expect(() => parse(value)).not.toThrow();
  });

  it.each([
    ['more than 1 MiB', `${JSON.stringify(blob)}${' '.repeat(1024 * 1024)}`, 'SIZE'],
    ['bytes behind the end', `${JSON.stringify(blob)}{}`, 'JSON'],
    [
      'a member given twice',
      JSON.stringify(blob).replace('{"mediaType"', '{"mediaType":"x","mediaType"'),
      'JSON',
    ],
    ['a byte-order mark', `\ufeff${JSON.stringify(blob)}`, 'JSON'],
    ['a list', [], 'MEMBER'],
    ['an unknown member', { ...blob, extra: 1 }, 'MEMBER'],
    ['an unknown member of the material', material({ extra: 1 }), 'MEMBER'],
    ['an unknown member of the message', message({ extra: 1 }), 'MEMBER'],
    ['an unknown member of a log entry', material({ tlogEntries: [{ extra: 1 }] }), 'MEMBER'],
    ['a negative log index', material({ tlogEntries: [{ logIndex: '-1' }] }), 'MEMBER'],
    ['v0.4', { ...blob, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }, 'MEDIA_TYPE'],
    [
      'a name of Object.prototype as media type',
      { ...blob, mediaType: 'constructor' },
      'MEDIA_TYPE',
    ],
    ['both contents', { ...blob, dsseEnvelope: dsse.dsseEnvelope }, 'CONTENT'],
    [
      'no content',
      { mediaType: blob.mediaType, verificationMaterial: blob.verificationMaterial },
      'CONTENT',
    ],
    ['key and certificate', material({ certificate: { rawBytes: 'AAAA' } }), 'MATERIAL'],
    ['no material', { ...blob, verificationMaterial: {} }, 'MATERIAL'],
    ['a chain in v0.3', { ...blob, verificationMaterial: chain }, 'MATERIAL'],
    ['base64url', message({ signature: '-_-_' }), 'BASE64'],
    ['base64 without padding', message({ signature: 'AA' }), 'BASE64'],
    ['junk in base64', message({ signature: 'AAAA\n' }), 'BASE64'],
    ['another digest algorithm', digest({ algorithm: 'SHA3_256' }), 'DIGEST_ALGORITHM'],
    [
      'a digest of 20 bytes',
      digest({ digest: Buffer.alloc(20).toString('base64') }),
      'DIGEST_ALGORITHM',
    ],
    ['a digest without its algorithm', digest({ algorithm: undefined }), 'MEMBER'],
    ['a digest that is null', message({ messageDigest: null }), 'MEMBER'],
    [
      '33 timestamps',
      material({ timestampVerificationData: { rfc3161Timestamps: Array(33).fill(stamp) } }),
      'ENTRIES',
    ],
    ['a log entry without a proof', material({ tlogEntries: [{}] }), 'LOG_PROOF'],
    [
      'a log entry of v0.2 with a promise alone',
      {
        ...old,
        verificationMaterial: {
          ...chain,
          tlogEntries: [{ inclusionPromise: { signedEntryTimestamp: 'AAAA' } }],
        },
      },
      'LOG_PROOF',
    ],
    [
      'a log entry of v0.1 with a proof alone',
      {
        ...old,
        mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
        verificationMaterial: {
          ...chain,
          tlogEntries: [{ inclusionProof: { checkpoint: { envelope: 'x' } } }],
        },
      },
      'LOG_PROOF',
    ],
    ['33 log entries', material({ tlogEntries: Array(33).fill({}) }), 'ENTRIES'],
    [
      'an empty chain',
      { ...old, verificationMaterial: { x509CertificateChain: { certificates: [] } } },
      'ENTRIES',
    ],
    [
      'a proof of 65 hashes',
      material({ tlogEntries: [{ inclusionProof: { hashes: Array(65).fill('AAAA') } }] }),
      'ENTRIES',
    ],
    [
      'two envelope signatures',
      envelope({ signatures: [{ sig: 'AAAA' }, { sig: 'AAAA' }] }),
      'DSSE',
    ],
    ['no envelope signature', envelope({ signatures: [] }), 'DSSE'],
  ])('refuses %s', (_name, value, code) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: `SIGNATURE_BUNDLE_${code}` }),
    );
  });
});
