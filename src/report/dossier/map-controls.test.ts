import { describe, expect, it } from 'vitest';
import { aDossier } from '../../../test/support/a-dossier.ts';
import { controlMap } from './control-map.ts';
import type { DossierCriterion } from './dossier-judgement.ts';
import { mapControls } from './map-controls.ts';

const { criteria } = aDossier().verdict;
const all = (status: DossierCriterion['status'], evidence = 'seen'): readonly DossierCriterion[] =>
  criteria.map((each) => ({ ...each, status, evidence, caveat: status === 'met' ? '' : 'so' }));

describe('controls', () => {
  it('name criteria that are there, and each control once', () => {
    const known = new Set(criteria.map(({ id }) => id));
    for (const { framework, version, controls } of controlMap) {
      expect(version).not.toBe('');
      expect(new Set(controls.map(({ id }) => id)).size, framework).toBe(controls.length);
      for (const { evidence, gap, id } of controls) {
        for (const { criterion } of evidence) expect(known, id).toContain(criterion);
        // What rests on nothing says why it is there.
        if (evidence.length === 0) expect(gap, id).toBeTruthy();
      }
    }
  });

  it('are supported by what is met, in part by what has a caveat, by nothing else', () => {
    const states = (list: readonly DossierCriterion[]) =>
      new Map(mapControls(list).map(({ id, state }) => [id, state]));
    expect(states(all('met')).get('SI-7')).toBe('supported');
    expect(states(all('caveat')).get('SI-7')).toBe('partly');
    expect(states(all('caveat', 'none')).get('SI-7')).toBe('unsupported');
    expect(states(all('open')).get('SI-7')).toBe('unsupported');
    expect(states(all('not-met')).get('SI-7')).toBe('unsupported');
    // No statement of ours speaks for these, however good everything is.
    for (const id of ['SI-3', 'Build L2', 'Build L3'])
      expect(states(all('met')).get(id)).toBe('unsupported');
  });

  it('name what is missing, and nothing that is met', () => {
    const gaps = (list: readonly DossierCriterion[]) =>
      mapControls(list).find(({ id }) => id === 'SI-7')?.gaps ?? [];
    const met = gaps(all('met'));
    expect(gaps(all('caveat'))).toEqual([
      ...mapControls(all('met'))
        .filter(({ id }) => id === 'SI-7')
        .flatMap(({ supportedBy }) => supportedBy.map(({ criterion }) => `${criterion}: so`)),
      ...met,
    ]);
  });

  it('are never said to be satisfied', () => {
    expect(JSON.stringify(mapControls(all('met')))).not.toMatch(/satisf|compl(?:y|iant|ies)/i);
  });
});
