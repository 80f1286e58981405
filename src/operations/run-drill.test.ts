import { createCipheriv, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { testKeys } from '../../test/support/a-trust-policy.ts';
import { blobSignature, statementSignature } from '../../test/support/trust-evidence.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { SignerFailure, StatementError } from '../attestation/attestation-error.ts';
import { renderReleaseStatement } from '../attestation/release-statement.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { DrillReport } from '../report/drill-report.ts';
import type { DrillPorts } from './drill-player.ts';
import { runDrill } from './run-drill.ts';
import { verifyArchive } from './verify-archive.ts';
import { verifyFolder } from './verify-folder.ts';

const name = 'zarf-package-demo-amd64-1.0.0.tar.zst';
const bare = aPackage()
  .image()
  .defining((text) => text.replace('build:', 'build:\n  signed: true'));
const yaml = Buffer.from(
  bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '',
);
const { bytes } = bare.with('zarf.bundle.sig', blobSignature(yaml, 'rel-a')).archive();
const weights = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(2 ** 18),
);
const unsigned = aPackage().image().archive().bytes;
const run = { signal: new AbortController().signal };
const { pem, fingerprint } = testKeys['rel-a'];
const key = { origin: 'release.pub', pem, fingerprint };

const sums = `${hexOf(digestOf(bytes))}  ${name}\n`;
const listed = { [name]: bytes, 'report.json': Buffer.from('{}\n'), SHA256SUMS: Buffer.from(sums) };
const statement = renderReleaseStatement({
  product: 'shop',
  version: '1.0.0',
  flavor: 'cpu',
  counter: 41,
  sourceDateEpoch: 0,
  files: Object.entries(listed).map(([file, content]) => ({
    name: file,
    digest: digestOf(content),
    size: content.length,
    ...(file === name ? { root: { kind: 'package' as const, digest: digestOf(yaml) } } : {}),
  })),
});
const release = { ...listed, 'release.intoto.jsonl': statementSignature(statement, 'rel-a') };

function portsOver(
  files: Readonly<Record<string, Uint8Array | string>>,
  trusted: { readonly key?: typeof key } = { key },
): DrillPorts & { readonly source: ArchiveSource } {
  const source = new MemoryArchiveSource(
    Object.fromEntries(Object.entries(files).map(([path, each]) => [`in/${path}`, each])),
    { chunkBytes: 1000 },
  );
  const compute = inProcessCompute();
  const signatures = new SigstoreJudge();
  const common = {
    ...trusted,
    policy: builtInPolicy,
    allowUnsigned: false,
    wholeDigest: true,
    programVersion: '0',
  };
  return {
    source,
    limits: defaultReadLimits,
    stranger: {
      signer: new KeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      judge: signatures,
    },
    judge: (location, through) => {
      const ports = { source: through, compute, signatures };
      return location === 'in'
        ? verifyFolder({ location, ...common }, ports, run)
        : verifyArchive({ location, ...common }, ports, run);
    },
  };
}
const drill = (location: string, ports: DrillPorts) =>
  runDrill({ location, programVersion: '0' }, ports, run);

