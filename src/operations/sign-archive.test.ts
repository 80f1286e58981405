import { generateKeyPairSync } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveOf, samplePackage } from '../../test/support/sample-package.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { MemoryOutputFolder } from '../adapters/memory/output-folder.ts';
import { MemorySignatureCache } from '../adapters/memory/signature-cache.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import type { Compute } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { heldContent } from '../ports/blob-store.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import { packageArchiveOrder, toArchiveFile } from './archive-order.ts';
import { packBundle } from './pack-bundle.ts';
import type { PackedPackage } from './packed-package.ts';
import { signArchive } from './sign-archive.ts';
import { trustedKeyOf } from './sign-once.ts';
import { signPackage } from './sign-package.ts';
import type { SignedArchive, SignRequest } from './sign-request.ts';
import { verifyArchive } from './verify-archive.ts';
import { writtenSource } from './written-source.ts';

const run = { signal: new AbortController().signal };
const aSigner = () =>
  new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const signer = aSigner();
const other = aSigner();
const judge = new SigstoreJudge();
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const location = `in/${name}`;

let packed: PackedPackage;
let unsigned: Buffer;
let bundle: Buffer;
const bundleName = 'uds-bundle-sample-amd64-1.0.0.tar.zst';

beforeAll(async () => {
  packed = await samplePackage();
  unsigned = await archiveOf(packageArchiveOrder(packed.files));
  const entry = { name: 'sample', path: '..', ref: '1.0.0' };
  const made = await packBundle(
    {
      definition: {
        kind: 'UDSBundle',
        metadata: { name: 'sample', version: '1.0.0' },
        packages: [entry],
      },
      definitionPath: 'uds-bundle.yaml',
      members: new Map([['sample', packed]]),
      architecture: 'amd64',
      timestamp: new Date(0),
      udsVersion: 'v0.35.1',
    },
    { workspace: new MemoryWorkspace({}) },
    run,
  );
  bundle = await archiveOf(made.files.map(toArchiveFile));
});

/** A disk with the folders `in` and `out`, and a cache of signatures. */
function aDisk(files: Readonly<Record<string, Uint8Array | string>>) {
  const folders = { in: new MemoryOutputFolder('in'), out: new MemoryOutputFolder('out') };
  for (const [path, bytes] of Object.entries(files))
    folders[path.startsWith('in/') ? 'in' : 'out'].files.set(path, Buffer.from(bytes));
  return { folders, cache: new MemorySignatureCache() };
}

type Wish = Partial<SignRequest> & { readonly by?: KeySigner; readonly compute?: Compute };

function sign(
  disk: ReturnType<typeof aDisk>,
  { by = signer, compute = inProcessCompute(), ...wish }: Wish = {},
): Promise<SignedArchive> {
  const { folders, cache } = disk;
  const source = () =>
    new MemoryArchiveSource(Object.fromEntries([...folders.in.files, ...folders.out.files]));
  const request = { location, inPlace: false, replace: false, ...wish };
  return signArchive(
    request,
    {
      source: {
        open: (path) => source().open(path),
        openParts: (path, parts) => source().openParts(path, parts),
        list: (path) => source().list(path),
        readSmall: (path, most) => source().readSmall(path, most),
      },
      compute,
      signing: { signer: by, judge, cache },
      outputAt: async (path, fileName) => {
        const at = path.endsWith('/') ? `${path}${fileName}` : path;
        return {
          folder: at.startsWith('in/') ? folders.in : folders.out,
          name: at.slice(at.indexOf('/') + 1),
          isInput: at === request.location,
        };
      },
      verify: (path, { key, content, ...judged }) =>
        verifyArchive(
          {
            location: path,
            policy: builtInPolicy,
            programVersion: '0',
            allowUnsigned: key === undefined,
            ...judged,
            ...(key === undefined ? {} : { key }),
          },
          {
            source: writtenSource(source(), content),
            compute: inProcessCompute(),
            signatures: judge,
          },
          run,
        ),
    },
    run,
  );
}

async function verdict(
  bytes: Uint8Array,
  by = signer,
  beside: Readonly<Record<string, Uint8Array>> = {},
  fileName = name,
) {
  const report = await verifyArchive(
    {
      location: fileName,
      policy: builtInPolicy,
      programVersion: '0',
      allowUnsigned: false,
      wholeDigest: false,
      key: trustedKeyOf(by, 'key'),
    },
    {
      source: new MemoryArchiveSource({ [fileName]: bytes, ...beside }),
      compute: inProcessCompute(),
      signatures: judge,
    },
    run,
  );
  return report.verdict.outcome;
}

