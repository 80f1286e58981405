import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceRevision } from './source-revision.ts';

const commit = 'a'.repeat(40);
const other = 'b'.repeat(64);

let top = '';
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'revision-'));
});
afterEach(() => rm(top, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(top, name)), { recursive: true });
    await writeFile(join(top, name), text);
  }
}

const branch = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${commit}\n` };

describe('sourceRevision', () => {
  it('is the commit of the branch, and where in the work tree the folder lies', async () => {
    await write({ ...branch, 'deploy/release/cowa-release.yaml': '' });
    expect(await sourceRevision(join(top, 'deploy/release'))).toEqual({
      commit,
      folder: 'deploy/release',
      dirty: undefined,
    });
  });

  it.each([
    { where: 'a detached head', files: { '.git/HEAD': `${other}\n` }, expected: other },
    {
      where: 'packed references',
      files: {
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/packed-refs': `# pack-refs\n${other} refs/heads/main\n${commit} refs/heads/x\n`,
      },
      expected: other,
    },
    {
      where: 'a linked work tree',
      files: {
        '.git': 'gitdir: elsewhere/worktrees/one\n',
        'elsewhere/worktrees/one/HEAD': 'ref: refs/heads/side\n',
        'elsewhere/worktrees/one/commondir': '../..\n',
        'elsewhere/refs/heads/side': commit,
      },
      expected: commit,
    },
  ])('reads $where', async ({ files, expected }) => {
    await write(files);
    expect((await sourceRevision(top))?.commit).toBe(expected);
  });

  it.each([
    ['https://user:s3cret@git.example.org/team/app.git', 'https://git.example.org/team/app.git'],
    ['git@git.example.org:team/app.git', 'ssh://git.example.org/team/app.git'],
    ['ssh://git@git.example.org:2222/app', 'ssh://git.example.org:2222/app'],
    ['https://git.example.org/app?token=s3cret', 'https://git.example.org/app'],
    ['/srv/mirror/app.git', undefined],
    ['file:///srv/mirror/app.git', undefined],
    ['C:/mirror/app', undefined],
  ])('of origin %s it tells %s', async (url, expected) => {
    const config = `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = x\n[remote "b"]\n\turl = https://b\n`;
    await write({ ...branch, '.git/config': config });
    expect((await sourceRevision(top))?.repository).toBe(expected);
  });

  it.each([
    { what: 'a branch without a commit', files: { '.git/HEAD': 'ref: refs/heads/new\n' } },
    { what: 'a head that is neither', files: { '.git/HEAD': 'something\n' } },
    {
      what: 'a reference that leads out of the repository',
      files: { '.git/HEAD': 'ref: refs/../../outside\n', outside: commit },
    },
    {
      what: 'references in a circle',
      files: { '.git/HEAD': 'ref: refs/heads/a\n', '.git/refs/heads/a': 'ref: refs/heads/a\n' },
    },
  ])('says nothing of $what', async ({ files }) => {
    await write(files);
    expect(await sourceRevision(top)).toBeUndefined();
  });
});
