import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aMachine, assemble, judge, key, run } from '../../test/support/assemble-in-memory.ts';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryOutputFolder } from '../adapters/memory/output-folder.ts';
import { MemorySignatureCache } from '../adapters/memory/signature-cache.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { matchRelease } from '../attestation/release-difference.ts';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { heldContent, storedContent } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import { OutputError } from '../ports/storage-error.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { ProgressEvent } from '../support/run.ts';
import { readReleaseStatement } from './release-statement.ts';
import { verifyArchive } from './verify-archive.ts';

const names = (flavor: 'cpu' | 'gpu') => [
  'SHA256SUMS',
  'release.intoto.jsonl',
  'release.pub',
  'release.pub.fingerprint',
  'report.json',
  'run.json',
  `uds-bundle-small-${flavor}-amd64-1.2.3.tar.zst`,
  `uds-bundle-small-${flavor}-amd64-1.2.3.tar.zst.sigstore.json`,
  'zarf-package-api-amd64-1.2.3.tar.zst',
  `zarf-package-model-${flavor}-amd64-1.2.3.tar.zst`,
];

/** What a statement has to say something about. */
function presentIn(output: MemoryOutputFolder | undefined) {
  return [...(output?.files ?? [])]
    .map(([path, bytes]) => ({ name: path.replace(/^.*\//, ''), digest: digestOf(bytes) }))
    .filter(({ name }) => name !== 'run.json' && name !== 'release.intoto.jsonl');
}

describe('assembleRelease', () => {
  it('makes both flavors, and everything it writes passes verification', async () => {
    const { machine, flavors, steps } = await assemble();
    expect(steps.filter(({ error }) => error !== undefined)).toEqual([]);
    for (const flavor of ['cpu', 'gpu'] as const) {
      expect(await machine.outputs.get(flavor)?.list()).toEqual(names(flavor));
    }
    const verdicts = flavors.flatMap(({ archives }) =>
      archives.map(({ report }) => report.verdict.outcome),
    );
    expect(verdicts).toEqual(Array(6).fill('pass'));
  });

  it('states exactly what the folder holds', async () => {
    const { machine } = await assemble();
    const output = machine.outputs.get('gpu');
    const statement = (await output?.read('release.intoto.jsonl')) ?? new Uint8Array();
    const judged = await readReleaseStatement(statement, key, judge, run);
    if (judged.outcome !== 'valid') throw new Error(judged.reason);
    expect(judged.release).toMatchObject({
      product: 'small',
      version: '1.2.3',
      flavor: 'gpu',
      counter: 7,
      sourceDateEpoch: 1_700_000_000,
    });
    expect(matchRelease(judged.release, presentIn(output))).toEqual({
      missing: [],
      extra: [],
      altered: [],
    });
    expect(judged.release.files.flatMap(({ root }) => root?.kind ?? []).toSorted()).toEqual([
      'bundle',
      'package',
      'package',
    ]);
  });

  it('states for whom it is, where the release says so', async () => {
    const definition = String(smallRelease()['cowa-release.yaml']);
    const audienceOf = async (text: string) => {
      const { machine } = await assemble({ files: { 'cowa-release.yaml': text } });
      const output = machine.outputs.get('gpu');
      const statement = (await output?.read('release.intoto.jsonl')) ?? new Uint8Array();
      const judged = await readReleaseStatement(statement, key, judge, run);
      return judged.outcome === 'valid' ? judged.release.audience : judged.reason;
    };
    expect(await audienceOf(definition)).toBeUndefined();
    const named = definition.replace('counter: 7\n', 'counter: 7\naudience: [south, north]\n');
    expect(await audienceOf(named)).toEqual(['north', 'south']);
  });

  it('states what it holds after a change too, and removes no file that came meanwhile', async () => {
    const { machine } = await assemble();
    const output = machine.outputs.get('gpu');
    await assemble({
      machine,
      files: { 'api/config.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: other }\n' },
      run: {
        ...run,
        onProgress: (event) => {
          if (event.kind === 'step-started')
            output?.files.set(output.pathOf('notes.txt'), Buffer.from('mine'));
        },
      },
    });
    const statement = (await output?.read('release.intoto.jsonl')) ?? new Uint8Array();
    const judged = await readReleaseStatement(statement, key, judge, run);
    if (judged.outcome !== 'valid') throw new Error(judged.reason);
    expect(matchRelease(judged.release, presentIn(output))).toEqual({
      missing: [],
      extra: ['notes.txt'],
      altered: [],
    });
  });

  it('gives the same bytes on another machine', async () => {
    const first = await assemble({ signed: false });
    const second = await assemble({ signed: false });
    for (const flavor of ['cpu', 'gpu'] as const) {
      const [a, b] = [first, second].map(
        ({ machine }) => new Map(machine.outputs.get(flavor)?.files),
      );
      expect(a).toEqual(b);
    }
  });

  it('keeps every byte, signatures included, when nothing changed', async () => {
    const { machine } = await assemble();
    const before = new Map(machine.outputs.get('cpu')?.files);
    const { steps } = await assemble({ machine });
    expect(
      steps
        .filter(({ id }) => id.startsWith('archive ') || id.startsWith('image '))
        .map(({ outcome }) => outcome),
    ).toEqual(Array(8).fill('reused'));
    const after = new Map(machine.outputs.get('cpu')?.files);
    before.delete('dist/cpu/run.json');
    for (const [name, bytes] of before) expect(after.get(name), name).toEqual(bytes);
  });

  const flipped = (bytes: Uint8Array): Uint8Array =>
    bytes.with(bytes.length >> 1, (bytes.at(bytes.length >> 1) ?? 0) ^ 1);

  it.each([
    {
      what: 'a package that was tampered with since',
      name: 'zarf-package-api-amd64-1.2.3.tar.zst',
      signed: false,
      change: flipped,
    },
    {
      what: 'a package of the same content in other bytes',
      name: 'zarf-package-api-amd64-1.2.3.tar.zst',
      signed: true,
      change: (bytes: Uint8Array) => zstdCompressSync(zstdDecompressSync(bytes)),
    },
    {
      what: 'a bundle that was tampered with since, whose signature is nowhere kept',
      name: 'uds-bundle-small-cpu-amd64-1.2.3.tar.zst',
      signed: true,
      change: flipped,
    },
  ])('makes $what anew', async ({ name, signed, change }) => {
    const first = await assemble({ signed });
    const output = first.machine.outputs.get('cpu');
    const path = `dist/cpu/${name}`;
    const good = output?.files.get(path) ?? new Uint8Array();
    const other = change(good);
    expect(Buffer.compare(other, good)).not.toBe(0);
    output?.files.set(path, other);
    // The signature inside a package is kept: without it the package would be another one.
    const signatures = name.startsWith('uds') ? new MemorySignatureCache() : undefined;
    const machine = signatures === undefined ? first.machine : { ...first.machine, signatures };
    const { steps } = await assemble({ machine, signed });
    expect(steps.find(({ id }) => id === `archive cpu/${name}`)?.outcome).toBe('done');
    if (signatures === undefined) expect(output?.files.get(path)).toEqual(good);
    else expect(output?.files.get(path)).not.toEqual(other);
  });

  it('finishes what does not depend on a failed step, and leaves no statement over the rest', async () => {
    const { machine, steps, flavors } = await assemble({
      files: { 'payloads/weights.bin': 'other weights' },
    });
    expect(steps.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { id: 'package model-gpu', error: { code: 'PAYLOAD_MISMATCH' } },
    ]);
    expect(
      steps
        .filter(({ outcome }) => outcome === 'skipped')
        .every(({ because }) => because === 'package model-gpu'),
    ).toBe(true);
    expect(flavors.map(({ flavor }) => flavor)).toEqual(['cpu']);
    expect(await machine.outputs.get('cpu')?.list()).toEqual(names('cpu'));
    expect(await machine.outputs.get('gpu')?.list()).toEqual([
      'zarf-package-api-amd64-1.2.3.tar.zst',
    ]);
  });

  it('tells of the bytes of everything that takes long, and what it does with them', async () => {
    const phases = new Map<string, Set<string>>();
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind !== 'step-progress') return;
      const seen = phases.get(event.step) ?? new Set();
      phases.set(event.step, seen.add(event.phase ?? ''));
    };
    await assemble({ run: { ...run, onProgress } });
    expect(phases.get('package model-gpu')).toEqual(
      new Set(['hashing payloads/weights.bin', 'packing main']),
    );
    expect(phases.get('archive gpu/zarf-package-model-gpu-amd64-1.2.3.tar.zst')).toEqual(
      new Set(['writing and verifying']),
    );
  });

  it('leaves no statement of earlier content where the new one could not be finished', async () => {
    const machine = aMachine();
    await assemble({ machine });
    const output = machine.outputs.get('cpu') ?? new MemoryOutputFolder('cpu');
    expect(await output.list()).toContain('release.intoto.jsonl');
    const full = new Proxy(output, {
      get: (target, member) => {
        if (member === 'create')
          return async (name: string) => {
            if (name === 'report.json') throw new OutputError('DISK_FULL', 'no room left');
            return target.create(name);
          };
        const value: unknown = Reflect.get(target, member, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { steps } = await assemble({ machine, ports: { outputFor: () => full } });
    expect(steps.find(({ id }) => id === 'release cpu')).toMatchObject({
      error: { code: 'DISK_FULL' },
    });
    expect(await output.list()).not.toContain('release.intoto.jsonl');
  });

  it('gives no name to an archive that its own verification refuses', async () => {
    const machine = aMachine();
    const { steps } = await assemble({
      ports: {
        verify: async (path, { content: _content, ...judged }) => {
          await judged.writtenDigest;
          const bytes =
            new Map([...machine.outputs.values()].flatMap(({ files }) => [...files])).get(path) ??
            new Uint8Array();
          const broken = bytes.subarray(0, bytes.length - 40);
          return verifyArchive(
            {
              location: 'a',
              ...judged,
              policy: builtInPolicy,
              allowUnsigned: false,
              key,
              programVersion: '0.0.0',
            },
            {
              source: new MemoryArchiveSource({ a: broken }),
              compute: inProcessCompute(),
              signatures: judge,
            },
            run,
          );
        },
      },
      machine,
    });
    expect(steps.find(({ id }) => id.startsWith('archive cpu/zarf-package-api'))).toMatchObject({
      outcome: 'failed',
      error: { code: 'SELF_VERIFY_FAILED' },
    });
    expect([...(machine.outputs.get('cpu')?.files.keys() ?? [])]).toEqual([]);
  });

  /** A release of which a content of the cache is damaged afterwards, and which is to be written again. */
  async function withDamaged(text: string) {
    const { machine } = await assemble();
    for (const output of machine.outputs.values()) output.files.clear();
    const { blobs } = machine.caches.blobs;
    const [digest, bytes] =
      [...blobs].find(([, content]) => Buffer.from(content).includes(text)) ?? [];
    if (digest === undefined || bytes === undefined) throw new Error(`nothing holds ${text}`);
    blobs.set(
      digest,
      Uint8Array.from(bytes, (byte, at) => (at === 9 ? byte ^ 1 : byte)),
    );
    return machine;
  }
  const failures = ({ steps }: Awaited<ReturnType<typeof assemble>>) =>
    steps.filter(({ outcome }) => outcome === 'failed');

  it('has a layer of the cache that was damaged anew from where it came, at once', async () => {
    const machine = await withDamaged('echo api');
    expect(failures(await assemble({ machine }))).toEqual([]);
  });

  it('names what was damaged and cannot be had anew, and has dropped it', async () => {
    const machine = await withDamaged('echo api');
    const { blobs } = machine.caches;
    // As what an engine built: it lies in the cache alone.
    const sourceAs = (source: ImageSource): ImageSource => ({
      name: 'build',
      resolve: async (...asked) => {
        const image = await source.resolve(...asked);
        const own = image?.blobs.map((blob) => ({ ...blob, ...storedContent(blob, blobs) }));
        return image === undefined ? undefined : { ...image, blobs: own ?? [] };
      },
    });
    const failed = await assemble({ machine, sourceAs });
    expect(failures(failed)).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'BLOB_DAMAGED' }) }),
    );
    expect(failures(await assemble({ machine }))).toEqual([]);
  });

  describe('of a large file', () => {
    const named = 'files: [{ source: weights.bin, target: /opt/weights.bin }]';
    const withWeights = (bytes: Uint8Array) => {
      const files = smallRelease({ 'model-cpu/weights.bin': bytes });
      const text = `${files['model-cpu/zarf.yaml']}    ${named}\n`;
      return { ...files, 'model-cpu/zarf.yaml': text };
    };
    /** The release with such a file, in which a byte is another one from some opening on. */
    const opened = async (changesAt: number) => {
      const bytes = new Uint8Array(17 * 2 ** 20).fill(3);
      let times = 0;
      const files = new MemoryWorkspace(withWeights(bytes));
      const workspace: Workspace = {
        root: files.root,
        stat: (path) => files.stat(path),
        list: (path) => files.list(path),
        read: (path, most) => files.read(path, most),
        open: (path) => files.open(path),
        openLent(path) {
          if (path.endsWith('model-cpu/weights.bin') && ++times === changesAt) bytes[9] = 4;
          return files.openLent(path);
        },
      };
      const { steps } = await assemble({ files: withWeights(bytes), ports: { workspace } });
      return { times, errors: steps.flatMap(({ error }) => error ?? []) };
    };

    it('reads it to pack it and to write its package; the bundle copies what was written', async () => {
      expect(await opened(0)).toEqual({ times: 2, errors: [] });
    });

    it('says so where it changed between', async () => {
      const { errors } = await opened(2);
      expect(errors).toMatchObject([{ code: 'PACK_INPUT_CHANGED' }]);
    });
  });

  it.each([
    'approval.intoto.jsonl',
    'zarf-package-api-amd64-1.2.3.tar.zst.approval.2.intoto.jsonl',
  ])('does not begin over a release that was approved (%s)', async (name) => {
    const machine = aMachine();
    await assemble({ machine });
    machine.outputs.get('cpu')?.files.set(`dist/cpu/${name}`, Buffer.from('{}'));
    await expect(assemble({ machine })).rejects.toMatchObject({
      code: 'OUTPUT_FOREIGN_FILE',
      suggestions: [expect.stringContaining('was approved')],
    });
  });

  it('does not begin over files that are not its own', async () => {
    const machine = aMachine();
    machine.outputs.get('gpu')?.files.set('dist/gpu/notes.txt', Buffer.from('mine'));
    await expect(assemble({ machine })).rejects.toMatchObject({ code: 'OUTPUT_FOREIGN_FILE' });
    expect([...(machine.outputs.get('gpu')?.files.keys() ?? [])]).toEqual(['dist/gpu/notes.txt']);
  });

  it.each(['report.json', 'zarf-package-api-amd64-1.2.3.tar.zst'])(
    'does not begin with a verifier that would replace %s',
    async (name) => {
      const verifier = { name, blob: heldContent(Buffer.from('a program')) };
      await expect(assemble({ verifier })).rejects.toMatchObject({ code: 'RELEASE_NAME_CLASH' });
    },
  );

  it('takes the verifier of a run that was killed for its own', async () => {
    const machine = aMachine();
    const verifier = { name: 'verifier.tar.gz', blob: heldContent(Buffer.from('a program')) };
    await using left = await machine.outputs.get('cpu')?.create(verifier.name);
    await left?.commit();
    const { flavors } = await assemble({ machine, verifier });
    expect(flavors).toHaveLength(2);
  });

  it('takes files of an earlier release away that are not part of this one', async () => {
    const { machine } = await assemble();
    const definition = String(smallRelease()['cowa-release.yaml']).replace(
      'packages: [{ path: api }, { path: model-cpu }]\n    bundle: { path: bundle-cpu }',
      'packages: [{ path: api }]',
    );
    await assemble({ machine, files: { 'cowa-release.yaml': definition } });
    expect(await machine.outputs.get('cpu')?.list()).toEqual(
      names('cpu').filter((name) => !name.includes('bundle') && !name.includes('model')),
    );
  });

  it('refuses payload files that differ from the lock', async () => {
    const lock = new Map([
      [
        'gpu' as const,
        {
          images: [],
          payloads: [{ path: 'payloads/weights.bin', sha256: 'a'.repeat(64), size: 3 }],
        },
      ],
    ]);
    const { steps } = await assemble({ lock });
    expect(steps.find(({ id }) => id === 'image example.com/api:1')).toMatchObject({
      outcome: 'failed',
      error: { code: 'LOCK_MISSING' },
    });
  });
});
