import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, ownProgram } from '../support/peers.ts';

let home = '';
const at = (...path: readonly string[]): string => join(home, ...path);

/** A release whose one package makes a file of its own while it is built. */
async function writeRelease(actions: string): Promise<void> {
  await mkdir(at('release/made'), { recursive: true });
  await writeFile(
    at('release/cowa-release.yaml'),
    `apiVersion: cowa-release/v1
name: acting
version: 1.0.0
architecture: amd64
imageSources: []
flavors:
  cpu: { packages: [{ path: made }] }
`,
  );
  await writeFile(
    at('release/made/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: made, version: 1.0.0 }
components:
- name: main
  required: true
  files: [{ source: weights.txt, target: weights.txt }]
  actions:
    onCreate:
${actions}`,
  );
}

async function assemble(...flags: readonly string[]): Promise<Ended> {
  const definition = ['-f', 'release/cowa-release.yaml', '--flavor', 'cpu'];
  const rest = ['--insecure-unsigned', '--cache-dir', 'cache', ...flags];
  return ownProgram(['assemble', ...definition, ...rest], home);
}

describe('onCreate actions of a definition', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-e2e-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('are shown and refused, unless they are allowed to run', async () => {
    await writeRelease(`      defaults: { env: [WHAT=weights] }
      before:
      - cmd: echo $WHAT > weights.txt; echo making $WHAT
      onSuccess:
      - cmd: echo done > success.txt
      onFailure:
      - cmd: echo failed > failure.txt
`);
    const refused = await assemble();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('PACK_ACTIONS_REFUSED');
    expect(refused.stderr).toContain('main, before: echo $WHAT > weights.txt; echo making $WHAT');
    const allowed = await assemble('--run-actions');
    expect(allowed).toMatchObject({ code: 0 });
    expect(allowed.stderr).toContain('echo $WHAT > weights.txt');
    expect(allowed.stderr).toContain('main: making weights');
    expect(await readFile(at('release/made/weights.txt'), 'utf8')).toBe('weights\n');
    expect(await readFile(at('release/made/success.txt'), 'utf8')).toBe('done\n');
    await expect(readFile(at('release/made/failure.txt'))).rejects.toThrow();
  });

  it('end the package when they fail, after onFailure ran', async () => {
    await writeRelease(`      before:
      - { cmd: exit 7, maxRetries: 1 }
      onFailure:
      - cmd: echo failed > failure.txt
`);
    const failed = await assemble('--run-actions');
    expect(failed.code).toBe(3);
    expect(`${failed.stdout}${failed.stderr}`).toMatch(/ACTION_FAILED.*ended with exit code 7/);
    expect(await readFile(at('release/made/failure.txt'), 'utf8')).toBe('failed\n');
  });

  it.each([
    ['setVariables: [{ name: X }]', 3, /setVariables has no meaning in onCreate/],
    ['shell: { linux: pwsh, darwin: pwsh }', 2, /PACK_UNSUPPORTED.*the shell pwsh/],
  ])('are refused by name where %s is not acted on', async (field, code, said) => {
    await writeRelease(`      before:
      - { cmd: touch should-not-be, ${field} }
`);
    const refused = await assemble('--run-actions');
    expect(`${refused.stdout}${refused.stderr}`).toMatch(said);
    expect(refused.code).toBe(code);
    await expect(readFile(at('release/made/should-not-be'))).rejects.toThrow();
  });
});
