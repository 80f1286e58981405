import { describe, expect, it } from 'vitest';
import { parseGitAddress } from './git-address.ts';

const url = 'https://example.com/team/repo.git';

describe('parseGitAddress', () => {
  it.each([
    [url, url, { kind: 'all' }],
    [`${url}@v1.0`, url, { kind: 'tag', name: 'v1.0' }],
    [`${url}@release/1`, url, { kind: 'tag', name: 'release/1' }],
    [`${url}@+v1`, url, { kind: 'tag', name: 'v1' }],
    [`${url}@refs/tags/v1`, url, { kind: 'tag', name: 'v1' }],
    [`${url}@refs/heads/main`, url, { kind: 'branch', name: 'main' }],
    [`${url}@${'a'.repeat(40)}`, url, { kind: 'commit', name: 'a'.repeat(40) }],
    [
      'https://example.com/team/repo/@v1',
      'https://example.com/team/repo',
      { kind: 'tag', name: 'v1' },
    ],
  ])('%s', (text, without, wanted) => {
    expect(parseGitAddress(text)).toMatchObject({ url: without, wanted });
  });

  it('names the folder as Zarf does', () => {
    // As `zarf package create` of v0.84.0 named them.
    const seen = {
      'http://127.0.0.1:8931/repo.git': 'repo-3093729464',
      'http://127.0.0.1:8931/repo.git@v1': 'repo-3116198911',
      'http://127.0.0.1:8931/repo.git@refs/heads/other': 'repo-4139683178',
    };
    for (const [text, folder] of Object.entries(seen))
      expect(parseGitAddress(text)?.folder).toBe(folder);
  });

  it.each([
    ...[
      '--upload-pack=x',
      '-x',
      'a..b',
      'a//b',
      'a/.b',
      '.a',
      'a.lock',
      'a/',
      'a.',
      '',
      'v 1',
      'v1^{}',
    ],
    ...['refs/pull/1/head', 'refs/heads/-x', 'v1:refs/heads/x', '++v1'],
  ])('refuses the revision %j', (revision) => {
    expect(parseGitAddress(`${url}@${revision}`)).toBeUndefined();
  });

  it.each([
    ...['-c core.x=y', 'repo.git', 'git@example.com:team/repo.git', 'https://me@example.com/r.git'],
    ...[
      'https://example.com/r.git?x=1',
      'https://example.com/..',
      'https://example.com/-x.git',
      'ext::sh -c x',
    ],
  ])('refuses the address %j', (text) => {
    expect(parseGitAddress(text)).toBeUndefined();
  });
});
