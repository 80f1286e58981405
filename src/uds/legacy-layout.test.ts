import { describe, expect, it } from 'vitest';
import { digestOf, parseDigest } from '../oci/digest.ts';
import type { UdsBundle } from './bundle.ts';
import { renderLegacyLayout } from './legacy-layout.ts';
import { mergeOverrides } from './merge-overrides.ts';
import { bundleFileName, renderBundle } from './render-bundle.ts';

const manifest = {
  digest: parseDigest('sha256:cb4938993aaa4d75058dc2aed8a2156eaba1e3f76334c2e838e0576e6849a196'),
  size: 1031,
};
const tiny: UdsBundle = {
  kind: 'UDSBundle',
  metadata: { name: 'tiny', description: 'one package', version: '0.1.0', architecture: 'amd64' },
  build: {
    terminal: 'builder',
    user: 'ci',
    architecture: 'amd64',
    timestamp: 'Thu, 01 Jan 2026 00:00:00 +0000',
    version: 'v0.35.1',
  },
  packages: [
    {
      name: 'hello',
      path: 'zarf-package-hello-amd64-0.1.0.tar.zst',
      ref: `0.1.0@${manifest.digest}`,
    },
  ],
};

describe('a legacy bundle', () => {
  it('is the worked example of the format reference, byte for byte', () => {
    const definition = renderBundle(tiny);
    expect(digestOf(definition)).toMatch(/^sha256:fb35cf5e/);
    const layout = renderLegacyLayout(tiny, definition, [manifest], 'amd64');
    expect(layout.rootConfig.digest).toBe(
      'sha256:29fc92b0b34aef04b9f65740a411771ff22c5f043eba01b0f21b6a3570d8fdc2',
    );
    expect(layout.rootManifest.digest).toBe(
      'sha256:30d235356ddd13ee730f237139be35fe85609fc1f92d5b1bf95d8a74bdeb6a10',
    );
    expect(layout.rootManifest.bytes).toHaveLength(668);
    expect(bundleFileName(tiny, 'amd64')).toBe('uds-bundle-tiny-amd64-0.1.0.tar.zst');
  });

  it.each([
    ['no version', { name: 'a' }],
    ['a slash', { name: 'a/b', version: '1' }],
    ['no name', { name: '', version: '1' }],
  ])('has no file name with %s', (_name, metadata) => {
    expect(() => bundleFileName({ ...tiny, metadata }, 'amd64')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_DEFINITION_INVALID' }),
    );
  });

  it('keeps defaults that are false or empty, and leaves out empty members', () => {
    const text = Buffer.from(
      renderBundle({
        ...tiny,
        packages: [
          {
            name: 'a',
            path: '.',
            ref: '1',
            description: '',
            overrides: { c: { d: { variables: [{ name: 'X', path: 'x', default: false }] } } },
          },
        ],
      }),
    ).toString('utf8');
    expect(text).toContain('          default: false');
    expect(text).not.toContain('description: ""');
  });
});

describe('mergeOverrides', () => {
  const files: Readonly<Record<string, string>> = {
    'a.yaml': 'one: 1\ntwo: {x: 1}\n',
    'b.yaml': 'two: {y: 2}\nthree: 3\n',
    'list.yaml': '- 1\n',
  };
  const read = async (path: string): Promise<Uint8Array> => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return Buffer.from(text);
  };
  const entry = (valuesFiles: readonly string[]) => ({
    name: 'p',
    ref: '1',
    overrides: { c: { d: { valuesFiles, values: [{ path: 'three', value: 'mine' }] } } },
  });

  it('lets later files and authored values win, by whole top-level key', async () => {
    const merged = await mergeOverrides(entry(['a.yaml', 'b.yaml']), read);
    expect(merged.overrides?.['c']?.['d']?.values).toEqual([
      { path: 'one', value: 1 },
      { path: 'two', value: { y: 2 } },
      { path: 'three', value: 'mine' },
    ]);
  });

  it.each([['list.yaml'], ['missing.yaml']])('refuses %s', async (path) => {
    await expect(mergeOverrides(entry([path]), read)).rejects.toMatchObject({
      code: 'BUNDLE_VALUES_INVALID',
    });
  });
});
