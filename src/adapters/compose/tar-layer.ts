import { ArchiveError } from '../../archive/archive-error.ts';
import { compressionOf, decompressed } from '../../archive/compressed-input.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { defaultReadLimits } from '../../archive/read-limits.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { verified } from '../../oci/verified.ts';
import type { Workspace } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { ComposeError } from './compose-error.ts';
import { type ComposedLayer, measured } from './file-layer.ts';

const layerTypes = {
  none: mediaTypes.ociLayerTar,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
} as const;

/**
 * A layer that is given as a tar, taken byte for byte.
 * @throws ComposeError COMPOSE_INPUT_MISSING, COMPOSE_LAYER_UNREADABLE
 */
export async function tarLayer(
  path: string,
  image: string,
  workspace: Workspace,
  run: Run,
): Promise<ComposedLayer> {
  if ((await workspace.stat(path))?.kind !== 'file') {
    throw new ComposeError(
      'COMPOSE_INPUT_MISSING',
      `${image}: the layer '${path}' is not there, or is no file`,
      {
        suggestions: ['Check the path: it is relative to the folder of cowa-release.yaml'],
      },
    );
  }
  const blob = await measured(workspace.open(path, run), run);
  const kind = compressionOf(await headOf(workspace.open(path, run)));
  const diffId = kind === 'none' ? blob.digest : await plainDigest(path, image, workspace, run);
  return {
    ...blob,
    diffId,
    mediaType: layerTypes[kind],
    role: 'layer',
    open: (reading) => verified(workspace.open(path, reading), blob),
  };
}

async function plainDigest(
  path: string,
  image: string,
  workspace: Workspace,
  run: Run,
): Promise<ComposedLayer['diffId']> {
  await using compute = inProcessCompute();
  try {
    return (
      await measured(decompressed(workspace.open(path, run), defaultReadLimits, compute), run)
    ).digest;
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    throw new ComposeError(
      'COMPOSE_LAYER_UNREADABLE',
      `${image}: the layer '${path}' cannot be decompressed: ${cause.message}`,
      {
        cause,
        suggestions: ['Make the file again; it is cut short, damaged or larger than what is read'],
      },
    );
  }
}

async function headOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of content) {
    parts.push(chunk.subarray(0, 4));
    if (Buffer.concat(parts).length >= 4) break;
  }
  return Buffer.concat(parts);
}
