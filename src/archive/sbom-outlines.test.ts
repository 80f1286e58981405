import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inProcessCompute } from './compute-in-process.ts';
import { defaultReadLimits, type ReadLimits } from './read-limits.ts';
import type { SurveyedEntry } from './survey.ts';
import { surveyArchive } from './survey-archive.ts';
import { tarStream } from './tar-writer.ts';

const run = { signal: new AbortController().signal };

async function surveyed(
  files: Readonly<Record<string, string>>,
  limits: ReadLimits = defaultReadLimits,
  root = '.',
): Promise<SurveyedEntry | undefined> {
  const inner = Buffer.concat(
    await Array.fromAsync(
      tarStream([
        { type: 'directory', name: root, mode: 0o700, size: 0 },
        ...Object.entries(files).map(([name, text]) => ({
          type: 'file' as const,
          name,
          mode: 0o644,
          size: Buffer.byteLength(text),
          async *open() {
            yield Buffer.from(text);
          },
        })),
      ]),
    ),
  );
  const outer = tarStream([
    {
      type: 'file',
      name: 'sboms.tar',
      mode: 0o644,
      size: inner.length,
      async *open() {
        yield inner;
      },
    },
  ]);
  const survey = await surveyArchive(
    { chunks: outer },
    limits,
    { wholeDigest: false },
    inProcessCompute(),
    run,
  );
  return survey.entries[0];
}

const lines = (entry: SurveyedEntry | undefined, name: string): readonly unknown[] =>
  Buffer.from(entry?.nested?.files.get(name) ?? '')
    .toString('utf8')
    .split('\n')
    .map((line) => (line === '' ? undefined : JSON.parse(line)));
const text = (entry: SurveyedEntry | undefined, name: string): unknown => lines(entry, name)[0];

describe('sboms.tar in the one pass', () => {
  it('tells what each document is about, however large the rest is', async () => {
    const large = JSON.stringify({ artifacts: Array(50_000).fill({ a: 1 }), source: { id: 'x' } });
    const entry = await surveyed({
      'a.json': large,
      'b.json': '{"source":1,"source":2}',
      'c.json': '{"source":',
      'd.html': 'x',
    });
    expect(entry?.digest).toMatch(/^sha256:/);
    expect([...(entry?.nested?.files.keys() ?? [])]).toEqual(['a.json', 'b.json', 'c.json']);
    expect(text(entry, 'a.json')).toMatchObject({
      source: { id: 'x' },
      artifacts: 50_000,
      unread: 50_000,
      sha256: createHash('sha256').update(large).digest('hex'),
      whole: true,
    });
    expect(text(entry, 'b.json')).toMatchObject({ whole: false });
    expect(text(entry, 'c.json')).toMatchObject({ whole: false });
  });

  it('keeps a row of each package, in few words', async () => {
    const artifact = {
      id: 'x',
      name: 'libc6',
      version: '2.36-9',
      type: 'deb',
      purl: 'pkg:deb/debian/libc6@2.36-9',
      licenses: [
        { value: 'LGPL-2.1', spdxExpression: 'LGPL-2.1-only' },
        { value: 'something', spdxExpression: '' },
        { value: 'something', spdxExpression: '' },
      ],
      metadata: { files: Array(1000).fill({ name: 'not this' }) },
    };
    const document = {
      source: {},
      distro: { id: 'debian' },
      descriptor: { name: 'syft', version: '1' },
      artifacts: [artifact, { ...artifact, licenses: ['MIT'] }, { ...artifact, licenses: [{}] }],
    };
    const twice = JSON.stringify(artifact).replace('"version"', '"name":"other","version"');
    const entry = await surveyed({
      'a.json': JSON.stringify(document),
      'b.json': `{"artifacts":[${twice},3,${JSON.stringify({ ...artifact, name: 5 })}]}`,
    });
    const of = (licences: readonly string[] | null) => [
      'libc6',
      '2.36-9',
      'deb',
      'pkg:deb/debian/libc6@2.36-9',
      licences,
    ];
    expect(lines(entry, 'a.json')).toMatchObject([
      { distro: { id: 'debian' }, descriptor: { name: 'syft' }, unread: 0, whole: true },
      [of(['LGPL-2.1-only', 'something']), of(['MIT']), of(null)],
    ]);
    expect(lines(entry, 'b.json')).toMatchObject([{ artifacts: 3, unread: 3, whole: true }, []]);
  });

  it('keeps no list of packages that is longer than may be kept, and says what it is about', async () => {
    const artifact = { name: 'a', version: '1', type: 'deb', purl: '', licenses: [] };
    const document = (many: number): string =>
      JSON.stringify({ source: { id: 'x' }, artifacts: Array(many).fill(artifact) });
    const entry = await surveyed(
      { 'a.json': document(1000), 'b.json': document(2) },
      { ...defaultReadLimits, maxRetainedBytes: 8000 },
    );
    expect(lines(entry, 'a.json')).toMatchObject([{ source: { id: 'x' }, whole: true }, undefined]);
    expect(lines(entry, 'b.json')[1]).toHaveLength(2);
  });

  it('is not misled by names with escapes', async () => {
    const entry = await surveyed({ 'a.json': '{"artifacts":[],"\\u0061rtifacts":[1]}' });
    expect(text(entry, 'a.json')).toMatchObject({ whole: false });
  });

  it('keeps no more than the limits allow', async () => {
    const source = JSON.stringify({ source: { text: 'x'.repeat(1000) } });
    const entry = await surveyed(
      { 'a.json': source, 'b.json': source },
      { ...defaultReadLimits, maxRetainedBytes: 6000 },
    );
    expect([...(entry?.nested?.files.keys() ?? [])]).toEqual(['a.json']);
    expect(entry?.nested?.tooLarge).toEqual(['b.json']);
  });

  it.each([
    { name: 'folders in it', files: { 'a/b.json': '{}' }, root: '.' },
    { name: 'another beginning', files: { 'b.json': '{}' }, root: 'x' },
  ])('is not what has $name', async ({ files, root }) => {
    expect((await surveyed(files, defaultReadLimits, root))?.nested).toBeUndefined();
  });
});
