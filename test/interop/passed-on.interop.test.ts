import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interopRelease } from '../support/interop-release.ts';
import { judgeFile, summaryOf } from '../support/judge-file.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';

const [zarf, uds] = [await peer('COWA_ZARF'), await peer('COWA_UDS')];
const lacking = await missingPrograms('docker-registry');
const env = { COWA_KEY_PASSWORD: 'a password' };
const password = ['--signing-key-pass', 'a password'];
const packages = {
  everything: 'zarf-package-everything-amd64-1.2.3-upstream.tar.zst',
  local: 'zarf-package-local-amd64-1.2.3.tar.zst',
  plain: 'zarf-package-plain-amd64-1.2.3.tar',
};
let home = '';

const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

describe.skipIf(zarf.missing !== undefined && uds.missing !== undefined)(
  titleOf('archives of ours that they made anew', zarf, uds),
  () => {
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'cowa-interop-'));
      await interopRelease(at('release'));
      for (const name of ['ours', 'other'])
        expectDone(await ownProgram(['keys', 'generate', '--out', name], home, { env }));
      const flags = ['-f', 'release/cowa-release.yaml', '--flavor', 'cpu', '--cache-dir', 'cache'];
      expectDone(await ownProgram(['assemble', ...flags, '--key', 'ours.key'], home, { env }));
    });

    afterAll(() => rm(home, { recursive: true, force: true }));

    describe.skipIf(zarf.missing)('by zarf', () => {
      const ask = async (...args: readonly string[]): Promise<Ended> =>
        zarf.run(['package', ...args, '--no-color'], home);

      it.each(Object.entries(packages))(
        'accepts %s signed again by another key',
        async (_name, file) => {
          await mkdir(at('again'), { recursive: true });
          const key = ['--signing-key', at('other.key'), ...password, '--overwrite'];
          expectDone(await ask('sign', at('dist/cpu', file), ...key, '--output', at('again')));
          const report = await judgeFile(at('again', file), at('other.pub'));
          expect(summaryOf(report)).toEqual({ outcome: 'pass', signature: 'valid', failed: [] });
        },
      );

      it.skipIf(lacking.length > 0)(
        `accepts a package that went through a registry${lacking.length > 0 ? ` (skipped: no ${lacking.join(', ')})` : ''}`,
        async () => {
          await using registry: LocalRegistry = await startRegistry('plain');
          const { host } = registry;
          const file = at('dist/cpu', packages.everything);
          expectDone(await ask('publish', file, `oci://${host}/p`, '--plain-http', '--confirm'));
          await mkdir(at('fetched'));
          const reference = `oci://${host}/p/everything:1.2.3-upstream`;
          const out = ['-o', at('fetched'), '--plain-http', '-a', 'amd64'];
          expectDone(await ask('pull', reference, ...out));
          const [fetched = ''] = await readdir(at('fetched'));
          const report = await judgeFile(at('fetched', fetched), at('ours.pub'));
          expect(summaryOf(report)).toEqual({ outcome: 'pass', signature: 'valid', failed: [] });
          // The definition, and with it all it names, is the same one.
          expect(report.archive.root).toEqual((await judgeFile(file)).archive.root);
        },
      );
    });

    describe.skipIf(uds.missing)('by uds', () => {
      it('accepts a bundle of stable uds with our signed packages', async () => {
        await mkdir(at('legacy'));
        const pem = (await readFile(at('ours.pub'), 'utf8')).trim().split('\n');
        await writeFile(
          at('legacy/uds-bundle.yaml'),
          `kind: UDSBundle
metadata: { name: legacy, version: 1.0.0 }
packages:
- name: local
  path: ../dist/cpu
  ref: 1.2.3
  publicKey: |
${pem.map((line) => `    ${line}`).join('\n')}
- name: everything
  path: ../dist/cpu/${packages.everything}
  ref: 1.2.3
  publicKey: |
${pem.map((line) => `    ${line}`).join('\n')}
`,
        );
        const flags = ['-o', './made', '-a', 'amd64', '--confirm', '--no-color', '--no-progress'];
        expectDone(await uds.run(['create', 'legacy', ...flags], home));
        const report = await judgeFile(at('made/uds-bundle-legacy-amd64-1.0.0.tar.zst'));
        expect(summaryOf(report)).toMatchObject({ outcome: 'pass', failed: [] });
      });

      it.each([
        ['unsigned', ['--unsigned'], undefined, 'unsigned'],
        ['signed', ['--signing-key', 'ours.key', ...password], 'ours.pub', 'valid'],
      ])('accepts a %s bundle of the next uds', async (kind, signing, key, signature) => {
        await mkdir(at(`next-${kind}`));
        await writeFile(
          at(`next-${kind}/bundle.uds.hcl`),
          `uds {
  bundle_api_version = "uds.dev/v1alpha1"
}

metadata {
  name    = "next-${kind}"
  version = "1.0.0"
}

package "everything" {
  source = "../dist/cpu/${packages.everything}"
  signature_verification {
    verify = false
  }
}

package "local" {
  source = "../dist/cpu/${packages.local}"
  signature_verification {
    verify = false
  }
}
`,
        );
        const next = ['--features=NextMode=true', 'bundle', 'create', `next-${kind}`];
        expectDone(await uds.run([...next, ...signing, '-a', 'amd64'], home));
        const name = `uds-bundle-next-${kind}-amd64-1.0.0.tar.zst`;
        const made = (await readdir(home, { recursive: true })).find((path) => path.endsWith(name));
        const report = await judgeFile(at(made ?? name), key === undefined ? undefined : at(key));
        expect(summaryOf(report)).toEqual({ outcome: 'pass', signature, failed: [] });
        expect(report.archive.format).toBe('uds-next');
      });
    });
  },
);
