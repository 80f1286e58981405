import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { renderChecksums } from './checksums.ts';
import { unsupportedFields } from './component-inputs.ts';
import { compareWalk, refuseUnsafeNames } from './component-tar.ts';
import { fillComponentName, fillCreateTemplates } from './create-templates.ts';
import type { Component } from './definition.ts';
import { packageFileName } from './file-name.ts';
import { isCompatible, mergeImported } from './imports.ts';
import { markSigned } from './mark-signed.ts';
import { mergeValuesFiles } from './merge-values.ts';
import { packageManifest } from './oci-manifest.ts';
import { remoteInputs } from './remote-inputs.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const target = { namespace: 'a', selector: 'b', container: 'c', path: '/d' };

describe('renderChecksums', () => {
  it('gives the aggregate of the format reference', () => {
    const files = Object.entries({
      'empty.txt': '',
      foo: 'bar',
      'nested/directory/file.md': 'nested',
    });
    const { aggregate } = renderChecksums(
      files.map(([path, text]) => ({ path, digest: digestOf(text) })),
    );
    expect(aggregate).toBe('7c554cf67e1c2b50a1b728299c368cd56d53588300c37479623f29a52812ca3f');
  });

  it.each([['a b'], [''], ['a\nb']])('refuses the path %j', (path) => {
    expect(() => renderChecksums([{ path, digest: digestOf('') }])).toThrow(
      withCode('PACK_NAME_INVALID'),
    );
  });
});

describe('packageFileName', () => {
  const metadata = { name: 'a', version: '1.0.0' };
  it.each([
    [
      { kind: 'ZarfPackageConfig', metadata },
      { architecture: 'amd64' },
      'zarf-package-a-amd64-1.0.0.tar.zst',
    ],
    [
      { kind: 'ZarfPackageConfig', metadata },
      { architecture: 'amd64', flavor: 'gpu' },
      'zarf-package-a-amd64-1.0.0-gpu.tar.zst',
    ],
    [
      { kind: 'ZarfPackageConfig', metadata: { name: 'a', uncompressed: true } },
      { architecture: 'arm64' },
      'zarf-package-a-arm64.tar',
    ],
    [
      { kind: 'ZarfInitConfig', metadata },
      { architecture: 'amd64' },
      'zarf-init-amd64-1.0.0.tar.zst',
    ],
    [
      {
        kind: 'ZarfPackageConfig',
        metadata,
        build: { differential: true, differentialPackageVersion: '0.9.0' },
      },
      { architecture: 'amd64' },
      'zarf-package-a-amd64-0.9.0-differential-1.0.0.tar.zst',
    ],
  ])('%#', (definition, options, expected) => {
    expect(packageFileName(definition, options)).toBe(expected);
  });

  it.each([
    [{ name: 'a', version: '1/2' }, 'amd64'],
    [{ name: 'a' }, ''],
  ])('refuses %j for architecture %j', (bad, architecture) => {
    expect(() =>
      packageFileName({ kind: 'ZarfPackageConfig', metadata: bad }, { architecture }),
    ).toThrow(withCode('PACK_NAME_INVALID'));
  });
});

describe('create-time templates', () => {
  const fill = (text: string, set: Readonly<Record<string, string>>): string =>
    fillCreateTemplates(text, set, 'amd64', 'zarf.yaml');

  it('fills both spellings and the architecture, and leaves deploy-time ones', () => {
    expect(
      fill('###ZARF_PKG_TMPL_A### ###ZARF_PKG_VAR_A### ###ZARF_PKG_ARCH### ###ZARF_VAR_A###', {
        A: '1',
      }),
    ).toBe('1 1 amd64 ###ZARF_VAR_A###');
  });

  it('refuses a missing value, an inherited name included', () => {
    expect(() => fill('###ZARF_PKG_TMPL_A###', {})).toThrow(withCode('PACK_TEMPLATE_MISSING'));
  });

  it.each([['a: b'], ['a #b'], ['a\nb'], ['a"b'], ["a'b"], ['a\\b'], ['a:']])(
    'refuses the value %j',
    (value) => {
      expect(() => fill('###ZARF_PKG_TMPL_A###', { A: value })).toThrow(
        withCode('PACK_TEMPLATE_VALUE'),
      );
    },
  );

  it('fills the name of the component everywhere in it', () => {
    const filled = fillComponentName({
      name: 'c',
      files: [{ source: '###ZARF_COMPONENT_NAME###.txt', target: 't' }],
    });
    expect(filled.files?.[0]?.source).toBe('c.txt');
  });
});

describe('imports', () => {
  it.each([
    [{}, true],
    [{ flavor: 'cpu' }, true],
    [{ flavor: 'gpu' }, false],
    [{ cluster: { architecture: 'arm64' } }, false],
  ])('%j fits: %j', (only, expected) => {
    expect(isCompatible({ name: 'a', only }, { architecture: 'amd64', flavor: 'cpu' })).toBe(
      expected,
    );
  });

  it('appends lists, overrides charts by name and takes what decides from the importer', () => {
    const imported: Component = {
      name: 'theirs',
      required: true,
      images: ['a'],
      charts: [{ name: 'c', namespace: 'old', localPath: 'x', valuesFiles: ['1'] }],
      actions: { onDeploy: { before: [{ cmd: '1' }], defaults: { dir: 'a' } } },
    };
    const importer: Component = {
      name: 'mine',
      import: { path: 'x' },
      images: ['b'],
      charts: [{ name: 'c', namespace: 'new', valuesFiles: ['2'] }, { name: 'd' }],
      actions: { onDeploy: { before: [{ cmd: '2' }], defaults: { dir: 'b' } } },
    };
    expect(mergeImported(importer, imported)).toEqual({
      name: 'mine',
      images: ['a', 'b'],
      charts: [
        { name: 'c', namespace: 'new', localPath: 'x', valuesFiles: ['1', '2'] },
        { name: 'd' },
      ],
      actions: { onDeploy: { before: [{ cmd: '1' }, { cmd: '2' }], defaults: { dir: 'b' } } },
    });
  });

  it('refuses two operating systems', () => {
    const on = (localOS: string): Component => ({ name: 'a', only: { localOS } });
    expect(() => mergeImported(on('linux'), on('darwin'))).toThrow(withCode('PACK_IMPORT_INVALID'));
  });
});

