import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistrySource } from '../../src/adapters/registry/registry-source.ts';
import { releasePredicateType } from '../../src/attestation/release-statement.ts';
import { interopRelease } from '../support/interop-release.ts';
import { judgeFile, summaryOf } from '../support/judge-file.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';

const [zarf, uds, cosign] = [
  await peer('COWA_ZARF'),
  await peer('COWA_UDS'),
  await peer('COWA_COSIGN'),
];
const allMissing = [zarf, uds, cosign].every(({ missing }) => missing !== undefined);
const noRegistry = (await missingPrograms('docker-registry')).length > 0;
const env = { COWA_KEY_PASSWORD: 'a password' };
const packages = {
  everything: 'zarf-package-everything-amd64-1.2.3-upstream.tar.zst',
  local: 'zarf-package-local-amd64-1.2.3.tar.zst',
  plain: 'zarf-package-plain-amd64-1.2.3.tar',
};
const bundle = 'uds-bundle-interop-amd64-1.2.3.tar.zst';
const kinds = [
  ['signed', 'signed/cpu'],
  ['unsigned', 'unsigned/cpu'],
] as const;
const archives = Object.entries(packages);
let home = '';
let registry: LocalRegistry | undefined;

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

const at = (...path: readonly string[]): string => join(home, ...path);
const assemble = async (...flags: readonly string[]): Promise<Ended> =>
  expectDone(
    await ownProgram(
      [
        'assemble',
        '-f',
        'release/cowa-release.yaml',
        '--flavor',
        'cpu',
        '--cache-dir',
        'cache',
        ...flags,
      ],
      home,
      { env },
    ),
  );