describe('signing a package', () => {
  it('gives the very bytes that assembling a signed package gives, by copying frames', async () => {
    const disk = aDisk({ [location]: unsigned });
    const opened: number[] = [];
    const compute: Compute = {
      ...inProcessCompute(),
      encodeFrame: (content, level) => {
        opened.push(content.length);
        return inProcessCompute().encodeFrame(content, level);
      },
    };
    const { outcome, archive, notes, report } = await sign(disk, { out: 'out/', compute });
    expect({ outcome, archive, notes }).toEqual({
      outcome: 'signed',
      archive: `out/${name}`,
      notes: [],
    });
    const assembled = await signPackage(
      packed,
      { signer, judge, cache: disk.cache, markSigned },
      run,
    );
    const expected = await archiveOf(packageArchiveOrder(assembled.files));
    const signed = disk.folders.out.files.get(`out/${name}`) ?? new Uint8Array();
    expect(expected.equals(signed)).toBe(true);
    expect(report.archive.size).toBe(signed.length);
    expect(await verdict(signed)).toBe('pass');
    expect(Math.max(...opened)).toBeLessThan(2 ** 20 + 1); // no large content was compressed again
    expect(unsigned.equals(disk.folders.in.files.get(location) ?? new Uint8Array())).toBe(true);
    expect(await disk.folders.out.list()).toEqual([name]);
  });

  it('changes nothing the second time, and copies what is signed already byte for byte', async () => {
    const disk = aDisk({ [location]: unsigned });
    await sign(disk, { inPlace: true });
    const first = Buffer.from(disk.folders.in.files.get(location) ?? '');
    const again = await sign(disk, { inPlace: true });
    expect(again.outcome).toBe('unchanged');
    expect(first.equals(disk.folders.in.files.get(location) ?? new Uint8Array())).toBe(true);
    const elsewhere = await sign(disk, { out: `out/${name}` });
    expect(elsewhere.outcome).toBe('unchanged');
    expect(first.equals(disk.folders.out.files.get(`out/${name}`) ?? new Uint8Array())).toBe(true);
  });

  it('keeps a signed package of another maker as it is, frames and all', async () => {
    const assembled = await signPackage(packed, { signer, judge, markSigned }, run);
    const foreign = zstdCompressSync(await archiveOf(assembled.files.map(toArchiveFile), 'none'));
    const disk = aDisk({ [location]: foreign });
    expect((await sign(disk, { out: 'out/' })).outcome).toBe('unchanged');
    expect(foreign.equals(disk.folders.out.files.get(`out/${name}`) ?? new Uint8Array())).toBe(
      true,
    );
  });

  it.each([
    {
      what: 'one frame of another encoder',
      file: name,
      make: (tar: Buffer) => zstdCompressSync(tar),
    },
    {
      what: 'several frames without a table',
      file: name,
      make: (tar: Buffer) =>
        Buffer.concat(
          [tar.subarray(0, 5000), tar.subarray(5000)].map((part) => zstdCompressSync(part)),
        ),
    },
    { what: 'a plain tar', file: name.replace('.zst', ''), make: (tar: Buffer) => tar },
  ])('signs $what', async ({ file, make }) => {
    const from = `in/${file}`;
    const disk = aDisk({ [from]: make(await archiveOf(packed.files.map(toArchiveFile), 'none')) });
    await sign(disk, { location: from, out: 'out/' });
    const signed = disk.folders.out.files.get(`out/${file}`) ?? new Uint8Array();
    expect(await verdict(signed, signer, {}, file)).toBe('pass');
    expect(await verdict(signed, other, {}, file)).toBe('fail');
  });

  it('replaces a signature of another key only when told to', async () => {
    const disk = aDisk({ [location]: unsigned });
    await sign(disk, { inPlace: true, by: other });
    await expect(sign(disk, { inPlace: true })).rejects.toMatchObject({
      code: 'SIGN_ALREADY_SIGNED',
    });
    await sign(disk, { inPlace: true, replace: true });
    expect(await verdict(disk.folders.in.files.get(location) ?? new Uint8Array())).toBe('pass');
  });

  it('takes a signature of the old form for one that does not count', async () => {
    const files = [
      ...packed.files,
      { path: 'zarf.yaml.sig', mode: 0o644, blob: heldContent(Buffer.from('AAAA')) },
    ];
    const disk = aDisk({ [location]: await archiveOf(packageArchiveOrder(files)) });
    await expect(sign(disk, { out: 'out/' })).rejects.toMatchObject({
      code: 'SIGN_ALREADY_SIGNED',
    });
    await sign(disk, { out: 'out/', replace: true });
    const entries = await archiveOf(
      packageArchiveOrder(
        (await signPackage(packed, { signer, judge, cache: disk.cache, markSigned }, run)).files,
      ),
    );
    expect(entries.equals(disk.folders.out.files.get(`out/${name}`) ?? new Uint8Array())).toBe(
      true,
    );
  });

  it('makes a signature anew that carries a timestamp, which would send Zarf to the network', async () => {
    const assembled = await signPackage(packed, { signer, judge, markSigned }, run);
    const files = await Promise.all(
      assembled.files.map(async (file) => {
        if (file.path !== 'zarf.bundle.sig') return file;
        const parsed = JSON.parse(
          Buffer.concat(await Array.fromAsync(file.blob.open(run))).toString(),
        );
        parsed.verificationMaterial.timestampVerificationData = {
          rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }],
        };
        return { ...file, blob: heldContent(Buffer.from(JSON.stringify(parsed))) };
      }),
    );
    const disk = aDisk({ [location]: await archiveOf(packageArchiveOrder(files)) });
    expect((await sign(disk, { inPlace: true })).outcome).toBe('signed');
    expect(Buffer.from(disk.folders.in.files.get(location) ?? '').includes('rfc3161')).toBe(false);
  });

  it.each([
    { what: 'no place for the result', wish: {}, code: 'SIGN_OUTPUT_MISSING' },
    {
      what: 'the archive itself as the place',
      wish: { out: location },
      code: 'SIGN_OUTPUT_IS_INPUT',
    },
    {
      what: 'the archive itself, even to be replaced',
      wish: { out: location, replace: true },
      code: 'SIGN_OUTPUT_IS_INPUT',
    },
    { what: 'a file that is there', wish: { out: 'out/there' }, code: 'SIGN_OUTPUT_EXISTS' },
    { what: 'standard input', wish: { location: '-' }, code: 'SIGN_INPUT_STREAM' },
    {
      what: 'a part of a split archive',
      wish: { location: `${location}.part001` },
      code: 'ARCHIVE_SPLIT_PART',
    },
    { what: 'a missing file', wish: { location: 'in/nothing' }, code: 'ARCHIVE_MISSING' },
  ])('refuses $what: $code', async ({ wish, code }) => {
    const disk = aDisk({
      [location]: unsigned,
      [`${location}.part001`]: unsigned,
      'out/there': 'x',
      '-': unsigned,
    });
    if (wish.location === '-') disk.folders.in.files.set('-', unsigned);
    await expect(sign(disk, wish)).rejects.toMatchObject({ code });
    expect(Buffer.from(disk.folders.out.files.get('out/there') ?? '').toString()).toBe('x');
    expect(unsigned.equals(disk.folders.in.files.get(location) ?? new Uint8Array())).toBe(true);
  });

  it('replaces a file that is there when told to', async () => {
    const disk = aDisk({ [location]: unsigned, [`out/${name}`]: 'x' });
    await sign(disk, { out: 'out/', replace: true });
    expect(await verdict(disk.folders.out.files.get(`out/${name}`) ?? new Uint8Array())).toBe(
      'pass',
    );
  });

  it('says which files beside the package are out of date now', async () => {
    const disk = aDisk({
      [location]: unsigned,
      'in/SHA256SUMS': '',
      'in/release.intoto.jsonl': '',
    });
    const { notes } = await sign(disk, { inPlace: true });
    expect(notes.map((note) => note.split(' ')[0])).toEqual([
      'in/SHA256SUMS',
      'in/release.intoto.jsonl',
    ]);
  });
});

