import { html, type Markup } from '../../html/markup.ts';
import { section, table } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';
import type { CriterionStatus, PackageRecommendation } from '../dossier-judgement.ts';
import { criterionWords, recommendationWords } from '../dossier-words.ts';
import { sameRecommendations } from '../recommend-packages.ts';

const statusTone: Readonly<Record<CriterionStatus, string>> = {
  met: 'good',
  caveat: 'open',
  open: 'open',
  'not-met': 'bad',
};

const recommendationTone: Readonly<Record<PackageRecommendation['recommendation'], string>> = {
  ready: 'good',
  conditional: 'open',
  'not-ready': 'bad',
};

/** The table of criteria, and what it means for each package. */
export function readiness({ verdict }: Dossier): Markup {
  return section(
    'readiness',
    'Readiness, criterion by criterion',
    html`<p class="note">The verdict is that of the worst row. What nobody looked at is never counted as good.</p>`,
    table({
      caption: 'Criteria',
      columns: [
        { title: 'Criterion' },
        { title: 'Status' },
        { title: 'Evidence' },
        { title: 'Caveat' },
      ],
      rows: verdict.criteria.map(({ title, status, evidence, caveat }) => ({
        cells: [
          title,
          html`<span class="tag ${statusTone[status]}">${criterionWords[status]}</span>`,
          evidence,
          caveat === '' ? 'none' : caveat,
        ],
      })),
    }),
    table({
      caption: 'Recommendation for each package',
      columns: [
        { title: 'Package' },
        { title: 'In' },
        { title: 'Recommendation' },
        { title: 'Because' },
      ],
      rows: sameRecommendations(verdict.packages).map(
        ({ package: name, version, archives, recommendation, reasons }) => ({
          cells: [
            `${name} ${version ?? ''}`.trim(),
            html`${archives.map((each) => html`${each}<br>`)}`,
            html`<span class="tag ${recommendationTone[recommendation]}">${recommendationWords[recommendation]}</span>`,
            reasons.length === 0
              ? 'nothing speaks against it'
              : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
          ],
        }),
      ),
      empty: 'no package could be read',
    }),
  );
}

/** Everything that was not looked at, with why and what to do. */
export function limits({ notLookedAt }: Dossier): Markup {
  return section(
    'limits',
    'What was not looked at',
    html`<p class="note">Limits are part of the result. About what stands here this report says nothing, neither good nor bad.</p>`,
    table({
      caption: 'Not looked at',
      columns: [{ title: 'What' }, { title: 'Why' }, { title: 'How to have it looked at' }],
      rows: notLookedAt.map(({ what, why, next }) => ({
        cells: [what, why, next ?? 'not with this program'],
      })),
    }),
  );
}
