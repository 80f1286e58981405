import { describe, expect, it } from 'vitest';
import { aFinding, aVerifyReport } from '../../test/support/a-verify-report.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import { toReportView } from '../report/report-view.ts';
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

const good = aVerifyReport([aFinding('oci/layout', { outcome: 'pass' })], { name: 'good.tar.zst' });

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

  const aFolder = (change: Partial<FolderReport>): FolderReport => ({
    schema: 'cowa-release/verify-folder-report/v1',
    program: { name: 'cowa-release', version: '0' },
    folder: 'dist',
    trust: { insecure: [] },
    release: null,
    files: [],
    archives: [],
    unreadable: [],
    findings: [],
    verdict: failed.verdict,
    ...change,
  });

  it('tells the part that is missing or damaged before anything that comes of it', () => {
    const part = { kind: 'file', name: 'a.tar.zst.part002' } as const;
    const cut = aVerifyReport([
      aFinding('container/frames', { code: 'ZSTD_TRUNCATED' }),
      aFinding('container/end-of-archive', { code: 'TAR_TRUNCATED' }),
      aFinding('container/parts', { code: 'PART_DAMAGED', subject: part }),
    ]);
    const lines = render(cut);
    expect(lines[0]).toContain('first container/parts');
    expect(lines[2]).toBe('error  container/parts [PART_DAMAGED]');
    expect(lines[3]).toContain('a.tar.zst.part002');
  });

  it('says of an archive that was not read what is missing, and not what it is', () => {
    const missing = { outcome: 'undecided', code: 'PART_MISSING' } as const;
    const report = aVerifyReport([aFinding('container/parts', missing)]);
    const unread = {
      ...report,
      archive: { ...report.archive, format: 'unknown', entries: 0 },
    } as const;
    const text = render(unread).join('\n');
    expect(text).toContain('not read, since not all parts are there');
    expect(text).not.toContain('no format known here');
    expect(text).toContain('signature not looked at');
  });

  it('names a reason once for all checks that could not look for it', () => {
    const open = { outcome: 'undecided', message: 'reading ended early' } as const;
    const lines = render(
      aVerifyReport([
        aFinding('oci/layout', open),
        aFinding('oci/platform', open),
        aFinding('signature/archive', { ...open, code: 'SIGNATURE_UNREAD' }),
      ]),
    );
    expect(lines.filter((line) => line.includes('reading ended early'))).toHaveLength(2);
    expect(lines.join('\n')).toMatch(
      /2 checks, for one reason\n.*\n {2}not looked at: oci\/layout, oci\/platform/,
    );
  });

  it('of a folder tells what failed before what is open of the folder', () => {
    const open = aFinding('statement/signature', { outcome: 'undecided', message: 'is open' });
    const extra = aFinding('statement/nothing-extra', { message: 'is extra' });
    const order = (folder: FolderReport) => {
      const text = render(folder).join('\n');
      return ['is open', 'is extra', 'oci/blob-digest [']
        .filter((words) => text.includes(words))
        .sort((a, b) => text.indexOf(a) - text.indexOf(b));
    };
    const archives = [failed];
    expect(order(aFolder({ archives, findings: [open] }))).toEqual([
      'oci/blob-digest [',
      'is open',
    ]);
    expect(order(aFolder({ archives, findings: [extra, open] }))).toEqual([
      'is extra',
      'oci/blob-digest [',
      'is open',
    ]);
    const parts = (findings: FolderReport['findings']) =>
      toReportView(aFolder({ archives: [good, failed], findings }), '0').parts.map(
        ({ name }) => name,
      );
    expect(parts([open])).toEqual(['dist/a.tar.zst', 'dist', 'dist/good.tar.zst']);
    expect(parts([extra])).toEqual(['dist', 'dist/a.tar.zst', 'dist/good.tar.zst']);
  });

  it('tells what passed beside it in a line', () => {
    const folder = aFolder({
      archives: [good, failed],
      verdict: { ...failed.verdict, headline: 'dist fails: 1 of 2 archives fails' },
    });
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
