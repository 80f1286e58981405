import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { imageNames } from './image-names.ts';

describe('oci/image-names', () => {
  it.each([
    ['every name once', aPackage().image(), ['pass']],
    ['no images anywhere', aPackage(), ['not-applicable']],
    [
      'written short in the definition',
      aPackage()
        .image()
        .defining((text) => text.replace('docker.io/library/demo:1.0', 'demo:1.0')),
      ['pass'],
    ],
    [
      'an image the index does not name',
      aPackage().image({ refName: null, baseName: null }),
      ['fail error IMAGE_ABSENT', 'fail warning IMAGE_UNNAMED'],
    ],
    [
      'an image nobody packed',
      aPackage().defining((text) => `${text}    images:\n      - demo:1.0\n`),
      ['fail error IMAGE_ABSENT'],
    ],
    [
      'two names for two kinds of programs',
      aPackage().image({ baseName: 'docker.io/library/other:1' }),
      ['fail error IMAGE_NAME_CONFLICT'],
    ],
    [
      'one name for two images',
      aPackage().image().image({ layers: [] }),
      ['fail error IMAGE_NAME_TWICE'],
    ],
    [
      'one name twice for one image',
      aPackage().image().image(),
      ['fail warning IMAGE_NAME_REPEATED', 'pass'],
    ],
    [
      'two names for one image',
      aPackage().image().image({ name: 'docker.io/library/demo:2' }),
      ['pass'],
    ],
    [
      'a name for old programs only',
      aPackage().image({ refName: null }),
      ['fail warning IMAGE_NAME_PARTIAL', 'pass'],
    ],
    [
      'a name for new programs only',
      aPackage().image({ baseName: null }),
      ['fail warning IMAGE_NAME_PARTIAL', 'pass'],
    ],
    [
      'a name that is no reference',
      aPackage()
        .image()
        .defining((text) => text.replace('docker.io/library/demo:1.0', '"No Image"')),
      ['fail error IMAGE_NAME_INVALID', 'fail warning IMAGE_UNWANTED'],
    ],
    [
      'an image the definition does not want',
      aPackage()
        .image()
        .defining((text) => text.replace(/ *images:[\s\S]*/, '')),
      ['fail warning IMAGE_UNWANTED', 'pass'],
    ],
    [
      'the manifests of an index kept whole, which have no name',
      aPackage()
        .image()
        .image({ name: 'docker.io/library/arm:1', architecture: 'arm64' })
        .asIndex('docker.io/library/multi:1'),
      ['pass'],
    ],
    [
      'an index of names that was not read',
      aPackage().image().unread('images/index.json'),
      ['undecided'],
    ],
    [
      'reading ended before the index of names',
      aPackage().image().cutBefore('images/index.json'),
      ['undecided'],
    ],
    ['no definition', aPackage().image().tampered('zarf.yaml', undefined), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(imageNames)).toEqual(expected);
  });
});
