import { describe, expect, it } from 'vitest';
import { aFinding } from '../../test/support/a-verify-report.ts';
import { renderFindings } from './render-findings.ts';

const cause = aFinding('container/frames', {
  code: 'ZSTD_TRUNCATED',
  subject: { kind: 'archive', name: 'a.tar.zst' },
  message: 'cut',
});
const followsFrom = { id: cause.id, code: 'ZSTD_TRUNCATED', subject: 'a.tar.zst' };
const given = [
  cause,
  aFinding('signature/archive', { message: 'no signature was seen', followsFrom }),
  aFinding('oci/layout', { outcome: 'undecided', message: 'not reached', followsFrom }),
  aFinding('names/file-name', { outcome: 'undecided', severity: 'warning', followsFrom }),
  aFinding('bundle/blobs', { message: 'for itself' }),
];
const render = (findings: typeof given, all = false): string =>
  renderFindings(findings, ['error'], { columns: 100, all, paint: (text) => text }).join('\n');

describe('findings that follow from another', () => {
  it('stand below it, failures with what they say, the rest by name', () => {
    const text = render(given);
    expect(text).toContain(
      '  so this fails too:\n    signature/archive images/index.json: no signature was seen\n  so 2 checks could not look (--all lists them): names/file-name, oci/layout',
    );
    expect(text.indexOf('so this fails too')).toBeLessThan(text.indexOf('for itself'));
    expect(text.match(/fix:/g)).toHaveLength(2);
  });

  it('are all listed where that is wanted', () => {
    expect(render(given, true)).toContain('    oci/layout images/index.json: not reached');
  });

  it('stand for themselves where their cause is not told', () => {
    expect(render(given.slice(1))).toMatch(
      /error {2}signature\/archive[\s\S]*undecided {2}oci\/layout/,
    );
  });

  it('are counted where there are many', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      aFinding('oci/layout', { subject: { kind: 'blob', name }, followsFrom }),
    );
    expect(render([cause, ...many])).toContain('so these 5 fail too:');
    expect(render([cause, ...many])).toContain('    and 2 more: --all lists them');
  });
});
