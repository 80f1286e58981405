import { basename, join } from 'node:path';
import { digestOf } from '../oci/digest.ts';
import type { DossierInputs } from '../operations/dossier-inputs.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Dossier, DossierHistoryEntry } from '../report/dossier/dossier.ts';
import { maxDossierBytes, parseDossier } from '../report/dossier/parse-dossier.ts';
import { maxScanBytes, readScan } from '../report/dossier/read-scan.ts';
import { workspaceIn } from './wire.ts';

/** Documents that a report is made with, besides what is judged. */
export interface EarlierRequest {
  /** Results of scanners. */
  readonly scans: readonly string[];
  /** Report of the release it is compared with. */
  readonly previous?: string;
  /** Folder of earlier reports: `*.json` in it, and `report.json` in folders below. */
  readonly history?: string;
}

/** What was read of them. */
interface Earlier extends Pick<DossierInputs, 'scans' | 'history' | 'previous'> {
  /** Files in the folder of earlier reports that are none. */
  readonly passedOver: readonly string[];
}

/**
 * Reads what was given with the flags. A file in the folder of earlier reports that is none is passed over, which is told; one
 * that was named is refused.
 * @throws DossierError REPORT_DOCUMENT_INVALID, SCAN_FORMAT_UNKNOWN; WorkspaceError
 */
export async function readEarlier({ scans, previous, history }: EarlierRequest): Promise<Earlier> {
  const workspace = await workspaceIn('.');
  const found = [];
  for (const path of scans) {
    const bytes = await workspace.read(path, maxScanBytes);
    found.push(readScan(bytes, { name: basename(path), digest: digestOf(bytes) }));
  }
  const before = previous === undefined ? undefined : await readOne(workspace, previous);
  return {
    scans: found,
    ...(before === undefined ? {} : { previous: before }),
    ...(history === undefined
      ? { history: [], passedOver: [] }
      : await readHistory(workspace, history)),
  };
}

async function readOne(
  workspace: Workspace,
  path: string,
): Promise<NonNullable<DossierInputs['previous']>> {
  const bytes = await workspace.read(path, maxDossierBytes);
  const { release, sizes, contents, run } = parseDossier(bytes, path);
  return { release, sizes, contents, run, name: basename(path), digest: digestOf(bytes) };
}

async function readHistory(
  workspace: Workspace,
  folder: string,
): Promise<Pick<Earlier, 'history' | 'passedOver'>> {
  const passedOver: string[] = [];
  const entries: DossierHistoryEntry[] = [];
  for (const name of await workspace.list(folder)) {
    const kind = (await workspace.stat(join(folder, name)))?.kind;
    const path = kind === 'directory' ? `${name}/report.json` : name;
    if (!path.endsWith('.json')) continue;
    if ((await workspace.stat(join(folder, path)))?.kind !== 'file') continue;
    const bytes = await workspace.read(join(folder, path), maxDossierBytes);
    if (Buffer.from(bytes).includes('"cowa-release/report/v1"'))
      entries.push(entryOf(path, bytes, parseDossier(bytes, path)));
    else passedOver.push(path);
  }
  const history = entries.sort((a, b) => (`${a.date} ${a.name}` < `${b.date} ${b.name}` ? -1 : 1));
  return { history, passedOver };
}

function entryOf(name: string, bytes: Uint8Array, dossier: Dossier): DossierHistoryEntry {
  const { run, release, verdict, sizes } = dossier;
  return {
    name,
    digest: digestOf(bytes),
    date: run.date,
    release,
    status: verdict.status,
    failed: verdict.counts.fail,
    undecided: verdict.counts.undecided,
    archives: sizes.archives,
    uniqueImages: sizes.uniqueImages,
  };
}
