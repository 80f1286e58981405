import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FetchError } from '../../ports/fetch-error.ts';
import type { GitRepository, GitRequest, GitSource } from '../../ports/git-source.ts';
import type { Run } from '../../support/run.ts';
import { gitFailure, isPassingFailure } from './git-failure.ts';
import { batchObjects, parseObjectLine, WrittenBytes } from './git-objects.ts';
import { callGit, type GitAccess, type GitCall, type GitEnd } from './git-program.ts';

/** How repositories are reached: by the rules that files are fetched by. */
export interface GitRepositoriesOptions {
  /** Path of git, or its name. */
  readonly program: string;
  /** Where an address leads after overriding. @throws FetchError FETCH_HOST_REFUSED, FETCH_PLAIN_HTTP_REFUSED */
  readonly target: (address: string) => URL;
  readonly login: (host: string, run: Run) => Promise<GitAccess['login']>;
  readonly proxies?: Readonly<Record<string, string>>;
  /** Every authority that is trusted, PEM, where an own one is among them. */
  readonly authorities?: () => Promise<readonly string[]>;
  readonly clientCertificate?: NonNullable<GitAccess['clientCertificate']>;
  /** Waits before the next try, and counts it. @param failures so far */
  readonly pause: (failures: number, run: Run) => Promise<void>;
}

const maxRetries = 3;
const wantedName = 'refs/cowa/wanted';

/** A repository of our own that a fetch goes into. */
type Ask = (
  args: readonly string[],
  run: Run,
  more?: Pick<GitCall, 'input' | 'take'>,
) => Promise<GitEnd>;

/** Git repositories, fetched by the program `git` into a bare folder of its own: nothing is checked out. */
export class GitRepositories implements GitSource {
  readonly #options: GitRepositoriesOptions;

  constructor(options: GitRepositoriesOptions) {
    this.#options = options;
  }

  /** @see GitSource */
  async fetch<Made>(
    request: GitRequest,
    work: (repository: GitRepository) => Promise<Made>,
    run: Run,
  ): Promise<Made> {
    const target = this.#options.target(request.url);
    const folder = await mkdtemp(join(tmpdir(), 'cowa-git-'));
    try {
      const access = await this.#access(target.host, folder, run);
      const scheme = target.protocol === 'http:' ? 'http' : 'https';
      const { program } = this.#options;
      const local: Ask = (args, running, more) =>
        callGit({ program, folder, args, ...more }, running);
      const remote = (args: readonly string[]): Promise<GitEnd> =>
        this.#retrying(request.url, run, () =>
          callGit({ program, folder, args, scheme, access }, run),
        );
      await local(['init', '--quiet', '--bare', '--template=', join(folder, 'git')], run);
      const head = await fetchInto(request, target.href, remote, local, run);
      return await work(await openRepository(request, head, local, run));
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async #access(host: string, folder: string, run: Run): Promise<GitAccess> {
    const { proxies, clientCertificate, login, authorities } = this.#options;
    const trusted = await authorities?.();
    const caFile = join(folder, 'authorities.pem');
    if (trusted !== undefined) await writeFile(caFile, trusted.join('\n'));
    const found = await login(host, run);
    if (found !== undefined && /[\n\r\0]/.test(`${found.username}${found.password}`))
      throw new FetchError('FETCH_CREDENTIALS', `the login of ${host} holds a line break`, {
        suggestions: [`Log in again: docker login ${host}`],
      });
    return {
      ...(proxies === undefined ? {} : { proxies }),
      ...(trusted === undefined ? {} : { caFile }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(found === undefined ? {} : { login: found }),
    };
  }

  async #retrying(url: string, run: Run, attempt: () => Promise<GitEnd>): Promise<GitEnd> {
    for (let tries = 1; ; tries += 1) {
      run.onProgress?.({ kind: 'counted', what: 'requests', by: 1 });
      const end = await attempt();
      if (end.code === 0) return end;
      run.onProgress?.({ kind: 'counted', what: 'failedRequests', by: 1 });
      const failure = gitFailure(url, end.stderr);
      if (tries > maxRetries || !isPassingFailure(failure)) throw failure;
      await this.#options.pause(tries, run);
    }
  }
}

