import { posix } from 'node:path';
import { tarStream } from '../archive/tar-writer.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import {
  chartLimits,
  chartTarEntries,
  parseChartMetadata,
  requireVendored,
} from '../zarf/helm-package.ts';
import { PackError } from '../zarf/pack-error.ts';
import { storedGzip } from '../zarf/stored-gzip.ts';
import { chartTree } from './chart-tree.ts';
import { followLinks } from './collect-tree.ts';

/**
 * Packs a local chart as Helm does, but with the same bytes every time. A `.tgz` is taken as it is.
 * @throws PackError PACK_CHART_INVALID, PACK_CHART_DEPENDENCY, PACK_INPUT_MISSING, PACK_INPUT_KIND
 */
export async function packChart(
  folder: string,
  ports: { readonly workspace: Workspace; readonly blobs: BlobStore },
  run: Run,
): Promise<StoredBlob> {
  const { workspace, blobs } = ports;
  const { path, stat } = await followLinks(folder, workspace);
  if (stat.kind === 'file')
    return blobs.put(gzipOnly(folder, workspace.open(path, run)), { size: stat.size }, run);
  const chartFile = posix.join(path, 'Chart.yaml');
  if ((await workspace.stat(chartFile))?.kind !== 'file') {
    throw new PackError('PACK_CHART_INVALID', `${folder} has no Chart.yaml`, {
      suggestions: ['Name the folder of a chart as localPath'],
    });
  }
  const chart = parseChartMetadata(
    await workspace.read(chartFile, chartLimits.maxFileBytes),
    chartFile,
  );
  const files = await chartTree(path, workspace, run);
  requireVendored(
    chart,
    files.map((file) => file.path),
    folder,
  );
  return blobs.put(storedGzip(tarStream(chartTarEntries(chart.name, files, folder, run))), {}, run);
}

/** Passes a packed chart on, unless it plainly is none. */
async function* gzipOnly(
  path: string,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  for await (const chunk of content) {
    if (head.length < 2) {
      head = Buffer.concat([head, chunk.subarray(0, 2)]);
      if (head.length >= 2 && (head[0] !== 0x1f || head[1] !== 0x8b)) break;
    }
    yield chunk;
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    throw new PackError('PACK_CHART_INVALID', `${path} is a file but no packed chart (.tgz)`, {
      suggestions: ['helm package makes one from a folder'],
    });
  }
}
