import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interopRelease } from '../support/interop-release.ts';
import { judgeFile, summaryOf } from '../support/judge-file.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';

const [zarf, uds, cosign] = [
  await peer('COWA_ZARF'),
  await peer('COWA_UDS'),
  await peer('COWA_COSIGN'),
];
const env = { COWA_KEY_PASSWORD: 'a password' };
const packages = {
  everything: 'zarf-package-everything-amd64-1.2.3-upstream.tar.zst',
  local: 'zarf-package-local-amd64-1.2.3.tar.zst',
  plain: 'zarf-package-plain-amd64-1.2.3.tar',
};
const bundle = 'uds-bundle-interop-amd64-1.2.3.tar.zst';
let home = '';

const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

async function sign(file: string, key: string, ...flags: readonly string[]): Promise<Ended> {
  return expectDone(
    await ownProgram(['sign', file, '--key', at(`${key}.key`), ...flags], home, { env }),
  );
}

async function zarfVerifies(file: string, key: string): Promise<boolean> {
  const args = ['package', 'verify', file, '--key', at(`${key}.pub`), '--no-color'];
  const { code, stderr } = await zarf.run(args, home);
  return code === 0 && /signature verification.*PASSED/.test(stderr);
}

describe.skipIf([zarf, uds, cosign].every(({ missing }) => missing !== undefined))(
  titleOf('archives we signed afterwards', zarf, uds, cosign),
  () => {
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'cowa-interop-'));
      await interopRelease(at('release'));
      for (const name of ['one', 'two'])
        expectDone(await ownProgram(['keys', 'generate', '--out', name], home, { env }));
      const flags = ['-f', 'release/cowa-release.yaml', '--flavor', 'cpu', '--cache-dir', 'cache'];
      expectDone(
        await ownProgram(['assemble', ...flags, '--insecure-unsigned', '--out', 'unsigned'], home, {
          env,
        }),
      );
      await mkdir(at('signed'));
      await mkdir(at('again'));
    });

    afterAll(() => rm(home, { recursive: true, force: true }));

    it.skipIf(zarf.missing).each(Object.entries(packages))(
      'zarf verifies %s, signed once and then by another key',
      async (_name, file) => {
        await sign(at('unsigned/cpu', file), 'one', '--out', at('signed', file));
        expect(await zarfVerifies(at('signed', file), 'one')).toBe(true);
        await sign(at('signed', file), 'two', '--out', at('again', file), '--replace');
        expect(await zarfVerifies(at('again', file), 'two')).toBe(true);
        expect(await zarfVerifies(at('again', file), 'one')).toBe(false);
      },
    );

    it.skipIf(zarf.missing)('zarf verifies a package that it made and we signed', async () => {
      await mkdir(at('theirs/source'), { recursive: true });
      await writeFile(
        at('theirs/source/zarf.yaml'),
        `kind: ZarfPackageConfig
metadata: { name: theirs, version: 1.0.0 }
components:
- name: main
  required: true
  files: [{ source: file.txt, target: file.txt }]
`,
      );
      await writeFile(at('theirs/source/file.txt'), 'a file\n');
      const out = ['-o', at('theirs'), '-a', 'amd64', '--confirm', '--skip-sbom'];
      expectDone(await zarf.run(['package', 'create', at('theirs/source'), ...out], home));
      const name = 'zarf-package-theirs-amd64-1.0.0.tar.zst';
      await sign(at('theirs', name), 'one', '--out', at('signed', name));
      expect(await zarfVerifies(at('signed', name), 'one')).toBe(true);
      const inspect = ['package', 'inspect', 'definition', at('signed', name), '--no-color'];
      expect(expectDone(await zarf.run(inspect, home)).stdout).toContain('signed: true');
      expect(summaryOf(await judgeFile(at('signed', name), at('one.pub')))).toEqual({
        outcome: 'pass',
        signature: 'valid',
        failed: [],
      });
    });

    it.skipIf(cosign.missing)('cosign verifies the signature beside a bundle', async () => {
      const file = at('unsigned/cpu', bundle);
      await sign(file, 'one');
      const args = ['verify-blob', '--insecure-ignore-tlog', '--bundle', `${file}.sigstore.json`];
      expectDone(await cosign.run([...args, '--key', at('one.pub'), file], home));
      expect((await cosign.run([...args, '--key', at('two.pub'), file], home)).code).not.toBe(0);
    });

    it.skipIf(uds.missing)('uds still reads a bundle that we signed', async () => {
      const args = ['inspect', at('unsigned/cpu', bundle), '--no-color', '--no-progress'];
      expect(expectDone(await uds.run(args, home)).stdout).toContain('name: interop');
    });
  },
);
