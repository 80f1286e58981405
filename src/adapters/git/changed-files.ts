import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { EnvironmentError } from '../../errors/families.ts';
import type { Run } from '../../support/run.ts';

/** What git was asked for and did not give. */
class GitError extends EnvironmentError<
  | 'GIT_FAILED' // it cannot be run, or the folder is in no repository
  | 'GIT_REVISION' // it knows no such revision
> {}

const maxOutputBytes = 2 ** 26;
/** As much as is read of a definition. */
const maxFileBytes = 2 ** 22;

/** The program that told what changed, as a report names it. */
export interface GitIdentity {
  readonly name: 'git';
  readonly version: string;
  readonly sha256: string;
}

/**
 * Which git it is, by what it says and by its bytes.
 * @throws GitError
 */
export async function gitIdentity(program: string, folder: string, run: Run): Promise<GitIdentity> {
  const said = await git(program, folder, ['version'], run);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(program)) hash.update(chunk);
  return {
    name: 'git',
    version: /git version (\S+)/.exec(said)?.[1] ?? said.trim().slice(0, 100),
    sha256: hash.digest('hex'),
  };
}

/**
 * Files that differ from a revision, and files git does not know yet; relative to the folder, also those above it.
 * @param program path of git: what lies on PATH is not looked for
 * @throws GitError
 */
export async function changedFiles(
  program: string,
  folder: string,
  revision: string,
  run: Run,
): Promise<readonly string[]> {
  // A name that begins with a dash would be an option.
  const commit = (
    await git(
      program,
      folder,
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
      run,
    ).catch((cause: unknown) => {
      run.signal.throwIfAborted();
      if (!(cause instanceof GitError) || cause.cause === undefined) throw cause;
      const { code } = Object(cause.cause);
      if (code !== 1) throw cause;
      throw new GitError('GIT_REVISION', `git knows no revision '${revision}' in ${folder}`, {
        cause,
        suggestions: [
          'In CI the history may be cut: fetch it, for example with fetch-depth: 0',
          'A list of files on standard input does without git: --changed -',
        ],
      });
    })
  ).trim();
  const prefix = (await git(program, folder, ['rev-parse', '--show-cdup'], run)).trim();
  const differing = await git(
    program,
    folder,
    ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', commit, '--', `${prefix}.`],
    run,
  );
  const unknown = await git(
    program,
    folder,
    ['ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', `${prefix}.`],
    run,
  );
  const names = [...differing.split('\0'), ...unknown.split('\0')].filter((name) => name !== '');
  return [...new Set(names.map((name) => `${prefix}${name}`))].sort();
}

/**
 * What files were in a revision, by path relative to the folder; undefined for one that was not there. What is larger
 * than a definition may be is left out, and so is a name with a line break.
 * @throws GitError
 */
export async function filesBefore(
  program: string,
  folder: string,
  revision: string,
  files: readonly string[],
  run: Run,
): Promise<ReadonlyMap<string, Uint8Array | undefined>> {
  const before = new Map<string, Uint8Array | undefined>();
  const names = new Map(
    files
      .filter((path) => !path.includes('\n'))
      .map((path) => [`${revision}:${path.startsWith('../') ? path : `./${path}`}`, path]),
  );
  const asked = [...names.keys()];
  const ask = (how: string, list: readonly string[]) =>
    git(program, folder, ['cat-file', how], run, {
      input: list.map((each) => `${each}\n`).join(''),
    });
  const said = (await ask('--batch-check', asked)).split('\n');
  let left = maxOutputBytes / 2;
  const wanted = asked.filter((name, index) => {
    const [, size] = /^[0-9a-f]+ blob ([0-9]+)$/.exec(said[index] ?? '') ?? [];
    if (size === undefined) before.set(names.get(name) ?? '', undefined);
    else left -= Number(size);
    return size !== undefined && Number(size) <= maxFileBytes && left >= 0;
  });
  if (wanted.length === 0) return before;
  // One character a byte: contents lie one behind the other, each behind a line with its size.
  const all = Buffer.from(await ask('--batch', wanted), 'latin1');
  let at = 0;
  for (const name of wanted) {
    const end = all.indexOf('\n', at);
    const size = Number(all.toString('latin1', at, end).split(' ')[2]);
    before.set(names.get(name) ?? '', all.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return before;
}

function git(
  program: string,
  folder: string,
  args: readonly string[],
  { signal }: Run,
  { input }: { readonly input?: string } = {},
): Promise<string> {
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...settings, '--no-optional-locks', '-C', folder, ...args],
      {
        signal,
        // What is asked for on standard input may be no text.
        encoding: input === undefined ? 'utf8' : 'latin1',
        maxBuffer: maxOutputBytes,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C' },
      },
      (cause, stdout, stderr) => {
        if (cause === null) resolve(stdout);
        else {
          const said = stderr.trim().split('\n')[0] || cause.message.split('\n')[0];
          reject(
            new GitError('GIT_FAILED', `${program} ${args[0]} failed in ${folder}: ${said}`, {
              cause,
              suggestions: ['Name the program with --git or COWA_GIT, as an absolute path'],
            }),
          );
        }
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
