import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { judgedWith, provenanceOf } from '../../../test/support/a-provenance.ts';
import { provenanceNoLeaks } from './no-leaks.ts';

const facts = aPackage().facts();
const judged = (externalParameters: Readonly<Record<string, unknown>>) =>
  judgedWith(provenanceNoLeaks, facts, { ...provenanceOf(facts), externalParameters });

describe('provenance/no-leaks', () => {
  it.each<[string, unknown]>([
    ['relative paths', 'packages/api/home/values.yaml'],
    ['paths above the definition', '../shared/values.yaml'],
    ['places in an image', '/opt/weights.bin'],
    ['names of variables', ['DB_PASSWORD', 'API_TOKEN']],
    ['a digest', 'sha256:'.padEnd(71, 'a')],
    ['an address with a user and no password', 'ssh://git@git.example.org:2222/app'],
    ['a package URL', 'pkg:oci/api@sha256%3Aabc?repository_url=example.com%2Fapi'],
    ['words about secrets', 'secrets are given at deploy time'],
  ])('passes %s', (_what, value) => expect(judged({ value })).toEqual(['pass']));

  it.each<[string, string]>([
    ['a home folder', '/home/someone/release'],
    ['a folder of a build service', 'oci-layout /builds/team/app/images'],
    ['a folder of Windows', 'C:\\Users\\someone\\app'],
    ['an address of a file', 'file:///srv/app'],
    ['a private key', `-----BEGIN EC ${'PRIVATE'} KEY-----`],
    ['an address with a password', 'https://ci:hunter2@git.example.org/app'],
    ['an access token', `glpat-${'a'.repeat(20)}`],
    ['an access key', `AKIA${'A'.repeat(16)}`],
    ['a signed token', `eyJ${'a'.repeat(12)}.eyJ${'b'.repeat(12)}.c`],
    ['a password', 'password=hunter2'],
  ])('tells of %s, wherever it stands', (_what, value) => {
    expect(judged({ deep: [{ value }] })).toEqual(['fail warning PROVENANCE_LEAK']);
    const made = provenanceOf(facts);
    const inputs = [{ name: value, digest: { sha256: 'a'.repeat(64) } }];
    expect(judgedWith(provenanceNoLeaks, facts, { ...made, resolvedDependencies: inputs })).toEqual(
      ['fail warning PROVENANCE_LEAK'],
    );
  });

  it('tells of the value of a member that is called a secret', () => {
    expect(judged({ set: { DB_PASSWORD: 'x' } })).toEqual(['fail warning PROVENANCE_LEAK']);
    expect(judged({ set: { DB_PASSWORD: '' } })).toEqual(['pass']);
  });

  it('counts what it no longer lists, and never repeats the text', () => {
    const values = Array(14).fill('/home/someone/x');
    expect(judged({ values })).toHaveLength(11);
  });

  it('says nothing where there is no provenance', () => {
    expect(judgedWith(provenanceNoLeaks, facts, undefined)).toEqual(['not-applicable']);
  });
});
