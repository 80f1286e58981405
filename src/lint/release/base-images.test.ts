import { describe, expect, it } from 'vitest';
import { deployedRelease, type Files, faults, told } from '../../../test/support/deployed.ts';
import { baseImagesThere } from './base-images.ts';

const make = 'all:\n\tdocker build -t ghcr.io/org/app/sdk:dev src/sdk\n';

async function judge(containerfile: string, more: Files = {}): Promise<readonly string[]> {
  const files = { Makefile: make, 'api/Containerfile': containerfile, ...more };
  return faults(baseImagesThere, await deployedRelease(files));
}

function release(base: string, sources = ''): Files {
  return {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: app
version: 1.0.0
architecture: amd64
imageSources:
  - type: compose
    images: { "h.example/app/a:1": { base: "${base}", layers: [] }, "h.example/b:1": { base: scratch, layers: [] } }
${sources}
flavors: { cpu: { packages: [{ path: p }] } }
`,
  };
}

describe(baseImagesThere.id, () => {
  it('finds a base of our own that nothing builds', async () => {
    expect(await judge('FROM ghcr.io/org/app/sdk2:dev AS sdk\n')).toEqual([
      "fail api/Containerfile:1:1 FROM ghcr.io/org/app/sdk2:dev: nothing here builds or locks sdk2; 'sdk' was meant?",
    ]);
  });

  it('finds one of the registry on this machine, and one below the name of the release', async () => {
    expect(await judge('FROM localhost:5000/leap-sdk:dev\n')).toHaveLength(1);
    expect(await judge('FROM h.example/app/leap:1\n')).toEqual([]);
    expect(await judge('FROM h.example/app/leap:1\n', release('scratch'))).toHaveLength(1);
  });

  it('finds bases of others that move', async () => {
    expect(
      await judge('FROM docker.io/library/python\nCOPY --from=h.example/x:latest a b'),
    ).toEqual([
      'fail api/Containerfile:1:1 FROM docker.io/library/python has neither tag nor digest: it is another one every day',
      'fail api/Containerfile:2:1 COPY --from h.example/x:latest: the tag latest moves',
    ]);
  });

  it.each([
    ['what is built here, whatever its registry', 'ARG R=localhost:5000\nFROM $R/sdk:dev'],
    ['a stage', 'FROM h.example/a:1 AS a\nFROM a'],
    ['a tag that stays', 'FROM docker.io/library/python:3.11-slim'],
    ['a digest', `FROM docker.io/library/python@sha256:${'0'.repeat(64)}`],
    ['one of our own by digest', `FROM localhost:5000/vendor/python:12@sha256:${'0'.repeat(64)}`],
    ['a mirror on this machine', 'FROM localhost:5000/library/python:3.11'],
    ['a tag that a build argument names', 'ARG V\nFROM docker.io/library/python:${V}'],
    ['an image that a build argument names', 'ARG BASE\nFROM ${BASE}'],
    ['a registry that a build argument names', 'ARG R\nFROM ${R}/tool:1'],
  ])('is silent about %s', async (_, text) => {
    expect(await judge(text)).toEqual([]);
  });

  it('puts in what arguments are given: of the definition, else where all command lines agree', async () => {
    const text = 'ARG V=1\nFROM docker.io/library/python:${V}';
    const lines = (...values: readonly string[]) => ({
      'build.sh': values.map((each) => `docker build --build-arg V=${each} api`).join('\n'),
    });
    expect(await judge(text, lines('latest', 'latest'))).toHaveLength(1);
    expect(await judge(text, lines('latest', '2'))).toEqual([]);
    expect(await judge(text, lines('$V'))).toEqual([]);
    expect(await judge(text, { 'README.md': 'docker build --build-arg V=latest api' })).toEqual([]);
    const source = (args: string) =>
      release(
        'scratch',
        `  - { type: build, images: { "h.example/z:1": { context: api, args: ${args} } } }`,
      );
    expect(await judge(text, { ...lines('2'), ...source('{ V: latest }') })).toHaveLength(1);
    expect(await judge(text, { ...lines('latest'), ...source('{ V: "2" }') })).toEqual([]);
  });

  it('does not miss what a script may build', async () => {
    expect(await judge('FROM localhost:5000/sdk:dev', { Makefile: '' })).toEqual([]);
  });

  it('takes what is locked as there', async () => {
    const facts = await deployedRelease({
      Makefile: make,
      Containerfile: 'FROM localhost:5000/old:1',
    });
    const image = {
      reference: 'ghcr.io/org/old:1',
      source: '',
      mediaType: '',
      digest: 'sha256:0',
      size: 1,
      layers: [],
    };
    const flavors = { cpu: { images: [image], payloads: [] } };
    const lock = {
      schema: 'cowa-release/lock/v1',
      name: 'a',
      architecture: 'amd64',
      flavors,
    } as never;
    expect(faults(baseImagesThere, facts)).toHaveLength(1);
    expect(
      faults(baseImagesThere, { ...facts, budget: { limits: [], lock, previous: undefined } }),
    ).toEqual([]);
  });

  it.each([
    ['another image that is put together here', 'h.example/b:1', '', 0],
    [
      'one of a registry that is asked',
      'docker.io/library/a:1',
      '  - { type: registry, hosts: [docker.io] }',
      0,
    ],
    [
      'one whose host is replaced',
      'docker.io/a:1',
      '  - { type: registry, hosts: ["m:5"], overrides: { docker.io: "m:5" } }',
      0,
    ],
    ['one that a layout may hold', 'h.example/c:1', '  - { type: oci-layout, path: images }', 0],
    ['one that no source holds', 'h.example/c:1', '  - { type: registry, hosts: [docker.io] }', 1],
  ])('looks for the base of composed images: %s', async (_, base, sources, count) => {
    const found = await judge('', release(base, sources));
    expect(found).toHaveLength(count);
    if (count > 0)
      expect(found[0]).toMatch(
        /^error cowa-release.yaml:7:\d+ h.example\/app\/a:1 stands on h.example\/c:1/,
      );
  });

  it('asks no source that comes before the one that puts images together', async () => {
    const files = release('h.example/c:1');
    const text = String(files['cowa-release.yaml']).replace(
      'imageSources:\n',
      'imageSources:\n  - { type: oci-layout, path: images }\n',
    );
    expect(await judge('', { ...files, 'cowa-release.yaml': text })).toEqual([
      expect.stringContaining('no image source from here on can hold it'),
    ]);
  });

  it('says where nothing is built', async () => {
    expect(told(baseImagesThere, await deployedRelease({}))).toEqual(['not-applicable']);
  });
});
