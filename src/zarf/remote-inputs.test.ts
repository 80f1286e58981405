import { describe, expect, it } from 'vitest';
import { chartAddress, isGitChart, remoteInputs } from './remote-inputs.ts';

const sha = 'a'.repeat(64);

describe('remoteInputs', () => {
  it('finds everything a component names by an address, with what is promised of it', () => {
    const found = remoteInputs({
      name: 'a',
      manifests: [{ name: 'm', files: ['x.yaml', 'https://example.com/m.yaml'] }],
      charts: [
        {
          name: 'c',
          version: '1.0.0',
          url: 'https://charts.example.com',
          valuesFiles: ['v.yaml', 'https://example.com/v.yaml'],
          templatedValuesFiles: ['https://example.com/t.yaml'],
        },
        { name: 'l', localPath: 'chart' },
      ],
      files: [
        { source: 'https://example.com/f', shasum: sha, target: '/f' },
        { source: 'https://example.com/a.tgz', shasum: sha, extractPath: 'f', target: '/g' },
        { source: 'https://example.com/odd', shasum: 'ABC', target: '/o' },
      ],
      dataInjections: [
        {
          source: 'https://example.com/d',
          target: { namespace: 'n', selector: 's', container: 'c', path: '/p' },
        },
      ],
      repos: ['https://example.com/r.git@v1'],
    });
    expect(found).toEqual([
      { kind: 'manifest', pointer: '/manifests/0/files/1', address: 'https://example.com/m.yaml' },
      { kind: 'chart', pointer: '/charts/0', address: 'https://charts.example.com#c@1.0.0' },
      { kind: 'values', pointer: '/charts/0/valuesFiles/1', address: 'https://example.com/v.yaml' },
      {
        kind: 'values',
        pointer: '/charts/0/templatedValuesFiles/0',
        address: 'https://example.com/t.yaml',
      },
      { kind: 'file', pointer: '/files/0/source', address: 'https://example.com/f', sha256: sha },
      { kind: 'file', pointer: '/files/1/source', address: 'https://example.com/a.tgz' },
      { kind: 'file', pointer: '/files/2/source', address: 'https://example.com/odd' },
      { kind: 'data', pointer: '/dataInjections/0/source', address: 'https://example.com/d' },
      { kind: 'repository', pointer: '/repos/0', address: 'https://example.com/r.git@v1' },
    ]);
  });
});

describe('chartAddress', () => {
  it.each([
    [{ url: 'oci://r.io/c/a', version: '1.0.0+x' }, 'oci://r.io/c/a:1.0.0_x'],
    [{ url: `oci://r.io/c/a@sha256:${sha}`, version: '1' }, `oci://r.io/c/a@sha256:${sha}`],
    [{ url: 'https://e.com/c', version: '1', repoName: 'other' }, 'https://e.com/c#other@1'],
    [{ url: 'https://e.com/c.git', version: 'v1' }, 'https://e.com/c.git@v1#'],
    [
      { url: 'https://e.com/c.git@abc', version: 'v1', gitPath: 'a/b' },
      'https://e.com/c.git@abc#a/b',
    ],
    [{ localPath: 'x' }, ''],
  ])('of %j is %s', (chart, address) => {
    expect(chartAddress({ name: 'a', ...chart })).toBe(address);
  });

  it('knows folders of Git repositories', () => {
    expect(['https://e.com/c.git', 'https://e.com/c.git@v1'].map(isGitChart)).toEqual([true, true]);
    expect(['https://e.com/c.github.io', 'oci://e.com/c.git'].map(isGitChart)).toEqual([
      false,
      false,
    ]);
  });
});
