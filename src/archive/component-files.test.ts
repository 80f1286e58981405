import { describe, expect, it } from 'vitest';
import { cutEvery, surveyBytes } from '../../test/support/survey-bytes.ts';
import { noiseBytes, rawHeader, tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import type { ReadLimits } from './read-limits.ts';
import type { SurveyedEntry } from './survey.ts';

const large = noiseBytes(3 * 2 ** 20);
const sound = tarOf(
  rawHeader('main/', '5'),
  tarFile('main/charts/app-1.0.0.tgz', 'chart'),
  tarFile('main/data/0/weights', large),
  tarFile('main/manifests/a-0.yaml', 'a: 1'),
  tarFile('main/values/app-1.0.0-0', 'b: 2'),
);

/** What is known of one tar in an archive that is cut into chunks of a size. */
async function seen(
  tar: Uint8Array,
  cut = 1 << 16,
  limits: Partial<ReadLimits> = {},
): Promise<SurveyedEntry | undefined> {
  const bytes = tarOf(tarFile('components/main.tar', tar), tarFile('last', 'end'));
  const { entries } = await surveyBytes(cutEvery(bytes, cut), limits, false);
  expect(entries.at(-1)?.path).toBe('last');
  return entries[0];
}

function texts(entry: SurveyedEntry | undefined): unknown {
  return [...(entry?.nested?.files ?? [])].map(([path, bytes]) => [
    path,
    Buffer.from(bytes).toString(),
  ]);
}

describe('files of a component, read in passing', () => {
  it.each([7 * 512, 1 << 16, 1 << 24])(
    'are charts, manifests and values, whatever else it holds (chunks of %s bytes)',
    async (cut) => {
      const entry = await seen(sound, cut);
      expect(texts(entry)).toEqual([
        ['main/charts/app-1.0.0.tgz', 'chart'],
        ['main/manifests/a-0.yaml', 'a: 1'],
        ['main/values/app-1.0.0-0', 'b: 2'],
      ]);
      expect(entry?.digest).toBe(digestOf(sound));
      expect(entry?.size).toBe(sound.length);
    },
  );

  it('are kept where folders have no slash behind their names', async () => {
    const tar = tarOf(
      rawHeader('main', '5'),
      rawHeader('main/manifests', '5'),
      tarFile('main/manifests/a-0.yaml', 'a: 1'),
    );
    expect(texts(await seen(tar))).toEqual([['main/manifests/a-0.yaml', 'a: 1']]);
    expect((await seen(tarOf(tarFile('main', 'no folder'))))?.nested).toBeUndefined();
  });

  it('are none of a layer, whose digest is the same as ever', async () => {
    const layer = tarOf(rawHeader('usr/', '5'), tarFile('usr/lib/x', noiseBytes(40_000)));
    const entry = await seen(layer);
    expect(entry?.nested).toBeUndefined();
    expect(entry?.digest).toBe(digestOf(layer));
  });

  it('are named where one is too large', async () => {
    const entry = await seen(sound, undefined, { maxRetainedEntryBytes: 4 });
    expect(entry?.nested?.tooLarge).toEqual(['main/charts/app-1.0.0.tgz']);
    expect(texts(entry)).toHaveLength(2);
  });

  it('end where the tar is broken; the archive is read on', async () => {
    const broken = Buffer.from(sound.subarray(0, sound.length - 1024 - 700));
    const entry = await seen(broken);
    expect(entry?.nested?.fault).toMatch(/ends/);
    expect(entry?.digest).toBe(digestOf(broken));
  });

  it('end where bytes lie behind a content, also one that is passed over', async () => {
    const hidden = tarOf(rawHeader('main', '5'), tarFile('main/data/x', 'x'));
    hidden[hidden.length - 1024 - 1] = 1;
    expect((await seen(hidden))?.nested?.fault).toMatch(/padding/);
  });

  it('do not hide that the archive itself is cut short', async () => {
    const bytes = tarOf(tarFile('components/main.tar', sound)).subarray(0, 700_000);
    const { container } = await surveyBytes(bytes);
    expect(container.problems.map(({ code, fatal }) => [code, fatal])).toEqual([
      ['TAR_TRUNCATED', true],
    ]);
  });
});
