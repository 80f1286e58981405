// What goes into the offline package: the built program, its production modules and Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from './generated-files.ts';

export type Target = 'linux-x64' | 'linux-arm64';

/** A file of the package: where its bytes are, or the bytes. */
export interface PackedFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Uint8Array | { readonly path: string };
}

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly libc?: string | readonly string[];
  readonly integrity?: string;
}

/** A module of the lock file and the folder its files are in. */
interface Module {
  /** `node_modules/…` */
  readonly place: string;
  readonly version: string;
  readonly folder: string;
}

const triplets: Readonly<Record<Target, string>> = {
  'linux-x64': 'x86_64-linux-gnu',
  'linux-arm64': 'aarch64-linux-gnu',
};

/** Everything but the checksums, sorted by name. @throws Error where something cannot be found or is not what the lock file says */
export function offlineFiles(target: Target, scratch: string): readonly PackedFile[] {
  const modules = productionModules(target, scratch);
  const node = modules.find(({ place }) => place === `node_modules/node-${target}`);
  if (node === undefined) throw new Error(`the lock file pins no Node for ${target}`);
  const libraries = modules.filter(
    (module) => module !== node && !module.place.startsWith('node_modules/node-'),
  );
  const binary = join(node.folder, 'bin', 'node');
  const files = [
    ...tree('dist', join(root, 'dist')).filter(({ name }) => !name.endsWith('.built')),
    ...tree('bin', join(root, 'bin')).filter(({ name }) => name !== 'bin/dev.js'),
    ...tree('schemas', join(root, 'schemas')),
    ...[
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'SECURITY.md',
      'oclif.manifest.json',
      'docs/bootstrap.md',
      'docs/exit-codes.md',
      'docs/errors.md',
    ]
      .filter((name) => existsSync(join(root, name)))
      .map((name) => ({ name, mode: 0o644, content: { path: join(root, name) } })),
    ...libraries.flatMap(({ place, folder }) =>
      tree(place, folder).filter(({ name }) => isNeeded(name.slice(place.length + 1))),
    ),
    { name: 'node/bin/node', mode: 0o755, content: { path: binary } },
    { name: 'node/LICENSE', mode: 0o644, content: { path: join(node.folder, 'LICENSE') } },
    ...atomicLibrary(target, binary),
    {
      name: 'package.json',
      mode: 0o644,
      content: text(JSON.stringify(programManifest(), null, 2)),
    },
    { name: 'cowa-release', mode: 0o755, content: text(launcher) },
    {
      name: 'THIRD-PARTY-LICENSES.txt',
      mode: 0o644,
      content: text(licences([...libraries, node])),
    },
  ];
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const launcher = `#!/bin/sh
# Starts cowa-release with the Node beside it. Nothing is installed, and no other Node is asked.
here=$(dirname -- "$(readlink -f -- "$0")") || exit 4
unset NODE_OPTIONS NODE_PATH
if [ -d "$here/node/lib" ]; then
  LD_LIBRARY_PATH="$here/node/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
fi
exec "$here/node/bin/node" "$here/bin/run.js" "$@"
`;

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content.endsWith('\n') ? content : `${content}\n`);
}

