import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { type LocalRegistry, missingPrograms, startRegistry } from '../support/local-registry.ts';
import { type Ended, ownProgram, peer, titleOf } from '../support/peers.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const zarf = await peer('COWA_ZARF');
const uds = await peer('COWA_UDS');
const noRegistry = (await missingPrograms('docker-registry')).length > 0;
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const bundle = 'uds-bundle-carried-amd64-1.0.0.tar.zst';
const definition =
  'kind: ZarfPackageConfig\nmetadata: { name: large, version: 1.0.0 }\ncomponents:\n- name: data\n  required: true\n  files: [{ source: noise.bin, target: /tmp/noise }]\n';
const bundled = `kind: UDSBundle\nmetadata: { name: carried, version: 1.0.0, architecture: amd64 }\npackages:\n- { name: sample, path: ${name}, ref: 1.0.0 }\n`;
let home = '';
let registry: LocalRegistry | undefined;
const at = (...path: readonly string[]): string => join(home, ...path);

function expectDone({ code, stdout, stderr }: Ended): Ended {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
  return { code, stdout, stderr };
}
const own = (...args: readonly string[]): Promise<Ended> => ownProgram(args, home);

describe.skipIf(zarf.missing)(titleOf('carriers', zarf), () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cowa-carriers-'));
    const packed = await samplePackage('sample', { noiseBytes: 3_000_000 });
    await writeFile(at(name), await archiveOf(packageArchiveOrder(packed.files)));
    await mkdir(at('large'));
    await writeFile(at('large/zarf.yaml'), definition);
    await cp(at(name), at('large/noise.bin'));
    if (!noRegistry) registry = await startRegistry('plain');
  });
  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  it('zarf takes the parts that split writes, chunk digests beside them', async () => {
    expectDone(await own('split', at(name), '--size', '1MB', '--out', at('parts')));
    // It removes the parts it reads.
    await cp(at('parts'), at('copy'), { recursive: true });
    const args = ['package', 'inspect', 'definition', at('copy', `${name}.part000`), '--no-color'];
    expect(expectDone(await zarf.run(args, home)).stdout).toContain('name: sample');
  });

  it('verify and join take the parts that zarf writes', async () => {
    const args = ['package', 'create', at('large'), '--confirm', '-a', 'amd64', '-o', at('theirs')];
    expectDone(await zarf.run([...args, '--max-package-size', '1', '--no-color'], home));
    const names = await readdir(at('theirs'));
    expect(names.length).toBeGreaterThan(3);
    const files = await Promise.all(names.map((each) => readFile(at('theirs', each))));
    expectDone(await own('verify', at('theirs'), '--insecure-allow-unsigned'));
    expectDone(await own('join', at('theirs'), '--out', at('joined/')));
    expectDone(
      await own(
        ...['verify', at('joined/zarf-package-large-amd64-1.0.0.tar.zst')],
        '--insecure-allow-unsigned',
      ),
    );
    const after = await Promise.all(names.map((each) => readFile(at('theirs', each))));
    expect(after).toEqual(files);
  });

  describe.skipIf(noRegistry)('a registry', () => {
    const host = (): string => registry?.host ?? '';
    const pull = (reference: string): Promise<Ended> =>
      own('pull', `oci://${host()}/${reference}`, '-a', 'amd64', '--out', at('pulled'));

    it('gives a package that zarf published, and zarf takes what was pulled', async () => {
      const to = `oci://${host()}/packages`;
      const publish = ['package', 'publish', at(name), to, '--plain-http', '--no-color'];
      expectDone(await zarf.run(publish, home));
      expectDone(await pull('packages/sample:1.0.0'));
      expectDone(await own('verify', at('pulled', name), '--insecure-allow-unsigned'));
      const inspect = ['package', 'inspect', 'definition', at('pulled', name), '--no-color'];
      expectDone(await zarf.run(inspect, home));
    });

    it.skipIf(uds.missing)('gives a bundle that uds published, and uds takes it', async () => {
      await mkdir(at('bundle'));
      await writeFile(at('bundle/uds-bundle.yaml'), bundled);
      await cp(at(name), at('bundle', name));
      const flags = ['--confirm', '-a', 'amd64', '--no-progress'];
      expectDone(await uds.run(['create', at('bundle'), ...flags], home));
      const to = `oci://${host()}/bundles`;
      const publish = ['publish', at('bundle', bundle), to, '--insecure', '--no-progress'];
      expectDone(await uds.run(publish, home));
      expectDone(await pull('bundles/carried:1.0.0'));
      expectDone(await own('verify', at('pulled', bundle), '--insecure-allow-unsigned'));
      expectDone(await uds.run(['inspect', at('pulled', bundle), '--no-progress'], home));
    });
  });
});
