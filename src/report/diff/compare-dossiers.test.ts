import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDigest, aDossier, someContents, somePackages } from '../../../test/support/a-dossier.ts';
import type { Dossier } from '../dossier/dossier.ts';
import { compareDossiers } from './compare-dossiers.ts';
import { compareThings } from './compare-things.ts';
import { renderDiffHtml, renderDiffMarkdown } from './diff-blocks.ts';
import type { DossierDiff } from './dossier-diff.ts';

/** A report with something in every part. */
function fullDossier(): Dossier {
  const dossier = aDossier();
  const { contents } = dossier;
  const archive = 'demo.tar.zst';
  return {
    ...dossier,
    release: {
      product: 'shop',
      version: '1.0.0',
      flavor: 'gpu',
      counter: 41,
      date: '2026-01-01T00:00:00Z',
      audience: ['north'],
    },
    run: { ...dossier.run, tools: [{ name: 'grype', version: '1', digest: 'sha256:a' }] },
    trust: {
      ...dossier.trust,
      key: { origin: 'release.pub', fingerprint: 'f'.repeat(64) },
      trustPolicy: {
        location: 't.json',
        digest: 'sha256:b',
        version: 7,
        expires: '2027-01-01T00:00:00Z',
        site: 'north',
      },
      insecure: ['--insecure-x'],
      archives: [
        {
          archive,
          signature: { outcome: 'valid', fingerprint: 'f', location: 'l', covers: 'c' },
          levels: [
            {
              kind: 'package',
              name: 'demo',
              state: 'accepted',
              rule: 'packages[0]',
              reason: 'r',
              signers: [
                {
                  signer: 'rel-a',
                  party: 'key:a',
                  role: 'release',
                  location: 'l',
                  stampedTimes: [],
                },
              ],
            },
          ],
        },
      ],
    },
    contents: {
      ...contents,
      images: contents.images.map((each) => ({
        ...each,
        ...(each.sbom === undefined ? {} : { sbom: { ...each.sbom, distro: 'Debian 12' } }),
      })),
      bundles: [
        {
          archive: 'bundle.tar.zst',
          name: 'all',
          version: '1',
          architecture: 'amd64',
          description: 'd',
        },
      ],
      packages: contents.packages.map((each) => ({
        ...each,
        flavor: 'upstream',
        description: 'd',
        components: [
          {
            name: 'api',
            required: true,
            selected: true,
            description: 'd',
            images: 1,
            charts: ['c 1'],
            manifests: 1,
            files: 1,
            dataInjections: 1,
            actions: 1,
            size: 1,
          },
        ],
      })),
      files: [
        {
          archive,
          package: 'demo',
          component: 'api',
          sbom: { document: 'd', packages: somePackages(1) } as never,
        },
      ],
      variables: contents.variables.map((each) => ({
        ...each,
        target: 'a.b',
        description: 'd',
        pattern: 'p',
        default: 'x',
      })),
    },
    sizes: {
      ...dossier.sizes,
      budgets: [{ kind: 'image', name: 'api', size: 1, minBytes: 0, maxBytes: 2 }],
    },
    provenance: [
      {
        subjects: [{ name: archive, digest: 'sha256:c' }],
        document: { name: 'p' },
        state: 'accepted',
        reason: 'r',
        signers: ['ci'],
        buildType: 'https://x/1',
        builder: { id: 'https://x/b', versions: [{ name: 'node', version: '26' }] },
        parameters: [{ name: 'flavor', value: '"gpu"' }],
        inputs: [{ name: 'zarf.yaml', uri: 'u', digest: 'sha256:d' }],
        byproducts: [{ name: 'sboms.tar', digest: 'sha256:e' }],
        source: { commit: 'c'.repeat(40), uri: 'git+https://x', state: 'unchanged' },
      },
    ],
    testResults: [
      {
        archives: [archive],
        document: { name: 'result-unit.intoto.jsonl' },
        state: 'accepted',
        reason: 'r',
        signers: ['ci'],
        result: 'WARNED',
        counts: { passed: 3, warned: 1, failed: 0 },
        failedTests: ['t'],
        files: [{ name: 'unit.xml', digest: aDigest('u') }],
      },
    ],
    checks: dossier.checks.map((each, index) =>
      index === 0
        ? {
            ...each,
            outcome: 'fail',
            code: 'A_B',
            waiver: { owner: 'o', reason: 'r', expires: '2027-01-01' },
          }
        : each,
    ),
    waivers: [
      {
        check: 'names/x',
        subject: '*',
        owner: 'o',
        reason: 'r',
        expires: '2027-01-01',
        state: 'used',
        results: 1,
      },
    ],
    approvals: [
      {
        role: 'approver',
        signers: ['anna'],
        subjects: [{ name: 'release', digest: 'sha256:f' }],
        date: '2026-01-01T00:00:00Z',
        state: 'accepted',
        reason: 'r',
        document: { name: 'a', digest: 'sha256:1' },
      },
    ],
    reproducibility: {
      outcome: 'same',
      reason: 'r',
      statements: [
        {
          archive: 'a.tar.zst',
          state: 'accepted',
          outcome: 'identical',
          reason: 'r',
          signers: ['ci'],
          rebuilt: aDigest('r'),
          date: '2026-01-01T00:00:00Z',
          document: { name: 'r', digest: aDigest('r') },
        },
      ],
    },
    scans: [
      {
        document: { name: 's', digest: aDigest('s') },
        format: 'grype',
        tool: 'grype',
        toolVersion: '1',
        databaseDate: '2026-01-01',
        counts: { critical: 0, high: 1, medium: 0, low: 0, negligible: 0, unknown: 0 },
        matches: [
          {
            id: 'CVE-1',
            severity: 'high',
            package: 'p',
            version: '1',
            fixedIn: '2',
            location: '/l',
          },
        ],
      },
    ],
  };
}