/** package.json without what only the source tree needs. */
function programManifest(): object {
  const { name, version, description, license, type, bin, engines, oclif, dependencies } = readJson(
    join(root, 'package.json'),
  );
  return { name, version, description, license, type, bin, engines, oclif, dependencies };
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function productionModules(target: Target, scratch: string): readonly Module[] {
  const [os, cpu] = target.split('-');
  const lock = readJson(join(root, 'package-lock.json'));
  const packages = lock['packages'];
  if (typeof packages !== 'object' || packages === null)
    throw new Error('package-lock.json has no packages');
  return Object.entries(packages as Record<string, LockEntry>)
    .filter(
      ([place, entry]) =>
        place.startsWith('node_modules/') &&
        entry.dev !== true &&
        entry.devOptional !== true &&
        entry.link !== true,
    )
    .filter(([, entry]) => fits(entry.os, os) && fits(entry.cpu, cpu) && fits(entry.libc, 'glibc'))
    .map(([place, entry]) => ({
      place,
      version: entry.version ?? '',
      folder: folderOf(place, entry, scratch),
    }));
}

function fits(allowed: string | readonly string[] | undefined, value: string | undefined): boolean {
  return allowed === undefined || [allowed].flat().includes(value ?? '');
}

/** The installed folder; for another machine's binaries the module from the registry, checked against the lock. */
function folderOf(place: string, entry: LockEntry, scratch: string): string {
  const installed = join(root, place);
  if (existsSync(join(installed, 'package.json'))) return installed;
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const folder = mkdtempSync(join(scratch, 'module-'));
  run('npm', [
    'pack',
    `${name}@${entry.version}`,
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ]);
  const [archive] = readdirSync(folder);
  if (archive === undefined) throw new Error(`npm gave no ${name}@${entry.version}`);
  const integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64')}`;
  if (integrity !== entry.integrity)
    throw new Error(
      `${name}@${entry.version}: ${integrity} is not what the lock file says (${entry.integrity})`,
    );
  run('tar', ['-xzf', join(folder, archive), '-C', folder]);
  return join(folder, 'package');
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

/** Files below a folder, without the modules nested in it: those have entries of their own. */
function tree(prefix: string, folder: string): readonly PackedFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, inside: relative(folder, path).split(sep).join('/') }))
    .filter(({ inside }) => !inside.split('/').includes('node_modules'))
    .map(({ path, inside }) => ({
      name: `${prefix}/${inside}`,
      mode: inside.endsWith('.node') || (prefix === 'bin' && inside === 'run.js') ? 0o755 : 0o644,
      content: { path },
    }));
}

/** Types, maps and prose do not run; licences stay. */
function isNeeded(name: string): boolean {
  if (/(^|\/)(licen[cs]e|notice|copying)[^/]*$/i.test(name)) return true;
  return !/\.(bare|d\.[mc]?ts|ts|map|md|markdown|flow|yml|yaml)$|(^|\/)(test|tests|__tests__|\.github)\//i.test(
    name,
  );
}

/**
 * Node's official Linux binaries want GCC's libatomic, which a minimal Debian does not have: the one of
 * the building machine travels along. Its digest stands in SHA256SUMS like every other.
 */
function atomicLibrary(target: Target, binary: string): readonly PackedFile[] {
  if (!readFileSync(binary).includes('libatomic.so.1\0')) return [];
  const triplet = triplets[target];
  const host =
    `${process.platform}-${process.arch}` === target
      ? ['/usr/lib64', '/lib64']
      : [`/usr/${triplet}/lib`];
  const found = [`/usr/lib/${triplet}`, `/lib/${triplet}`, ...host]
    .map((folder) => join(folder, 'libatomic.so.1'))
    .find((path) => existsSync(path));
  if (found === undefined) {
    process.stderr.write(
      `${target}: no libatomic.so.1 for it on this machine; the machine that runs the package must have one (Debian: libatomic1)\n`,
    );
    return [];
  }
  return [{ name: 'node/lib/libatomic.so.1', mode: 0o644, content: { path: realpathSync(found) } }];
}

const atomicNotice = `libatomic (part of GCC), node/lib/libatomic.so.1 where present
Licence: GPL-3.0-or-later WITH GCC-exception-3.1. Source: https://gcc.gnu.org/`;

function licences(modules: readonly Module[]): string {
  const parts = modules
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ place, version, folder }) => {
      const { license } = readJson(join(folder, 'package.json'));
      const texts = readdirSync(folder)
        .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8').trim());
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [
        `${name} ${version}`,
        `Licence: ${typeof license === 'string' ? license : JSON.stringify(license)}`,
        ...texts,
      ].join('\n\n');
    });
  return [...parts, atomicNotice].join(`\n\n${'='.repeat(72)}\n\n`);
}

/** A folder that is gone when the work is done. */
export function scratchFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'cowa-offline-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
