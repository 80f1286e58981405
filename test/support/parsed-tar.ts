import { extract } from 'tar-stream';

/** An entry as another tar reader sees it. */
export interface ParsedTarEntry {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly linkname: string | null;
  readonly content: Buffer;
}

/** The entries of a tar as another reader sees them; rejects where it stops. */
export async function parsedTar(tar: Uint8Array): Promise<readonly ParsedTarEntry[]> {
  const found: ParsedTarEntry[] = [];
  const parser = extract();
  const done = (async () => {
    for await (const entry of parser) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      const { name, type, mode, size, linkname } = entry.header;
      found.push({
        name,
        type: String(type),
        mode: mode ?? 0,
        size: size ?? 0,
        linkname: linkname ?? null,
        content: Buffer.concat(parts),
      });
    }
  })();
  parser.end(Buffer.from(tar));
  await done;
  return found;
}
