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

function git(
  program: string,
  folder: string,
  args: readonly string[],
  { signal }: Run,
): Promise<string> {
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...settings, '--no-optional-locks', '-C', folder, ...args],
      {
        signal,
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
  });
}
