import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveFile } from '../../src/archive/archive-file.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { missingPrograms } from '../support/local-registry.ts';
import { archiveOf, noise, prose, samplePackage } from '../support/sample-package.ts';

const missing = await missingPrograms('zstd', 'tar', 'sha256sum');
const without = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')})`;

let folder = '';
const at = (name: string): string => join(folder, name);

function run(command: string, ...args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 2 ** 28 });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function file(name: string, content: Uint8Array, mode = 0o644): ArchiveFile {
  return {
    name,
    mode,
    digest: digestOf(content),
    size: content.length,
    async *open() {
      yield content;
    },
  };
}

/** Names and contents that need every kind of header, and every kind of frame. */
const unusual = [
  file('zarf.yaml', Buffer.from('kind: ZarfPackageConfig\n'), 0o600),
  file('empty', new Uint8Array()),
  file(`${'deep/'.repeat(30)}in/ustar`, Buffer.from('x')),
  file(`${'long'.repeat(60)}/${'name'.repeat(40)}`, Buffer.from('long')),
  file('größe/名前', Buffer.from('utf-8')),
  file('text', prose(17 * 2 ** 20 + 3), 0o755),
  file('noise', noise(9 * 2 ** 20 + 511)),
  file('one-block', noise(512)),
];

describe.skipIf(missing.length > 0)(`archives of ours in the tools of everybody${without}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-tools-'));
    await writeFile(at('unusual.tar.zst'), await archiveOf(unusual));
    await writeFile(at('unusual.tar'), await archiveOf(unusual, 'none'));
    await writeFile(
      at('package.tar.zst'),
      await archiveOf(packageArchiveOrder((await samplePackage()).files)),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['unusual.tar.zst', 'package.tar.zst'])(
    'zstd finds %s sound and lists its frames',
    (name) => {
      run('zstd', '-q', '-t', at(name));
      expect(run('zstd', '-l', at(name)).toString()).toMatch(/[1-9]\d*\s+1\s/); // frames, one of them skippable
    },
  );

  it('zstd gives the very tar that is written without compression', async () => {
    const tar = run('zstd', '-q', '-d', '-c', at('unusual.tar.zst'));
    expect(tar.equals(await readFile(at('unusual.tar')))).toBe(true);
  });

  it('tar lists every name, in our order, with mode and size', () => {
    const names = run('tar', '--quoting-style=literal', '-tf', at('unusual.tar'))
      .toString()
      .trimEnd()
      .split('\n');
    expect(names).toEqual(unusual.map(({ name }) => name));
    const [first = '', second = ''] = run('tar', '--numeric-owner', '-tvf', at('unusual.tar'))
      .toString()
      .split('\n');
    expect(first).toMatch(/^-rw------- 0\/0 +24 1970-01-01 /);
    expect(second).toMatch(/^-rw-r--r-- 0\/0 +0 /);
  });

  it('tar unpacks every content', async () => {
    await mkdir(at('out'));
    run('tar', '--zstd', '-xf', at('unusual.tar.zst'), '-C', at('out'));
    for (const { name, digest } of unusual) {
      const content = await readFile(join(at('out'), name));
      expect(createHash('sha256').update(content).digest('hex'), name).toBe(hexOf(digest));
    }
  });

  it('sha256sum proves a package by its own checksums.txt', async () => {
    await mkdir(at('package'));
    run('tar', '--zstd', '-xf', at('package.tar.zst'), '-C', at('package'));
    const sums = (await readFile(join(at('package'), 'checksums.txt'), 'utf8'))
      .trimEnd()
      .split('\n');
    await writeFile(at('sums'), sums.map((line) => `${line.replace(' ', '  ')}\n`).join(''));
    const { status } = spawnSync('sha256sum', ['--quiet', '--strict', '-c', at('sums')], {
      cwd: at('package'),
    });
    expect(status).toBe(0);
  });

  it('two writings are the same bytes', async () => {
    expect((await archiveOf(unusual)).equals(await readFile(at('unusual.tar.zst')))).toBe(true);
  });
});
