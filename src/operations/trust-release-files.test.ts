import { describe, expect, it } from 'vitest';
import { type FolderUnderTrust, judgeFolder } from '../../test/support/judge-under-trust.ts';
import {
  packageFile,
  packed,
  shopRelease,
  signedBy,
  soundFolder,
  unsigned,
} from '../../test/support/shop-release.ts';
import { digestOf } from '../oci/digest.ts';

describe('a release under a trust policy', () => {
  it.each<[string, FolderUnderTrust, string]>([
    [
      'a revoked archive',
      {
        files: soundFolder,
        policy: { revokedDigests: [{ digest: digestOf(unsigned.bytes), reason: 'leaks' }] },
      },
      'TRUST_DIGEST_REVOKED',
    ],
    [
      'a revoked file in it',
      {
        files: soundFolder,
        policy: { revokedDigests: [{ digest: unsigned.root, reason: 'leaks' }] },
      },
      'TRUST_DIGEST_REVOKED',
    ],
    [
      'a file of another release',
      {
        files: {
          ...soundFolder,
          [packageFile]: packed(undefined, (draft) => draft.with('components/x.tar', 'x')).bytes,
        },
      },
      'RELEASE_FILE_ALTERED',
    ],
    [
      'a file left out',
      { files: { 'release.intoto.jsonl': soundFolder['release.intoto.jsonl'] ?? '' } },
      'RELEASE_FILE_MISSING',
    ],
    ['a file added', { files: { ...soundFolder, 'setup.sh': 'x' } }, 'RELEASE_FILE_EXTRA'],
    [
      'a signature nobody can place',
      { files: { ...soundFolder, 'release.1.intoto.jsonl': signedBy(shopRelease(), 'rel-c') } },
      'RELEASE_FILE_EXTRA',
    ],
  ])('is refused with %s', async (_name, row, code) => {
    const { outcome, codes } = await judgeFolder(row);
    expect(codes).toContain(code);
    expect(outcome).not.toBe('pass');
  });
});
