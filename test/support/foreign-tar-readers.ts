import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { missingPrograms } from './local-registry.ts';

/** One entry as a reader sees it; names as they are, bytes as Latin-1. */
export interface SeenEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'hardlink' | 'other';
  readonly size: number;
  /** Hexadecimal SHA-256; files only. */
  readonly sha: string;
  /** Of hard links, where the reader tells. */
  readonly link: string | undefined;
}

/** What a reader sees in a tar, and why it stopped, if it did not like it. */
export interface SeenTar {
  readonly entries: readonly SeenEntry[];
  readonly fault?: string;
}

/** A reader of tar files made by others. */
export interface ForeignReader {
  readonly name: string;
  /** Reads each file by itself. `folder` may be written to. */
  read(paths: readonly string[], folder: string): Promise<readonly SeenTar[]>;
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const programs = import.meta.dirname;

/** The readers that this machine has; what is missing is named. */
export async function foreignReaders(): Promise<{
  readonly readers: readonly ForeignReader[];
  readonly missing: readonly string[];
}> {
  const known = [goReader, gnuReader, libarchiveReader, pythonReader];
  const missing = await missingPrograms(...known.map(({ program }) => program));
  const there = known.filter(({ program }) => !missing.includes(program));
  return { readers: [nodeReader, ...there], missing };
}

const goReader = {
  name: 'Go archive/tar',
  program: 'go',
  async read(paths: readonly string[], folder: string): Promise<readonly SeenTar[]> {
    const binary = join(folder, 'tar-lister');
    await ran('go', ['build', '-o', binary, join(programs, 'tar-lister.go')]);
    return listed(await ran(binary, [], `${paths.join('\n')}\n`));
  },
};

const pythonReader = {
  name: 'Python tarfile',
  program: 'python3',
  async read(paths: readonly string[]): Promise<readonly SeenTar[]> {
    return listed(await ran('python3', [join(programs, 'tar-lister.py')], `${paths.join('\n')}\n`));
  },
};

/** GNU tar lists names and sizes, and gives all contents one after another. */
const gnuReader = {
  name: 'GNU tar',
  program: 'tar',
  read: (paths: readonly string[]): Promise<readonly SeenTar[]> =>
    twoAtOnce(paths, async (path) => {
      const list = await ran('tar', ['--quoting-style=c', '--numeric-owner', '-tvf', path]);
      const contents = await ran('tar', ['-xOf', path]);
      let at = 0;
      const entries = list.stdout
        .toString('latin1')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): SeenEntry => {
          const [, kind = '', size = '0', name = '', link] =
            /^(.)\S+ \S+ +(\d+) \S+ \S+ "((?:[^"\\]|\\.)*)"(?: (?:->|link to) "((?:[^"\\]|\\.)*)")?/.exec(
              line,
            ) ?? [];
          const file = kind === '-';
          const content = contents.stdout.subarray(at, at + (file ? Number(size) : 0));
          at += content.length;
          return {
            name: unquoted(name),
            type: file ? 'file' : kind === 'd' ? 'directory' : kind === 'h' ? 'hardlink' : 'other',
            size: file ? Number(size) : 0,
            sha: file ? sha(content) : '',
            link: kind === 'h' && link !== undefined ? unquoted(link) : undefined,
          };
        });
      const fault =
        faultOf(list) ??
        faultOf(contents) ??
        (at === contents.stdout.length ? undefined : 'contents and list differ');
      return { entries, ...(fault === undefined ? {} : { fault }) };
    }),
};

/** bsdtar writes what it sees as a cpio archive, which is plain to read. */
const libarchiveReader = {
  name: 'bsdtar',
  program: 'bsdtar',
  read: (paths: readonly string[]): Promise<readonly SeenTar[]> =>
    twoAtOnce(paths, async (path) => {
      const made = await ran('bsdtar', ['-cf', '-', '--format=newc', `@${path}`]);
      const fault = faultOf(made);
      return { entries: cpioEntries(made.stdout), ...(fault === undefined ? {} : { fault }) };
    }),
};

const nodeReader: ForeignReader = {
  name: 'tar-stream',
  read: (paths) => twoAtOnce(paths, async (path) => seenByTarStream(await readFile(path))),
};

