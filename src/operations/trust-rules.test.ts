import { describe, expect, it } from 'vitest';
import { type FolderUnderTrust, judgeFolder } from '../../test/support/judge-under-trust.ts';
import { shopRelease, signedBy, soundFolder, unsigned } from '../../test/support/shop-release.ts';

const always = [{ product: '*', role: 'release' }];

describe('a release under a trust policy', () => {
  it.each<[string, FolderUnderTrust, string]>([
    [
      'an unknown product',
      { files: soundFolder, policy: { packages: [{ product: 'other', role: 'release' }] } },
      'TRUST_NO_RULE',
    ],
    [
      'a version out of range',
      {
        files: soundFolder,
        policy: { packages: [{ product: 'shop', versions: '>=2.0.0', role: 'release' }] },
      },
      'TRUST_NO_RULE',
    ],
    [
      'a version that cannot be compared',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(
            shopRelease(unsigned, { version: 'latest' }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: {
          packages: [{ product: 'shop', versions: '>=2.0.0', role: 'release' }, ...always],
        },
      },
      'TRUST_VERSION_UNKNOWN',
    ],
    [
      "another site's release",
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(
            shopRelease(unsigned, { audience: ['south'] }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: { site: 'north' },
      },
      'TRUST_AUDIENCE',
    ],
    [
      "nobody's release, where a site is demanded",
      { files: soundFolder, policy: { site: 'north' } },
      'TRUST_AUDIENCE',
    ],
    [
      'a counter below the least',
      {
        files: soundFolder,
        policy: { packages: [{ product: '*', role: 'release', minCounter: 42 }] },
      },
      'TRUST_COUNTER',
    ],
    [
      'an age demanded, and no signed time',
      {
        files: soundFolder,
        policy: { packages: [{ product: '*', role: 'release', maxAge: 'P90D' }] },
      },
      'TRUST_TIMESTAMPS',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judgeFolder(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });

  it('is not proven where it names an audience and nobody says which site this is', async () => {
    const forSouth = signedBy(shopRelease(unsigned, { audience: ['south'] }), 'rel-a', 'rel-b');
    const { outcome, codes } = await judgeFolder({
      files: { ...soundFolder, 'release.intoto.jsonl': forSouth },
    });
    expect(codes).toContain('TRUST_AUDIENCE_UNKNOWN');
    expect(outcome).not.toBe('pass');
  });

  it.each<[string, FolderUnderTrust]>([
    [
      'for this site among others',
      {
        files: {
          ...soundFolder,
          'release.intoto.jsonl': signedBy(
            shopRelease(unsigned, { audience: ['south', 'north'] }),
            'rel-a',
            'rel-b',
          ),
        },
        policy: { site: 'north' },
      },
    ],
  ])('is believed %s', async (_name, row) => {
    expect((await judgeFolder(row)).outcome).toBe('pass');
  });
});
