import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interopRelease } from '../support/interop-release.ts';
import { judgeFile, summaryOf } from '../support/judge-file.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';
import { LayoutBuilder, smallLayer } from '../support/real-images.ts';

const [zarf, uds, cosign] = [
  await peer('COWA_ZARF'),
  await peer('COWA_UDS'),
  await peer('COWA_COSIGN'),
];
const lacking = await missingPrograms('docker-registry', 'skopeo', 'tar');
const without = lacking.length === 0 ? '' : ` (skipped: no ${lacking.join(', ')})`;
const env = { COSIGN_PASSWORD: 'a password', COWA_KEY_PASSWORD: 'a password' };
let home = '';
let registry: LocalRegistry;

const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

/** A package that zarf makes itself, with an image from the registry where one is given. */
async function zarfCreate(name: string, ...flags: readonly string[]): Promise<string> {
  const folder = at('definitions', name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0${flags.includes('plain') ? ', uncompressed: true' : ''} }
components:
- name: main
  required: true
  images: [${registry.host}/team/app:1]
  files: [{ source: file.txt, target: file.txt }]
`,
  );
  await writeFile(join(folder, 'file.txt'), `a file of ${name}\n`);
  const out = at('theirs');
  await mkdir(out, { recursive: true });
  const rest = flags.filter((flag) => flag !== 'plain');
  expectDone(
    await zarf.run(
      [
        'package',
        'create',
        folder,
        '-o',
        out,
        '-a',
        'amd64',
        '--confirm',
        '--plain-http',
        '--no-color',
        ...rest,
      ],
      home,
    ),
  );
  return join(out, `zarf-package-${name}-amd64-1.0.0.tar${flags.includes('plain') ? '' : '.zst'}`);
}

describe.skipIf(zarf.missing !== undefined || lacking.length > 0)(
  titleOf(`archives they write${without}`, zarf, uds, cosign),
  () => {
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'cowa-interop-'));
      registry = await startRegistry('plain');
      const layout = new LayoutBuilder(at('layout'));
      const platform = { os: 'linux', architecture: 'amd64' };
      layout.tag(await layout.image(platform, [await smallLayer(home, 'app.txt', 'app')]), 'app');
      await layout.finish();
      await registry.push(layout.path, 'app', 'team/app:1');
      expectDone(await ownProgram(['keys', 'generate', '--out', 'ours'], home, { env }));
    });

    afterAll(async () => {
      await registry?.[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    });

    it.each([
      ['with SBOMs', 'sboms', []],
      ['without SBOMs', 'bare', ['--skip-sbom']],
      ['uncompressed', 'plain', ['--skip-sbom', 'plain']],
    ])('accepts a package of zarf %s', async (_name, name, flags) => {
      const report = await judgeFile(await zarfCreate(name, ...flags));
      expect(summaryOf(report)).toEqual({ outcome: 'pass', signature: 'unsigned', failed: [] });
      expect(report.packages).toMatchObject([{ name, version: '1.0.0', images: 1 }]);
    });

    it('accepts a package that zarf signed with our key, and no other key', async () => {
      const key = ['--signing-key', at('ours.key'), '--signing-key-pass', 'a password'];
      const file = await zarfCreate('signed', '--skip-sbom', ...key);
      expect(summaryOf(await judgeFile(file, at('ours.pub')))).toEqual({
        outcome: 'pass',
        signature: 'valid',
        failed: [],
      });
      expectDone(await ownProgram(['keys', 'generate', '--out', 'other'], home, { env }));
      expect(summaryOf(await judgeFile(file, at('other.pub')))).toMatchObject({
        outcome: 'fail',
        signature: 'invalid',
      });
    });

    it.skipIf(cosign.missing)(
      'signs with a key that cosign made, and zarf verifies it',
      async () => {
        await mkdir(at('keys'));
        expectDone(await cosign.run(['generate-key-pair'], home, { cwd: at('keys'), env }));
        await interopRelease(at('with-their-key'));
        const definition = ['-f', 'with-their-key/cowa-release.yaml', '--flavor', 'cpu'];
        const key = ['--key', 'keys/cosign.key', '--out', 'their-key', '--cache-dir', 'cache'];
        expectDone(await ownProgram(['assemble', ...definition, ...key], home, { env }));
        const file = at('their-key/cpu/zarf-package-local-amd64-1.2.3.tar.zst');
        const { stderr } = expectDone(
          await zarf.run(
            ['package', 'verify', file, '--key', at('keys/cosign.pub'), '--no-color'],
            home,
          ),
        );
        expect(stderr).toMatch(/signature verification.*PASSED/);
      },
    );

    it.skipIf(cosign.missing)(
      'accepts the signature that cosign puts beside a bundle',
      async () => {
        await interopRelease(at('unsigned-release'));
        const definition = ['-f', 'unsigned-release/cowa-release.yaml', '--flavor', 'cpu'];
        const out = ['--insecure-unsigned', '--out', 'unsigned', '--cache-dir', 'cache'];
        expectDone(await ownProgram(['assemble', ...definition, ...out], home, { env }));
        const file = at('unsigned/cpu/uds-bundle-interop-amd64-1.2.3.tar.zst');
        // Its default asks for a trusted root from the network, and uploads to the public log.
        const offline = ['--use-signing-config=false', '--tlog-upload=false'];
        const how = ['--key', at('ours.key'), ...offline];
        const bundle = ['--bundle', `${file}.sigstore.json`];
        expectDone(
          await cosign.run(['sign-blob', '--yes', ...how, ...bundle, file], home, { env }),
        );
        expect(summaryOf(await judgeFile(file, at('ours.pub')))).toEqual({
          outcome: 'pass',
          signature: 'valid',
          failed: [],
        });
      },
    );

    it.skipIf(uds.missing)('accepts a bundle that uds made', async () => {
      await zarfCreate('member', '--skip-sbom');
      await mkdir(at('bundle'));
      await writeFile(
        at('bundle/uds-bundle.yaml'),
        `kind: UDSBundle
metadata: { name: made-by-uds, version: 1.0.0 }
packages:
- { name: member, path: ../theirs, ref: 1.0.0 }
`,
      );
      expectDone(
        await uds.run(
          [
            'create',
            'bundle',
            '-o',
            './bundles',
            '-a',
            'amd64',
            '--confirm',
            '--insecure',
            '--no-color',
            '--no-progress',
          ],
          home,
        ),
      );
      const [file = ''] = await readdir(at('bundles'));
      expect(file).toBe('uds-bundle-made-by-uds-amd64-1.0.0.tar.zst');
      const report = await judgeFile(at('bundles', file));
      expect(summaryOf(report)).toEqual({ outcome: 'pass', signature: 'unsigned', failed: [] });
      expect(report.archive.format).toBe('uds-legacy');
    });

    it.skipIf(uds.missing)(
      'takes packages of zarf into a bundle, from a file and from a registry',
      async () => {
        const key = ['--signing-key', at('ours.key'), '--signing-key-pass', 'a password'];
        await zarfCreate('archived');
        const published = await zarfCreate('published', '--skip-sbom', ...key);
        const target = `oci://${registry.host}/packages`;
        expectDone(
          await zarf.run(
            ['package', 'publish', published, target, '--plain-http', '--confirm'],
            home,
          ),
        );
        await interopRelease(at('mixed'), {
          members: `- { name: archived, path: ../../theirs, ref: 1.0.0 }
- { name: published, repository: ${registry.host}/packages/published, ref: 1.0.0 }
`,
          sources: `  - { type: registry, hosts: ['${registry.host}'] }\n`,
        });
        const flags = ['-f', 'mixed/cowa-release.yaml', '--flavor', 'cpu', '--cache-dir', 'cache'];
        expectDone(await ownProgram(['images', 'lock', ...flags], home, { env }));
        const signing = ['--key', 'ours.key', '--out', 'mixed-out'];
        expectDone(await ownProgram(['assemble', ...flags, ...signing], home, { env }));
        const file = at('mixed-out/cpu/uds-bundle-interop-amd64-1.2.3.tar.zst');
        const { stdout } = expectDone(
          await uds.run(['inspect', file, '--no-color', '--no-progress'], home),
        );
        const lock: unknown = JSON.parse(
          await readFile(at('mixed/cowa-release.lock.json'), 'utf8'),
        );
        expect(lock).toMatchObject({
          flavors: { cpu: { packages: [{ digest: expect.any(String) }] } },
        });
        const [digest] = /sha256:[0-9a-f]{64}/.exec(
          JSON.stringify(Reflect.get(Reflect.get(Object(lock), 'flavors').cpu, 'packages')),
        ) ?? [''];
        // The manifest as published, byte for byte: the bundle pins it by the digest it has there.
        expect(stdout).toContain(`ref: 1.0.0@${digest}`);
        expect(summaryOf(await judgeFile(file, at('ours.pub')))).toMatchObject({
          outcome: 'pass',
          failed: [],
        });
        const images = await uds.run(['inspect', '--list-images', file, '--no-progress'], home);
        expect(images.stdout).toContain(`${registry.host}/team/app:1`);
        const bundles = `oci://${registry.host}/bundles`;
        expectDone(await uds.run(['publish', file, bundles, '--insecure', '--no-progress'], home));
      },
    );
  },
);
