import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { platform } from './platform.ts';

const both = aPackage().image().image({ name: 'docker.io/library/arm:1', architecture: 'arm64' });

function withoutManifest(): PackageDraft {
  const draft = aPackage().image();
  return draft.without(draft.blobWith('"layers":[{'));
}

describe('oci/platform', () => {
  it.each([
    ['of the architecture of the package', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    ['a manifest that is missing', withoutManifest(), ['undecided']],
    [
      'of another architecture',
      aPackage().image({ architecture: 'arm64' }),
      ['fail error PLATFORM_OTHER'],
    ],
    ['of another system', aPackage().image({ os: 'windows' }), ['fail error PLATFORM_OTHER']],
    [
      'announced as another architecture',
      aPackage().image({ platform: { os: 'linux', architecture: 'arm64' } }),
      ['fail error PLATFORM_CONFLICT'],
    ],
    [
      'announced as what it is',
      aPackage().image({ platform: { os: 'linux', architecture: 'amd64' } }),
      ['pass'],
    ],
    [
      'an index that holds the architecture beside others',
      both.asIndex('docker.io/library/multi:1'),
      ['pass'],
    ],
    [
      'an index without the architecture',
      aPackage().image({ architecture: 'arm64' }).asIndex('docker.io/library/multi:1'),
      ['fail error PLATFORM_OTHER'],
    ],
    [
      'an attestation beside an image',
      aPackage()
        .image()
        .image({ name: 'docker.io/library/b:1', os: 'unknown', architecture: 'unknown' })
        .asIndex('docker.io/library/multi:1'),
      ['pass'],
    ],
    [
      'an artifact without platform',
      aPackage().image({ configType: 'application/vnd.cncf.helm.config.v1+json' }),
      ['not-applicable'],
    ],
    [
      'a package that names no architecture',
      aPackage()
        .image()
        .defining((text) => text.replaceAll(/ *architecture: amd64\n/g, '')),
      ['undecided'],
    ],
    [
      'another architecture inside two indexes',
      aPackage()
        .image({ architecture: 'arm64' })
        .asIndex('inner')
        .asIndex('docker.io/library/outer:1'),
      ['fail error PLATFORM_OTHER'],
    ],
    [
      'a signature in the dress of an image',
      aPackage().image({
        architecture: '',
        os: '',
        layers: [
          {
            content: Buffer.from('{}'),
            mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
          },
        ],
      }),
      ['not-applicable'],
    ],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(platform)).toEqual(expected);
  });
});
