import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { imageReferrers } from './wire-referrers.ts';

const run = { signal: new AbortController().signal };
const digest = digestOf(Buffer.from('x'));
const listed = { digest, size: 1, mediaType: mediaTypes.ociManifest };
const wired = (sources: readonly ImageSourceConfig[], wish?: boolean) =>
  imageReferrers({ sources, root: '/', blobs: new MemoryBlobStore() }, wish);
const registry = (more = {}): ImageSourceConfig => ({
  type: 'registry',
  hosts: ['other.example'],
  ...more,
});

describe('imageReferrers', () => {
  it.each([
    ['no registry', [], true, false],
    ['a registry that is not to be asked', [registry()], undefined, false],
    ['a registry that is', [registry({ referrers: true })], undefined, true],
    ['the flag', [registry()], true, true],
    ['the flag that says no', [registry({ referrers: true })], false, false],
  ])('asks as the definition and the flag say: %s', async (_what, sources, wish, asks) =>
    expect((await wired(sources, wish)).asks).toBe(asks),
  );

  it('asks nobody about images of hosts that may not be contacted', async () => {
    const { source } = await wired([registry()], true);
    expect(await source.listReferrers('ghcr.io/team/app', digest, run)).toEqual([]);
    expect(await source.findTagged('ghcr.io/team/app', 'x.sig', run)).toBeUndefined();
  });
  it('refuses what is locked of such a host, or without any registry', async () => {
    const { source } = await wired([registry()], false);
    await expect(source.readReferrer('ghcr.io/a/b', digest, listed, run)).rejects.toMatchObject({
      code: 'REGISTRY_HOST_REFUSED',
    });
    const { source: none } = await wired([]);
    await expect(none.readTagged('ghcr.io/a/b', listed, run)).rejects.toMatchObject({
      code: 'REFERRERS_NO_REGISTRY',
    });
  });
});
