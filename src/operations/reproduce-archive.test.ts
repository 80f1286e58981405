import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type aMachine, assemble, judge, key, run } from '../../test/support/assemble-in-memory.ts';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { ReproduceReport } from '../report/reproduce-report.ts';
import { ReplayMiss } from './replayed-signatures.ts';
import { differenceText, reproduceArchive } from './reproduce-archive.ts';

const api = 'zarf-package-api-amd64-1.2.3.tar.zst';
const bundle = 'uds-bundle-small-gpu-amd64-1.2.3.tar.zst';
type Files = Parameters<typeof smallRelease>[0];

const folderOf = (machine: ReturnType<typeof aMachine>): Record<string, Uint8Array> =>
  Object.fromEntries(machine.outputs.get('gpu')?.files ?? []);

const made = new Map<string, Promise<Record<string, Uint8Array>>>();
/** The release as it is, made once for all tests. */
function released(signed: boolean): Promise<Record<string, Uint8Array>> {
  const known =
    made.get(String(signed)) ?? assemble({ signed }).then(({ machine }) => folderOf(machine));
  made.set(String(signed), known);
  return known;
}

/** Makes an archive again from a definition that may have changed since. */
async function reproduced(
  name: string,
  given: Readonly<Record<string, Uint8Array>>,
  wish: { readonly files?: Files; readonly key?: typeof key } = {},
): Promise<ReproduceReport> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return reproduceArchive(
    {
      location: `dist/gpu/${name}`,
      programVersion: '0.0.0',
      ...(wish.key === undefined ? {} : { key: wish.key }),
    },
    {
      source: new MemoryArchiveSource({ ...given }),
      compute: inProcessCompute(),
      signatures: judge,
      ownSigning: async () => ({ signer: new KeySigner(privateKey), judge }),
      rebuild: async (wanted, signing) => {
        const { machine, steps } = await assemble({
          ...(wish.files === undefined ? {} : { files: wish.files }),
          signed: signing !== undefined,
          ...(signing === undefined ? {} : { signing }),
        });
        const ofArchive = steps.filter(({ id }) => !id.startsWith('release '));
        const missed = ofArchive.find(({ error }) => error instanceof ReplayMiss);
        const files = folderOf(machine);
        if (missed !== undefined && files[`dist/gpu/${wanted.name}`] === undefined)
          throw missed.error;
        return { source: new MemoryArchiveSource(files), location: `dist/gpu/${wanted.name}` };
      },
    },
    run,
  );
}

describe('reproduceArchive', () => {
  it.each([
    { name: api, signed: false, signatures: 'none' },
    { name: bundle, signed: false, signatures: 'none' },
  ])('finds an unsigned archive the same in every byte: $name', async ({ name, signatures }) => {
    const report = await reproduced(name, await released(false));
    expect(report).toMatchObject({
      outcome: 'identical',
      signatures,
      differences: [],
      exitCode: 0,
    });
    expect(report.rebuilt).toEqual({ digest: report.archive.digest, size: report.archive.size });
  });

  it('finds a signed bundle and all its signatures the same in every byte', async () => {
    const report = await reproduced(bundle, await released(true), { key });
    expect(report).toMatchObject({ outcome: 'identical', signatures: 'taken', differences: [] });
  });

  it('without the key tells of nothing but signatures', async () => {
    const report = await reproduced(api, await released(true));
    expect(report).toMatchObject({ outcome: 'same-content', signatures: 'other', exitCode: 0 });
    expect(report.differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'signature zarf.bundle.sig',
    ]);
    expect(report.firstByte).toBeGreaterThan(0);
    const ofBundle = await reproduced(bundle, await released(true));
    expect(ofBundle.outcome).toBe('same-content');
    expect(new Set(ofBundle.differences.map(({ kind }) => kind))).toEqual(
      new Set(['signature', 'follows']),
    );
  });

  const definition = String(smallRelease()['cowa-release.yaml']);

  it.each<{ what: string; files: Files; says: readonly string[] }>([
    {
      what: 'a manifest of other content',
      files: { 'api/config.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: other }\n' },
      says: [
        'content: main/manifests/config-0.yaml has other bytes from byte 0 on',
        'follows: zarf.yaml /metadata/aggregateChecksum',
        'follows: checksums.txt',
        'signature: zarf.bundle.sig',
      ],
    },
    {
      what: 'another date',
      files: { 'cowa-release.yaml': definition.replace('1700000000', '1700000001') },
      says: ['timestamp: zarf.yaml /build/timestamp', 'signature: zarf.bundle.sig'],
    },
    {
      what: 'another image',
      files: { 'files/api': '#!/bin/sh\necho other\n' },
      says: ['missing: images/blobs', 'extra: images/blobs', 'follows: images/index.json'],
    },
    {
      what: 'a file more',
      files: {
        'api/zarf.yaml': `${String(smallRelease()['api/zarf.yaml'])}    files: [{ source: config.yaml, target: /etc/x }]\n`,
      },
      says: ['content: zarf.yaml /components/0/files', 'follows: checksums.txt'],
    },
  ])('says that it is $what', async ({ files, says }) => {
    const report = await reproduced(api, await released(true), { files, key });
    expect(report).toMatchObject({ outcome: 'different', signatures: 'other', exitCode: 1 });
    const told = report.differences.map(differenceText);
    for (const text of says)
      expect(
        told.some((each) => each.startsWith(text)),
        text,
      ).toBe(true);
  });

  it('says that it was made by another version', async () => {
    const given = { ...(await released(false)) };
    const { machine } = await assemble({
      signed: false,
      files: {
        'api/zarf.yaml': String(smallRelease()['api/zarf.yaml']).replace(
          '  architecture: amd64\n',
          '  architecture: amd64\n  annotations: { dev.cowa-release.builder: cowa-release/0.0.1 }\n',
        ),
      },
    });
    given[`dist/gpu/${api}`] = folderOf(machine)[`dist/gpu/${api}`] ?? new Uint8Array();
    const report = await reproduced(api, given);
    expect(report.differences.map(differenceText)).toEqual([
      'tool: zarf.yaml /metadata/annotations/dev.cowa-release.builder is "cowa-release/0.0.1", and now "cowa-release/0.0.0"',
    ]);
  });

  it('says that the same files are packed otherwise', async () => {
    const { zstdCompressSync, zstdDecompressSync } = await import('node:zlib');
    const given = { ...(await released(false)) };
    const parts: Uint8Array[] = [zstdDecompressSync(given[`dist/gpu/${api}`] ?? new Uint8Array())];
    given[`dist/gpu/${api}`] = zstdCompressSync(Buffer.concat(parts));
    const report = await reproduced(api, given);
    expect(report.outcome).toBe('different');
    expect(report.differences.map(({ kind }) => kind)).toEqual(['packing']);
  });

  it('of a bundle names the package in which it differs', async () => {
    const report = await reproduced(bundle, await released(true), {
      key,
      files: { 'api/config.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: other }\n' },
    });
    expect(report.differences[0]).toMatchObject({
      kind: 'content',
      path: 'components/main.tar!main/manifests/config-0.yaml',
    });
    expect(report.differences[0]?.package).toContain('api');
  });

  it('refuses what cannot be read to its end', async () => {
    const given = { ...(await released(false)) };
    given[`dist/gpu/${api}`] = (given[`dist/gpu/${api}`] ?? new Uint8Array()).subarray(0, 900);
    await expect(reproduced(api, given)).rejects.toMatchObject({ code: 'REPRODUCE_UNREADABLE' });
  });
});
