import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBundle } from '../../test/support/a-bundle.ts';
import { aPackage } from '../../test/support/a-package.ts';
import type { SurveyedEntry } from '../archive/survey.ts';
import { digestOf } from '../oci/digest.ts';
import { catalog } from './catalog.gen.ts';
import { gatherFacts } from './gather-facts.ts';
import { runChecks } from './run-checks.ts';

const withImage = () => aPackage().image();
const formats = ['legacy', 'next', 'hybrid'] as const;

/** Findings that fail or are undecided, but for the missing signature. */
function complaints(
  format: (typeof formats)[number],
  entries: readonly SurveyedEntry[],
): readonly string[] {
  const sound = aBundle(format).facts();
  const { fileName } = sound.identity;
  const facts = gatherFacts(
    { container: sound.container, entries },
    { fileName, signatures: sound.signatures, budget: sound.budget },
  );
  return runChecks(catalog, facts)
    .filter(
      ({ outcome, id, severity }) =>
        (outcome === 'fail' && severity !== 'note') ||
        (outcome === 'undecided' && !id.startsWith('signature/')),
    )
    .map(({ id, code, outcome }) => `${id} ${outcome} ${code}`);
}

describe.each(formats)('a %s bundle', (format) => {
  const draft = () =>
    aBundle(format)
      .holding('demo', withImage())
      .holding('more', aPackage().image({ name: 'docker.io/library/more:1' }));
  const entries = draft().entries();

  it('is sound', () => expect(complaints(format, entries)).toEqual([]));

  it('is the same in any order', () => {
    const links = entries.filter(({ type }) => type === 'hardlink');
    const files = entries.filter(({ type }) => type === 'file');
    const shuffled = fc.shuffledSubarray([...files], {
      minLength: files.length,
      maxLength: files.length,
    });
    const wanted = complaints(format, entries);
    fc.assert(
      fc.property(
        shuffled,
        (order) => void expect(complaints(format, [...order, ...links])).toEqual(wanted),
      ),
      { numRuns: 30 },
    );
  });

  it('is refused with any byte of any blob changed', () => {
    const blobs = entries.filter(({ path, type }) => type === 'file' && path.includes('blobs/'));
    fc.assert(
      fc.property(
        fc.constantFrom(...blobs),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (blob, at, bits) => {
          const content = Buffer.from(blob.content ?? '');
          const place = at % content.length;
          content[place] = (content[place] ?? 0) ^ bits;
          const altered = entries.map((entry) =>
            entry === blob
              ? { ...entry, content, digest: digestOf(content), head: content.subarray(0, 16) }
              : entry,
          );
          expect(complaints(format, altered)).toContain('bundle/blobs fail BUNDLE_BLOB_DIGEST');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused without any one entry', () => {
    for (const dropped of entries) {
      // Deploying and inspecting read legacy bundles without it.
      if (dropped.path === 'oci-layout') continue;
      const said = complaints(
        format,
        entries.filter((entry) => entry !== dropped),
      );
      expect([dropped.path, said]).not.toEqual([dropped.path, []]);
    }
  });

  it('never throws over documents that are something else', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '{}',
        '[]',
        'null',
        '{"manifests":[{}]}',
        '{"layers":null}',
        '\0',
        '---\n---\n',
        'packages: 1',
        '{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"y","size":-1}]}',
      ),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.nat(entries.length - 1), text, (at, replaced) => {
        const content = Buffer.from(replaced);
        complaints(
          format,
          entries.map((entry, index) =>
            index === at && entry.type === 'file'
              ? { ...entry, content, digest: digestOf(content), size: content.length }
              : entry,
          ),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('gatherBundle', () => {
  it('says what a bundle is', () => {
    const { bundle, packages } = aBundle().holding('mine').facts();
    expect(bundle).toMatchObject({
      format: 'legacy',
      architecture: 'amd64',
      missing: [],
      unreferenced: [],
      members: [
        {
          half: 'legacy',
          name: 'mine',
          label: 'mine',
          pointer: '/packages/0',
          claimsVerified: false,
        },
      ],
    });
    expect(bundle?.rootDigest).toMatch(/^sha256:/);
    expect(packages.map(({ label, manifest }) => [label, manifest?.present])).toEqual([
      ['mine', true],
    ]);
  });

  it('reads a package once that both halves of a hybrid pin', () => {
    const { bundle, packages } = aBundle('hybrid').facts();
    expect(packages).toHaveLength(1);
    expect(bundle?.members?.map(({ half, label }) => [half, label])).toEqual([
      ['legacy', 'demo'],
      ['next', 'demo'],
    ]);
  });

  it('keeps two packages of one name apart', () => {
    const { packages } = aBundle()
      .holding('demo')
      .holding('demo', aPackage().with('components/x.tar', 'x'))
      .facts();
    expect(packages.map(({ label }) => label)).toEqual(['demo', 'demo #2']);
  });

  it('lists what may be left out', () => {
    const optional = aPackage()
      .with('components/extra.tar', 'x')
      .defining(
        (text) => `${text}  - name: extra\n    files:\n      - source: a\n        target: a\n`,
      );
    const [facts] = aBundle().holding('demo', optional, 'components/extra.tar').facts().packages;
    expect([...(facts?.leftOut ?? [])]).toEqual(['components/extra.tar']);
    expect(facts?.files.has('components/extra.tar')).toBe(false);
    expect(aBundle().facts().packages[0]?.leftOut).toBeUndefined();
  });
});
