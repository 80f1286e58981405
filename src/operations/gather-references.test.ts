import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import { judge, key, run, signer } from '../../test/support/assemble-in-memory.ts';
import { MemoryArchiveSource } from '../adapters/memory/archive-source.ts';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { renderReferences } from '../attestation/render-references.ts';
import { statementType } from '../attestation/statement.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { signStatement } from './sign-statement.ts';
import { verifyArchive } from './verify-archive.ts';

const { fileName, bytes } = aPackage().archive();
const location = `dist/${fileName}`;
const beside = `${location}.sboms.intoto.jsonl`;
const stranger = new KeySigner(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
const sbom = Buffer.from('{}');

const statement = (name = 'a.cdx.json', about: Digest = digestOf(bytes)) =>
  renderReferences({
    subjects: [{ name: fileName, digest: about }],
    attester: 'https://example.org/v1',
    documents: [{ name, digest: digestOf(sbom), mediaType: 'application/vnd.cyclonedx+json' }],
  });
const ofKind = (predicateType: string, predicate: object) =>
  JSON.stringify({
    _type: statementType,
    subject: [{ name: 'a', digest: { sha256: digestOf(bytes).slice(7) } }],
    ...{ predicateType, predicate },
  });
const references = (...list: readonly object[]) =>
  ofKind('https://in-toto.io/attestation/reference/v0.1', { references: list });
const one = { name: 'a.cdx.json', digest: { sha256: digestOf(sbom).slice(7) } };

async function judged(
  payload: string,
  files: Readonly<Record<string, Uint8Array>>,
  { by = signer, trusted = true, standardInput = false } = {},
) {
  const signed = await signStatement(
    { payload: Buffer.from(payload), about: 'a' },
    { signer: by, judge },
    run,
  );
  const source = new MemoryArchiveSource({
    [location]: bytes,
    '-': bytes,
    [beside]: Buffer.from(signed),
    ...files,
  });
  const report = await verifyArchive(
    {
      ...{ policy: builtInPolicy, programVersion: '0.0.0', wholeDigest: false },
      ...{ location: standardInput ? '-' : location, allowUnsigned: true },
      ...(trusted ? { key } : {}),
    },
    { source, compute: inProcessCompute(), signatures: judge },
    run,
  );
  return report.findings
    .filter(({ id }) => id === 'sbom/beside')
    .map(({ outcome, code = '', subject }) =>
      [outcome, code, subject.name.replace(/^.*: /, '')].join(' ').trim(),
    );
}

const there = { 'dist/a.cdx.json': sbom };
const name = `${fileName}.sboms.intoto.jsonl`;

type Row = readonly [
  what: string,
  payload: string,
  files: Readonly<Record<string, Uint8Array>>,
  expected: string,
];
const elsewhere: readonly (readonly [what: string, payload: string])[] = [
  ['leads elsewhere', references({ ...one, name: '../a.cdx.json' })],
  ['leads elsewhere on Windows', references({ ...one, name: '..\\a.cdx.json' })],
  ['names the folder', references({ ...one, name: '.' })],
  ['names standard input', references({ ...one, name: '-' })],
  ['names a file twice', references(one, one)],
  ['names no digest', references({ name: 'a.cdx.json' })],
  ['has no list', ofKind('https://in-toto.io/attestation/reference/v0.1', {})],
];
const rows: readonly Row[] = [
  ['names what lies there', statement(), there, `pass  ${name}`],
  ['names what is not there', statement(), {}, 'fail SBOM_FILE_MISSING a.cdx.json'],
  [
    'names other content',
    statement(),
    { 'dist/a.cdx.json': Buffer.from('{"a":1}') },
    'fail SBOM_FILE_DIFFERS a.cdx.json',
  ],
  [
    'names what is a folder now',
    statement(),
    { 'dist/a.cdx.json/b': sbom },
    'undecided  a.cdx.json',
  ],
  [
    'is about another archive',
    statement('a.cdx.json', digestOf('other')),
    there,
    `fail SBOM_REFERENCES_OTHER ${name}`,
  ],
  [
    'is of another kind',
    ofKind('https://example.org/v1', {}),
    there,
    `fail SBOM_REFERENCES_REFUSED ${name}`,
  ],
  ...elsewhere.map(
    ([what, payload]): Row => [what, payload, there, `fail SBOM_REFERENCES_REFUSED ${name}`],
  ),
];

describe('the statement about the SBOMs beside an archive', () => {
  it.each(rows)('%s', async (_what, payload, files, expected) => {
    expect(await judged(payload, files)).toEqual([expected]);
  });

  it('says nothing where a stranger signed it, or nobody is trusted, or nothing lies beside', async () => {
    expect(await judged(statement(), there, { by: stranger })).toEqual([
      `fail SBOM_REFERENCES_REFUSED ${name}`,
    ]);
    expect(await judged(statement(), there, { trusted: false })).toEqual([
      `undecided SIGNATURE_NO_KEY ${name}`,
    ]);
    expect((await judged(statement(), there, { standardInput: true }))[0]).toMatch(
      /^not-applicable/,
    );
  });
});
