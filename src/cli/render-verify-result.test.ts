import { describe, expect, it } from 'vitest';
import { aFinding, aVerifyReport } from '../../test/support/a-verify-report.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import { renderTextFile, renderVerifyResult } from './render-verify-result.ts';

const render = (result: Parameters<typeof renderVerifyResult>[0]) =>
  renderVerifyResult(result, { all: false, columns: 80 }).split('\n');
const broken = Array.from({ length: 50 }, (_, index) =>
  aFinding('oci/blob-digest', {
    code: 'BLOB_DIGEST',
    subject: { kind: 'blob', name: `images/blobs/sha256/${index}` },
  }),
);
const failed = aVerifyReport([
  ...broken,
  aFinding('oci/platform', { code: 'PLATFORM_OTHER', subject: { kind: 'image', name: 'api' } }),
  aFinding('signature/archive', { outcome: 'undecided' }),
  aFinding('bundle/variables', { severity: 'warning' }),
]);

describe('the text of a failed verify', () => {
  it('says on its first screen what is wrong, where and what to do, once for each kind', () => {
    const screen = render(failed).slice(0, 24).join('\n');
    expect(screen).toMatch(/^FAIL {2}a\.tar\.zst fails: 51 findings/);
    expect(screen).toContain('oci/blob-digest [BLOB_DIGEST]');
    expect(screen).toContain('and 47 more: --all lists them');
    expect(screen).toContain('oci/platform [PLATFORM_OTHER]');
    expect(screen.match(/fix: /g)?.length).toBeGreaterThanOrEqual(2);
    expect(render(failed).every((line) => line.length <= 80)).toBe(true);
  });

  it('ends as it began where it fills more than a screen', () => {
    const lines = render(failed);
    expect(lines.at(-1)).toBe(lines[0]);
    const short = render(aVerifyReport([aFinding('oci/platform')]));
    expect(short.at(-1)).toContain('1 failed');
  });

  it('lists everything in a file', () => {
    const text = renderTextFile(failed);
    expect(text).toContain('images/blobs/sha256/49');
    expect(text).not.toContain('more: --all');
  });

  it('tells what passed beside it in a line', () => {
    const good = aVerifyReport([aFinding('oci/layout', { outcome: 'pass' })], {
      name: 'good.tar.zst',
    });
    const folder: FolderReport = {
      schema: 'cowa-release/verify-folder-report/v1',
      program: { name: 'cowa-release', version: '0' },
      folder: 'dist',
      trust: { insecure: [] },
      release: null,
      files: [],
      archives: [good, failed],
      unreadable: [],
      findings: [],
      verdict: { ...failed.verdict, headline: 'dist fails: 1 of 2 archives fails' },
    };
    const lines = render(folder);
    expect(lines[1]).toMatch(/^ {2}FAIL {2}a\.tar\.zst fails/);
    expect(lines.filter((line) => line.includes('good.tar.zst'))).toEqual([
      'PASS  good.tar.zst passes',
    ]);
    expect(render({ ...folder, verdict: good.verdict }).join('\n')).toContain(
      'looked at and good: oci 1',
    );
  });

  it('holds no command of a build server', () => {
    const evil = aVerifyReport(
      [aFinding('oci/platform', { message: 'x ::error::y ##[add-mask]z' })],
      {
        name: '::error::a.tar.zst',
      },
    );
    for (const line of render(evil)) expect(line).not.toMatch(/^\s*::|##\[/);
  });
});
