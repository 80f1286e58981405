import { describe, expect, it } from 'vitest';
import { digestFromHex } from '../oci/digest.ts';
import { renderJoin } from './render-split.ts';
import { renderTrustCheck } from './render-trust.ts';

describe('renderJoin', () => {
  const joined = {
    archive: 'out/a.tar.zst',
    size: 10,
    digest: digestFromHex('a'.repeat(64)),
    parts: 2,
    outcome: 'joined',
  } as const;

  it('names the signature that was left beside the parts in the next step', () => {
    const text = renderJoin({ ...joined, signature: 'media/a.tar.zst.sigstore.json' });
    expect(text).toContain(
      'Next: cowa-release verify out/a.tar.zst --signature media/a.tar.zst.sigstore.json --key',
    );
  });

  it('names none where there is none', () => {
    const text = renderJoin({ ...joined, signature: undefined });
    expect(text).toContain('Next: cowa-release verify out/a.tar.zst --key');
  });
});

describe('renderTrustCheck', () => {
  const result = {
    schema: 'cowa-release/trust-check/v1',
    location: 'trust-policy.json',
    digest: 'sha256:0',
    version: 3,
    expires: '2026-06-01T00:00:00.000Z',
    warnings: [],
    roles: [],
  } as const;

  it.each([
    ['2026-06-01T00:00:01.000Z', true],
    ['2026-06-01T00:00:00.000Z', false],
    ['2026-05-01T00:00:00.000Z', false],
  ])('at %s has ended: %s', (now, ended) => {
    const text = renderTrustCheck({ ...result, exitCode: ended ? 1 : 0 }, new Date(now));
    expect(text.includes('verify refuses everything')).toBe(ended);
    expect(text.includes('version 3, until')).toBe(!ended);
  });
});
