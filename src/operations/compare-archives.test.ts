import { describe, expect, it } from 'vitest';
import { aBundle } from '../../test/support/a-bundle.ts';
import { aPackage } from '../../test/support/a-package.ts';
import { digestOf } from '../oci/digest.ts';
import { compareArchives } from './compare-archives.ts';

const signedBy = (signer: string) =>
  aPackage()
    .image()
    .with('sboms.tar', 'a list')
    .container({ digest: digestOf(Buffer.from(signer)) })
    .tampered('zarf.bundle.sig', signer);
const ours = signedBy('us').facts();
const compared = (given: typeof ours) =>
  compareArchives(given, ours).map(({ kind, path }) => `${kind} ${path}`);

describe('where two archives differ', () => {
  it('is in nothing but signatures where another signed', () => {
    expect(compared(signedBy('them').facts())).toEqual(['signature zarf.bundle.sig']);
    expect(compared(aPackage().image().with('sboms.tar', 'a list').facts())).toEqual([
      'signature zarf.bundle.sig',
    ]);
  });

  it.each([
    ['SBOMs', signedBy('them').with('sboms.tar', 'a shorter list'), 'sboms.tar'],
    [
      'names of images',
      aPackage()
        .image({ refName: 'docker.io/library/other:1.0' })
        .with('sboms.tar', 'a list')
        .tampered('zarf.bundle.sig', 'them'),
      'images/index.json',
    ],
  ])('is content where nothing but the %s do, and what vouches for them', (_what, given, path) => {
    const kinds = compared(given.facts());
    expect(kinds).toContain(`content ${path}`);
    expect(kinds.filter((each) => each.startsWith('follows'))).toEqual([]);
  });

  it('is content where a definition says the same in other bytes', () => {
    const given = signedBy('them').defining((text) => `# note\n${text}`);
    expect(compared(given.facts())).toEqual(['content zarf.yaml', 'signature zarf.bundle.sig']);
  });

  it('follows where what a list names differs', () => {
    const given = signedBy('them').with('components/note.tar', 'another note');
    expect(compared(given.facts())).toEqual([
      'content components/note.tar',
      'follows checksums.txt',
      'follows zarf.yaml',
      'signature zarf.bundle.sig',
    ]);
  });

  it.each([
    ['where no package differs', 'a@sha256:1', ours, ['content uds-bundle.yaml']],
    ['by its tag', 'b@sha256:1', signedBy('them').facts(), ['content', 'signature']],
    [
      'by the digest of a package',
      'a@sha256:1',
      signedBy('them').facts(),
      ['follows', 'signature'],
    ],
  ])('of the references of a bundle tells %s', (_what, ref, given, kinds) => {
    const bundleOf = (facts: typeof ours, named: string): typeof ours => {
      const content = Buffer.from(`packages: [{ ref: '${named}' }]\n`);
      const definitionDigest = digestOf(content);
      const [entry] = facts.entries;
      if (entry === undefined) throw new Error('no entry');
      const { bundle } = aBundle().facts();
      return {
        ...facts,
        ...(bundle === undefined ? {} : { bundle: { ...bundle, definitionDigest } }),
        entries: [...facts.entries, { ...entry, digest: definitionDigest, content }],
      };
    };
    const told = compareArchives(bundleOf(given, ref), bundleOf(ours, 'a@sha256:2'));
    expect(told.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
      kinds.map((each) => expect.stringContaining(each)),
    );
  });

  it('is told of the tar where it holds more than its package, whoever signed', () => {
    const given = signedBy('them').facts();
    const [entry] = given.entries;
    if (entry === undefined) throw new Error('no entry');
    const more = { ...given, entries: [...given.entries, { ...entry, name: 'run-me.sh' }] };
    expect(compared(more)).toEqual(['packing undefined', 'signature zarf.bundle.sig']);
    const container = { ...given.container, compression: 'none' } as const;
    expect(compared({ ...given, container })).toContain('packing undefined');
  });
});
