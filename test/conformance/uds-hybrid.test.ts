import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BundleArchive } from '../support/hostile-bundle.ts';
import { verifyBytes } from '../support/verify-bytes.ts';

const folder = join(import.meta.dirname, 'uds/bundles');
const fileName = 'uds-bundle-one-amd64-0.1.0.tar.zst';

function golden(name: string): BundleArchive {
  const [file = ''] = readdirSync(join(folder, name));
  return new BundleArchive(readFileSync(join(folder, name, file)));
}

/** Both trees in one tar: legacy files first, then the next half, by hard links where it has the same blobs. */
function hybrid(how: 'links' | 'copies' | 'links the other way'): BundleArchive {
  const archive = golden('legacy-one');
  const legacy = archive.entries;
  const next = golden('next-one').entries;
  const shared = next.filter(({ name }) =>
    legacy.some((each) => `oci/${each.name}` === name && name.includes('blobs/')),
  );
  expect(shared.length).toBeGreaterThan(3);
  if (how === 'links') for (const entry of shared) entry.link = entry.name.slice('oci/'.length);
  if (how === 'links the other way') {
    for (const entry of legacy)
      if (shared.some(({ name }) => name === `oci/${entry.name}`)) entry.link = `oci/${entry.name}`;
    archive.entries = [...next, ...legacy];
  } else archive.entries = [...legacy, ...next];
  return archive;
}

async function judged(
  archive: BundleArchive,
): Promise<readonly [number, string, readonly string[]]> {
  const { verdict, archive: reported, findings } = await verifyBytes(archive.bytes(), fileName);
  const fails = findings.filter(
    ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
  );
  return [verdict.exitCode, reported.format, [...new Set(fails.map(({ id }) => id))]];
}

describe('a bundle that both formats read', () => {
  it.each(['links', 'copies'] as const)('is accepted with %s', async (how) => {
    expect(await judged(hybrid(how))).toEqual([0, 'uds-hybrid', []]);
    expect(await judged(hybrid(how).apply({ op: 'zstd_frames', seek_table: true }))).toEqual([
      0,
      'uds-hybrid',
      [],
    ]);
  });

  it('is refused with links the other way, which the older program reads as empty files', async () => {
    const [exitCode, , fails] = await judged(hybrid('links the other way'));
    expect([exitCode, fails]).toEqual([
      1,
      expect.arrayContaining(['container/entry-types', 'bundle/blobs']),
    ]);
  });

  it('is refused when the halves differ', async () => {
    const archive = hybrid('links');
    archive.apply({
      op: 'replace_text',
      entry: '@uds-bundle.yaml',
      from: '  name: one',
      to: '  name: two',
      relink: true,
    });
    expect(await judged(archive)).toEqual([
      1,
      'uds-hybrid',
      expect.arrayContaining(['bundle/halves']),
    ]);
  });

  it('is refused when a copy in one half is another blob', async () => {
    const archive = hybrid('copies');
    const copy = archive.entries.find(
      ({ name, content }) =>
        name.startsWith('oci/blobs/') && content.includes('kind: ZarfPackageConfig'),
    );
    archive.apply({ op: 'flip_last_byte', entry: copy?.name ?? expect.fail('no copy') });
    expect(await judged(archive)).toEqual([1, 'uds-hybrid', ['bundle/blobs']]);
  });

  it('is refused when a link leads to another blob', async () => {
    const archive = hybrid('links');
    const links = archive.entries.filter(({ link }) => link !== undefined);
    const [first, second] = links;
    if (first === undefined || second?.link === undefined) return expect.fail('no links');
    first.link = second.link;
    expect((await judged(archive))[2]).toContain('bundle/blobs');
  });

  it.each([
    ['another blob', (link: string) => `${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`],
    ['the same blob, spelt otherwise', (link: string) => `./${link}`],
    ['the same blob, past a folder', (link: string) => `blobs/../${link}`],
    ['a file of the legacy half', () => 'index.json'],
    ['a blob of its own half', (link: string) => `oci/${link}`],
    ['an absolute path', (link: string) => `/${link}`],
  ])('is refused when a link leads to %s', async (_what, other) => {
    const archive = hybrid('links');
    const [first] = archive.entries.filter(({ link }) => link !== undefined);
    if (first?.link === undefined) return expect.fail('no links');
    first.link = other(first.link);
    const [exitCode, , fails] = await judged(archive);
    expect([exitCode, fails]).toEqual([1, expect.arrayContaining(['container/entry-types'])]);
  });

  it('is refused when a link comes before the blob it stands for', async () => {
    const archive = hybrid('links');
    archive.entries.reverse();
    const [exitCode, , fails] = await judged(archive);
    expect([exitCode, fails]).toEqual([1, expect.arrayContaining(['container/entry-types'])]);
  });

  it('is refused when the definition of the legacy half alone is altered', async () => {
    const archive = hybrid('links').apply({
      op: 'replace_text',
      entry: '@uds-bundle.yaml',
      from: 'description',
      to: 'descriptiom',
    });
    const [exitCode, , fails] = await judged(archive);
    expect([exitCode, fails.length > 0]).toEqual([1, true]);
  });

  it('is refused when the definition of the next half alone is altered', async () => {
    const archive = hybrid('links');
    const hcl = archive.entries.find(({ content }) => content.includes('bundle_api_version'));
    archive.apply({ op: 'flip_last_byte', entry: hcl?.name ?? expect.fail('no definition') });
    const [exitCode, , fails] = await judged(archive);
    expect([exitCode, fails]).toEqual([1, expect.arrayContaining(['bundle/definition'])]);
  });
});
