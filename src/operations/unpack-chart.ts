import { ArchiveError } from '../archive/archive-error.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readPackedFiles } from '../archive/read-nested-files.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const maxDepth = 4;
/** Of all charts within a chart together: Helm's own bound for a chart. */
const maxBytes = 100 * 2 ** 20;

/** Files of a packed chart by path below the chart's folder, packed subcharts opened; undefined when it is none. */
export async function unpackChart(packed: Uint8Array): Promise<Files | undefined> {
  const budget = { left: maxBytes };
  const files = await unpack(packed, budget);
  return files === undefined ? undefined : opened(files, budget, 0);
}

/**
 * The files of a chart with its packed subcharts opened: what lay in `charts/x.tgz` lies below that name. One that
 * cannot be opened stays as it is.
 */
export async function withSubcharts(files: Files): Promise<Files> {
  return opened(files, { left: maxBytes }, 0);
}

async function opened(files: Files, budget: { left: number }, depth: number): Promise<Files> {
  if (depth > maxDepth || ![...files.keys()].some(isPacked)) return files;
  const all = new Map<string, Uint8Array>();
  for (const [path, bytes] of files) {
    const inner = isPacked(path) ? await unpack(bytes, budget) : undefined;
    if (inner === undefined) all.set(path, bytes);
    else
      for (const [below, content] of await opened(inner, budget, depth + 1))
        all.set(`${path}/${below}`, content);
  }
  return all;
}

function isPacked(path: string): boolean {
  return /(?:^|\/)charts\/[^/]+\.tgz$/.test(path);
}

async function unpack(packed: Uint8Array, budget: { left: number }): Promise<Files | undefined> {
  try {
    const limits = { ...defaultReadLimits, maxRetainedBytes: budget.left };
    const compute = inProcessCompute();
    const { files, fault, tooLarge } = await readPackedFiles(packed, () => true, limits, compute);
    const [first] = files.keys();
    if (fault !== undefined || first === undefined || tooLarge.length > 0) return undefined;
    const root = first.slice(0, first.indexOf('/') + 1);
    const own = [...files].filter(([path]) => path.startsWith(root));
    for (const [, { length }] of own) budget.left -= length;
    return new Map(own.map(([path, bytes]) => [path.slice(root.length), bytes]));
  } catch (error) {
    if (error instanceof ArchiveError || error instanceof ContainerFault) return undefined;
    throw error;
  }
}
