import { controlMap } from './control-map.ts';
import type { DossierControl, DossierCriterion } from './dossier-judgement.ts';

/**
 * What the criteria support in each framework. A control is never satisfied by this: its owner decides,
 * with evidence that no file can give.
 */
export function mapControls(criteria: readonly DossierCriterion[]): readonly DossierControl[] {
  const byId = new Map(criteria.map((each) => [each.id, each]));
  return controlMap.flatMap(({ framework, version, controls }) =>
    controls.map(({ id, title, evidence, gap }): DossierControl => {
      const parts = evidence.map(({ criterion, text }) => ({
        text,
        criterion,
        status: byId.get(criterion)?.status ?? 'open',
        caveat: byId.get(criterion)?.caveat ?? 'not looked at',
        seen: byId.get(criterion)?.evidence !== 'none',
      }));
      const good = parts.filter(
        ({ status, seen }) => status === 'met' || (status === 'caveat' && seen),
      );
      const whole = parts.length > 0 && parts.every(({ status }) => status === 'met');
      return {
        framework,
        version,
        id,
        title,
        supportedBy: good.map(({ criterion, text }) => ({ criterion, text })),
        state: whole ? 'supported' : good.length > 0 ? 'partly' : 'unsupported',
        gaps: [
          ...parts
            .filter(({ status }) => status !== 'met')
            .map(({ criterion, caveat }) => `${criterion}: ${caveat}`),
          ...(gap === undefined ? [] : [gap]),
        ],
      };
    }),
  );
}
