import { describe, expect, it } from 'vitest';
import type { Component, PackageDefinition } from './definition.ts';
import { disagreements } from './documents-agree.ts';
import { unsafeNames } from './unsafe-names.ts';

const of = (members: Partial<PackageDefinition> = {}): PackageDefinition => ({
  kind: 'ZarfPackageConfig',
  metadata: { name: 'demo', version: '1.0.0' },
  components: [{ name: 'api' }],
  ...members,
});
const api = (members: Partial<Component>) => of({ components: [{ name: 'api', ...members }] });

describe('disagreements', () => {
  it.each<[string, PackageDefinition, PackageDefinition, readonly string[]]>([
    ['none', of(), of(), []],
    ['what only one version can say', of({ variables: [{ name: 'A' }] }), of(), []],
    ['kinds', of({ kind: 'ZarfInitConfig' }), of(), ['/kind']],
    ['names', of({ metadata: { name: 'other', version: '1.0.0' } }), of(), ['/metadata/name']],
    [
      'checksums',
      of({ metadata: { ...of().metadata, aggregateChecksum: 'a' } }),
      of({ metadata: { ...of().metadata, aggregateChecksum: 'b' } }),
      ['/metadata/aggregateChecksum'],
    ],
    [
      'signed',
      of({ build: { signed: true } }),
      of({ build: { signed: false } }),
      ['/build/signed'],
    ],
    [
      'exempted files',
      of({ build: { provenanceFiles: ['a'] } }),
      of({ build: {} }),
      ['/build/provenanceFiles'],
    ],
    ['components', of({ components: [{ name: 'api' }, { name: 'web' }] }), of(), ['/components']],
    [
      'the order of components',
      of({ components: [{ name: 'api' }, { name: 'web' }] }),
      of({ components: [{ name: 'web' }, { name: 'api' }] }),
      ['/components'],
    ],
    ['images', api({ images: ['a'] }), api({ images: ['b'] }), ['/components/0/images']],
    [
      'image archives',
      api({ imageArchives: [{ path: 'a', images: ['b'] }] }),
      api({}),
      ['/components/0/imageArchives'],
    ],
    ['no images and an empty list', api({ images: [] }), api({}), []],
    ['necessity', api({ required: true }), api({}), ['/components/0']],
    [
      'conditions',
      api({ only: { flavor: 'gpu' } }),
      api({ only: { flavor: 'cpu' } }),
      ['/components/0/only'],
    ],
    [
      'charts',
      api({ charts: [{ name: 'a' }] }),
      api({ charts: [{ name: 'b' }] }),
      ['/components/0/charts'],
    ],
    [
      'namespaces of charts',
      api({ charts: [{ name: 'a', namespace: 'b' }] }),
      api({ charts: [{ name: 'a', namespace: 'c' }] }),
      ['/components/0/charts'],
    ],
    ['manifests', api({ manifests: [{ name: 'a' }] }), api({}), ['/components/0/manifests']],
    [
      'namespaces of manifests',
      api({ manifests: [{ name: 'a', namespace: 'b' }] }),
      api({ manifests: [{ name: 'a' }] }),
      ['/components/0/manifests'],
    ],
    [
      'targets of files',
      api({ files: [{ source: 'a', target: 'b' }] }),
      api({ files: [{ source: 'a', target: 'c' }] }),
      ['/components/0/files'],
    ],
    [
      'commands',
      api({ actions: { onDeploy: { before: [{ cmd: 'a' }] } } }),
      api({ actions: { onDeploy: { before: [{ cmd: 'b' }] } } }),
      ['/components/0/actions'],
    ],
    [
      'commands of another stage',
      api({ actions: { onDeploy: { before: [{ cmd: 'a' }] } } }),
      api({ actions: { onRemove: { before: [{ cmd: 'a' }] } } }),
      ['/components/0/actions'],
    ],
    [
      'commands moved from last to on success',
      api({ actions: { onDeploy: { onSuccess: [{ cmd: 'a' }] } } }),
      api({ actions: { onDeploy: { after: [{ cmd: 'a' }] } } }),
      [],
    ],
  ])('%s', (_name, chosen, other, pointers) => {
    expect(disagreements(chosen, other).map(({ pointer }) => pointer)).toEqual(pointers);
    expect(disagreements(chosen, chosen)).toEqual([]);
  });

  it('shortens what it quotes', () => {
    const [found] = disagreements(api({ images: ['x'.repeat(5000)] }), api({}));
    expect(found?.message.length).toBeLessThan(300);
  });
});

describe('unsafeNames', () => {
  it.each<[string, PackageDefinition, readonly string[]]>([
    ['none', of(), []],
    ['the package', of({ metadata: { name: '..' } }), ['/metadata/name']],
    ['the version', of({ metadata: { name: 'a', version: '1/2' } }), ['/metadata/version']],
    ['the flavor', of({ build: { flavor: 'a\\b' } }), ['/build/flavor']],
    [
      'the base of a difference',
      of({ build: { differentialPackageVersion: '../1' } }),
      ['/build/differentialPackageVersion'],
    ],
    ['a component', of({ components: [{ name: 'a/b' }] }), ['/components/0/name']],
    [
      'a chart',
      api({ charts: [{ name: 'a/b', version: '1/2' }] }),
      ['/components/0/charts/0/name', '/components/0/charts/0/version'],
    ],
    ['a manifest', api({ manifests: [{ name: '..' }] }), ['/components/0/manifests/0/name']],
    ['dots inside', of({ metadata: { name: 'a..b', version: '...' } }), []],
  ])('%s', (_name, definition, pointers) => {
    expect(unsafeNames(definition).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
