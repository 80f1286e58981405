import { describe, expect, it } from 'vitest';
import { aDossier } from '../../../test/support/a-dossier.ts';
import type { Dossier } from './dossier.ts';
import { renderDossierHtml } from './html/render-dossier-html.ts';
import { nextSteps } from './next-steps.ts';
import { sameRecommendations } from './recommend-packages.ts';

const withStatus = (status: Dossier['verdict']['status']): Dossier => {
  const dossier = aDossier();
  return { ...dossier, verdict: { ...dossier.verdict, status } };
};

describe('what to do now', () => {
  it.each([
    { status: 'met', first: /Make sure that this report/, deploys: true },
    { status: 'caveat', first: /Make sure that this report/, deploys: true },
    { status: 'open', first: /Do not deploy it yet/, deploys: false },
    { status: 'not-met', first: /Do not deploy it/, deploys: false },
  ] as const)('of $status begins with the right thing', ({ status, first, deploys }) => {
    const steps = nextSteps(withStatus(status));
    expect(steps[0]?.text).toMatch(first);
    expect(steps.some(({ chapter }) => chapter === 'sign-off')).toBe(deploys);
  });

  it('stands on the first screen, and leads to chapters that are there', () => {
    const page = renderDossierHtml(aDossier(), {
      digest: `sha256:${'a'.repeat(64)}`,
      signed: false,
    });
    const list = /What to do now<\/h2>\s*<ol>(.*?)<\/ol>/s.exec(page)?.[1] ?? '';
    const links = [...list.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links).toHaveLength(nextSteps(aDossier()).length);
    for (const id of links) expect(page).toContain(`<section id="${id}"`);
  });
});

it('what is said of a package alone and in a bundle is told once where it is the same', () => {
  const said = { package: 'api', recommendation: 'ready', reasons: [] } as const;
  expect(
    sameRecommendations([
      { ...said, archive: 'a' },
      { ...said, archive: 'b' },
      { ...said, archive: 'c', recommendation: 'not-ready' },
    ]).map(({ archives }) => archives),
  ).toEqual([['a', 'b'], ['c']]);
});
