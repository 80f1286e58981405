// Makes offline/cowa-release-<version>-<target>.tar.gz: unpack it and run, without network, Node or
// installation. The same sources, lock file and Node give the same bytes.
// Usage: node tools/pack-offline.ts [linux-x64|linux-arm64 …] [--out <folder>]
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { tarEnd, tarHeader, tarPaddingBytes } from '../src/archive/tar-writer.ts';
import { root } from './generated-files.ts';
import { offlineFiles, type PackedFile, scratchFolder, type Target } from './offline-files.ts';

const known: readonly Target[] = ['linux-x64', 'linux-arm64'];

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'offline') } },
  allowPositionals: true,
});
const targets = positionals.length === 0 ? ['linux-x64'] : positionals;
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
mkdirSync(values.out, { recursive: true });
for (const wanted of targets) {
  const target = known.find((name) => name === wanted);
  if (target === undefined) throw new Error(`'${wanted}' is none of ${known.join(', ')}`);
  process.stdout.write(`${await pack(target, values.out)}\n`);
}

async function pack(target: Target, out: string): Promise<string> {
  using scratch = scratchFolder();
  const name = `cowa-release-${version}-${target}`;
  const files = offlineFiles(target, scratch.path);
  const sums = [];
  for (const file of files) sums.push(`${await digestOf(file)}  ${file.name}\n`);
  const all = [
    ...files,
    { name: 'SHA256SUMS', mode: 0o644, content: new TextEncoder().encode(sums.join('')) },
  ];
  const path = join(out, `${name}.tar.gz`);
  const half = `${path}.part`;
  await pipeline(
    Readable.from(tarOf(name, all)),
    createGzip({ level: 6 }),
    createWriteStream(half),
  );
  renameSync(half, path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  writeFileSync(`${path}.sha256`, `${hash.digest('hex')}  ${basename(path)}\n`);
  return path;
}

async function* tarOf(folder: string, files: readonly PackedFile[]): AsyncGenerator<Uint8Array> {
  for (const { name, mode, content } of files) {
    const size = content instanceof Uint8Array ? content.byteLength : statSync(content.path).size;
    yield tarHeader({ type: 'file', name: `${folder}/${name}`, mode, size });
    if (content instanceof Uint8Array) yield content;
    else yield* createReadStream(content.path);
    yield new Uint8Array(tarPaddingBytes(size));
  }
  yield tarEnd();
}

async function digestOf({ content }: PackedFile): Promise<string> {
  const hash = createHash('sha256');
  if (content instanceof Uint8Array) hash.update(content);
  else await pipeline(createReadStream(content.path), hash);
  return hash.digest('hex');
}
