import { describe, expect, it } from 'vitest';
import { aDossier } from '../../../test/support/a-dossier.ts';
import { canonicalJson } from './canonical-json.ts';
import { parseDossier } from './parse-dossier.ts';

describe('an earlier report', () => {
  it('is read as it was written', () => {
    const dossier = aDossier();
    expect(canonicalJson(parseDossier(Buffer.from(canonicalJson(dossier)), 'r.json'))).toBe(
      canonicalJson(dossier),
    );
  });

  it.each<[string, (value: Record<string, unknown>) => unknown]>([
    ['of another schema', (value) => ({ ...value, schema: 'cowa-release/report/v2' })],
    ['without a verdict', ({ verdict: _, ...rest }) => rest],
    ['with subjects that are no list', (value) => ({ ...value, subjects: {} })],
    ['without images', (value) => ({ ...value, contents: { packages: [] } })],
    ['no object', () => [1]],
  ])('is refused where it is %s', (_, change) => {
    const text = JSON.stringify(change(JSON.parse(canonicalJson(aDossier()))));
    expect(() => parseDossier(Buffer.from(text), 'r.json')).toThrow(
      expect.objectContaining({ code: 'REPORT_DOCUMENT_INVALID' }),
    );
  });

  it('is refused where a member stands twice', () => {
    const text = canonicalJson(aDossier()).replace('{', '{"schema":"x",');
    expect(() => parseDossier(Buffer.from(text), 'r.json')).toThrow(
      expect.objectContaining({ code: 'REPORT_DOCUMENT_INVALID' }),
    );
  });
});
