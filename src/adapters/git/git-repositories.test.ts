import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryFetching } from '../../../test/support/fetching.ts';
import { commitAll, type GitServer, gitServer, testGit } from '../../../test/support/git-server.ts';
import type { LockedInput } from '../../config/lock.ts';
import { fetchInput } from '../../operations/fetch-input.ts';
import type { FetchedInput } from '../../operations/fetch-ports.ts';
import { MemoryBlobStore } from '../memory/blob-store.ts';
import { GitRepositories, type GitRepositoriesOptions } from './git-repositories.ts';

const run = { signal: new AbortController().signal };
let server: GitServer;
let scratch = '';

beforeAll(async () => {
  server = await gitServer();
  scratch = await mkdtemp(join(tmpdir(), 'cowa-git-test-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(() => {
  server.intercept = undefined;
  server.asked = 0;
});

function fetched(
  revision: string,
  {
    pin,
    blobs = new MemoryBlobStore(),
    ...options
  }: Partial<GitRepositoriesOptions> & { pin?: LockedInput; blobs?: MemoryBlobStore } = {},
): Promise<FetchedInput> {
  const git = new GitRepositories({
    program: 'git',
    target: (address) => new URL(address),
    login: async () => undefined,
    pause: async () => undefined,
    ...options,
  });
  const address = `${server.url}${revision}`;
  const input = { kind: 'repository', address, pointer: '/repos/0' } as const;
  return fetchInput(input, pin, memoryFetching({ git, blobs }), run);
}

/** What was fetched, laid out for git to look at. */
async function laidOut({ content }: FetchedInput, blobs: MemoryBlobStore): Promise<string> {
  if (content.kind !== 'tree') throw new Error('no tree');
  const folder = await mkdtemp(join(scratch, 'out-'));
  for (const { path, mode, digest } of content.blobs) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), blobs.blobs.get(digest) ?? '', { mode });
  }
  for (const { path, target } of content.links) await symlink(target, join(folder, path));
  return folder;
}

/** Whether the index of the pack is the one that git makes of it. */
async function indexOfGit(folder: string, name: string): Promise<boolean> {
  const pack = join('.git/objects/pack', name);
  testGit(folder, 'index-pack', '-o', join(scratch, 'own.idx'), pack);
  const ours = await readFile(join(folder, pack.replace(/pack$/, 'idx')));
  return ours.equals(await readFile(join(scratch, 'own.idx')));
}

