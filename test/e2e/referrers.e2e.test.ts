// What lies beside an archive goes into a real registry as referrers, cosign finds it, and it comes back.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Pull from '../../src/commands/pull.ts';
import Push from '../../src/commands/push.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { ownArchives } from '../support/own-archives.ts';
import { peer } from '../support/peers.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const missing = await missingPrograms('docker-registry');
const cosign = await peer('COWA_COSIGN');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;

describe.skipIf(missing.length > 0)(`referrers in a real registry${without}`, () => {
  let folder = '';
  let registry: LocalRegistry;
  let fileName = '';
  let place = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-referrers-'));
    registry = await startRegistry('plain');
    const archives = await ownArchives({ noiseBytes: 1000, textBytes: 1000 });
    const signed = archives.find(({ name }) => name === 'own signed bundle');
    if (signed === undefined) throw new Error('no signed bundle');
    ({ fileName } = signed);
    await mkdir(join(folder, 'dist'));
    const files = { ...signed.beside, [fileName]: signed.bytes, [`${fileName}.cdx.json`]: '{}' };
    for (const [name, bytes] of Object.entries(files))
      await writeFile(join(folder, 'dist', name), bytes);
  });
  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('the archive and what lies beside it come back byte for byte', async () => {
    const cache = ['--cache-dir', join(folder, 'cache')];
    const to = ['--to', `${registry.host}/team`];
    const { stdout, error } = await captureOutput(() =>
      Push.run([join(folder, 'dist', fileName), ...to, ...cache, '--json'], config),
    );
    expect(error).toBeUndefined();
    const { reference, digest, listed } = JSON.parse(stdout);
    expect(listed).toBe('tag');
    place = `${reference.slice('oci://'.length).replace(/:[^:/]*$/, '')}@${digest}`;
    const out = ['--out', join(folder, 'out'), '-a', 'amd64'];
    const pulled = await captureOutput(() => Pull.run([reference, ...out, ...cache], config));
    expect(pulled.error).toBeUndefined();
    const names = await readdir(join(folder, 'out'));
    expect(names).toEqual(await readdir(join(folder, 'dist')));
    for (const name of names)
      expect(await readFile(join(folder, 'out', name))).toEqual(
        await readFile(join(folder, 'dist', name)),
      );
  });
  it.skipIf(cosign.missing !== undefined)('cosign lists them', async () => {
    const { stdout } = await cosign.run(['tree', '--allow-http-registry', place], folder);
    expect(stdout).toContain('application/vnd.cyclonedx+json artifacts via OCI referrer');
    expect(stdout.match(/via OCI referrer/g)?.length).toBe(2);
  });
});