describe('a drill with an archive', () => {
  it('shows each refusal by its check and code, and leaves the archive as it is', async () => {
    const report = await drill(`in/${name}`, portsOver({ [name]: bytes }));
    expect(report).toMatchObject({
      outcome: 'all-refused',
      exitCode: 0,
      untouched: { outcome: 'pass' },
      unchanged: true,
    });
    const codes = new Map(
      report.tamperings.map(({ id, by }) => [id, by.map(({ check, code }) => `${check} ${code}`)]),
    );
    for (const [id, code] of [
      ['flip-definition', 'signature/archive SIGNATURE_DIGEST'],
      ['flip-checksums', 'checksums/aggregate AGGREGATE_MISMATCH'],
      ['flip-image', 'checksums/complete CHECKSUM_MISMATCH'],
      ['swap-blobs', 'oci/blob-digest BLOB_DIGEST'],
      ['drop-blob', 'checksums/complete CHECKSUM_FILE_MISSING'],
      ['add-file', 'checksums/no-extra-files FILE_UNLISTED'],
      ['duplicate-entry', 'container/duplicates TAR_NAME_DUPLICATE'],
      ['duplicate-spelling', 'container/entry-names TAR_NAME_INVALID'],
      ['escape', 'container/entry-names TAR_NAME_INVALID'],
      ['data-after-end', 'container/end-of-archive TAR_DATA_AFTER_END'],
      ['trailing-bytes', 'container/trailing-bytes ZSTD_TRAILING_BYTES'],
      ['no-signature', 'signature/archive SIGNATURE_ABSENT'],
      ['wrong-key', 'signature/archive SIGNATURE_MISMATCH'],
    ] as const)
      expect(codes.get(id), id).toContain(code);
    // One to know where everything lies, two as it is, one compressed anew, and each once.
    expect(report.passes).toBe(4 + report.tamperings.length);
    expect(report.bytesRead).toBeGreaterThan(bytes.length);
    expect(report.notPlayed.map(({ id }) => id)).toContain('wrong-key-beside');
  });

  it('finds the same of a large archive, whose large contents it reads where they are touched only', async () => {
    const large = aPackage()
      .image()
      .with(`images/blobs/sha256/${hexOf(digestOf(weights))}`, weights)
      .archive().bytes;
    const ports = portsOver({ [name]: large }, {});
    const whole = await drill(`in/${name}`, ports);
    const condensed = await drill(`in/${name}`, {
      ...ports,
      large: { archive: 2 ** 16, content: 2 ** 16 },
    });
    // Another blob is turned over or left out there: the largest that is not stood for.
    const others = new Set(['flip-image', 'drop-blob']);
    const told = ({ tamperings }: DrillReport) =>
      tamperings.map(({ id, refused, outcome, by }) => {
        const codes = by.map(({ check, code }) => `${check} ${code}`);
        return { id, refused, outcome, ...(others.has(id) ? {} : { codes }) };
      });
    expect(told(condensed)).toEqual(told(whole));
    expect(whole.standIns).toBeUndefined();
    expect(condensed.standIns).toMatchObject({ contents: 1 });
    expect(condensed.bytesRead).toBeLessThan(whole.bytesRead / 3);
    const read = condensed.tamperings.filter((each) => !each.condensed).map(({ id }) => id);
    expect(read).toEqual(['flip-first-bytes', 'flip-middle']);
    expect(condensed.passes).toBe(4 + condensed.tamperings.length);
  });

  it('does not call refused what a signature nobody judged would have refused', async () => {
    const report = await drill(`in/${name}`, portsOver({ [name]: bytes }, {}));
    expect(report).toMatchObject({ outcome: 'not-all-refused', exitCode: 1 });
    const open = report.tamperings.filter(({ refused }) => !refused).map(({ id }) => id);
    expect(open).toContain('wrong-key');
    expect(open).not.toContain('flip-image');
  });

  it('proves nothing where it fails as it is, and calls refused only what is newly refused', async () => {
    const other = { ...testKeys.other, origin: 'other.pub' };
    const report = await drill(`in/${name}`, portsOver({ [name]: bytes }, { key: other }));
    expect(report).toMatchObject({ outcome: 'not-all-refused', exitCode: 1 });
    const refused = report.tamperings.filter((each) => each.refused);
    expect(refused.length).toBeGreaterThan(0);
    for (const { by, id } of refused) expect(by, id).not.toEqual([]);
    expect(report.tamperings.find(({ id }) => id === 'wrong-key')?.refused).toBe(false);
  });

  it('tells what only a signature over every byte refuses', async () => {
    const files = { [name]: unsigned, [`${name}.sigstore.json`]: blobSignature(unsigned, 'rel-a') };
    const { tamperings, outcome } = await drill(`in/${name}`, portsOver(files));
    expect(outcome).toBe('all-refused');
    const by = new Map(tamperings.map((each) => [each.id, each]));
    expect(by.get('flip-image')).toMatchObject({ bySignatureOverBytesOnly: false });
    expect(by.get('flip-definition')).toMatchObject({ bySignatureOverBytesOnly: true });
    expect(by.get('wrong-key-beside')?.by[0]?.code).toBe('SIGNATURE_MISMATCH');
    expect(by.get('flip-signature-beside')?.refused).toBe(true);
  });

  it('fails where verify itself lets something through', async () => {
    const ports = portsOver({ [name]: bytes });
    const sound = await ports.judge(`in/${name}`, ports.source);
    const blind = await drill(`in/${name}`, { ...ports, judge: () => Promise.resolve(sound) });
    expect(blind).toMatchObject({ outcome: 'not-all-refused', exitCode: 1 });
    expect(blind.tamperings.every(({ refused }) => !refused)).toBe(true);
  });

  it('fails where what was not tampered with is judged otherwise afterwards', async () => {
    const ports = portsOver({ [name]: bytes });
    let times = 0;
    const judge: DrillPorts['judge'] = async (...given) => {
      times += 1;
      const report = await ports.judge(...given);
      return times === 1 ? { ...report, program: { name: 'cowa-release', version: 'x' } } : report;
    };
    const report = await drill(`in/${name}`, { ...ports, judge });
    expect(report).toMatchObject({ unchanged: false, outcome: 'not-all-refused' });
  });

  it('calls refused what can no longer be read, and ends where the machine or the program fails', async () => {
    const ports = portsOver({ [name]: bytes });
    const failing = (error: Error): DrillPorts => {
      let times = 0;
      // As it is, then compressed anew, then the first way.
      const judge: DrillPorts['judge'] = (...given) => {
        times += 1;
        return times === 3 ? Promise.reject(error) : ports.judge(...given);
      };
      return { ...ports, judge };
    };
    const unreadable = new StatementError('STATEMENT_PREDICATE', 'it is none');
    const report = await drill(`in/${name}`, failing(unreadable));
    expect(report.tamperings[0]).toMatchObject({
      ...{ outcome: 'unreadable', refused: true },
      by: [{ check: 'container', code: 'STATEMENT_PREDICATE', message: 'it is none' }],
    });
    for (const error of [new TypeError('a bug'), new SignerFailure('SIGN_SELF_CHECK', 'no')])
      await expect(drill(`in/${name}`, failing(error))).rejects.toBe(error);
  });

  it.each([
    ['standard input', '-', {}, 'DRILL_NOT_POSSIBLE'],
    [
      'what cannot be read as it is',
      `in/${name}`,
      { [name]: bytes.subarray(0, 400) },
      'DRILL_UNSOUND',
    ],
  ])('is refused for %s', async (_name, location, files, code) => {
    await expect(drill(location, portsOver(files))).rejects.toMatchObject({ code });
  });
});

