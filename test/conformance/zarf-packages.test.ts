import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import type { Finding } from '../../src/checks/check.ts';
import { wantedImages } from '../../src/checks/layout-view.ts';
import { locateParts } from '../../src/operations/locate-parts.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import { hostilePackage } from '../support/hostile-package.ts';
import { decodeTar } from '../support/hostile-tar.ts';
import { judgeArchive } from '../support/judge-archive.ts';
import { trustedKey, verifyInMemory } from '../support/verify-in-memory.ts';

interface Row {
  readonly id: string;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  readonly open: string;
  readonly compression: 'zstd' | 'none';
  readonly split: boolean;
  readonly kind: string;
  readonly apiVersions: readonly string[];
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly flavor: string;
  readonly differential: boolean;
  readonly components: readonly string[];
  readonly images: readonly string[];
  readonly versionRequirements: readonly string[];
  readonly signed: boolean;
  readonly signatureFile: string | null;
  readonly publicKey: string | null;
  readonly aggregateChecksum: string;
  readonly entryCount: number;
  readonly entries: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly mode: string;
    readonly sha256?: string;
  }[];
}

const folder = join(import.meta.dirname, 'zarf');
const rows: Row[] = JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')).packages;
const read = (path: string): Buffer => readFileSync(join(folder, path));

/** The whole archive and its name; a split one is joined here. */
function archiveOf(row: Row): { readonly bytes: Buffer; readonly fileName: string } {
  if (!row.split) return { bytes: read(row.open), fileName: basename(row.open) };
  const parts = row.files.map(({ path }) => path).filter((path) => !path.endsWith('.part000'));
  return {
    bytes: Buffer.concat(parts.sort().map(read)),
    fileName: basename(row.open).replace(/\.part000$/, ''),
  };
}

const blocking = (findings: readonly Finding[]) =>
  findings
    .filter((each) => each.outcome === 'fail' && each.severity === 'error')
    .map((each) => `${each.id}: ${each.message}`);
const open = (findings: readonly Finding[]) =>
  findings
    .filter((each) => each.outcome === 'undecided' && !each.id.startsWith('signature/'))
    .map((each) => `${each.id}: ${each.message}`);
const soft = (findings: readonly Finding[]) =>
  findings
    .filter((each) => each.outcome === 'fail' && each.severity !== 'error')
    .map((each) => `${each.id} ${each.code}`);

/** Where we say less than pass of a package that loads, and why. */
const softer: Readonly<Record<string, readonly string[]>> = {
  // Without an architecture nothing can be compared: said, not passed over.
  least: ['names/consistency DEFINITION_CONTRADICTS'],
  // It is good only where the package it was compared with is.
  differential: ['definition/self-contained PACKAGE_DIFFERENTIAL'],
  'legacy-signed': ['signature/legacy SIGNATURE_OLD_FORM'],
};
const undecidedRows: Readonly<Record<string, readonly string[]>> = {
  least: [
    'names/file-name: the definition does not say enough to tell how the file should be named',
  ],
};

it('are all there', () => expect(rows).toHaveLength(22));

describe.each(rows)('$id', (row) => {
  it('is on disk as it was made', () => {
    for (const { path, size, sha256 } of row.files) {
      const bytes = read(path);
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        size,
        sha256,
      ]);
    }
  });

  it('gives the facts that are known of it', async () => {
    const { bytes, fileName } = archiveOf(row);
    const { facts, survey } = await judgeArchive(bytes, fileName);
    const [only, ...others] = facts.packages;
    expect(others).toEqual([]);
    const definition = only?.definition?.definition;
    expect({
      format: facts.identity.format,
      compression: facts.container.compression,
      apiVersions: only?.definition?.apiVersions,
      name: definition?.metadata.name,
      version: definition?.metadata.version ?? '',
      architecture: definition?.build?.architecture ?? '',
      flavor: definition?.build?.flavor ?? '',
      differential: definition?.build?.differential === true,
      components: definition?.components.map((component) => component.name),
      versionRequirements: (definition?.build?.versionRequirements ?? []).map(
        (each) => each.version,
      ),
      signed: definition?.build?.signed === true,
      signatureFile: only?.signatureFile ?? null,
      aggregateChecksum: definition?.metadata.aggregateChecksum,
      checksums: only?.checksums?.actual,
      entries: survey.entries.map(({ name, type, size, mode, digest }) => ({
        name,
        type,
        size,
        mode: mode.toString(8).padStart(4, '0'),
        ...(digest === undefined ? {} : { sha256: digest.slice('sha256:'.length) }),
      })),
    }).toEqual({
      format: 'zarf-package',
      compression: row.compression,
      apiVersions: row.apiVersions,
      name: row.name,
      version: row.version,
      architecture: row.architecture,
      flavor: row.flavor,
      differential: row.differential,
      components: row.components,
      versionRequirements: row.versionRequirements,
      signed: row.signed,
      signatureFile: row.signatureFile,
      aggregateChecksum: row.aggregateChecksum,
      checksums: row.aggregateChecksum,
      entries: row.entries,
    });
    expect(definition?.kind).toBe(row.kind === '' ? 'ZarfPackageConfig' : row.kind);
    const wanted = definition === undefined ? [] : [...wantedImages(definition).keys()];
    expect(wanted.sort()).toEqual([...row.images].sort());
    const named = (only?.images?.roots ?? []).flatMap((root) =>
      root.name === undefined ? [] : [root.name],
    );
    expect([...named].sort()).toEqual([...row.images].sort());
  });

  it('is accepted by every check that needs no key', async () => {
    const { bytes, fileName } = archiveOf(row);
    const { findings } = await judgeArchive(bytes, fileName);
    expect(blocking(findings)).toEqual([]);
    expect(soft(findings)).toEqual(softer[row.id] ?? []);
    expect(open(findings)).toEqual(undecidedRows[row.id] ?? []);
  });
});

