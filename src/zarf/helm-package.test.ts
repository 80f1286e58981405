import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chartLimits,
  chartTarEntries,
  parseChartMetadata,
  requireVendored,
} from './helm-package.ts';
import { storedGzip } from './stored-gzip.ts';

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

describe('storedGzip', () => {
  it('is read back by gunzip, and does not depend on how the content was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 })),
        fc.integer({ min: 1, max: 600 }),
        async (parts, repeat) => {
          const whole = Buffer.concat(Array.from({ length: repeat }, () => Buffer.concat(parts)));
          const one = Buffer.concat(await Array.fromAsync(storedGzip(chunks([whole]))));
          const cut = Math.floor(whole.length / 3);
          const two = Buffer.concat(
            await Array.fromAsync(
              storedGzip(chunks([whole.subarray(0, cut), whole.subarray(cut)])),
            ),
          );
          expect(two.equals(one)).toBe(true);
          expect(gunzipSync(one).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('parseChartMetadata', () => {
  it.each([
    ['no apiVersion', 'name: a\nversion: 1.0.0\n'],
    ['no name', 'apiVersion: v2\nversion: 1.0.0\n'],
    ['a name with a slash', 'apiVersion: v2\nname: a/b\nversion: 1.0.0\n'],
    ['a name that leads up', 'apiVersion: v2\nname: ..\nversion: 1.0.0\n'],
    ['no semantic version', 'apiVersion: v2\nname: a\nversion: latest\n'],
    ['an unknown type', 'apiVersion: v2\nname: a\nversion: 1.0.0\ntype: plugin\n'],
    [
      'two dependencies of one name',
      'apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b}, {name: c, alias: b}]\n',
    ],
    [
      'a dependency without name',
      'apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{version: 1.0.0}]\n',
    ],
    ['broken YAML', 'apiVersion: [\n'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseChartMetadata(Buffer.from(text), 'Chart.yaml')).toThrow(
      expect.objectContaining({ code: 'PACK_CHART_INVALID' }),
    );
  });

  it('wants dependencies in charts/', () => {
    const chart = parseChartMetadata(
      Buffer.from(
        'apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0}]\n',
      ),
      'Chart.yaml',
    );
    expect(() => requireVendored(chart, ['charts/b-1.0.0.tgz'], 'a')).not.toThrow();
    expect(() => requireVendored(chart, ['charts/b/Chart.yaml'], 'a')).not.toThrow();
    expect(() => requireVendored(chart, ['charts/bb/Chart.yaml'], 'a')).toThrow(
      expect.objectContaining({ code: 'PACK_CHART_DEPENDENCY' }),
    );
  });
});

describe('chartTarEntries', () => {
  const run = { signal: new AbortController().signal };
  const file = (path: string, size: number) => ({ path, size, type: 'file' as const, mode: 0o600 });

  it('puts Chart.yaml first, then the walk, with one mode', () => {
    const entries = chartTarEntries(
      'a',
      [file('values.yaml', 1), file('templates/b', 1), file('Chart.yaml', 1)],
      'chart',
      run,
    );
    expect(entries.map(({ name, mode }) => [name, mode])).toEqual([
      ['a/Chart.yaml', 0o644],
      ['a/templates/b', 0o644],
      ['a/values.yaml', 0o644],
    ]);
  });

  it.each([
    ['one file too large', [file('a', chartLimits.maxFileBytes + 1)]],
    [
      'too much in all',
      Array.from({ length: 21 }, (_, index) => file(`f${index}`, chartLimits.maxFileBytes)),
    ],
  ])('refuses %s', (_name, files) => {
    expect(() => chartTarEntries('a', files, 'chart', run)).toThrow(
      expect.objectContaining({ code: 'PACK_CHART_INVALID' }),
    );
  });
});
