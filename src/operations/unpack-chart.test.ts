import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { unpackChart, withSubcharts } from './unpack-chart.ts';

async function tgz(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  return gzipSync(await buffer(tar));
}
const names = (files: ReadonlyMap<string, Uint8Array> | undefined): readonly string[] => [
  ...(files?.keys() ?? []),
];

describe('unpackChart', () => {
  it('gives the files below the chart, packed subcharts opened at any depth', async () => {
    const deepest = await tgz({ 'd/Chart.yaml': 'd' });
    const inner = await tgz({ 's/Chart.yaml': 's', 's/charts/d-1.tgz': deepest });
    const files = await unpackChart(
      await tgz({ 'c/Chart.yaml': 'c', 'c/charts/s-1.0.0.tgz': inner, 'other/x': '' }),
    );
    expect(names(files)).toEqual([
      'Chart.yaml',
      'charts/s-1.0.0.tgz/Chart.yaml',
      'charts/s-1.0.0.tgz/charts/d-1.tgz/Chart.yaml',
    ]);
  });

  it.each([
    ['no archive', Buffer.from('text')],
    ['nothing', Buffer.alloc(0)],
    ['an archive that is cut', gzipSync(Buffer.alloc(700, 'x'))],
  ])('says nothing of %s', async (_name, bytes) => {
    expect(await unpackChart(bytes)).toBeUndefined();
  });

  it('stops opening charts in charts', async () => {
    let packed = await tgz({ 'c/Chart.yaml': 'c' });
    for (let level = 0; level < 8; level++)
      packed = await tgz({ 'c/Chart.yaml': 'c', 'c/charts/c.tgz': packed });
    const deep = names(await unpackChart(packed)).at(-1) ?? '';
    expect(deep.endsWith('charts/c.tgz')).toBe(true);
    expect(deep.split('charts/').length).toBe(7);
  });
});

describe('withSubcharts', () => {
  it('leaves what cannot be opened as it is', async () => {
    const files = new Map([
      ['Chart.yaml', Buffer.from('c')],
      ['charts/bad.tgz', Buffer.from('x')],
      ['files/data.tgz', await tgz({ 'x/y': '' })],
    ]);
    expect(names(await withSubcharts(files))).toEqual([...files.keys()]);
  });
});