const side = (dossier: Dossier) => ({
  dossier,
  side: { location: 'report.json', kind: 'report', signature: { state: 'unsigned' } } as const,
});
const diff = (before: Dossier, after: Dossier): DossierDiff =>
  compareDossiers(side(before), side(after), '0');

/** What is said of the judgement and not of the release, or follows from what is compared. */
const notCompared = [
  /^schema$/,
  /^program\.name$/,
  /^run\.(?:command|date|audience|preparedBy|marking|network|policy\.name|insecure)/,
  /^verdict\.(?:words|headline|counts|packages\.\d+\.(?:version|archive|reasons)|criteria\.\d+\.(?:id|short|evidence|checks))/,
  /^notLookedAt\.\d+\.(?:id|next)$/,
  /^subjects\.\d+\.headline$/,
  // Where it lay on the machine that judged, or that said so; the digest of what it is does count.
  /^trust\.(?:key\.origin|trustPolicy\.(?:location|expires)|policy|judgedAt)/,
  /^trust\.archives\.\d+\.(?:signature\.(?:location|covers)|levels\.\d+\.(?:reason|signers\.\d+\.location))/,
  /^contents\.bundles\.\d+\.archive$/,
  /^contents\.packages\.\d+\.images\./,
  /^contents\.files\.\d+\.archive$/,
  /^contents\.files\.\d+\.sbom\.distro/,
  /^contents\.(?:images|files)\.\d+\.sbom\.(?:document|digest|tool|gaps|packages\.\d+\.purl)/,
  /^(?:provenance\.\d+|approvals\.\d+|reproducibility\.statements\.\d+|scans\.\d+)\.document\./,
  /^provenance\.\d+\.subjects\.\d+\.digest$/,
  /^approvals\.\d+\.subjects\.\d+\.name$/,
  /^scans\.\d+\.(?:format|counts\.)/,
  // Results that neither failed nor stayed open are not told.
  /^checks\.(?!0\.)/,
  /^checks\.0\.(?:title|area|fix|defaultSeverity|evidence|waiver\.reason|subject\.(?:kind|digest))/,
  /^(?:controls|history|evidence|previous)/,
];

function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, [...path, name]));
}

function changedAt<T>(value: T, [name, ...rest]: readonly string[]): T {
  if (name === undefined)
    return (
      typeof value === 'number'
        ? value + 1
        : typeof value === 'boolean'
          ? !value
          : `${String(value)}x`
    ) as T;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[name] = changedAt(copy[name], rest);
  return copy as T;
}