describe('what is damaged is not signed', () => {
  const withFile = (path: string, content: string | undefined) => async () => {
    const rest = packed.files.filter((file) => file.path !== path);
    const files =
      content === undefined
        ? rest
        : [...rest, { path, mode: 0o644, blob: heldContent(Buffer.from(content)) }];
    return archiveOf(packageArchiveOrder(files));
  };
  /** Flips a bit inside the copied frames: behind the middle of an archive most of which is stored content. */
  const flipped = async () => {
    const bytes = Buffer.from(unsigned);
    const at = bytes.length - 100_000;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  it.each([
    {
      what: 'an altered file',
      make: withFile('components/small.tar', 'other'),
      code: 'OCI_DIGEST_MISMATCH',
    },
    {
      what: 'a missing file',
      make: withFile('components/small.tar', undefined),
      code: 'SIGN_REFUSED',
    },
    {
      what: 'a file that nothing lists',
      make: withFile('extra', 'x'),
      code: 'SIGN_PACKAGE_INCOMPLETE',
    },
    {
      what: 'no checksums.txt',
      make: withFile('checksums.txt', undefined),
      code: 'SIGN_PACKAGE_INCOMPLETE',
    },
    {
      what: 'another checksums.txt',
      make: withFile('checksums.txt', ''),
      code: 'SIGN_PACKAGE_INCOMPLETE',
    },
    {
      what: 'no zarf.yaml',
      make: withFile('zarf.yaml', undefined),
      code: 'SIGN_PACKAGE_INCOMPLETE',
    },
    { what: 'a flipped bit in a frame that is copied', make: flipped, code: 'SIGN_REFUSED' },
    {
      what: 'a cut archive',
      make: async () => unsigned.subarray(0, 200_000),
      code: 'ZSTD_TRUNCATED',
    },
    {
      what: 'bytes behind the end',
      make: async () => Buffer.concat([unsigned, Buffer.from('more')]),
      code: 'ZSTD_TRAILING_BYTES',
    },
    { what: 'no archive', make: async () => Buffer.from('hello'), code: 'ARCHIVE_UNRECOGNISED' },
    { what: 'an empty file', make: async () => Buffer.alloc(0), code: 'ARCHIVE_EMPTY' },
    {
      what: 'an archive of something else',
      make: () => archiveOf([{ name: 'readme', mode: 0o644, ...heldContent(Buffer.from('x')) }]),
      code: 'SIGN_FORMAT_UNSUPPORTED',
    },
  ])('$what: $code', async ({ make, code }) => {
    const disk = aDisk({ [location]: await make() });
    await expect(sign(disk, { out: 'out/' })).rejects.toMatchObject({ code });
    expect([...disk.folders.out.files]).toEqual([]);
  });

  it('nor what could not be looked at: a definition of a newer kind', async () => {
    const definition = packed.files.find(({ path }) => path === 'zarf.yaml');
    const text = Buffer.concat(await Array.fromAsync(definition?.blob.open(run) ?? [])).toString();
    const disk = aDisk({
      [location]: await withFile('zarf.yaml', text.replace('zarf.dev/v1alpha1', 'zarf.dev/v9'))(),
    });
    await expect(sign(disk, { out: 'out/' })).rejects.toMatchObject({ code: 'SIGN_REFUSED' });
  });
});

describe('signing a bundle', () => {
  const from = `in/${bundleName}`;
  const beside = `${from}.sigstore.json`;

  it('puts a signature beside it and leaves it alone', async () => {
    const disk = aDisk({ [from]: bundle });
    const done = await sign(disk, { location: from });
    expect(done).toMatchObject({
      kind: 'bundle',
      outcome: 'signed',
      archive: from,
      signature: beside,
      notes: [],
    });
    const signature = disk.folders.in.files.get(beside) ?? new Uint8Array();
    expect(
      await verdict(bundle, signer, { [`${bundleName}.sigstore.json`]: signature }, bundleName),
    ).toBe('pass');
    expect(bundle.equals(disk.folders.in.files.get(from) ?? new Uint8Array())).toBe(true);
    const again = await sign(disk, { location: from });
    expect(again.outcome).toBe('unchanged');
    expect(Buffer.from(disk.folders.in.files.get(beside) ?? '').equals(signature)).toBe(true);
  });

  it('replaces a signature of another key, or over other bytes, only when told to', async () => {
    const disk = aDisk({ [from]: bundle });
    await sign(disk, { location: from, by: other });
    await expect(sign(disk, { location: from })).rejects.toMatchObject({
      code: 'SIGN_ALREADY_SIGNED',
    });
    expect((await sign(disk, { location: from, replace: true })).outcome).toBe('signed');
  });

  it('takes a place for the signature, but not the bundle itself', async () => {
    const disk = aDisk({ [from]: bundle });
    expect((await sign(disk, { location: from, out: 'out/' })).signature).toBe(
      `out/${bundleName}.sigstore.json`,
    );
    await expect(sign(disk, { location: from, out: from, replace: true })).rejects.toMatchObject({
      code: 'SIGN_OUTPUT_IS_INPUT',
    });
  });

  it('does not sign a damaged one', async () => {
    const damaged = Buffer.from(bundle);
    damaged[damaged.length - 100_000] = (damaged[damaged.length - 100_000] ?? 0) ^ 1;
    const disk = aDisk({ [from]: damaged });
    await expect(sign(disk, { location: from })).rejects.toMatchObject({ code: 'SIGN_REFUSED' });
    expect(await disk.folders.in.list()).toEqual([bundleName]);
  });
});