describe('unsupportedFields', () => {
  it.each<[string, Partial<Component>, string]>([
    [
      'repositories by SSH',
      { repos: ['https://example.com/a.git', 'ssh://git@a/b.git'] },
      '/repos/1',
    ],
    ['paths as repositories', { repos: ['../repo.git'] }, '/repos/0'],
    ['image archives', { imageArchives: [{ path: 'a', images: [] }] }, '/imageArchives'],
    ['scripts', { scripts: {} }, '/scripts'],
    ['imports by address', { import: { url: 'oci://a' } }, '/import/url'],
    [
      'kustomizations from elsewhere',
      { manifests: [{ name: 'a', kustomizations: ['k', 'github.com/a/b//c?ref=v1'] }] },
      '/manifests/0/kustomizations/1',
    ],
    [
      'kustomizations with plugins',
      { manifests: [{ name: 'a', kustomizations: ['k'], enableKustomizePlugins: true }] },
      '/manifests/0/enableKustomizePlugins',
    ],
    [
      'charts of Git repositories with an odd revision',
      { charts: [{ name: 'a', url: 'https://a/b.git', version: '-x' }] },
      '/charts/0',
    ],
  ])('names %s', (_name, component, pointer) => {
    expect(unsupportedFields({ name: 'a', ...component }).map((field) => field.pointer)).toEqual([
      pointer,
    ]);
  });
});

describe('what is fetched', () => {
  it.each<[string, Partial<Component>, string]>([
    ['manifests', { manifests: [{ name: 'a', files: ['https://a/b'] }] }, '/manifests/0/files/0'],
    ['charts', { charts: [{ name: 'a', url: 'oci://a' }] }, '/charts/0'],
    [
      'values',
      { charts: [{ name: 'a', localPath: 'c', valuesFiles: ['https://a'] }] },
      '/charts/0/valuesFiles/0',
    ],
    ['files', { files: [{ source: 'https://a', target: 'a' }] }, '/files/0/source'],
    ['data', { dataInjections: [{ source: 'https://a', target }] }, '/dataInjections/0/source'],
  ])('%s by address are inputs, not refused', (_name, component, pointer) => {
    const whole = { name: 'a', ...component };
    expect(unsupportedFields(whole)).toEqual([]);
    expect(remoteInputs(whole).map((input) => input.pointer)).toEqual([pointer]);
  });
});

describe('component tars', () => {
  it('walks a folder before what is in it and before a longer name', () => {
    expect(['a-b', 'a/c', 'a', 'a.b'].toSorted(compareWalk)).toEqual(['a', 'a/c', 'a-b', 'a.b']);
  });

  it.each([['a/aux.c'], ['a:b'], ['a\\b'], ['a./b'], ['a '], ['a//b'], ['COM1']])(
    'refuses the name %j',
    (path) => {
      expect(() => refuseUnsafeNames('c', [{ path, type: 'file', mode: 0, size: 0 }])).toThrow(
        withCode('PACK_NAME_INVALID'),
      );
    },
  );
});

describe('values of a package', () => {
  const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });
  it('merges mappings, replaces lists and sorts keys', () => {
    const merged = mergeValuesFiles([
      file('a', 'b: {x: 1, l: [1, 2]}\n'),
      file('b', 'b: {y: 2, l: [3]}\na: 1\n'),
      file('c', ''),
    ]);
    expect(Buffer.from(merged).toString('utf8')).toBe('a: 1\nb:\n  l:\n  - 3\n  x: 1\n  "y": 2\n');
  });
  it.each([['- 1\n'], ['a: [\n'], ['a: 1\na: 2\n']])('refuses %j', (text) => {
    expect(() => mergeValuesFiles([file('a', text)])).toThrow(withCode('PACK_VALUES_INVALID'));
  });
});

describe('markSigned', () => {
  it('marks every document and keeps what it does not know', () => {
    const text = Buffer.from(
      markSigned(Buffer.from('kind: A\nx-own: "1"\nbuild:\n  signed: false\n---\nkind: B\n')),
    ).toString('utf8');
    expect(text.match(/signed: true/g)).toHaveLength(2);
    expect(text).toContain('x-own: "1"');
    expect(Buffer.from(markSigned(Buffer.from(text))).toString('utf8')).toBe(text);
  });
  it.each([['- 1\n'], ['a: [\n'], ['']])('refuses %j', (text) => {
    expect(() => markSigned(Buffer.from(text))).toThrow(withCode('PACK_DEFINITION_INVALID'));
  });
});

describe('packageManifest', () => {
  it('does not depend on the order of files, equal content included', () => {
    const definition = { kind: 'ZarfPackageConfig', metadata: { name: 'a' }, components: [] };
    const files = ['b', 'a', 'c'].map((path) => ({
      path,
      blob: { digest: digestOf(path === 'c' ? 'x' : 'same'), size: 1 },
    }));
    expect(packageManifest({ definition, files }).digest).toBe(
      packageManifest({ definition, files: files.toReversed() }).digest,
    );
  });
});
