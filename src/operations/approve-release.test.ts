import { describe, expect, it } from 'vitest';
import { approveRelease } from './approve-release.ts';

describe('approveRelease', () => {
  it('approves nothing of which not even the digest is known', async () => {
    const archive = { name: 'a.tar.zst', digest: undefined };
    const request = { report: { archive } } as unknown as Parameters<typeof approveRelease>[0];
    const approving = approveRelease(request, {} as Parameters<typeof approveRelease>[1], {
      signal: new AbortController().signal,
    });
    await expect(approving).rejects.toMatchObject({ code: 'APPROVE_NO_DIGEST' });
  });
});
