import { expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { imageInputs } from './image-inputs.ts';
import { recordReads } from './record-reads.ts';

const run = { signal: new AbortController().signal };
const [root, bundle, old] = ['image', 'bundle', 'old'].map((text) => ({
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(Buffer.from(text)),
  size: text.length,
}));

it('what is locked about an image is named among the inputs, with what it is about', async () => {
  if (root === undefined || bundle === undefined || old === undefined)
    throw new Error('no digests');
  const tag = `sha256-${hexOf(root.digest)}.sig`;
  const image: ResolvedImage = {
    reference: 'ghcr.io/team/app:1',
    normalized: 'ghcr.io/team/app:1',
    source: 'registry ghcr.io',
    root,
    blobs: [],
    referrers: [
      { ...bundle, subject: root.digest, artifactType: 'application/x' },
      { ...old, subject: root.digest, artifactType: mediaTypes.ociConfig, tag },
    ],
  };
  await using compute = inProcessCompute();
  const { reads } = recordReads(new MemoryWorkspace({}), compute);
  const found = await imageInputs(image, 'amd64', reads, run);
  expect(found.slice(1)).toMatchObject([
    {
      name: `ghcr.io/team/app@${bundle.digest}`,
      digest: { sha256: hexOf(bundle.digest) },
      annotations: {
        kind: 'referrer',
        of: 'ghcr.io/team/app:1',
        subject: root.digest,
        artifactType: 'application/x',
      },
    },
    { name: `ghcr.io/team/app:${tag}`, digest: { sha256: hexOf(old.digest) } },
  ]);
});
