import { describe, expect, it } from 'vitest';
import { aloneRelease, saidBy } from '../../../test/support/a-deployment.ts';
import type { ReleaseDefinition } from '../../config/release-definition.ts';
import type { DeployedRelease, OwnImage } from '../deployed-release.ts';
import { labelsOfImages } from './image-labels.ts';

const sound: OwnImage = {
  reference: 'h.example/app/api:1.2.3',
  labels: { source: 'https://git.example/app', revision: '1f0c', version: '1.2.3' },
  created: '2026-01-01T00:00:00Z',
  place: { file: 'cowa-release.yaml', line: 7, column: 3 },
};
const definition: ReleaseDefinition = {
  apiVersion: 'cowa-release/v1',
  name: 'app',
  version: '1.2.3',
  architecture: 'amd64',
  imageSources: [],
  flavors: {},
};

function said(
  image: Partial<OwnImage>,
  more: Partial<DeployedRelease> = { definition },
): readonly string[] {
  return saidBy(labelsOfImages, { ...aloneRelease(), ...more, images: [{ ...sound, ...image }] });
}

describe(labelsOfImages.id, () => {
  it('finds what an image does not say', () => {
    expect(said({ labels: { title: 'api', version: ' ' } })).toEqual([
      'warning 7: h.example/app/api:1.2.3 does not say source, revision, version (org.opencontainers.image.source)',
    ]);
    const { created: _created, ...rest } = sound;
    expect(saidBy(labelsOfImages, { ...aloneRelease(), definition, images: [rest] })).toEqual([
      expect.stringContaining('does not say created'),
    ]);
  });

  it('finds another version, and a source that is no address', () => {
    expect(said({ labels: { ...sound.labels, version: '1.2.2' } })).toEqual([
      'warning 7: h.example/app/api:1.2.3 says that it is version 1.2.2',
    ]);
    expect(said({ labels: { ...sound.labels, source: 'the repository' } })).toEqual([
      expect.stringContaining("source is 'the repository', and has to be an address"),
    ]);
  });

  it.each([
    ['a sound one', {}],
    ['a tag with v', { reference: 'h.example/app/api:v1.2.3' }],
    ['a tag with a flavor', { reference: 'h.example/app/api:1.2.3-upstream' }],
    ['a tag that is a word', { reference: 'h.example/app/api:dev' }],
    ['a digest', { reference: `h.example/app/api@sha256:${'0'.repeat(64)}` }],
    ['an image of others', { reference: 'docker.io/library/nginx:1', labels: {} }],
  ])('is silent about %s', (_, image) => {
    expect(said(image)).toEqual([]);
  });

  it('does not decide where the base may say more', () => {
    expect(said({ labels: {}, inherits: true })[0]).toMatch(
      /^undecided 7: .*; what it stands on may$/,
    );
  });

  it('only notes of an archive, where nobody knows whose it is', () => {
    const { place: _place, ...image } = sound;
    const facts = { ...aloneRelease(), images: [{ ...image, labels: { version: '9' } }] };
    expect(saidBy(labelsOfImages, facts)).toEqual([
      'note: it does not say source, revision (org.opencontainers.image.source)',
    ]);
  });

  it('says where no image is at hand', () => {
    expect(saidBy(labelsOfImages, aloneRelease())).toEqual(['not-applicable: no image is at hand']);
  });
});
