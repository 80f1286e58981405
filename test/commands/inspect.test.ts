import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import Inspect from '../../src/commands/inspect.ts';
import Verify from '../../src/commands/verify.ts';
import { CowaError } from '../../src/errors/families.ts';
import { inspectArchive } from '../../src/operations/inspect-archive.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { demoRelease, root } from '../support/demo-release.ts';

const bundle = 'uds-bundle-cowabungaai-demo-gpu-amd64-0.1.0.tar.zst';
const packaged = 'zarf-package-vllm-amd64-0.1.0-upstream.tar.zst';
const golden = (path: string) => join(root, 'test/conformance', path);
const at = demoRelease('gpu', 'other');

async function inspect(...args: readonly string[]) {
  const captured = await captureOutput<Awaited<ReturnType<Inspect['run']>>>(() =>
    Inspect.run([...args], { root }),
  );
  return {
    ...captured,
    flat: captured.stdout.replaceAll(/\s+/g, ' '),
    exitCode: process.exitCode ?? 0,
  };
}

describe('inspect', () => {
  it('takes no argument from what is piped in', async () => {
    const shared = globalThis as { oclif?: object };
    const before = shared.oclif;
    shared.oclif = { ...before, stdinCache: at('dist/gpu', bundle) };
    try {
      expect((await inspect()).error?.message).toMatch(/archive/);
    } finally {
      shared.oclif = before ?? {};
    }
  });

  it('shows a bundle by its metadata alone: identity, packages, images, variables', async () => {
    const { stdout, flat, exitCode, result } = await inspect(at('dist/gpu', bundle));
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[0]).toBe('cowabungaai-demo-gpu 0.1.0 amd64');
    expect(flat).toContain('package vllm 0.1.0 amd64 upstream');
    expect(flat).toContain('image registry.example.com/cowabungaai-demo/vllm:0.1.0');
    expect(flat).toMatch(/2 layers, 1 shared \(/);
    expect(flat).toContain('variable PVC_SIZE = 1Gi');
    expect(flat).toContain('REPLICAS = 1 vllm: vllm-model replicaCount');
    expect(flat).toContain('nothing was verified: only the metadata was read');
    expect(result?.read).toBe('places');
  });

  it('says what the other side must have, when asked', async () => {
    expect((await inspect(at('dist/gpu', bundle))).stdout).not.toContain('the other side');
    const { flat, result } = await inspect(at('dist/gpu', bundle), '--requirements');
    expect(flat).toContain('volumes 1.0 GiB in 1');
    expect(flat).toContain(
      '1 nvidia.com/gpu vllm-model vllm: vllm-model/templates/deployment.yaml',
    );
    expect(result?.requirements?.disk.archive).toBe((await stat(at('dist/gpu', bundle))).size);
    expect(result?.requirements?.notLookedAt).toEqual([]);
  });

  it('lists layers and constants with --all only', async () => {
    expect((await inspect(at('dist/gpu', packaged))).stdout).not.toContain(
      'constant IMAGE_VERSION',
    );
    const { stdout, result } = await inspect(at('dist/gpu', packaged), '--all');
    expect(stdout).toContain('constant IMAGE_VERSION  0.1.0');
    for (const { digest } of result?.packages[0]?.images[0]?.layers ?? [])
      expect(stdout).toContain(digest);
  });

  it.each([
    ['no key', [], /signature zarf\.bundle\.sig, not judged: no key was given/],
    ['the key', ['--key', 'release.pub'], /signature by [0-9a-f]{64} \(zarf\.bundle\.sig\)/],
    ['another key', ['--key', 'other.pub'], /signature INVALID/],
  ])('says of the signature of a package, given %s', async (_name, args, expected) => {
    const { flat, exitCode } = await inspect(
      at('dist/gpu', packaged),
      ...args.map((arg) => (arg.endsWith('.pub') ? at(arg) : arg)),
    );
    expect(flat).toMatch(expected);
    expect(exitCode).toBe(0);
  });

  it('does not claim to have judged what covers the whole file', async () => {
    const { flat } = await inspect(at('dist/gpu', bundle), '--key', at('release.pub'));
    expect(flat).toContain('not judged: it covers the whole file');
  });

  it('takes the key from COWA_KEY', async () => {
    vi.stubEnv('COWA_KEY', at('release.pub'));
    const { flat } = await inspect(at('dist/gpu', packaged));
    vi.stubEnv('COWA_KEY', undefined);
    expect(flat).toMatch(/signature by /);
  });

  it.each([
    [
      'a package of zarf',
      'zarf/packages/everything/zarf-package-everything-amd64-2.0.0-rc.1.tar.zst',
    ],
    [
      'a legacy bundle of uds',
      'uds/bundles/legacy-local-all/uds-bundle-local-all-amd64-1.0.0.tar.zst',
    ],
    ['a next bundle of uds', 'uds/bundles/next-two/uds-bundle-two-amd64-0.2.0.tar.zst'],
    ['a plain tar', 'zarf/packages/uncompressed/zarf-package-uncompressed-amd64-1.0.0.tar'],
    ['the newer API version', 'zarf/packages/v1beta1/zarf-package-v1beta1-amd64-1.0.0.tar.zst'],
    [
      'a package in parts',
      'zarf/packages/split/zarf-package-images-chart-amd64-1.2.3.tar.zst.part002',
    ],
  ])('reads %s, and its JSON obeys the schema', async (_name, path) => {
    const { stdout, exitCode } = await inspect(golden(path), '--requirements', '--json');
    expect(schemaFaults('inspect-report', JSON.parse(stdout))).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('names what a differential package leaves out', async () => {
    const path =
      'zarf/packages/differential/zarf-package-differential-amd64-1.0.0-differential-1.1.0.tar.zst';
    const { flat } = await inspect(golden(path), '--requirements');
    expect(flat).toContain(
      'differential: images and repositories of version 1.0.0 are not embedded',
    );
    expect(flat).toContain('that version has to be there already');
    const { stdout } = await inspect(golden(path), '--requirements', '--json');
    const report = JSON.parse(stdout);
    expect(schemaFaults('inspect-report', report)).toEqual([]);
    expect(report.packages).toMatchObject([{ differenceTo: '1.0.0' }]);
  });

  it.each([bundle, packaged])(
    'prints one JSON document for %s that obeys the schema',
    async (name) => {
      const { stdout, stderr } = await inspect(
        at('dist/gpu', name),
        '--requirements',
        '--output',
        'json',
      );
      const report = JSON.parse(stdout);
      expect(schemaFaults('inspect-report', report)).toEqual([]);
      expect(stderr).toBe('');
      expect(report.packages.length).toBeGreaterThan(0);
    },
  );

  it('shows what is left of a cut archive, and exits with 1', async () => {
    const path = at('cut.tar.zst');
    await writeFile(path, (await readFile(at('dist/gpu', packaged))).subarray(0, 3000));
    const { flat, exitCode, stdout } = await inspect(path, '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false });
    expect(flat).toContain('ZSTD_TRUNCATED');
  });

  it('prints no control characters of an archive', async () => {
    const { tarFile, tarOf } = await import('../support/tar-bytes.ts');
    const path = at('evil.tar');
    await writeFile(
      path,
      tarOf(
        tarFile(
          'zarf.yaml',
          'kind: ZarfPackageConfig\nmetadata:\n  name: "x\\e[2Jy"\n  description: "a\\rPASS\\nb"\ncomponents: [{ name: "\\u202Eevil" }]\n',
        ),
      ),
    );
    const { stdout } = await inspect(path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout).toContain('x\\u{1b}[2Jy');
  });

  it.each([
    ['what does not exist', () => at('nothing.tar.zst'), 'ARCHIVE_MISSING', 3],
    ['a folder', () => at('dist/gpu'), 'ARCHIVE_NOT_A_FILE', 3],
    ['a public key', () => at('release.pub'), 'ARCHIVE_UNRECOGNISED', 3],
  ])('refuses %s', async (_name, path, code, exitCode) => {
    const { error } = await inspect(path());
    expect(error).toMatchObject({ code, exitCode });
  });

  it('refuses a key that is none', async () => {
    const { error } = await inspect(at('dist/gpu', packaged), '--key', at('dist/gpu/report.json'));
    expect(error).toMatchObject({ code: expect.stringMatching(/^KEY_/) });
  });

  it('keeps to narrow terminals', async () => {
    const { renderInspectResult } = await import('../../src/cli/render-inspect-result.ts');
    const { result } = await inspect(at('dist/gpu', bundle), '--requirements');
    if (result === undefined) throw new Error('no result');
    const text = renderInspectResult(result, { all: false, columns: 50 });
    const long = text.split('\n').filter((line) => line.length > 50 && !/\S{30}/.test(line));
    expect(long).toEqual([]);
  });
});

describe('what inspect reads in places', () => {
  const inspectBytes = (bytes: Uint8Array, location: string) => {
    const compute = inProcessCompute();
    return inspectArchive(
      { location, requirements: false, programVersion: '0.0.0' },
      {
        source: new MemoryArchiveSource({ [location]: bytes }),
        compute,
        openCompute: () => Promise.resolve(compute),
        signatures: new SigstoreJudge(),
      },
      { signal: new AbortController().signal },
    );
  };

  it.each([bundle, packaged])('is what the whole of %s says', async (name) => {
    const bytes = await readFile(at('dist/gpu', name));
    const quick = await inspectBytes(bytes, name);
    const whole = await inspectBytes(bytes, '-');
    expect([quick.read, whole.read]).toEqual(['places', 'whole']);
    for (const part of ['bundle', 'packages', 'images', 'problems', 'complete'] as const)
      expect(quick[part]).toEqual(whole[part]);
  });

  it('never throws but its own errors, whatever is flipped or cut', async () => {
    const bytes = await readFile(
      golden('zarf/packages/uncompressed/zarf-package-uncompressed-amd64-1.0.0.tar'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 32, max: 126 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.option(fc.nat(bytes.length)),
        async (changes, cut) => {
          const copy = Buffer.from(bytes.subarray(0, cut ?? bytes.length));
          for (const [place, value] of changes)
            if (place < copy.length) copy.writeUInt8(value, place);
          await inspectBytes(copy, 'a.tar').catch((error: unknown) =>
            expect(error).toBeInstanceOf(CowaError),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('reports of verify', () => {
  it.each([
    ['an archive', 'verify-report', () => [at('dist/gpu', packaged)]],
    [
      'an archive under a key',
      'verify-report',
      () => [
        at('dist/gpu', bundle),
        '--key',
        at('release.pub'),
        '--whole-digest',
        '--policy',
        join(root, 'fixtures/demo/policy.yaml'),
      ],
    ],
    [
      'an archive of zarf',
      'verify-report',
      () => [
        golden('zarf/packages/everything/zarf-package-everything-amd64-2.0.0-rc.1.tar.zst'),
        '--insecure-allow-unsigned',
      ],
    ],
    [
      'a bundle of uds',
      'verify-report',
      () => [golden('uds/bundles/legacy-two/uds-bundle-two-amd64-0.2.0.tar.zst')],
    ],
    [
      'a folder under a key',
      'verify-folder-report',
      () => [at('dist/gpu'), '--key', at('release.pub')],
    ],
    [
      'a folder under another key',
      'verify-folder-report',
      () => [at('dist/gpu'), '--key', at('other.pub')],
    ],
    ['a folder without a key', 'verify-folder-report', () => [at('dist/gpu')]],
    [
      'several locations, one of which is not there',
      'verify-list-report',
      () => [at('nothing'), at('dist/gpu'), at('dist/gpu', packaged), '--key', at('release.pub')],
    ],
  ])('of %s obeys %s', async (_name, schema, args) => {
    const { stdout } = await captureOutput(() =>
      Verify.run([...args(), '--output', 'json'], { root }),
    );
    expect(schemaFaults(schema, JSON.parse(stdout))).toEqual([]);
  });
});
