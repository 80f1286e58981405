import { describe, expect, it } from 'vitest';
import { aBundle } from '../../test/support/a-bundle.ts';
import { aPackage } from '../../test/support/a-package.ts';
import { aLayer } from '../../test/support/an-image.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { imagesIn } from './wire-sbom.ts';

const run = { signal: new AbortController().signal };
const amd64 = { os: 'linux', architecture: 'amd64' };
const other = [{ content: Buffer.from('other'), mediaType: mediaTypes.ociLayerTar }];
const name = 'registry.example.mil/app:1.0';

/** What a bundle of two packages has of images. */
async function foundIn(
  first: Parameters<ReturnType<typeof aPackage>['image']>[0],
  second: typeof first,
  wanted: readonly string[] = [],
) {
  const draft = aBundle()
    .holding('a', aPackage().image(first))
    .holding('b', aPackage().image(second));
  const entries = draft.entries().map(({ path, content, linkTarget }) => ({
    path,
    ...(content === undefined ? {} : { content }),
    ...(linkTarget === undefined ? {} : { hardlink: linkTarget }),
  }));
  const workspace = new MemoryWorkspace({ '/b.tar': await aLayer(entries) });
  const deps = { workspace, blobs: new MemoryBlobStore() };
  return imagesIn('/b.tar', wanted, amd64, deps, run);
}

describe('images in one place', () => {
  it.each([[[]], [[name]]])('has what two packages carry once, asked for %j', async (wanted) => {
    const { found, missing } = await foundIn({ name }, { name }, wanted);
    expect(found.map(({ normalized }) => normalized)).toEqual([name]);
    expect(missing).toEqual([]);
  });

  it('has both of one name with different contents', async () => {
    const { found } = await foundIn({ name }, { name, layers: other }, [name]);
    expect(found.map(({ normalized }) => normalized)).toEqual([name, name]);
    expect(new Set(found.map(({ root }) => root.digest)).size).toBe(2);
  });

  it('names what is nowhere, as it was asked for', async () => {
    const { found, missing } = await foundIn({ name }, { name }, [name, 'example.com/gone:1']);
    expect(found).toHaveLength(1);
    expect(missing).toEqual(['example.com/gone:1']);
  });
});