describe('compareDossiers', () => {
  const full = fullDossier();

  it('finds nothing between a report and itself', () => {
    const same = diff(full, full);
    expect(same.outcome).toBe('same');
    expect(same.sections.every(({ same: count }) => count > 0)).toBe(true);
  });

  it('does not depend on the order of any list', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned).reverse()
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .map(([name, item]) => [name, turned(item)])
                .reverse(),
            )
          : value;
    const { outcome, sections } = diff(full, turned(full) as Dossier);
    expect(sections.flatMap(({ changed }) => changed)).toEqual(
      // The words of a caveat and of reasons are sentences, whose order is theirs.
      [],
    );
    expect(outcome).toBe('same');
  });

  it.each(
    leaves(full)
      .map((path) => ({ path, name: path.join('.') }))
      .filter(({ name }) => !notCompared.some((pattern) => pattern.test(name))),
  )('notices $name', ({ path }) => {
    expect(diff(full, changedAt(full, path)).outcome).toBe('different');
  });

  it.each(
    leaves(full)
      .map((path) => path.join('.'))
      .filter((name) => notCompared.some((pattern) => pattern.test(name))),
  )('says nothing of %s', (name) =>
    expect(diff(full, changedAt(full, name.split('.'))).outcome).toBe('same'),
  );

  it('calls a new version of a thing a change, and another thing another', () => {
    const older = aDossier();
    const [api, ...others] = older.contents.images;
    if (api === undefined) throw new Error('no image');
    const newer: Dossier = {
      ...older,
      contents: {
        ...older.contents,
        images: [
          { ...api, reference: api.reference.replace(':1.0.0', ':1.1.0'), digest: aDigest('new') },
          {
            ...api,
            reference: 'registry.example.com/other:1',
            layers: [],
            sbom: undefined as never,
          },
          ...others.slice(1),
        ],
      },
    };
    const images = diff(older, newer).sections.find(({ id }) => id === 'images');
    expect(images?.changed.map(({ key, fields }) => [key, fields.map(({ name }) => name)])).toEqual(
      [['registry.example.com/demo/api', ['digest', 'reference']]],
    );
    expect(images?.added.map(({ key }) => key)).toEqual(['registry.example.com/other']);
    expect(images?.removed.map(({ key }) => key)).toEqual(['registry.example.com/demo/web']);
  });

  it('tells a finding once, of whichever archives it is, and not again as a reason', () => {
    const [first] = full.checks;
    if (first === undefined) throw new Error('no check');
    const twice: Dossier = {
      ...full,
      checks: [first, { ...first, within: 'bundle.tar.zst' }],
      verdict: {
        ...full.verdict,
        packages: full.verdict.packages.map((each) => ({ ...each, reasons: [first.message] })),
      },
    };
    const { sections } = diff({ ...full, checks: [] }, twice);
    const told = sections.flatMap(({ added, changed }) => [...added, ...changed]);
    expect(told.filter((each) => JSON.stringify(each).includes(first.message))).toHaveLength(1);
    expect(told).toMatchObject([{ text: expect.stringContaining('in bundle all amd64; ') }]);
  });

  it('tells what became of tests, and of the files beside their commit', () => {
    const changed: Dossier = {
      ...full,
      testResults: (full.testResults ?? []).map((each) => ({ ...each, result: 'FAILED' as const })),
      provenance: full.provenance.map((each) => ({
        ...each,
        source: { commit: 'c'.repeat(40), uri: 'git+https://x', state: 'changed' as const },
      })),
    };
    expect(
      diff(full, changed)
        .sections.flatMap((section) => section.changed)
        .map(({ fields }) => fields),
    ).toEqual([
      [{ name: 'files against it', before: 'as they are there', after: 'other than there' }],
      [{ name: 'result', before: 'WARNED', after: 'FAILED' }],
    ]);
  });

  it('says what it could not compare', () => {
    const { notCompared: holes } = diff(aDossier(), aDossier());
    expect(holes.map(({ what, why }) => `${what}: ${why}`)).toEqual(
      expect.arrayContaining([
        'software of registry.example.com/demo/web:1.0.0: before: nothing lists what is in it',
        'vulnerabilities: after: no result of a scanner was given',
      ]),
    );
  });

  it('says on the first page what changed, in a few lines for each part, and then every change', () => {
    const many = aDossier({ seen: [someContents('demo', somePackages(500))] });
    const page = renderDiffMarkdown(diff(aDossier(), many));
    const [first = '', rest = ''] = page.split('## Every change, part by part');
    expect(first.split('\n').length).toBeLessThan(40);
    expect(Math.max(...first.split('\n').map((line) => line.length))).toBeLessThan(600);
    expect(first).toContain('| Software in images and files |');
    expect(first).toMatch(/49\d added.*and 49\d more/);
    expect(first).toContain('The same on both sides: ');
    expect(first).toContain('Not compared, so that a difference may hide there: ');
    expect(rest.split('\n').length).toBeGreaterThan(400);
  });

  it('is shown on one page, whatever things are called', () => {
    const name = '<script>|`x`';
    const named = aDossier({
      seen: [someContents('demo', [{ ...(somePackages(1)[0] as never as object), name } as never])],
    });
    const page = renderDiffHtml(diff(aDossier(), named));
    expect(page).not.toContain('<script>');
    expect(page).toContain("default-src 'none'");
    expect(renderDiffMarkdown(diff(aDossier(), named))).not.toContain('<script>|');
    expect(renderDiffMarkdown(diff(full, full))).toContain(
      'nothing changed in anything that is compared',
    );
  });
});

describe('compareThings', () => {
  const things = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      fields: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('', '1', '2')),
    }),
    { maxLength: 6 },
  );

  it('says the reverse in the other direction, and nothing of a list and itself in another order', () => {
    fc.assert(
      fc.property(things, things, (before, after) => {
        const there = compareThings(before, after);
        const back = compareThings(after, before);
        expect(back.added).toEqual(there.removed);
        expect(back.removed).toEqual(there.added);
        expect(back.changed.map(({ key }) => key)).toEqual(there.changed.map(({ key }) => key));
        expect(back.same).toBe(there.same);
        const itself = compareThings(before, before.toReversed());
        expect([itself.added, itself.removed, itself.changed]).toEqual([[], [], []]);
        const all = new Set([...before, ...after].map(({ key }) => key)).size;
        expect(there.added.length + there.removed.length + there.changed.length + there.same).toBe(
          all,
        );
      }),
      { numRuns: 200 },
    );
  });
});