describe('a repository', () => {
  it.each([
    ['@v1', 'zarf-ref-v1', ['refs/heads/zarf-ref-v1', 'refs/tags/v1'], 'one'],
    ['', 'main', ['refs/heads/main', 'refs/heads/other', 'refs/tags/v1'], 'two'],
    ['@refs/heads/other', 'other', ['refs/heads/other'], 'three'],
  ])(
    '%s is whole for git, clean, and on the branch of that name',
    async (revision, branch, names, subject) => {
      const blobs = new MemoryBlobStore();
      const folder = await laidOut(await fetched(revision, { blobs }), blobs);
      expect(testGit(folder, 'fsck', '--full', '--strict')).toBe('');
      expect(testGit(folder, 'status', '--porcelain', '--branch')).toBe(`## ${branch}`);
      expect(testGit(folder, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual(names);
      expect(testGit(folder, 'log', '-1', '--format=%s')).toBe(subject);
      expect(testGit(folder, 'remote', 'get-url', 'online-upstream')).toBe(server.url);
      const packs = await readdir(join(folder, '.git/objects/pack'));
      expect(packs).toHaveLength(2);
      expect(await indexOfGit(folder, packs.find((each) => each.endsWith('.pack')) ?? '')).toBe(
        true,
      );
    },
  );

  it('has the same bytes however its server keeps and sends it', async () => {
    const before = await fetched('');
    const repository = join(server.folder, 'repo.git');
    testGit(repository, 'repack', '-adfq', '--depth=5', '--window=2');
    testGit(repository, 'config', 'pack.compression', '0');
    expect((await fetched('')).locked).toEqual(before.locked);
    expect(before.locked.commit).toBe(testGit(repository, 'rev-parse', 'main'));
  });

  it('at a commit carries what led to it, and no name of the server', async () => {
    const commit = testGit(join(server.folder, 'repo.git'), 'rev-parse', 'v1^{commit}');
    const blobs = new MemoryBlobStore();
    const folder = await laidOut(await fetched(`@${commit}`, { blobs }), blobs);
    expect(testGit(folder, 'for-each-ref', '--format=%(refname)')).toBe(
      `refs/heads/zarf-ref-${commit}`,
    );
  });

  it('of a chart is its work tree alone', async () => {
    const { content } = await fetched('@v1#charts/demo');
    const paths = content.kind === 'tree' ? content.blobs.map(({ path }) => path) : [];
    expect(paths.toSorted()).toEqual([
      'README.md',
      'charts/demo/Chart.yaml',
      'charts/demo/templates/x.yaml',
      'run.sh',
    ]);
  });
});

describe('a locked repository', () => {
  it('that is held is not asked for; where a file of it is gone, it is', async () => {
    const blobs = new MemoryBlobStore();
    const { locked: pin, content } = await fetched('@v1', { blobs });
    server.asked = 0;
    expect(await fetched('@v1', { blobs, pin })).toMatchObject({ held: true, locked: pin });
    expect(server.asked).toBe(0);
    const [file] = content.kind === 'tree' ? content.blobs : [];
    if (file !== undefined) blobs.blobs.delete(file.digest);
    expect(await fetched('@v1', { blobs, pin })).toMatchObject({ held: false, locked: pin });
  });

  it('is taken at its commit after the branch moved on; a tag that moved is refused', async () => {
    const branch = (await fetched('@refs/heads/other')).locked;
    const tag = (await fetched('@v1')).locked;
    const source = join(server.folder, 'source');
    testGit(source, 'checkout', '-q', 'other');
    commitAll(source, 'four');
    testGit(source, 'tag', '-f', 'v1');
    testGit(source, 'push', '-qf', '../repo.git', 'other', 'v1');
    expect((await fetched('@refs/heads/other', { pin: branch })).locked).toEqual(branch);
    expect((await fetched('@refs/heads/other')).locked.commit).not.toBe(branch.commit);
    await expect(fetched('@v1', { pin: tag })).rejects.toMatchObject({ code: 'INPUT_LOCK_DRIFT' });
  });

  it('is refused where the digest is that of no folder', async () => {
    const blobs = new MemoryBlobStore();
    const pin: LockedInput = { ...(await fetched('@v1', { blobs })).locked };
    const [other] = [...blobs.blobs.keys()].filter((each) => !each.endsWith(pin.sha256));
    await expect(
      fetched('@v1', { blobs, pin: { ...pin, sha256: String(other).slice(7) } }),
    ).rejects.toMatchObject({ code: 'INPUT_DOCUMENT' });
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a tag that is not there', '@v9', 'FETCH_NOT_FOUND'],
    ['a commit that is not there', `@${'a'.repeat(40)}`, 'FETCH_NOT_FOUND'],
    ['a revision that is none', '@--upload-pack=x', 'INPUT_DOCUMENT'],
  ])('is %s', async (_name, revision, code) => {
    await expect(fetched(revision)).rejects.toMatchObject({ code });
  });

  it.each([
    [401, 'FETCH_UNAUTHORIZED', 1],
    [403, 'FETCH_FORBIDDEN', 1],
    [404, 'FETCH_NOT_FOUND', 1],
    [302, 'FETCH_ANSWER', 1],
    [429, 'FETCH_RATE_LIMIT', 4],
    [503, 'FETCH_ANSWER', 4],
  ])('is an answer of %i: %s after %i tries', async (status, code, tries) => {
    server.intercept = (_request, response) => {
      response.writeHead(status, {
        location: 'http://127.0.0.1:9/x.git',
        'www-authenticate': 'Basic realm="x"',
      });
      response.end();
      return true;
    };
    await expect(fetched('@v1')).rejects.toMatchObject({ code });
    expect(server.asked).toBe(tries);
  });

  it('is tried again, and is told no more', async () => {
    server.intercept = (_request, response) => {
      if (server.asked > 2) return false;
      response.writeHead(502).end();
      return true;
    };
    expect((await fetched('@v1')).locked.kind).toBe('repository');
  });

  it('is a git that is not there', async () => {
    await expect(fetched('@v1', { program: '/nowhere/git' })).rejects.toMatchObject({
      code: 'FETCH_PROGRAM',
    });
  });

  it('is a tree that would write into .git', async () => {
    const repository = join(server.folder, 'repo.git');
    const inner = testGit(repository, 'rev-parse', 'main^{tree}');
    const evil = testGit(
      repository,
      'hash-object',
      '-t',
      'tree',
      '-w',
      '--literally',
      await rawTree(inner),
    );
    const commit = testGit(repository, 'commit-tree', '-m', 'evil', evil);
    testGit(repository, 'update-ref', 'refs/heads/evil', commit);
    await expect(fetched('@refs/heads/evil')).rejects.toMatchObject({ code: 'FETCH_ANSWER' });
    testGit(repository, 'update-ref', '-d', 'refs/heads/evil');
  });
});

async function rawTree(oid: string): Promise<string> {
  const path = join(scratch, 'evil-tree');
  await writeFile(path, Buffer.concat([Buffer.from('40000 .GIT\0'), Buffer.from(oid, 'hex')]));
  return path;
}

describe('a login', () => {
  const wanted = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
  const guarded = (): void => {
    server.intercept = ({ headers }, response) => {
      if (headers.authorization === wanted) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    };
  };
  const login = async () => ({ username: 'me', password: 's3cret' });

  it('is shown where it is asked for, and stands in no argument', async () => {
    guarded();
    const program = join(scratch, 'told-git');
    const told = join(scratch, 'told');
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" >> ${told}\nexec git "$@"\n`, {
      mode: 0o755,
    });
    expect((await fetched('@v1', { program, login })).locked.kind).toBe('repository');
    expect(await readFile(told, 'utf8')).toContain('fetch');
    expect(await readFile(told, 'utf8')).not.toContain('s3cret');
  });

  it('that could say more to git than it should is refused', async () => {
    const broken = async () => ({ username: 'me', password: 'x\nhost=other' });
    await expect(fetched('@v1', { login: broken })).rejects.toMatchObject({
      code: 'FETCH_CREDENTIALS',
    });
  });
});
