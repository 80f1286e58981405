import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import { aLayer } from '../support/an-image.ts';
import { type GitServer, gitServer, testGit } from '../support/git-server.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';
import { writeBelow } from '../support/write-below.ts';

// Last tried with Helm 3.19 and Zarf 0.84.0.
const [zarf, helm] = [await peer('COWA_ZARF'), await peer('COWA_HELM')];
const missing = await missingPrograms('docker-registry', 'git');
const skipped = zarf.missing !== undefined || missing.length > 0;
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;
let home = '';
let registry: LocalRegistry;
let server: GitServer;
const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

/** Locks a release of one package with these members of its component, and assembles what was locked. */
async function assembled(name: string, component: string): Promise<string> {
  await writeBelow(at(name), {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: ${name}
version: 1.0.0
architecture: amd64
imageSources: [{ type: registry, hosts: ['${registry.host}'] }]
remoteInputs: { hosts: ['${server.host}'] }
flavors: { cpu: { packages: [{ path: app }] } }
`,
    'app/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0 }
components:
- name: main
  required: true
${component}`,
  });
  const common = ['-f', `${name}/cowa-release.yaml`, '--flavor', 'cpu', '--cache-dir', 'cache'];
  expectDone(await ownProgram(['images', 'lock', ...common], home));
  const out = ['--locked', '--insecure-unsigned', '--out', at(name, 'out')];
  expectDone(await ownProgram(['assemble', ...common, ...out], home));
  return at(name, 'out/cpu', `zarf-package-${name}-amd64-1.0.0.tar.zst`);
}

async function lockedInput(name: string): Promise<Record<string, unknown>> {
  const lock = JSON.parse(await readFile(at(name, 'cowa-release.lock.json'), 'utf8'));
  return lock.flavors.cpu.inputs[0];
}

/** A component as zarf takes it out of a package. */
async function component(file: string): Promise<string> {
  const folder = await mkdtemp(at('unpacked-'));
  const args = ['tools', 'archiver', 'decompress', file, folder, '--unarchive-all'];
  expectDone(await zarf.run([...args, '--no-color'], home));
  return join(folder, 'components/main');
}

describe.skipIf(skipped)(`${titleOf('inputs from elsewhere', zarf)}${without}`, () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-inputs-'));
    registry = await startRegistry('plain');
    server = await gitServer();
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it.skipIf(helm.missing)(
    titleOf('a chart that helm pushed is locked and carried as helm and zarf have it', helm),
    async () => {
      await writeBelow(at('demo'), {
        'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.2.3\n',
        'templates/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: from-demo }\n',
      });
      expectDone(await helm.run(['package', 'demo'], home));
      const repository = `oci://${registry.host}/charts`;
      expectDone(await helm.run(['push', 'demo-1.2.3.tgz', repository, '--plain-http'], home));
      const file = await assembled(
        'with-chart',
        `  charts: [{ name: demo, url: '${repository}/demo', version: 1.2.3, namespace: demo }]\n`,
      );

      await mkdir(at('pulled'));
      const pull = ['pull', `${repository}/demo`, '--version', '1.2.3', '--plain-http'];
      const said = expectDone(await helm.run([...pull, '-d', 'pulled'], home));
      const bytes = await readFile(at('pulled/demo-1.2.3.tgz'));
      const locked = await lockedInput('with-chart');
      expect(`${said.stdout}${said.stderr}`).toContain(`Digest: ${String(locked['manifest'])}`);
      expect(locked['sha256']).toBe(hexOf(digestOf(bytes)));

      const charts = join(await component(file), 'charts');
      expect(await readdir(charts)).toEqual(['demo-1.2.3.tgz']);
      expect((await readFile(join(charts, 'demo-1.2.3.tgz'))).equals(bytes)).toBe(true);
      const inspect = ['package', 'inspect', 'manifests', file, '--no-color'];
      expect(expectDone(await zarf.run(inspect, home)).stdout).toContain('name: from-demo');
    },
  );

  it('a repository at a commit is one that zarf reads, and holds that commit', async () => {
    const commit = testGit(join(server.folder, 'repo.git'), 'rev-parse', 'main');
    const address = `${server.url}@${commit}`;
    const file = await assembled('with-repository', `  repos: ['${address}']\n`);
    const inspect = ['package', 'inspect', 'definition', file, '--no-color'];
    expect(expectDone(await zarf.run(inspect, home)).stdout).toContain(address);
    expect(await lockedInput('with-repository')).toMatchObject({ address, commit });
    const repos = join(await component(file), 'repos');
    const [folder = ''] = await readdir(repos);
    expect(testGit(join(repos, folder), 'rev-parse', 'HEAD')).toBe(commit);
    expect(testGit(join(repos, folder), 'fsck', '--strict')).not.toMatch(/error|missing/);
  });

  it('a file that extractPath takes out is placed by a deployment of zarf', async () => {
    const packed = await aLayer([
      { path: 'bin/tool', content: 'the tool\n' },
      { path: 'README', content: 'not this\n' },
    ]);
    await writeBelow(at('with-extract/app'), { 'tool.tar.gz': gzipSync(packed) });
    const file = await assembled(
      'with-extract',
      '  files: [{ source: tool.tar.gz, extractPath: bin/tool, target: placed/tool }]\n',
    );
    const inspect = ['package', 'inspect', 'definition', file, '--no-color'];
    expect(expectDone(await zarf.run(inspect, home)).stdout).toContain('extractPath: bin/tool');
    await mkdir(at('deployed'));
    const deploy = ['package', 'deploy', file, '--verify=never', '--confirm', '--no-color'];
    expectDone(await zarf.run(deploy, home, { cwd: at('deployed') }));
    expect(await readFile(at('deployed/placed/tool'), 'utf8')).toBe('the tool\n');
  });
});
