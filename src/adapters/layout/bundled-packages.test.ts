import { describe, expect, it } from 'vitest';
import { aBundle, type BundleDraft } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { type LayoutFiles, missing } from './layout-files.ts';
import { listPlaces } from './list-images.ts';
import { OciLayoutSource } from './oci-layout-source.ts';

const run = { signal: new AbortController().signal };
const amd64 = { architecture: 'amd64', os: 'linux' };
const name = (image: string): string => `registry.example.mil/${image}:1.0`;
const holding = (image: string) => aPackage().image({ name: name(image) });

function filesOf(draft: BundleDraft): LayoutFiles {
  const own = new Map(draft.entries().map(({ path, content }) => [path, content]));
  const contents = new Map(
    draft.entries().map(({ path, linkTarget }) => [path, own.get(linkTarget ?? path)]),
  );
  const files: LayoutFiles = {
    origin: 'a.tar.zst',
    size: async (path) => contents.get(path)?.length,
    async *open(path) {
      const content = contents.get(path);
      if (content === undefined) throw missing(files, path);
      yield content;
    },
  };
  return files;
}

describe.each(['legacy', 'next', 'hybrid'] as const)('a %s bundle', (format) => {
  const both = () => aBundle(format).holding('a', holding('a')).holding('b', holding('b'));

  it('has the images of all its packages', async () => {
    const places = await listPlaces(filesOf(both()), run);
    const found = new Set<string>();
    for (const { references, files } of places)
      for (const reference of references) {
        const source = new OciLayoutSource('a', async () => files);
        const image = await source.resolve(reference, amd64, run);
        found.add(`${reference} ${image?.blobs.length}`);
      }
    expect([...found]).toEqual([`${name('a')} 3`, `${name('b')} 3`]);
  });

  it('names no image that it does not carry', async () => {
    const paths = holding('a')
      .facts()
      .entries.map(({ path }) => path);
    const absent = paths.filter((path) => path.startsWith('images/blobs/'));
    const lean = aBundle(format).holding('a', holding('a'), ...absent);
    const places = await listPlaces(filesOf(lean), run);
    expect(new Set(places.flatMap(({ references }) => references))).toEqual(new Set());
  });
});
