import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releasePredicateType } from '../../src/attestation/release-statement.ts';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { interopRelease } from '../support/interop-release.ts';
import { writeKmsPlugin } from '../support/kms-plugin.ts';
import { noOpenssl, startOpensslAuthority } from '../support/openssl-authority.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';
import { aToken, startPrivateSigstore } from '../support/private-sigstore.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const [zarf, cosign] = [await peer('COWA_ZARF'), await peer('COWA_COSIGN')];
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const bundleName = 'uds-bundle-one-amd64-0.1.0.tar.zst';
const san = 'https://example.org/builds/release';
const issuer = 'https://issuer.example.org';
const env = { COWA_KEY_PASSWORD: 'a password' };
let home = '';
const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}

const own = async (...args: readonly string[]): Promise<Ended> =>
  expectDone(await ownProgram([...args], home, { env }));

/** Signs the package into a folder of its own, and the bundle beside itself. */
async function signBoth(how: string, ...flags: readonly string[]): Promise<void> {
  const cache = ['--cache-dir', at(how, 'cache')];
  await own('sign', at(name), '--out', at(how, name), ...flags, ...cache);
  await own('sign', at(bundleName), '--out', at(how, 'bundle.json'), ...flags, ...cache);
}

describe.skipIf(zarf.missing !== undefined || cosign.missing !== undefined)(
  titleOf('signatures of daily use', zarf, cosign),
  () => {
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'cowa-in-use-'));
      await writeFile(
        at(name),
        await archiveOf(packageArchiveOrder((await samplePackage()).files)),
      );
      const bundle = join(import.meta.dirname, '../conformance/uds/bundles/legacy-one', bundleName);
      await copyFile(bundle, at(bundleName));
    });
    afterAll(() => rm(home, { recursive: true, force: true }));

    it.each(['a key behind a plugin', 'a key in encrypted PKCS#8'])(
      'by %s: zarf and cosign accept them, and cosign opens the exported public key',
      async (what) => {
        const kms = what.includes('plugin');
        const plugin = await writeKmsPlugin(at('plugin'));
        if (!kms) await own('keys', 'generate', '--out', at('fips'), '--format', 'pkcs8');
        const flags = kms
          ? ['--key', 'test://release', '--kms-plugin', plugin.path]
          : ['--key', at('fips.key')];
        const how = kms ? 'kms' : 'pkcs8';
        await signBoth(how, ...flags);
        const { stdout } = await own('keys', 'public', ...flags);
        const publicKey = at(how, 'release.pub');
        await writeFile(publicKey, stdout);
        const verified = await zarf.run(
          ['package', 'verify', at(how, name), '--key', publicKey, '--no-color'],
          home,
        );
        expect(verified.stderr).toMatch(/signature verification.*PASSED/);
        expectDone(verified);
        expectDone(
          await cosign.run(
            [
              ...['verify-blob', '--key', publicKey, '--bundle', at(how, 'bundle.json')],
              ...['--insecure-ignore-tlog', at(bundleName)],
            ],
            home,
          ),
        );
      },
    );

    it.skipIf(noOpenssl !== undefined)(
      'by an identity of a private instance: zarf and cosign accept them offline by its trusted root',
      async () => {
        await using instance = await startPrivateSigstore();
        await using authority = await startOpensslAuthority(at('tsa'));
        const root = JSON.parse(instance.root.toString());
        root.timestampAuthorities = [authority.authority];
        await writeFile(at('root.json'), JSON.stringify(root));
        await writeFile(at('token'), aToken());
        // Certificates of the instance begin three seconds after its start; the other authority stamps by the true time.
        await setTimeout(4000);
        await signBoth(
          'keyless',
          ...['--fulcio-url', instance.url, '--rekor-url', instance.url],
          ...['--timestamp-server-url', authority.url, '--trusted-root', at('root.json')],
          ...['--identity-token', at('token')],
        );
        const trust = [
          ...['--certificate-identity', san, '--certificate-oidc-issuer', issuer],
          ...['--trusted-root', at('root.json')],
        ];
        const blob = ['verify-blob', '--bundle', at('keyless', 'bundle.json'), at(bundleName)];
        expectDone(await cosign.run([...blob, ...trust, '--use-signed-timestamps'], home));
        expectDone(await cosign.run([...blob, ...trust], home));
        const stranger = trust.with(1, 'https://example.org/somebody-else');
        expect((await cosign.run([...blob, ...stranger], home)).code).not.toBe(0);
        const verified = await zarf.run(
          ['package', 'verify', at('keyless', name), ...trust, '--no-color'],
          home,
        );
        expect(verified.stderr).toMatch(/signature verification.*PASSED/);
        expectDone(verified);
      },
    );

    it.skipIf(noOpenssl !== undefined)(
      'a stamped release statement: cosign accepts signature and stamp, and the package carries none',
      async () => {
        await using authority = await startOpensslAuthority(at('tsa2'));
        await writeFile(at('stamps.json'), authority.root);
        await interopRelease(at('release'));
        await own('keys', 'generate', '--out', at('release-key'));
        await own(
          ...['assemble', '-f', at('release/cowa-release.yaml'), '--flavor', 'cpu'],
          ...['--out', at('dist'), '--cache-dir', at('cache'), '--key', at('release-key.key')],
          ...['--timestamp-server-url', authority.url, '--trusted-root', at('stamps.json')],
        );
        const statement = at('dist/cpu/release.intoto.jsonl');
        const { verificationMaterial } = JSON.parse(await readFile(statement, 'utf8'));
        expect(verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
        const checked = await cosign.run(
          [
            ...['verify-blob-attestation', '--key', at('release-key.pub'), '--bundle', statement],
            ...['--insecure-ignore-tlog', '--use-signed-timestamps'],
            ...['--trusted-root', at('stamps.json')],
            ...['--type', releasePredicateType, at('dist/cpu/report.json')],
          ],
          home,
        );
        expectDone(checked);
        const package_ = 'zarf-package-everything-amd64-1.2.3-upstream.tar.zst';
        const verified = await zarf.run(
          [
            'package',
            'verify',
            at('dist/cpu', package_),
            '--key',
            at('release-key.pub'),
            '--no-color',
          ],
          home,
        );
        expect(verified.stderr).toMatch(/signature verification.*PASSED/);
      },
    );
  },
);
