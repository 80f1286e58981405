import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  handedBundle as bundle,
  aHandover as handover,
  handedRequirements as requirements,
  aVariable as variable,
} from '../../../test/support/a-handover.ts';
import { renderBlocksHtml, renderBlocksMarkdown } from '../document-blocks.ts';
import type { Handover } from './handover.ts';
import { handoverPage } from './handover-page.ts';
import { renderChecklist } from './render-checklist.ts';
import { renderUdsConfig, valueToFill } from './render-uds-config.ts';
import { renderFingerprint, spokenFingerprint } from './spoken-fingerprint.ts';

/** The template as somebody leaves it who took the marks away. */
function filledIn(text: string): unknown {
  const lines = text.split('\n').slice(3);
  return parse(lines.map((line) => line.replace(/^#/, '')).join('\n'));
}

describe('the fingerprint that is read aloud', () => {
  it('says every digit once, in order, each with a word of its own', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
        (hex) => {
          const groups = spokenFingerprint(hex);
          expect(groups.map((group) => group.hex).join('')).toBe(hex);
          expect(groups).toHaveLength(16);
          const words = groups.flatMap((group) => group.words);
          expect(words).toHaveLength(64);
          expect(new Set(words).size).toBe(new Set(hex).size);
          expect(renderFingerprint(hex)).toContain(`\n${hex}\n`);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the template of values', () => {
  it('is a uds-config.yaml that is good as it is where nothing has to be given', () => {
    expect(parse(renderUdsConfig([], bundle))).toEqual({ variables: {} });
  });

  it('gives nobody a value that stands for one', () => {
    expect(parse(renderUdsConfig([variable('A')], bundle))).toBeNull();
  });

  it('holds every variable once, by package, whatever it is called and says', () => {
    const names = fc.array(
      fc.record({
        name: fc.constantFrom('DOMAIN', 'TOKEN', 'yes', 'a b', '"', 'ON'),
        package: fc.constantFrom('api', 'ui', '1x'),
        description: fc.string(),
        sensitive: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(names, (drafts) => {
        const variables = drafts.map(({ name, ...rest }) => variable(name, rest));
        const expected: Record<string, Record<string, string>> = {};
        for (const { package: holder, name } of variables) {
          expected[holder] ??= {};
          expected[holder][name] = valueToFill;
        }
        expect(filledIn(renderUdsConfig(variables, bundle))).toEqual({ variables: expected });
      }),
      { numRuns: 100 },
    );
  });
});

describe('the page of a kit', () => {
  const text = renderBlocksMarkdown(handoverPage(handover));

  it('says what is there, how to prove it, what it needs and how to deploy it', () => {
    for (const part of [
      'FINGERPRINT.txt',
      'cowa-release verify release --key release/release.pub',
      'sha256sum -c --strict --quiet SHA256SUMS',
      '--type https://cowabungaai.dev/attestations/handover/v1 --bundle handover.intoto.jsonl SHA256SUMS',
      '--bundle report/report.intoto.jsonl report/report.html',
      'nvidia.com/gpu',
      'secret db-auth (api)',
      'value of DOMAIN (api)',
      'not looked at: api: x',
      `uds inspect release/${bundle}`,
      `UDS_CONFIG=uds-config.yaml uds deploy release/${bundle} --confirm`,
      'Fill in uds-config.yaml first',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('zarf package deploy');
  });

  it('deploys packages that lie in no bundle, with the key and what has to be given', () => {
    const [, single] = handover.archives;
    const archives = [
      { ...(single as Handover['archives'][number]), deployed: true, requirements },
    ];
    const alone = renderBlocksMarkdown(handoverPage({ ...handover, archives }));
    expect(alone).toContain(
      'zarf package deploy release/zarf-package-api-amd64-1.0.0.tar.zst --key release/release.pub --set-variables DOMAIN=FILL-IN --confirm',
    );
  });

  it('counts its steps without a gap, whatever is there', () => {
    for (const change of [{}, { fingerprint: undefined, report: undefined }]) {
      const headings = handoverPage({ ...handover, ...change }).flatMap((block) =>
        block.kind === 'heading' ? [Number.parseInt(block.text, 10)] : [],
      );
      expect(headings).toEqual(headings.map((_, index) => index + 1));
    }
  });

  it.each([
    ['by nobody', { fingerprint: undefined }, 'who made it nobody can tell'],
    ['by nobody', { fingerprint: undefined, report: 'unsigned' as const }, 'Nobody signed them'],
    ['by an identity', { fingerprint: undefined, identity: 'ci of https://x' }, 'ci of https&#58'],
  ])('says so where the release is signed %s', (_name, change, words) => {
    const said = renderBlocksMarkdown(handoverPage({ ...handover, ...change }));
    expect(said.replaceAll('https:', 'https&#58')).toContain(words);
    expect(said).not.toContain('release.pub');
    expect(renderChecklist({ ...handover, ...change })).not.toContain('read the fingerprint aloud');
  });

  it('has names as they are in commands, and as no markup in text', () => {
    const name = "a'; rm -rf / #|<b>`x`.tar.zst";
    const [first] = handover.archives;
    const archives = [{ ...(first as Handover['archives'][number]), name }];
    const page = handoverPage({ ...handover, archives });
    const markdown = renderBlocksMarkdown(page);
    expect(markdown).toContain("uds inspect 'release/a'\\''; rm -rf / #|<b>`x`.tar.zst'");
    const html = renderBlocksHtml('x', page);
    expect(html).not.toContain('<b>');
    expect(renderChecklist({ ...handover, archives })).not.toContain('<b>');
  });

  it('has its commands in HTML as they are typed, line by line', () => {
    const page = handoverPage(handover);
    const html = renderBlocksHtml('x', page);
    const texts = [...html.matchAll(/<code>([^<]*)<\/code>/g)].map(([, text = '']) =>
      text.replaceAll(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code))),
    );
    expect(texts).toEqual(
      page.flatMap((block) => (block.kind === 'commands' ? [`${block.lines.join('\n')}\n`] : [])),
    );
  });

  it('asks nothing of scripts or networks, and has places to sign on paper', () => {
    for (const html of [renderBlocksHtml('x', handoverPage(handover)), renderChecklist(handover)]) {
      expect(html).toContain("default-src 'none'");
      expect(html).not.toMatch(/<script|src=|href=/);
    }
    const page = renderChecklist(handover);
    expect(page).toContain('0123 4567 89ab cdef');
    for (const role of ['handed over by', 'received and verified by', 'approved by'])
      expect(page).toContain(role);
  });
});
