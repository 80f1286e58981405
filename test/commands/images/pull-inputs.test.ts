import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import Assemble from '../../../src/commands/assemble.ts';
import ImagesLock from '../../../src/commands/images/lock.ts';
import ImagesPull from '../../../src/commands/images/pull.ts';
import { digestOf, hexOf } from '../../../src/oci/digest.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { writeBelow } from '../../support/write-below.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const commands = {
  assemble: (argv: string[]) => Assemble.run(argv, config),
  lock: (argv: string[]) => ImagesLock.run(argv, config),
  pull: (argv: string[]) => ImagesPull.run(argv, config),
};
const sha = (text: string): string => hexOf(digestOf(text));
const texts: Record<string, string> = { '/tool': 'tool', '/model': 'weights', '/part': 'part' };
let folder = '';
let server: GitServer;

/** @param cache name of a folder for the cache */
async function ask(command: keyof typeof commands, cache: string, ...flags: readonly string[]) {
  const files = ['-f', join(folder, 'cowa-release.yaml'), '--cache-dir', join(folder, cache)];
  return captureOutput<unknown>(() => commands[command]([...files, '--quiet', ...flags]));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-pull-inputs-'));
  server = await gitServer();
  server.intercept = ({ url = '' }, response) => {
    const text = texts[url];
    if (text !== undefined) response.end(text);
    return text !== undefined;
  };
  const from = `http://${server.host}`;
  await writeBelow(folder, {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources: []
remoteInputs: { hosts: ['${server.host}'] }
flavors:
  cpu: { packages: [{ path: one }] }
  gpu: { packages: [{ path: one }, { path: two }] }
payloads:
  - { package: two, source: model, from: { url: '${from}/model' }, sha256: ${sha('weights')} }
`,
    'one/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: one, version: 1.0.0 }
components:
- name: main
  required: true
  files: [{ source: '${from}/tool', target: /t }]
  repos: ['${server.url}@v1']
`,
    'two/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: two, version: 1.0.0 }
components:
- name: main
  required: true
  files: [{ source: model, target: /m }]
`,
  });
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  process.exitCode = 0;
});

const pulled = (held: boolean) => [
  { kind: 'payload', address: expect.stringMatching(/\/model as two\/model$/), size: 7, held },
  { kind: 'repository', address: `${server.url}@v1`, size: expect.any(Number), held },
  { kind: 'file', address: `http://${server.host}/tool`, sha256: sha('tool'), size: 4, held },
];

describe('images pull', () => {
  it('brings what assemble --locked needs without any server', async () => {
    expect((await ask('lock', 'first')).error).toBeUndefined();
    const { error, result, stdout } = await ask('pull', 'second', '--locked');
    expect(error).toBeUndefined();
    expect(result).toMatchObject({ inputs: pulled(false) });
    expect(stdout).toContain(`\nfile  http://${server.host}/tool  4 B\n`);
    const { asked } = server;
    expect((await ask('pull', 'second', '--locked')).result).toMatchObject({
      inputs: pulled(true),
    });
    const out = ['--flavor', 'all', '--out', join(folder, 'dist'), '--insecure-unsigned'];
    expect((await ask('assemble', 'second', '--locked', ...out)).error).toBeUndefined();
    expect(server.asked).toBe(asked);
  });

  it('leaves out what only other flavors take in', async () => {
    const { result } = await ask('pull', 'cache', '--flavor', 'cpu');
    expect(result).toMatchObject({ inputs: [{ kind: 'repository' }, { kind: 'file' }] });
  });

  it('takes what is locked and nothing else', async () => {
    await ask('lock', 'first');
    const definition = join('one', 'zarf.yaml');
    const named = (path: string) => `kind: ZarfPackageConfig
metadata: { name: one, version: 1.0.0 }
components:
- { name: main, required: true, files: [{ source: 'http://${server.host}${path}', target: /t }] }
`;
    await writeBelow(folder, { [definition]: named('/part') });
    expect((await ask('pull', 'second', '--locked')).error).toMatchObject({
      code: 'INPUT_LOCK_MISSING',
    });
    await writeBelow(folder, { [definition]: named('/tool') });
    texts['/tool'] = 'loot';
    const { error } = await ask('pull', 'second', '--locked');
    texts['/tool'] = 'tool';
    expect(error).toMatchObject({ code: 'INPUT_DIGEST' });
  });
});
