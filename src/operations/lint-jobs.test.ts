import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { findDefinitions } from './find-definitions.ts';
import { type FlavorChoice, lintJobs } from './lint-jobs.ts';

const run = { signal: new AbortController().signal };
type Files = Readonly<Record<string, string>>;

const component = (flavor: string): string =>
  `  - { name: a, required: true, only: { flavor: ${flavor} } }\n`;
const zarf = (components: string, version = '1.0.0'): string =>
  `kind: ZarfPackageConfig\nmetadata: { name: app, version: "${version}" }\ncomponents:\n${components}`;
const release = (flavors: string): string => `apiVersion: cowa-release/v1
name: a
version: 1.2.3
architecture: arm64
imageSources: []
flavors:
${flavors}`;

async function jobs(files: Files, choice: FlavorChoice = {}) {
  const workspace = new MemoryWorkspace(files);
  return lintJobs(await findDefinitions('.', workspace, run), choice, workspace, new Map());
}

async function told(files: Files, choice: FlavorChoice = {}): Promise<readonly string[]> {
  return (await jobs(files, choice)).map(
    ({ file, zarfFlavor, flavors }) => `${file} ${zarfFlavor || '-'} ${flavors.join('+') || '-'}`,
  );
}

const two = zarf(component('upstream') + component('registry1'));
const released = {
  'p/zarf.yaml': two,
  'cowa-release.yaml': release(
    '  cpu: { zarfFlavor: upstream, packages: [{ path: p }] }\n  gpu: { zarfFlavor: upstream, packages: [{ path: p }] }\n',
  ),
};

describe('what there is to judge', () => {
  it('is each flavor of a package, also one that no release asks for', async () => {
    expect(await told({ 'p/zarf.yaml': two })).toEqual([
      'p/zarf.yaml registry1 -',
      'p/zarf.yaml upstream -',
    ]);
    expect(await told(released)).toEqual([
      'p/zarf.yaml upstream cpu+gpu',
      'p/zarf.yaml registry1 -',
    ]);
  });

  it('is what one flavor of the release asks for, where that is asked', async () => {
    expect(await told(released, { flavor: 'gpu' })).toEqual(['p/zarf.yaml upstream gpu']);
    expect(await told(released, { zarfFlavor: 'registry1' })).toEqual(['p/zarf.yaml registry1 -']);
    await expect(told(released, { flavor: 'tpu' })).rejects.toMatchObject({
      code: 'LINT_FLAVOR_UNKNOWN',
    });
    await expect(told(released, { zarfFlavor: 'x' })).rejects.toMatchObject({
      code: 'LINT_ZARF_FLAVOR_UNKNOWN',
    });
  });

  it('keeps a package without flavors, whichever Zarf flavor is asked for', async () => {
    const files = { 'p/zarf.yaml': two, 'q/zarf.yaml': zarf('  - { name: a, required: true }\n') };
    expect(await told(files, { zarfFlavor: 'upstream' })).toEqual([
      'p/zarf.yaml upstream -',
      'q/zarf.yaml - -',
    ]);
  });

  it('is one job for a definition that cannot be read', async () => {
    expect(await told({ 'p/zarf.yaml': 'kind: [\n' })).toEqual(['p/zarf.yaml - -']);
  });
});

describe('what a package is made with', () => {
  const templated = zarf('  - { name: a, required: true }\n', '###ZARF_PKG_TMPL_V###');

  it('is what the release sets, then zarf-config.yaml, then a stand-in', async () => {
    const set = async (files: Files) => (await jobs(files))[0]?.set['V'];
    expect(await set({ 'p/zarf.yaml': templated })).toBe('0.0.0');
    const config = { 'p/zarf-config.yaml': 'package: { create: { set: { v: 5 } } }\n' };
    expect(await set({ 'p/zarf.yaml': templated, ...config })).toBe('5');
    const by = {
      'cowa-release.yaml': release('  cpu: { packages: [{ path: p, set: { V: 1.2.3 } }] }\n'),
    };
    expect(await set({ 'p/zarf.yaml': templated, ...config, ...by })).toBe('1.2.3');
  });

  it('has the names of zarf-config.yaml in capitals, as Zarf has them', async () => {
    const files = {
      'p/zarf.yaml': templated,
      'p/zarf-config.yaml': 'package: { create: { set: { image_version: a, N: 1 } } }\n',
    };
    expect((await jobs(files))[0]?.set).toMatchObject({ IMAGE_VERSION: 'a', N: '1' });
  });

  it.each([
    ['###ZARF_PKG_TMPL_IMAGE_TAG###', 'IMAGE_TAG', '0.0.0'],
    ['###ZARF_PKG_TMPL_MODEL_PATH###', 'MODEL_PATH', '/stand-in'],
    ['###ZARF_PKG_VAR_PORT###', 'PORT', '1'],
    ['###ZARF_PKG_TMPL_ANY###', 'ANY', 'stand-in'],
  ])('stands in for %s by its name', async (text, name, value) => {
    const [job] = await jobs({ 'p/zarf.yaml': `# ${text}\n${zarf('  - { name: a }\n')}` });
    expect(job?.set[name]).toBe(value);
  });

  it('is two jobs where flavors of a release set different values', async () => {
    const by = release(
      '  cpu: { packages: [{ path: p, set: { V: a } }] }\n  gpu: { packages: [{ path: p, set: { V: b } }] }\n',
    );
    const made = await jobs({ 'p/zarf.yaml': templated, 'cowa-release.yaml': by });
    expect(made.map(({ set, flavors }) => `${set['V']} ${flavors}`)).toEqual(['a cpu', 'b gpu']);
  });

  it.each([
    ['the release', {}, 'arm64'],
    [
      'the package',
      {
        'cowa-release.yaml': '',
        'p/zarf.yaml': zarf('  - { name: a }\n').replace(
          '{ name: app',
          '{ architecture: arm64, name: app',
        ),
      },
      'arm64',
    ],
    [
      'its components',
      {
        'cowa-release.yaml': '',
        'p/zarf.yaml': zarf('  - { name: a, only: { cluster: { architecture: arm64 } } }\n'),
      },
      'arm64',
    ],
    ['nobody', { 'cowa-release.yaml': '', 'p/zarf.yaml': zarf('  - { name: a }\n') }, 'amd64'],
  ])('is of the architecture that %s says', async (_, files, architecture) => {
    const all = { ...released, ...files };
    expect((await jobs(all))[0]?.architecture).toBe(architecture);
  });

  it('is for the target, and with the payloads, of the innermost release around it', async () => {
    const inner = release(
      '  cpu: { packages: [{ path: p }] }\ntarget: { profile: bare-kubernetes }\npayloads: [{ package: p, source: w, path: weights, sha256: "' +
        '0'.repeat(64) +
        '" }]\n',
    );
    const files = {
      'in/p/zarf.yaml': zarf('  - { name: a }\n'),
      'in/cowa-release.yaml': inner,
      'cowa-release.yaml': release('  cpu: { packages: [{ path: x }] }\n'),
    };
    const [job] = await jobs(files);
    expect(job?.release?.file).toBe('in/cowa-release.yaml');
    expect(job?.target.name).toBe('bare-kubernetes');
    expect(job?.payloads).toEqual([{ source: 'w', path: 'in/weights' }]);
  });
});
