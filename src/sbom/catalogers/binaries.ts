import type { SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import type { FileFacts } from '../layer-facts.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger, PassingTaker } from './cataloger.ts';
import { elfHeadBytes, readElfHead } from './elf-header.ts';
import { placeOf, plainCpe } from './found.ts';
import {
  findGoMarker,
  type GoBuildInfo,
  type GoModule,
  goMarkerBytes,
  readGoBlob,
} from './go-build-info.ts';

const maxBlobBytes = 8 * 2 ** 20;

/** Facts of a program in machine code; `binary` says that it is one. */
export interface BinaryTaker extends PassingTaker {
  readonly binary: boolean;
}

/**
 * Looks for Go's build information in the writable parts of a program while it passes; keeps the head of
 * the file and what follows the marker.
 */
export function binaryTaker(): BinaryTaker {
  let head: Buffer | undefined = Buffer.alloc(0);
  let ranges: readonly (readonly [number, number])[] = [];
  let binary = false;
  let offset = 0;
  /** The end of the last piece, where a marker may begin. */
  let tail = Buffer.alloc(0);
  let blob: Buffer[] | undefined;
  let blobBytes = 0;
  let facts: FileFacts | undefined;
  let done = false;

  const look = (data: Buffer, at: number): void => {
    for (const [from, to] of ranges) {
      if (done || blob !== undefined) return;
      const start = Math.max(0, from - at);
      const end = Math.min(data.length, to - at);
      if (start >= end) continue;
      const part = data.subarray(start, end);
      const joined = tail.length > 0 && start === 0 ? Buffer.concat([tail, part]) : part;
      const found = findGoMarker(joined);
      if (found < 0) {
        tail = Buffer.from(joined.subarray(Math.max(0, joined.length - goMarkerBytes + 1)));
        continue;
      }
      tail = Buffer.alloc(0);
      blob = [];
      // The blob may reach beyond the part: what follows in this piece belongs to it too.
      const rest = Buffer.concat([joined.subarray(found), data.subarray(end)]);
      take(rest);
    }
  };
  const take = (data: Buffer): void => {
    if (blob === undefined || done) return;
    blob.push(Buffer.from(data));
    blobBytes += data.length;
    const read = readGoBlob(Buffer.concat(blob));
    if (read === undefined && blobBytes < maxBlobBytes) return;
    done = true;
    blob = undefined;
    if (read?.kind === 'info') facts = { kind: 'go-binary', info: read.info };
    else if (read?.kind === 'old')
      facts = { kind: 'uncovered', ecosystem: 'Go programs made before Go 1.18' };
  };
  const pass = (data: Buffer): void => {
    if (blob !== undefined) take(data);
    else if (!done) look(data, offset);
    offset += data.length;
  };
  const begin = (): void => {
    if (head === undefined) return;
    const first = head;
    head = undefined;
    const elf = readElfHead(first);
    binary = elf !== undefined;
    ranges = elf?.writable ?? [];
    done = ranges.length === 0;
    pass(first);
  };
  return {
    get binary() {
      return binary;
    },
    push(piece) {
      const data = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      if (head === undefined) {
        if (!done) pass(data);
        return;
      }
      head = Buffer.concat([head, data.subarray(0, elfHeadBytes)]);
      const used = Math.min(data.length, elfHeadBytes);
      if (head.length >= elfHeadBytes) {
        begin();
        if (!done && used < data.length) pass(data.subarray(used));
      } else if (head.length >= 4 && head.readUInt32BE(0) !== 0x7f454c46) {
        head = undefined;
        done = true;
      }
    },
    end() {
      begin();
      return facts;
    },
  };
}

/** Modules compiled into Go programs, and the Go release they were compiled with. */
export const goCataloger: Cataloger = {
  id: 'go',
  // Programs are taken by what they begin with, not by name: see survey-layer.ts.
  wants: () => undefined,
  packages(view) {
    return view.files('go-binary').flatMap(toPackages);
  },
};

function toPackages(file: SeenFile<'go-binary'>): readonly FoundPackage[] {
  const { info } = file.facts;
  const version = info.goVersion.split(' ', 1)[0] ?? '';
  const needs = info.modules.map(purlOf);
  const stdlib = stdlibOf(file, version);
  // Programs built without modules name only the path of their main package.
  const own =
    info.main ??
    (info.mainPath === '' || info.mainPath === 'command-line-arguments'
      ? undefined
      : { path: info.mainPath, version: '', sum: '' });
  const main = own === undefined ? [] : [modulePackage(own, file, info, true)];
  return [
    ...main.map((found) => ({
      ...found,
      dependsOn: [...new Set([...needs, ...stdlib.map(({ purl }) => purl)])].sort(),
    })),
    ...info.modules.map((module) => modulePackage(module, file, info, false)),
    ...stdlib,
  ];
}

function stdlibOf(file: SeenFile<'go-binary'>, goVersion: string): readonly FoundPackage[] {
  const [, version] = /^go(\d.*)$/.exec(goVersion) ?? [];
  if (version === undefined) return [];
  return [
    {
      kind: 'go-module',
      cataloger: 'go',
      name: 'stdlib',
      version: goVersion,
      purl: packageUrl('golang', undefined, 'stdlib', version),
      cpes: [`cpe:2.3:a:golang:go:${version.replace(/[^A-Za-z0-9._-].*$/, '')}:-:*:*:*:*:*:*`],
      licences: [{ value: 'BSD-3-Clause', expression: 'BSD-3-Clause' }],
      supplier: 'The Go Authors',
      locations: [placeOf(file, true)],
      metadataType: 'go-module-buildinfo-entry',
      metadata: { goCompiledVersion: goVersion, architecture: '' },
    },
  ];
}

function purlOf({ path, version }: GoModule): string {
  const parts = path.split('/');
  // A purl names the repository; what lies below it stands behind a hash in some tools, here in the name.
  const name = parts.pop() ?? path;
  return packageUrl('golang', parts.join('/'), name, version);
}

function modulePackage(
  module: GoModule,
  file: SeenFile<'go-binary'>,
  info: GoBuildInfo,
  isMain: boolean,
): FoundPackage {
  const setting = (key: string): string => info.settings.find(([name]) => name === key)?.[1] ?? '';
  const version = isMain ? mainVersion(module, setting) : module.version;
  const [, hash] = /^h1:([A-Za-z0-9+/]+=*)$/.exec(module.sum) ?? [];
  const [owner = '', , repository = ''] = [...module.path.split('/').slice(1), ''];
  return {
    kind: 'go-module',
    cataloger: 'go',
    name: module.path,
    version,
    purl: purlOf({ ...module, version }),
    cpes:
      owner === ''
        ? []
        : [plainCpe(repository || (module.path.split('/').at(-1) ?? ''), version, owner)],
    licences: [],
    locations: [placeOf(file, true)],
    ...(hash === undefined
      ? {}
      : { hashes: [{ alg: 'h1', content: Buffer.from(hash, 'base64').toString('hex') }] }),
    metadataType: 'go-module-buildinfo-entry',
    metadata: {
      ...(isMain && info.settings.length > 0
        ? { goBuildSettings: info.settings.map(([key, value]) => ({ key, value })) }
        : {}),
      goCompiledVersion: info.goVersion,
      architecture: setting('GOARCH'),
      ...(module.sum === '' ? {} : { h1Digest: module.sum }),
      ...(info.main === undefined ? {} : { mainModule: info.main.path }),
    },
  };
}

/** A program built in its own source tree calls itself `(devel)`; the commit is then all there is, if that. */
function mainVersion(module: GoModule, setting: (key: string) => string): string {
  if (module.version !== '(devel)' && module.version !== '') return module.version;
  const [, stamped] =
    /-X\s+['"]?\S*?(?:version|Version|buildVersion|gitTag)=['"]?(v?\d+\.\d+\.\d+[^\s'"]*)/.exec(
      setting('-ldflags'),
    ) ?? [];
  if (stamped !== undefined) return stamped.startsWith('v') ? stamped : `v${stamped}`;
  const revision = setting('vcs.revision');
  const time = setting('vcs.time')
    .replace(/[-:TZ]/g, '')
    .slice(0, 14);
  return revision === '' || time === '' ? '' : `v0.0.0-${time}-${revision.slice(0, 12)}`;
}