/** @returns default branch, where everything was asked for */
async function fetchInto(
  { wanted, commit, shallow }: GitRequest,
  address: string,
  remote: (args: readonly string[]) => Promise<GitEnd>,
  local: Ask,
  run: Run,
): Promise<string | undefined> {
  const get = (...specs: readonly string[]): Promise<GitEnd> =>
    remote([
      ...['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'],
      ...(shallow ? ['--depth=1'] : []),
      ...['--', address, ...specs],
    ]);
  const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const isThere = async (oid: string): Promise<boolean> =>
    (await local(['cat-file', '-e', `${oid}^{commit}`], run)).code === 0;
  switch (wanted.kind) {
    case 'all': {
      const listed = await remote(['ls-remote', '--quiet', '--symref', '--', address, 'HEAD']);
      const [, head] = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(listed.stdout) ?? [];
      await get(...(shallow ? [`+${head ?? 'HEAD'}:${wantedName}`] : everything));
      return head;
    }
    case 'tag':
      await get(`+refs/tags/${wanted.name}:refs/tags/${wanted.name}`);
      return undefined;
    case 'branch':
    case 'commit': {
      const oid = wanted.kind === 'commit' ? wanted.name : commit;
      const branch = `+refs/heads/${wanted.name}:${wantedName}`;
      if (oid === undefined) await get(branch);
      else {
        // Some servers hand out only what has a name.
        await get(`+${oid}:${wantedName}`).catch(async (error: unknown) => {
          if (!(error instanceof FetchError) || error.code !== 'FETCH_NOT_FOUND') throw error;
          await remote(['fetch', '--quiet', '--no-tags', '--', address, ...everything]);
          if (!(await isThere(oid))) throw error;
          await local(['update-ref', wantedName, oid], run);
          for (const { name } of await referencesIn(local, run))
            if (name !== wantedName) await local(['update-ref', '-d', name], run);
        });
      }
      return undefined;
    }
  }
}

async function openRepository(
  { url, wanted, shallow }: GitRequest,
  head: string | undefined,
  local: Ask,
  run: Run,
): Promise<GitRepository> {
  const named =
    wanted.kind === 'tag'
      ? `refs/tags/${wanted.name}`
      : wanted.kind === 'all' && !shallow
        ? (head ?? '')
        : wantedName;
  const resolved = await local(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${named}^{commit}`],
    run,
  );
  const commit = resolved.stdout.trim();
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new FetchError(
      'FETCH_NOT_FOUND',
      `${url}: ${wanted.kind === 'all' ? 'it has no default branch' : `'${wanted.name}' names no commit`}`,
      { suggestions: ['Name a tag, a branch (refs/heads/<name>) or a commit behind an @'] },
    );
  const all = await referencesIn(local, run);
  return {
    commit,
    ...(head === undefined || shallow ? {} : { head }),
    references: all.filter(({ name }) => name !== wantedName),
    list: (running) => listObjects(local, running),
    read: (oids, running) => readObjects(oids, local, running),
  };
}

async function referencesIn(
  local: Ask,
  run: Run,
): Promise<readonly { readonly name: string; readonly oid: string }[]> {
  const { stdout } = await local(['for-each-ref', '--format=%(objectname) %(refname)'], run);
  return stdout
    .split('\n')
    .flatMap((line) => {
      const [, oid, name] = /^([0-9a-f]{40}) (refs\/\S+)$/.exec(line) ?? [];
      return oid === undefined || name === undefined ? [] : [{ name, oid }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function listObjects(local: Ask, run: Run): ReturnType<GitRepository['list']> {
  const oids: string[] = [];
  await taking(
    local,
    ['rev-list', '--objects', '--no-object-names', '--all'],
    run,
    [],
    async (from) => {
      for (let line = await from.line(); line !== undefined; line = await from.line())
        oids.push(line);
    },
  );
  const listed: ReturnType<typeof parseObjectLine>[] = [];
  await taking(local, ['cat-file', '--batch-check'], run, lines(oids), async (from) => {
    for (let line = await from.line(); line !== undefined; line = await from.line())
      listed.push(parseObjectLine(line));
  });
  return listed;
}

async function* readObjects(
  oids: readonly string[],
  local: Ask,
  run: Run,
): ReturnType<GitRepository['read']> {
  if (oids.length === 0) return;
  const from = new WrittenBytes();
  const ended = local(['cat-file', '--batch', '--buffer'], run, {
    input: lines(oids),
    take: (output) => from.take(output),
  });
  // Told below; here it must not count as unheard.
  ended.catch(() => undefined);
  try {
    yield* batchObjects(from);
    await ended;
  } finally {
    from.stop();
    await ended.catch(() => undefined);
  }
}

async function taking(
  local: Ask,
  args: readonly string[],
  run: Run,
  input: Iterable<Uint8Array>,
  read: (from: WrittenBytes) => Promise<void>,
): Promise<void> {
  const from = new WrittenBytes();
  const [end] = await Promise.all([
    local(args, run, { input, take: (output) => from.take(output) }),
    read(from),
  ]);
  if (end.code !== 0)
    throw new FetchError('FETCH_ANSWER', `git ${args[0]} failed: ${end.stderr.slice(0, 300)}`);
}

function* lines(oids: readonly string[]): Generator<Uint8Array> {
  for (let at = 0; at < oids.length; at += 1000)
    yield Buffer.from(`${oids.slice(at, at + 1000).join('\n')}\n`);
}
