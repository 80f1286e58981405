import type { DossierEvidence, DossierRelease, DossierSubject } from '../report/dossier/dossier.ts';
import type { DossierTrust } from '../report/dossier/dossier-judgement.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { DossierInputs } from './dossier-inputs.ts';
import { compareText } from './dossier-order.ts';

/** Every archive that was judged, wherever it was named. */
export function archivesOf(result: VerifyResult): readonly VerifyReport[] {
  if ('reports' in result)
    return result.reports.flatMap((each) => ('archives' in each ? each.archives : [each]));
  return 'archives' in result ? result.archives : [result];
}

/** Every folder that was judged. */
export function foldersOf(result: VerifyResult): readonly FolderReport[] {
  const all = 'reports' in result ? result.reports : [result];
  return all.filter((each): each is FolderReport => 'archives' in each);
}

/** What could not be opened. */
export function unreadableOf(
  result: VerifyResult,
): readonly { readonly name: string; readonly message: string }[] {
  return [
    ...foldersOf(result).flatMap(({ unreadable }) => unreadable),
    ...('reports' in result
      ? result.unreadable.map(({ location, message }) => ({ name: lastOf(location), message }))
      : []),
  ].map(({ name, message }) => ({ name, message }));
}

/** The last part of a path: where things lie on this machine is nobody else's business. */
export function lastOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? path;
}

/** What the release statement says; null where none was believed. */
export function releaseOf(folders: readonly FolderReport[]): DossierRelease | null {
  const found = folders.find(({ release }) => release !== null)?.release;
  if (found === undefined || found === null) return null;
  const { product, version, flavor, counter, sourceDateEpoch, audience } = found;
  return {
    product,
    version,
    flavor,
    counter,
    date: isoDate(sourceDateEpoch),
    ...(audience === undefined ? {} : { audience }),
  };
}

/** A number no calendar reaches stays one. */
function isoDate(seconds: number): string {
  const date = new Date(1000 * seconds);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

/** What was judged: archives, then the other files. */
export function subjectsOf(
  archives: readonly VerifyReport[],
  folders: readonly FolderReport[],
): readonly DossierSubject[] {
  const names = new Set(archives.map(({ archive }) => archive.name));
  return [
    ...archives.map(
      ({ archive, verdict }): DossierSubject => ({
        kind: archive.format === 'zarf-package' ? 'zarf-package' : 'uds-bundle',
        name: archive.name ?? 'standard input',
        ...(archive.digest === undefined ? {} : { digest: archive.digest }),
        ...(archive.root === undefined ? {} : { root: archive.root.digest }),
        size: archive.size,
        outcome: verdict.outcome,
        headline: verdict.headline,
      }),
    ),
    ...folders.flatMap(({ files, notLookedAt = [] }) =>
      files
        .filter(({ name }) => !names.has(name) && !notLookedAt.includes(name))
        .map(
          ({ name, size, digest }): DossierSubject => ({
            kind: 'file',
            name,
            size,
            ...(digest === undefined ? {} : { digest }),
          }),
        ),
    ),
  ];
}

/** Whom the judgement believed. */
export function trustOf(
  archives: readonly VerifyReport[],
  folders: readonly FolderReport[],
  insecure: readonly string[],
): DossierTrust {
  const base = (folders[0] ?? archives[0])?.trust ?? { insecure };
  const { key, trustPolicy, since, policy } = base;
  return {
    ...base,
    ...(key === undefined ? {} : { key: { ...key, origin: lastOf(key.origin) } }),
    ...(trustPolicy === undefined
      ? {}
      : { trustPolicy: { ...trustPolicy, location: lastOf(trustPolicy.location) } }),
    ...(since === undefined ? {} : { since: { ...since, location: lastOf(since.location) } }),
    ...(policy === undefined ? {} : { policy: { ...policy, location: lastOf(policy.location) } }),
    insecure,
    archives: archives.map(({ archive, signature, levels = [] }) => ({
      archive: archive.name ?? 'standard input',
      signature,
      levels,
    })),
  };
}

/** What is believed of a package of an archive. */
export function signatureOf(
  archives: readonly VerifyReport[],
  archive: string,
  name: string,
): string {
  return (
    archives
      .find((each) => (each.archive.name ?? 'standard input') === archive)
      ?.packages.find((each) => each.name === name)?.signature ?? 'undecided'
  );
}

/** Every file that a statement of the report rests on. */
export function evidenceOf(
  { inputs, scans, history, previous, policy, result }: DossierInputs,
  subjects: readonly DossierSubject[],
): readonly DossierEvidence[] {
  const { trust } = foldersOf(result)[0] ?? archivesOf(result)[0] ?? { trust: undefined };
  const found: readonly DossierEvidence[] = [
    ...subjects.flatMap(({ kind, name, digest, size }) =>
      digest === undefined
        ? []
        : [{ name, digest, size, kind: kind === 'file' ? kindOfFile(name) : 'archive' }],
    ),
    ...inputs.map(({ name, digest }) => ({ name, digest, kind: kindOfFile(name) })),
    ...scans.map(({ document }) => ({ ...document, kind: 'scanner result' })),
    ...history.map(({ name, digest }) => ({ name, digest, kind: 'earlier report' })),
    ...(previous === undefined
      ? []
      : [{ name: previous.name, digest: previous.digest, kind: 'earlier report' }]),
    ...(policy.origin === undefined
      ? []
      : [{ name: lastOf(policy.origin.location), digest: policy.origin.digest, kind: 'policy' }]),
    ...(trust?.key === undefined
      ? []
      : [
          {
            name: lastOf(trust.key.origin),
            digest: `sha256:${trust.key.fingerprint}`,
            kind: 'public key (fingerprint)',
          },
        ]),
  ];
  const unique = new Map<string, DossierEvidence>();
  for (const each of found) {
    const key = `${each.name} ${each.digest}`;
    if (!unique.has(key)) unique.set(key, each);
  }
  return [...unique.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.digest, b.digest),
  );
}

function kindOfFile(name: string): string {
  if (/\.(cdx|spdx)\.json$/.test(name)) return 'SBOM';
  if (/\.sigstore\.json$/.test(name)) return 'signature';
  if (/\.intoto\.jsonl$/.test(name)) return 'signed statement';
  if (name === 'SHA256SUMS') return 'checksums';
  if (/\.pub$/.test(name)) return 'public key';
  if (/policy.*\.(json|ya?ml)$/.test(name)) return 'policy';
  return 'file';
}
