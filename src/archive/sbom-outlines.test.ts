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

const text = (entry: SurveyedEntry | undefined, name: string): unknown =>
  JSON.parse(Buffer.from(entry?.nested?.files.get(name) ?? '').toString('utf8'));

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
    expect(text(entry, 'a.json')).toEqual({ source: { id: 'x' }, artifacts: 50_000, whole: true });
    expect(text(entry, 'b.json')).toMatchObject({ whole: false });
    expect(text(entry, 'c.json')).toMatchObject({ whole: false });
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
