import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs git on a repository of a test, with nobody's settings and one clock. */
export function testGit(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      ...{ GIT_AUTHOR_NAME: 'n', GIT_AUTHOR_EMAIL: 'n@example.com' },
      ...{ GIT_COMMITTER_NAME: 'n', GIT_COMMITTER_EMAIL: 'n@example.com' },
      ...{ GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' },
    },
  }).trim();
}

/** A small history: tag v1, one commit behind it on main, one more on the branch other; a chart, a program, a link. */
async function aRepository(folder: string): Promise<string> {
  const source = join(folder, 'source');
  await mkdir(join(source, 'charts/demo/templates'), { recursive: true });
  testGit(source, 'init', '-q', '-b', 'main');
  await writeFile(join(source, 'README.md'), 'hello\n');
  await writeFile(join(source, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('README.md', join(source, 'link'));
  await writeFile(
    join(source, 'charts/demo/Chart.yaml'),
    'apiVersion: v2\nname: demo\nversion: 1.2.3\n',
  );
  await writeFile(
    join(source, 'charts/demo/templates/x.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n',
  );
  commitAll(source, 'one');
  testGit(source, 'tag', '-a', 'v1', '-m', 'v1');
  await writeFile(join(source, 'README.md'), 'hello\ntwo\n');
  commitAll(source, 'two');
  testGit(source, 'checkout', '-q', '-b', 'other');
  await writeFile(join(source, 'third'), 'three\n');
  commitAll(source, 'three');
  testGit(source, 'checkout', '-q', 'main');
  testGit(folder, 'clone', '-q', '--bare', 'source', 'repo.git');
  return join(folder, 'repo.git');
}

/** @returns the commit */
export function commitAll(source: string, message: string): string {
  testGit(source, 'add', '-A');
  testGit(source, 'commit', '-q', '--allow-empty', '-m', message);
  return testGit(source, 'rev-parse', 'HEAD');
}

/** Git repositories over HTTP on loopback, as long as it is held. */
export interface GitServer extends AsyncDisposable {
  readonly host: string;
  readonly folder: string;
  /** The repository of `aRepository`, without its revision. */
  readonly url: string;
  /** Requests so far. */
  asked: number;
  /** Sees requests first; true: they are answered. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** Serves a folder by the program that git brings for that. */
export async function gitServer(): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-git-server-'));
  await aRepository(folder);
  const server = createServer((request, response) => {
    state.asked += 1;
    if (state.intercept?.(request, response) !== true) serveGit(folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const host = `127.0.0.1:${port}`;
  const state: GitServer = {
    host,
    folder,
    url: `http://${host}/repo.git`,
    asked: 0,
    intercept: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return state;
}

function serveGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const header = (name: string): string => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      ...{ GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', REMOTE_USER: 'me' },
      ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REMOTE_ADDR: '127.0.0.1' },
      ...{ REQUEST_METHOD: request.method, CONTENT_TYPE: header('content-type') },
      ...{ GIT_PROTOCOL: header('git-protocol'), GIT_CONFIG_NOSYSTEM: '1', HOME: root },
      HTTP_CONTENT_ENCODING: header('content-encoding'),
    },
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let held: Buffer | undefined = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (held === undefined) return void response.write(chunk);
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return;
    const lines = held.toString('latin1', 0, end).split('\r\n');
    const headers = lines.map((line) => /^([^:]+): ?(.*)$/.exec(line) ?? []);
    const status = headers.find(([, name]) => name === 'Status')?.[2]?.slice(0, 3) ?? '200';
    response.writeHead(
      Number(status),
      headers.flatMap(([, name = '', value = '']) => (name === 'Status' ? [] : [name, value])),
    );
    response.write(held.subarray(end + 4));
    held = undefined;
  });
  backend.stdout.on('end', () => response.end());
}
