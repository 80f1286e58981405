import { describe, expect, it } from 'vitest';
import { tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { ownDocuments } from './read-sbom-documents.ts';

/** As Zarf describes an image: by its config, with an empty manifest. */
const document = (maker: string): string =>
  JSON.stringify({
    artifacts: [],
    artifactRelationships: [],
    source: {
      id: 'a',
      name: 'team/app',
      version: '1',
      type: 'image',
      metadata: {
        userInput: 'team/app:1',
        imageID: `sha256:${'1'.repeat(64)}`,
        manifestDigest: '',
        manifest: null,
        layers: [{ digest: `sha256:${'2'.repeat(64)}` }],
      },
    },
    distro: {},
    descriptor: { name: maker, version: '1' },
    schema: {
      version: '16.1.10',
      url: 'https://raw.githubusercontent.com/anchore/syft/schema.json',
    },
  });

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const own = (maker: string) =>
  ownDocuments(stream(tarOf(tarFile('team_app_1.json', document(maker)))), new Date(0), {
    signal: new AbortController().signal,
  });

describe('ownDocuments', () => {
  it('leaves documents of another program to themselves, also such as cannot be written again', async () => {
    expect(await own('zarf')).toEqual(new Map());
  });

  it('refuses one of ours that names no manifest', async () => {
    await expect(own('cowa-release')).rejects.toMatchObject({ code: 'SBOM_DOCUMENT_INVALID' });
  });
});
