import type { FrameSizes } from '../../src/archive/seek-table-write.ts';
import { noiseBytes, tarFile, tarOf } from './tar-bytes.ts';

/** Text that shrinks well. */
export const lines = 'line after line of a text that shrinks well\n'.repeat(900);

/** A tar with nothing wrong: something small, something that does not shrink, something that does. */
export const soundTar = tarOf(
  tarFile('zarf.yaml', 'kind: x\n'),
  tarFile('blobs/noise', noiseBytes(70_000)),
  tarFile('blobs/text', lines),
);

/** What a seek table says of a frame. */
export const sizesOf = (frame: Uint8Array, content: Uint8Array): FrameSizes => ({
  size: frame.length,
  contentSize: content.length,
});
