import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import SbomDiff from '../../src/commands/sbom/diff.ts';
import SbomGenerate from '../../src/commands/sbom/generate.ts';
import SbomValidate from '../../src/commands/sbom/validate.ts';
import { aLayer, anImage } from '../support/an-image.ts';
import { debian, dpkgStatus, pythonPackage } from '../support/catalogued.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { writeLayout } from '../support/write-layout.ts';

const root = join(import.meta.dirname, '../..');
const name = 'registry.example.mil_app_1.0';
let folder = '';
let layout = '';
const at = (...path: readonly string[]): string => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-sbom-'));
  vi.stubEnv('COWA_CACHE_DIR', join(folder, 'cache'));
  layout = at('layout');
  const older = await aLayer([debian, dpkgStatus('libc6 2.36')]);
  await writeLayout(layout, anImage([older, await aLayer([pythonPackage('six', '1.0')])]));
  await writeLayout(at('older'), anImage([older]));
  await writeLayout(at('broken'), anImage([Buffer.alloc(2048, 7)]));
  await writeLayout(at('odd'), anImage([older], { diffIds: [] }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

const generate = (...args: readonly string[]) =>
  captureOutput(() => SbomGenerate.run([...args], { root }));
const validate = (...args: readonly string[]) =>
  captureOutput(() => SbomValidate.run([...args], { root }));

describe('sbom generate', () => {
  it('writes what was asked for, the same every time', async () => {
    const all = ['--format', 'cyclonedx', '--format', 'spdx', '--format', 'syft'];
    const { stdout, error } = await generate(layout, '--out', at('a'), ...all);
    expect(error).toBeUndefined();
    expect(stdout).toContain('1 deb, 1 python');
    await generate(layout, '--out', at('b'), ...all);
    for (const suffix of ['.cdx.json', '.spdx.json', '.json'])
      expect(await readFile(at('a', `${name}${suffix}`))).toEqual(
        await readFile(at('b', `${name}${suffix}`)),
      );
  });

  it('answers as its schema says', async () => {
    const { stdout } = await generate(layout, '--out', at('c'), '--output', 'json');
    expect(schemaFaults('sbom-generate-result', JSON.parse(stdout))).toEqual([]);
  });

  it('dates documents by SOURCE_DATE_EPOCH', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', '1767225600');
    await generate(layout, '--out', at('d'));
    vi.stubEnv('SOURCE_DATE_EPOCH', 'tomorrow');
    const { error } = await generate(layout, '--out', at('d'));
    vi.stubEnv('SOURCE_DATE_EPOCH', undefined);
    expect(error).toMatchObject({ code: 'SBOM_TIME_INVALID' });
    expect(await readFile(at('d', `${name}.cdx.json`), 'utf8')).toContain('2026-01-01T00:00:00Z');
  });

  it('finds an image by the name that stands in a layout, and says what is there', async () => {
    const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
    const second = JSON.parse(await readFile(at('older', 'index.json'), 'utf8')).manifests[0];
    second.annotations['org.opencontainers.image.ref.name'] = 'old';
    await cp(layout, at('both'), { recursive: true });
    await cp(at('older', 'blobs'), at('both', 'blobs'), { recursive: true });
    const manifests = [...index.manifests, second];
    await writeFile(at('both', 'index.json'), JSON.stringify({ ...index, manifests }));
    const documents = async (image: string) => {
      const { stdout, error } = await generate(
        ...[at('both'), '--image', image, '--out', at('by-name'), '--output', 'json'],
      );
      return error ?? JSON.parse(stdout).images.map((each: { digest: string }) => each.digest);
    };
    expect(await documents('old')).toEqual([second.digest]);
    expect(await documents('registry.example.mil/app:1.0')).toEqual([index.manifests[0].digest]);
    expect(await documents('new')).toMatchObject({
      code: 'SBOM_IMAGE_MISSING',
      suggestions: [
        expect.stringMatching(/holds old, registry\.example\.mil\/app:1\.0$/),
        expect.anything(),
      ],
    });
  });

  it.each([
    {
      what: 'an image that is not there',
      args: () => [layout, '--image', 'other.example/x:1'],
      code: 'SBOM_IMAGE_MISSING',
    },
    { what: 'a layer that is no tar', args: () => [at('broken')], code: 'SBOM_LAYER_INVALID' },
    {
      what: 'layers that the config does not name',
      args: () => [at('odd')],
      code: 'SBOM_IMAGE_INVALID',
    },
    { what: 'a folder without images', args: () => [folder], code: 'LAYOUT_INVALID' },
  ])('refuses $what', async ({ args, code }) => {
    const { error } = await generate(...args(), '--out', at('x'));
    expect(error).toMatchObject({ code });
  });
});

describe('sbom validate', () => {
  it.each(['.cdx.json', '.spdx.json', '.json'])(
    'finds %s to be about its image, and not about another',
    async (suffix) => {
      const all = ['--format', 'cyclonedx', '--format', 'spdx', '--format', 'syft'];
      await generate(layout, '--out', at('v'), ...all);
      const file = at('v', `${name}${suffix}`);
      const own = await validate(file, '--against', layout, '--output', 'json');
      expect(own.error).toBeUndefined();
      expect(process.exitCode ?? 0).toBe(0);
      const result = JSON.parse(own.stdout);
      expect(schemaFaults('sbom-validate-result', result)).toEqual([]);
      const outcome = (id: string): string =>
        result.rules.find((rule: { id: string }) => rule.id === id).outcome;
      expect(['DOC-07', 'CMP-07', 'CMP-11'].map(outcome)).toEqual(['pass', 'pass', 'pass']);
      const other = await validate(file, '--against', at('older'));
      expect(other.stdout).toMatch(/FAIL +DOC-07/);
      expect(process.exitCode).toBe(1);
    },
  );

  it('speaks against a document that lists what is not there', async () => {
    await generate(layout, '--out', at('more'));
    const document = JSON.parse(await readFile(at('more', `${name}.cdx.json`), 'utf8'));
    const more = { type: 'library', name: 'gone', version: '1', purl: 'pkg:deb/debian/gone@1' };
    document.components.push(more);
    await writeFile(at('more.json'), JSON.stringify(document));
    const { stdout } = await validate(at('more.json'), '--against', layout);
    expect(stdout).toMatch(/FAIL +CMP-12 .*1 not in the image: pkg:deb\/debian\/gone@1/);
    expect(process.exitCode).toBe(1);
  });

  it('names packages that a document leaves out, and what breaks its schema', async () => {
    await generate(layout, '--out', at('w'));
    const file = at('w', `${name}.cdx.json`);
    const document = JSON.parse(await readFile(file, 'utf8'));
    document.components = document.components.filter(
      (each: { name: string }) => each.name !== 'six',
    );
    document.version = 'one';
    await writeFile(at('cut.json'), JSON.stringify(document));
    const { stdout } = await validate(at('cut.json'), '--against', layout);
    expect(stdout).toMatch(/FAIL +DOC-01 .*version/);
    expect(stdout).toMatch(/FAIL +CMP-11 .*pkg:pypi\/six@1\.0/);
    expect(stdout).toMatch(/FAIL +CMP-07/);
    expect(process.exitCode).toBe(1);
  });

  it.each([
    { what: 'no JSON', text: 'no' },
    { what: 'another document', text: '{"a":1}' },
  ])('refuses $what', async ({ text }) => {
    await writeFile(at('no.json'), text);
    expect((await validate(at('no.json'))).error).toMatchObject({ code: 'SBOM_DOCUMENT_INVALID' });
  });

  it('asks which image is meant where there are two', async () => {
    await cp(layout, at('two'), { recursive: true });
    await cp(at('older', 'blobs'), at('two', 'blobs'), { recursive: true });
    const indexOf = async (of: string) => JSON.parse(await readFile(at(of, 'index.json'), 'utf8'));
    const [index, older] = [await indexOf('two'), await indexOf('older')];
    const [other] = older.manifests;
    const annotations = Object.fromEntries(
      Object.keys(other.annotations).map((key) => [key, 'registry.example.mil/other:1.0']),
    );
    index.manifests.push({ ...other, annotations });
    await writeFile(at('two', 'index.json'), JSON.stringify(index));
    await generate(layout, '--out', at('z'));
    const { error } = await validate(at('z', `${name}.cdx.json`), '--against', at('two'));
    expect(error).toMatchObject({ code: 'SBOM_IMAGE_AMBIGUOUS' });
  });

  it('says which document is too old', async () => {
    await generate(layout, '--out', at('y'));
    const { stdout } = await validate(at('y', `${name}.cdx.json`), '--max-age', '1');
    expect(stdout).toMatch(/FAIL +DOC-11/);
  });
});

describe('sbom diff', () => {
  it('tells what came and went, across formats', async () => {
    await generate(at('older'), '--out', at('o'), '--format', 'spdx');
    await generate(layout, '--out', at('n'), '--format', 'cyclonedx');
    const files = [at('o', `${name}.spdx.json`), at('n', `${name}.cdx.json`)];
    const { stdout } = await captureOutput(() => SbomDiff.run(files, { root }));
    expect(stdout).toBe('+ pkg:pypi/six@1.0\n1 added, 0 removed, 1 the same\n');
    await writeFile(at('none.json'), '{"bomFormat":"CycloneDX","components":[]}');
    const doubt = await captureOutput(() =>
      SbomDiff.run([at('none.json'), ...files.slice(1)], { root }),
    );
    expect(doubt.stdout).toMatch(
      /2 added, 0 removed, 0 the same\n\? none\.json lists no package and does not say whether it is complete: /,
    );
    const json = await captureOutput(() => SbomDiff.run([...files, '--output', 'json'], { root }));
    expect(schemaFaults('sbom-diff-result', JSON.parse(json.stdout))).toEqual([]);
  });
});