function seenByTarStream(bytes: Buffer): Promise<SeenTar> {
  const entries: SeenEntry[] = [];
  const parser = extract();
  parser.on('entry', ({ name, type, linkname }, stream, next) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: unknown) => parts.push(part as Buffer));
    stream.on('end', () => {
      const content = Buffer.concat(parts);
      const kind = type === 'link' ? 'hardlink' : type;
      entries.push({
        name: Buffer.from(name).toString('latin1'),
        type: kind === 'file' || kind === 'directory' || kind === 'hardlink' ? kind : 'other',
        size: content.length,
        sha: kind === 'file' ? sha(content) : '',
        link:
          kind === 'hardlink' && typeof linkname === 'string'
            ? Buffer.from(linkname).toString('latin1')
            : undefined,
      });
      next();
    });
    stream.on('error', () => undefined); // the parser says it too
  });
  return new Promise((resolve) => {
    // Of contents that do not come it says nothing.
    setTimeout(() => resolve({ entries, fault: 'it never ended' }), 300);
    parser.on('finish', () => resolve({ entries }));
    parser.on('error', (error) => resolve({ entries, fault: String(error) }));
    parser.on('close', () => resolve({ entries, fault: 'it stopped' }));
    parser.end(bytes);
  });
}

interface Ran {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly failed: boolean;
}

function ran(program: string, args: readonly string[], input?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        encoding: 'buffer',
        maxBuffer: 2 ** 28,
        env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      },
      (error, stdout, stderr) =>
        resolve({ stdout, stderr: stderr.toString(), failed: error !== null }),
    );
    if (input !== undefined) child.stdin?.end(input);
  });
}

function faultOf({ failed, stderr }: Ran): string | undefined {
  return failed ? stderr.trim() || 'failed' : undefined;
}

async function twoAtOnce(
  paths: readonly string[],
  read: (path: string) => Promise<SeenTar>,
): Promise<readonly SeenTar[]> {
  const seen: SeenTar[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++)
      seen[index] = await read(paths[index] ?? '');
  };
  await Promise.all([lane(), lane()]);
  return seen;
}

interface Listed {
  readonly entries: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly sha: string;
    readonly link: string;
  }[];
  readonly fault?: string;
}

function listed({ stdout, stderr, failed }: Ran): readonly SeenTar[] {
  if (failed) throw new Error(`a reader of tar files failed: ${stderr}`);
  return stdout
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line): SeenTar => {
      const { entries, fault }: Listed = JSON.parse(line);
      return {
        entries: entries.map(({ name, type, size, sha: digest, link }) => {
          const kind =
            '\x0007'.includes(type) && type !== ''
              ? 'file'
              : type === '5'
                ? 'directory'
                : type === '1'
                  ? 'hardlink'
                  : 'other';
          return {
            name: Buffer.from(name, 'hex').toString('latin1'),
            type: kind,
            size: kind === 'file' ? size : 0,
            sha: kind === 'file' ? digest : '',
            link: kind === 'hardlink' ? Buffer.from(link, 'hex').toString('latin1') : undefined,
          };
        }),
        ...(fault === undefined ? {} : { fault }),
      };
    });
}

/** Undoes the quoting of the C language. */
function unquoted(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
  };
  return text.replaceAll(/\\([0-7]{3}|.)/g, (_whole, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (letters[code] ?? code),
  );
}

/** @see cpio(5), New ASCII Format */
function cpioEntries(bytes: Buffer): readonly SeenEntry[] {
  const entries: SeenEntry[] = [];
  for (let at = 0; at + 110 <= bytes.length; ) {
    const field = (index: number): number =>
      Number.parseInt(bytes.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const kind = field(1) & 0o170000;
    const size = field(6);
    const nameLength = field(11);
    const name = bytes.toString('latin1', at + 110, at + 110 + nameLength - 1);
    const start = at + 4 * Math.ceil((110 + nameLength) / 4);
    if (name === 'TRAILER!!!') break;
    const file = kind === 0o100000;
    const link = file && field(4) > 1;
    entries.push({
      name,
      type: link ? 'hardlink' : file ? 'file' : kind === 0o040000 ? 'directory' : 'other',
      size: file ? size : 0,
      sha: file ? sha(bytes.subarray(start, start + size)) : '',
      link: undefined,
    });
    at = start + 4 * Math.ceil(size / 4);
  }
  return entries;
}