describe('a drill with a release folder', () => {
  it('plays with its statement and files, too', async () => {
    const report = await drill('in', portsOver(release));
    expect(report).toMatchObject({ outcome: 'all-refused', unchanged: true });
    const ofFolder = report.tamperings.filter(({ subject }) => subject === 'in');
    const codes = new Map(
      ofFolder.map(({ id, by, refused }) => [id, refused ? by.map(({ code }) => code) : ['told']]),
    );
    expect([...codes.keys()]).toEqual([
      'flip-statement',
      'flip-statement-signature',
      'wrong-key-statement',
      'no-statement',
      'archive-missing',
      'file-added',
      'file-altered',
      'checksums-altered',
    ]);
    for (const [id, code] of [
      ['flip-statement', 'SIGNATURE_MISMATCH'],
      ['wrong-key-statement', 'SIGNATURE_MISMATCH'],
      ['archive-missing', 'RELEASE_FILE_MISSING'],
      ['file-added', 'RELEASE_FILE_EXTRA'],
      ['file-altered', 'RELEASE_FILE_ALTERED'],
      ['checksums-altered', 'SUMS_MISMATCH'],
    ] as const)
      expect(codes.get(id), id).toContain(code);
    // Each archive is still good by itself, and the first line says that nothing lists them any more.
    const gone = ofFolder.find(({ id }) => id === 'no-statement');
    expect(gone?.told).toContain('no release statement says that none is missing');
  });
});