/** Exit codes: without a key, without a key but allowed, with the key that signed it or any, with another. */
describe('what verify answers', () => {
  /** Signed with kinds of keys that no verifier of this format takes. */
  const unfit = ['signed-p384', 'signed-ed25519'];
  it.each(rows)('$id', async (row) => {
    const archive = archiveOf(row);
    const own = trustedKey(join(folder, row.publicKey ?? 'keys/p256.pub'));
    const other = trustedKey(join(folder, 'keys/p256-other.pub'));
    const codes: number[] = [];
    for (const trust of [
      { allowUnsigned: false },
      { allowUnsigned: true },
      { allowUnsigned: false, key: own },
      { allowUnsigned: false, key: other },
    ]) {
      codes.push((await verifyInMemory(archive, trust)).verdict.exitCode);
    }
    expect(codes).toEqual([5, 0, row.signed && !unfit.includes(row.id) ? 0 : 1, 1]);
  });
});

describe('parts of a split archive', () => {
  const split = rows.find((row) => row.split) ?? expect.fail('no split package');
  it('is judged where they lie, named by any of them', async () => {
    const files = Object.fromEntries(split.files.map(({ path }) => [path, read(path)]));
    const source = new MemoryArchiveSource(files);
    const run = { signal: new AbortController().signal };
    for (const { path } of split.files) {
      const located = await locateParts([path], source, run);
      const set = located.flatMap((each) => (each.kind === 'parts' ? [each.set] : []))[0];
      const report = await verifyArchive(
        {
          location: set?.location ?? '',
          ...(set === undefined ? {} : { parts: set }),
          policy: builtInPolicy,
          allowUnsigned: true,
          wholeDigest: false,
          programVersion: '0.0.0',
        },
        { source, compute: inProcessCompute(), signatures: new SigstoreJudge() },
        run,
      );
      expect(blocking(report.findings)).toEqual([]);
      expect(report.verdict.outcome).toBe('pass');
      expect(report.archive.digest).toBe(
        `sha256:${createHash('sha256').update(archiveOf(split).bytes).digest('hex')}`,
      );
    }
  });

  it('one that begins like an archive is refused by its checks too', async () => {
    const name = basename(split.open).replace('.part000', '.part001');
    const { findings } = await judgeArchive(read(`packages/split/${name}`), name);
    expect(findings.filter((each) => each.outcome === 'fail').map((each) => each.code)).toContain(
      'FILE_NAME_PART',
    );
  });
});

describe('any damage', () => {
  const row = rows.find((each) => each.id === 'images-chart') ?? expect.fail('no such package');
  const { bytes, fileName } = archiveOf(row);

  it('cut anywhere, an archive is never accepted', async () => {
    const lengths = Array.from({ length: 400 }, (_, index) =>
      Math.floor((bytes.length * index) / 400),
    );
    for (const length of [...lengths, bytes.length - 1]) {
      const judged = await judgeArchive(bytes.subarray(0, length), fileName).catch(() => undefined);
      if (judged !== undefined) expect(blocking(judged.findings)).not.toEqual([]);
    }
  });

  it('with any bit flipped, it is refused or holds the same', async () => {
    const { survey } = await judgeArchive(bytes, fileName);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const judged = await judgeArchive(other, fileName).catch(() => undefined);
        if (judged !== undefined && blocking(judged.findings).length === 0)
          expect(judged.survey.entries).toEqual(survey.entries);
      }),
      { numRuns: 300 },
    );
  });

  it('with any bit of any file flipped and the checksums made to fit, an image is still refused', async () => {
    const entries = decodeTar(bytes);
    const blobs = entries.filter(
      (entry) => entry.name.startsWith('images/blobs/') && entry.type === 'file',
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...blobs), fc.nat(), async (blob, at) => {
        const ops = [
          { op: 'edit-entry', name: blob.name, flipByte: at % blob.content.length },
          { op: 'rewrite-checksums' },
        ];
        const { findings } = await judgeArchive(
          hostilePackage({ fileName, bytes }, ops).bytes,
          fileName,
        );
        expect(findings.filter((each) => each.outcome === 'fail').map((each) => each.id)).toContain(
          'oci/blob-digest',
        );
      }),
      { numRuns: 50 },
    );
  });
});
