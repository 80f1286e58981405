import { execFile } from 'node:child_process';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { EnvironmentError } from '../../errors/families.ts';
import type { DiskFacts, Machine, MachineFacts, PortFacts } from '../../ports/machine.ts';
import { printable } from '../../support/printable.ts';
import type { Run } from '../../support/run.ts';

/** A program that was named by its path and does not do what it is for. */
class ProgramError extends EnvironmentError<
  | 'PROGRAM_MISSING' // a named program that is not there
  | 'PROGRAM_FAILED' // it is there, and does not say its version
> {}

const programMs = 15_000;
const connectMs = 2_000;
const answerMs = 3_000;
const maxAnswerBytes = 4096;

/** The machine this process runs on. */
export function thisMachine(): Machine {
  return { facts, disk, port, firstLine, changedAt };
}

function facts(): MachineFacts {
  // 0, or more than there is, where no group limits it.
  const limit = process.constrainedMemory();
  const total = totalmem();
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform}/${process.arch}`,
    processors: availableParallelism(),
    memoryBytes: limit > 0 && limit < total ? limit : total,
    availableMemoryBytes: process.availableMemory(),
    now: new Date(),
  };
}

async function disk(path: string): Promise<DiskFacts> {
  let folder = resolve(path);
  while ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  const { bavail, bsize } = await statfs(folder);
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return { folder, freeBytes: bavail * bsize, writable };
}

async function changedAt(path: string): Promise<Date | undefined> {
  return (await stat(path).catch(() => undefined))?.mtime;
}

/** Asks in the plainest HTTP: whatever listens there answers, hangs up, or says nothing. */
function port(number: number, run: Run): Promise<PortFacts> {
  return new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port: number, signal: run.signal });
    let said = '';
    let connected = false;
    const clock = setTimeout(() => end(), connectMs);
    const end = (error?: Error): void => {
      clearTimeout(clock);
      socket.destroy();
      settle(portFacts(connected, said, error));
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      connected = true;
      clock.refresh();
      socket.setTimeout(answerMs, () => end());
      socket.write(`GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1:${number}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (text: string) => {
      said += text;
      if (said.length >= maxAnswerBytes || said.includes('\r\n\r\n')) end();
    });
    socket.on('end', () => end());
    socket.on('error', (error) => end(error));
  });
}

/** @see OCI distribution-spec 1.1, "Determining Support" */
function portFacts(connected: boolean, said: string, error: Error | undefined): PortFacts {
  const code = error !== undefined && 'code' in error ? String(error.code) : error?.message;
  if (!connected)
    return code === 'ECONNREFUSED'
      ? { kind: 'free' }
      : { kind: 'unknown', reason: code ?? 'no answer' };
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1] ?? Number.NaN);
  const isRegistry = /\r\nDocker-Distribution-Api-Version: *registry\/2/i.test(said);
  if ((status === 200 || status === 401) && isRegistry) return { kind: 'registry', status };
  const server = /\r\nServer: *([^\r]*)/i.exec(said)?.[1];
  const first = printable(said.split(/\r?\n/, 1)[0] ?? '').slice(0, 80);
  const shown = first === '' ? 'nothing' : `'${first}'`;
  return {
    kind: 'other',
    answer: server === undefined ? shown : `${shown}, server ${printable(server).slice(0, 80)}`,
  };
}

function firstLine(path: string, args: readonly string[], run: Run): Promise<string> {
  const full = resolve(path);
  return new Promise((settle, fail) => {
    execFile(
      full,
      [...args],
      {
        timeout: programMs,
        maxBuffer: 2 ** 20,
        killSignal: 'SIGKILL',
        signal: run.signal,
        windowsHide: true,
        // Nothing of ours: a program that is only looked at has no use for secrets.
        env: { PATH: '', HOME: '/nonexistent', LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        const line = printable((stdout.trim() || stderr.trim()).split(/\r?\n/, 1)[0] ?? '');
        if (error === null && line !== '') {
          settle(line.slice(0, 120));
          return;
        }
        fail(programError(full, error, line));
      },
    );
  });
}

function programError(path: string, error: Error | null, line: string): ProgramError {
  const code = error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES')
    return new ProgramError(
      'PROGRAM_MISSING',
      `${path} ${code === 'ENOENT' ? 'is not there' : 'is no program that may be run'}`,
      { ...(error === null ? {} : { cause: error }), suggestions: ['Name it by its path'] },
    );
  const ended = error === null ? 'says nothing' : `ended with ${String(code ?? error.message)}`;
  return new ProgramError(
    'PROGRAM_FAILED',
    `${path} ${ended}${line === '' ? '' : `: ${line.slice(0, 120)}`}`,
    { ...(error === null ? {} : { cause: error }), suggestions: ['Run it by hand'] },
  );
}