describe.skipIf(allMissing)(titleOf('archives we write', zarf, uds, cosign), () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-interop-'));
    if (!noRegistry) registry = await startRegistry('plain');
    await interopRelease(at('release'));
    expectDone(await ownProgram(['keys', 'generate', '--out', 'cosign'], home, { env }));
    await assemble('--key', 'cosign.key', '--out', 'signed');
    await assemble('--insecure-unsigned', '--out', 'unsigned');
  });

  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  describe.skipIf(zarf.missing)(titleOf('zarf', zarf), () => {
    const ask = async (...args: readonly string[]): Promise<Ended> =>
      zarf.run(['package', ...args, '--no-color'], home);

    it.each(archives)('verifies the signature of %s', async (_name, file) => {
      const { stderr } = expectDone(
        await ask('verify', at('signed/cpu', file), '--key', at('signed/cpu/release.pub')),
      );
      expect(stderr).toMatch(/signature verification.*PASSED/);
    });

    it('refuses the signature by another key', async () => {
      expectDone(await ownProgram(['keys', 'generate', '--out', 'other'], home, { env }));
      const { code } = await ask(
        'verify',
        at('signed/cpu', packages.local),
        '--key',
        at('other.pub'),
      );
      expect(code).not.toBe(0);
    });

    it.each(
      kinds.flatMap(([kind, folder]) =>
        archives.map(([name, file]) => ({ kind, name, path: `${folder}/${file}` })),
      ),
    )('reads the definition of $name, $kind', async ({ kind, name, path }) => {
      const { stdout } = expectDone(await ask('inspect', 'definition', at(path)));
      expect(stdout).toContain(`name: ${name}`);
      expect(stdout).toContain(`signed: ${kind === 'signed'}`);
    });

    it.each([
      ['images', packages.everything, 'registry.example.com/interop/serve:1.0.0'],
      ['images', packages.plain, 'registry.example.com/interop/other:1.0.0'],
      ['manifests', packages.everything, 'replicas: 2'],
      ['values-files', packages.everything, 'replicas: 2'],
      ['digest', packages.everything, 'sha256:'],
    ])('inspects %s of %s', async (what, file, expected) => {
      expect(expectDone(await ask('inspect', what, at('signed/cpu', file))).stdout).toContain(
        expected,
      );
    });

    it('takes the documentation out', async () => {
      const file = at('signed/cpu', packages.everything);
      expectDone(await ask('inspect', 'documentation', file, '--output', at('docs')));
      const names = await readdir(at('docs'), { recursive: true });
      expect(names.some((name) => name.endsWith('README.md'))).toBe(true);
    });

    it('deploys what needs no cluster', async () => {
      await mkdir(at('deployed'));
      const file = at('signed/cpu', packages.local);
      const key = at('signed/cpu/release.pub');
      expectDone(
        await zarf.run(
          ['package', 'deploy', file, '--key', key, '--verify=always', '--confirm', '--no-color'],
          home,
          { cwd: at('deployed') },
        ),
      );
      expect(await readFile(at('deployed/placed.txt'), 'utf8')).toBe('placed by a deployment\n');
      expect(await readFile(at('deployed/marker.txt'), 'utf8')).toBe('deployed\n');
    });

    describe.skipIf(noRegistry)('with a registry', () => {
      const host = (): string => registry?.host ?? '';

      it.each(archives)('publishes %s, and we read it back', async (name, file) => {
        const target = `oci://${host()}/packages`;
        expectDone(
          await ask('publish', at('signed/cpu', file), target, '--plain-http', '--confirm'),
        );
        const tag = name === 'everything' ? '1.2.3-upstream' : '1.2.3';
        const found = await new RegistrySource({ hosts: [host()] }).fetchArtifact(
          `${host()}/packages/${name}:${tag}`,
          { architecture: 'amd64' },
          { signal: new AbortController().signal },
        );
        expect(found?.files.map(({ path }) => path)).toContain('zarf.bundle.sig');
      });

      it.each([
        ['everything', ['serve', 'other']],
        ['plain', ['other']],
      ] as const)('mirrors the images of %s: the same digests arrive', async (name, images) => {
        const login = ['--registry-push-username', 'a', '--registry-push-password', 'b'];
        expectDone(
          await ask(
            'mirror-resources',
            at('signed/cpu', packages[name]),
            ...['--images', '--confirm', '--plain-http', '--registry-url', host(), ...login],
          ),
        );
        const source = new RegistrySource({ hosts: [host()] });
        const platform = { os: 'linux', architecture: 'amd64' };
        const run = { signal: new AbortController().signal };
        const report = await readFile(at('signed/cpu/report.json'), 'utf8');
        for (const image of images) {
          const found = await source.resolve(`${host()}/interop/${image}:1.0.0`, platform, run);
          expect(report).toContain(found?.root.digest ?? 'nothing arrived');
        }
      });
    });
  });

  describe.skipIf(uds.missing)(titleOf('uds', uds), () => {
    const ask = async (...args: readonly string[]): Promise<Ended> =>
      uds.run([...args, '--no-color', '--no-progress'], home);

    it.each(kinds)('inspects the %s bundle', async (kind, folder) => {
      const { stdout, stderr } = expectDone(await ask('inspect', at(folder, bundle)));
      expect(`${stdout}${stderr}`).toContain('name: interop');
      expect(stdout.includes('BEGIN PUBLIC KEY')).toBe(kind === 'signed');
    });

    it('lists the images, chosen optional components included', async () => {
      const { stdout } = expectDone(
        await ask('inspect', '--list-images', at('signed/cpu', bundle)),
      );
      expect(stdout).toContain('registry.example.com/interop/serve:1.0.0');
    });

    it('lists the variables', async () => {
      const { stdout } = expectDone(
        await ask('inspect', '--list-variables', at('signed/cpu', bundle)),
      );
      expect(stdout).toContain('REPLICAS');
    });

    it.skipIf(noRegistry)(
      'publishes and pulls the bundle, and we accept what it pulled',
      async () => {
        const host = registry?.host ?? '';
        const file = at('signed/cpu', bundle);
        expectDone(await ask('publish', file, `oci://${host}/bundles`, '--insecure'));
        const published = `oci://${host}/bundles/interop:1.2.3`;
        const inspected = expectDone(await ask('inspect', published, '--insecure'));
        expect(inspected.stdout).toContain('name: interop');
        await mkdir(at('pulled'));
        expectDone(await ask('pull', published, '--insecure', '-a', 'amd64', '-o', at('pulled')));
        const ours = await judgeFile(file);
        const theirs = await judgeFile(at('pulled', bundle));
        expect(summaryOf(theirs)).toMatchObject({ outcome: 'pass', failed: [] });
        expect(theirs.archive.root).toEqual(ours.archive.root);
      },
    );
  });

  describe.skipIf(cosign.missing)(titleOf('cosign', cosign), () => {
    const offline = '--insecure-ignore-tlog';

    it('verifies the signature beside the bundle', async () => {
      const file = at('signed/cpu', bundle);
      const key = at('signed/cpu/release.pub');
      const args = ['verify-blob', '--key', key, offline, '--bundle', `${file}.sigstore.json`];
      expect(expectDone(await cosign.run([...args, file], home)).stderr).toContain('Verified OK');
      const { code } = await cosign.run([...args, at('signed/cpu', packages.local)], home);
      expect(code).not.toBe(0);
    });

    it.each([bundle, ...Object.values(packages), 'report.json', 'SHA256SUMS'])(
      'verifies that the statement covers %s',
      async (file) => {
        const key = at('signed/cpu/release.pub');
        const statement = at('signed/cpu/release.intoto.jsonl');
        const type = ['--type', releasePredicateType];
        const args = ['verify-blob-attestation', '--key', key, offline, '--bundle', statement];
        expectDone(await cosign.run([...args, ...type, at('signed/cpu', file)], home));
      },
    );

    it('does not find what the statement does not cover', async () => {
      const key = at('signed/cpu/release.pub');
      const statement = at('signed/cpu/release.intoto.jsonl');
      const args = ['verify-blob-attestation', '--key', key, offline, '--bundle', statement];
      const other = [...args, '--type', releasePredicateType, at('release/cowa-release.yaml')];
      expect((await cosign.run(other, home)).code).not.toBe(0);
    });
  });
});
