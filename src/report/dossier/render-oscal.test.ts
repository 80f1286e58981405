import { describe, expect, it } from 'vitest';
import { aDossier } from '../../../test/support/a-dossier.ts';
import { aFinding, aVerifyReport } from '../../../test/support/a-verify-report.ts';
import { renderOscal } from './render-oscal.ts';
import { uuidOf } from './uuid-of.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function* uuidsIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* uuidsIn(each);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) {
      if (key === 'uuid') yield String(each);
      yield* uuidsIn(each);
    }
}

describe('OSCAL assessment results', () => {
  const failing = aDossier({
    result: aVerifyReport([aFinding('oci/layout', { message: 'is broken' })], {
      name: 'demo.tar.zst',
    }),
  });

  it('have UUIDs that follow from the report, each once, and every reference leads to one', () => {
    const text = renderOscal(failing, digest);
    expect(renderOscal(failing, digest)).toBe(text);
    expect(renderOscal(failing, `sha256:${'c'.repeat(64)}`)).not.toBe(text);
    const document: unknown = JSON.parse(text);
    const uuids = [...uuidsIn(document)];
    expect(new Set(uuids).size).toBe(uuids.length);
    for (const each of uuids) expect(each).toMatch(uuid);
    const referred = [...text.matchAll(/"href": "#([^"]+)"|"observation-uuid": "([^"]+)"/g)].map(
      ([, href, observed]) => href ?? observed ?? '',
    );
    expect(referred.length).toBeGreaterThan(5);
    for (const each of referred) expect(uuids).toContain(each);
  });

  it('observe, and tell risks of what does not hold; they never say that a control is satisfied', () => {
    const { 'assessment-results': results } = JSON.parse(renderOscal(failing, digest));
    const [result] = results.results;
    expect(result.findings).toBeUndefined();
    expect(result.observations).toHaveLength(failing.verdict.criteria.length);
    expect(result.risks.map(({ title }: { title: string }) => title).join()).toContain('whole');
    expect(JSON.stringify(results)).toContain('is broken');
    expect(renderOscal(failing, digest)).not.toMatch(/"satisfied"/);
    expect(result['reviewed-controls']['control-selections'][0]['include-controls']).toContainEqual(
      { 'control-id': 'si-7.15' },
    );
    const good = JSON.parse(renderOscal(aDossier(), digest))['assessment-results'].results[0];
    expect(good.risks ?? []).toEqual(aDossier().verdict.status === 'open' ? expect.anything() : []);
  });

  it('names come from names: the vector of the RFC for the namespace of names', () => {
    expect(uuidOf('a')).toMatch(uuid);
    expect(uuidOf('a')).toBe(uuidOf('a'));
    expect(uuidOf('a')).not.toBe(uuidOf('b'));
  });
});
