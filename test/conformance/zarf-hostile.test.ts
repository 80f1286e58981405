import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../src/report/verify-report.ts';
import { hostilePackage, type PackageOp } from '../support/hostile-package.ts';
import { isHygiene } from '../support/is-hygiene.ts';
import { trustedKey, verifyInMemory } from '../support/verify-in-memory.ts';

interface Row {
  readonly id: string;
  readonly base: string;
  readonly ops: readonly PackageOp[];
  readonly want: 'accept' | 'warn' | 'reject';
}

/** `open`: not refused by a finding, but not passed either: exit 5. */
type Answer = Row['want'] | 'open';

const folder = join(import.meta.dirname, 'zarf');
const rows: Row[] = JSON.parse(readFileSync(join(folder, 'hostile.json'), 'utf8')).rows;
const packages: { id: string; open: string; publicKey: string | null }[] = JSON.parse(
  readFileSync(join(folder, 'expect.json'), 'utf8'),
).packages;

/** Where we answer otherwise than the table, always stricter than what it accepts, and why. */
const stricter: Readonly<Record<string, { readonly answer: Answer; readonly because: string }>> = {
  'no-end-blocks': {
    answer: 'reject',
    because: 'a tar without its end cannot be told from one that was cut',
  },
  'one-end-block': {
    answer: 'reject',
    because: 'a tar without its whole end cannot be told from one that was cut',
  },
  'frames-of-512-with-skippables': {
    answer: 'reject',
    because: 'a frame that readers pass over can carry anything, and nothing signs it',
  },
  'skippable-first': {
    answer: 'reject',
    because: 'a frame that readers pass over can carry anything, and nothing signs it',
  },
  'good-bundle-bad-legacy': {
    answer: 'reject',
    because: 'a signature that does not hold is by nobody who is trusted, whoever reads it first',
  },
  'unknown-api-version': {
    answer: 'open',
    because: 'a newer apiVersion is not wrong, only unknown: undecided, named, never passed',
  },
  'requires-newer-zarf': {
    answer: 'open',
    because: 'a required feature that is newer than this program was not judged: undecided',
  },
};

/** The check that has to speak, so that no row is refused for another reason alone. */
const spokenBy: Readonly<Record<string, string>> = {
  'container/format': 'wrapped-in-folder',
  'container/entry-names':
    'absolute-names same-file-two-spellings parent-path backslash-name colon-name device-name trailing-dot-name',
  'names/file-name': 'plain-tar-under-zst-name zst-under-tar-name',
  'container/end-of-archive':
    'no-end-blocks one-end-block second-archive-after-end end-blocks-in-the-middle',
  'container/trailing-bytes': 'garbage-after-zstd',
  'container/hidden-bytes': 'frames-of-512-with-skippables skippable-first',
  'container/frames': 'content-checksum-wrong truncated-10 unterminated-and-checksum-wrong',
  'container/duplicates':
    'duplicate-zarf-yaml-other-version-last duplicate-component-prefix-last duplicate-component-short-junk-last duplicate-component-short-junk-first duplicate-component-long-junk-first',
  'container/entry-types':
    'symlink-inside-undeclared symlink-outside symlink-absolute symlink-declared hardlink-declared fifo',
  'container/headers': 'pax-size-hides-second-zarf-yaml',
  'checksums/no-extra-files':
    'extra-file extra-file-declared gnu-long-name provenance-files-hide-extra',
  'checksums/form':
    'declared-name-with-space checksums-dot-slash-path checksums-two-spaces checksums-crlf checksums-line-twice checksums-lists-parent-path',
  'checksums/complete': 'missing-component component-byte-flipped',
  'checksums/present': 'missing-checksums',
  'checksums/aggregate': 'checksums-blank-line-stale-aggregate',
  'components/tars-present': 'missing-component-resummed',
  'definition/schema': 'missing-zarf-yaml duplicate-yaml-key unknown-yaml-key name-with-slash',
  'definition/version-known': 'unknown-api-version',
  'definition/required-zarf': 'requires-newer-zarf',
  'definition/documents-agree': 'two-documents-that-disagree',
  'oci/blob-digest':
    'layer-truncated-resummed layer-flipped-resummed layers-swapped-resummed manifest-altered-resummed orphan-blob-misnamed signed-blob-changed-resummed',
  'oci/nothing-missing': 'layer-missing-resummed config-missing-resummed manifest-missing-resummed',
  'oci/layout': 'index-missing-resummed oci-layout-missing-resummed',
  'oci/image-names':
    'index-without-ref-name index-without-base-name index-without-names image-not-in-index two-descriptors-one-name',
  'oci/descriptors': 'index-wrong-size',
  'oci/platform': 'index-wrong-platform',
  'oci/nothing-unreferenced': 'orphan-blob-declared',
  'signature/claims': 'stray-bundle-on-unsigned',
  'signature/legacy': 'good-bundle-bad-legacy',
  'signature/no-network': 'bundle-timestamps-need-network',
  'signature/archive':
    'signed-other-version signature-removed signature-removed-signed-false signature-kept-signed-false bundle-empty bundle-unknown-key bundle-duplicate-key bundle-version-0.4 bundle-wrong-digest-algorithm-label bundle-made-keyless-shaped legacy-bad-bundle-added legacy-signed-flag-absent',
};
const speakers = new Map(
  Object.entries(spokenBy).flatMap(([check, ids]) =>
    ids.split(' ').map((id) => [id, check] as const),
  ),
);

async function verify(row: Row): Promise<VerifyReport> {
  const known =
    packages.find((each) => each.id === row.base) ?? expect.fail(`no package ${row.base}`);
  const base = { fileName: basename(known.open), bytes: readFileSync(join(folder, known.open)) };
  const trust =
    known.publicKey === null
      ? { allowUnsigned: true }
      : { allowUnsigned: false, key: trustedKey(join(folder, known.publicKey)) };
  return verifyInMemory(hostilePackage(base, row.ops), trust);
}

function answer({ verdict, findings }: VerifyReport): Answer {
  if (verdict.outcome === 'fail') return 'reject';
  if (verdict.outcome === 'incomplete') return 'open';
  return findings.some((each) => each.outcome === 'fail' && !isHygiene(each)) ? 'warn' : 'accept';
}

describe('hostile packages', () => {
  it('are all there', () => expect(rows).toHaveLength(102));

  it.each(rows)('$id: $want', async (row) => {
    const report = await verify(row);
    const other = stricter[row.id];
    const findings = report.findings.filter(
      (each) => each.outcome === 'fail' || each.outcome === 'undecided',
    );
    const told = findings.map((each) => `${each.id} ${each.severity}: ${each.message}`);
    expect([answer(report), told]).toEqual([other?.answer ?? row.want, expect.anything()]);
    if (answer(report) !== 'accept')
      expect(findings.map((each) => each.id)).toContain(speakers.get(row.id));
  });
});
