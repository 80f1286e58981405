import { join } from 'node:path';
import { FetchError } from '../../ports/fetch-error.ts';
import { printable } from '../../support/printable.ts';
import type { Run } from '../../support/run.ts';
import { type ProgramCall, runProgram } from '../process/run-program.ts';

/** How git speaks to a host. */
export interface GitAccess {
  /** Variables that name proxies, as curl reads them. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** PEM file of every authority that is trusted, where it is not the usual ones. */
  readonly caFile?: string;
  readonly clientCertificate?: { readonly certFile: string; readonly keyFile: string };
  /** Shown to the host of the address, once it asks for one. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** One call of git in a repository of our own. */
export interface GitCall {
  readonly program: string;
  /** Holds the repository, and is the home of git meanwhile. */
  readonly folder: string;
  readonly args: readonly string[];
  /** Scheme that is spoken; without it git speaks to nobody. */
  readonly scheme?: 'https' | 'http';
  readonly access?: GitAccess;
  readonly input?: ProgramCall['input'];
  readonly take?: ProgramCall['take'];
}

/** Nothing of a user's settings, no hook, no helper, no other protocol; no question to a terminal. */
const settings = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'credential.helper': '',
  'protocol.allow': 'never',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.writeCommitGraph': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'transfer.fsckObjects': 'true',
  // Old commits were written by less careful programs; none of this leads anywhere.
  ...Object.fromEntries(
    [
      'zeroPaddedFilemode',
      'badTimezone',
      'missingSpaceBeforeDate',
      'missingSpaceBeforeEmail',
      'missingNameBeforeEmail',
      'missingEmail',
      'missingTaggerEntry',
    ].map((each) => [`fetch.fsck.${each}`, 'ignore']),
  ),
  'transfer.bundleURI': 'false',
  // A host that was declared must not lead to one that was not.
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
} as const;

/** Answers git with the two variables, which no list of processes shows to other users. */
const helper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$COWA_GIT_USERNAME" "$COWA_GIT_PASSWORD"; }; f';

export interface GitEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes of small answers: lists of references. */
const maxOutputBytes = 64 * 2 ** 20;

/**
 * Runs git on a repository of our own.
 * @throws FetchError FETCH_PROGRAM, FETCH_LIMIT; the reason of the signal; what `take` throws
 */
export async function callGit(call: GitCall, run: Run): Promise<GitEnd> {
  const { program, folder, scheme, access = {}, input, take } = call;
  const { login, proxies, caFile, clientCertificate } = access;
  const options: Record<string, string> = { ...settings };
  if (scheme !== undefined) options[`protocol.${scheme}.allow`] = 'always';
  const args = Object.entries(options).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  if (login !== undefined) args.push('-c', `credential.helper=${helper}`);
  const end = await runProgram(
    {
      program,
      args: [...args, '--git-dir', join(folder, 'git'), ...call.args],
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ...{ HOME: folder, XDG_CONFIG_HOME: folder, TMPDIR: folder, LC_ALL: 'C' },
        ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' },
        ...{ GIT_PROTOCOL_FROM_USER: '0', GIT_ALLOW_PROTOCOL: scheme ?? 'none' },
        ...{ GIT_NO_REPLACE_OBJECTS: '1', GIT_ADVICE: '0' },
        ...proxies,
        ...(caFile === undefined ? {} : { GIT_SSL_CAINFO: caFile }),
        ...(clientCertificate && {
          GIT_SSL_CERT: clientCertificate.certFile,
          GIT_SSL_KEY: clientCertificate.keyFile,
        }),
        ...(login && { COWA_GIT_USERNAME: login.username, COWA_GIT_PASSWORD: login.password }),
      },
      ...(input === undefined ? {} : { input }),
      ...(take === undefined ? { output: { maxBytes: maxOutputBytes, more: 'end' } } : { take }),
      keptErrorBytes: 8192,
      graceMs: 500,
    },
    run,
  );
  switch (end.kind) {
    case 'ended':
      return {
        code: end.code ?? 1,
        stdout: end.stdout.toString('utf8'),
        stderr: printable(end.stderr.trim()),
      };
    case 'not-started':
      throw new FetchError('FETCH_PROGRAM', `${program} cannot be started`, {
        cause: end.cause,
        suggestions: ['Install git, or name it: COWA_GIT=/path/to/git'],
      });
    case 'late':
    case 'too-much':
      throw new FetchError('FETCH_ANSWER', `git wrote more than ${maxOutputBytes} bytes`);
  }
}
