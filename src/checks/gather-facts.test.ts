import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import type { SurveyedEntry } from '../archive/survey.ts';
import { digestOf } from '../oci/digest.ts';
import { catalog } from './catalog.gen.ts';
import { gatherFacts } from './gather-facts.ts';
import { runChecks } from './run-checks.ts';

const sound = aPackage()
  .image()
  .image({ name: 'docker.io/library/b:1', architecture: 'arm64' })
  .tampered('extra.txt', 'x')
  .facts();
const { container, identity, signatures, budget } = sound;
const gather = (entries: readonly SurveyedEntry[]) =>
  gatherFacts({ container, entries }, { fileName: identity.fileName, signatures, budget });

describe('gatherFacts', () => {
  it('names a package by its definition, else by what it is', () => {
    expect(sound.packages.map((each) => each.label)).toEqual(['demo']);
    expect(
      aPackage()
        .tampered('zarf.yaml', undefined)
        .facts()
        .packages.map((each) => each.label),
    ).toEqual(['package']);
  });

  it('gathers no package where the format is unknown', () => {
    expect(gather([])).toMatchObject({
      identity: { format: 'unknown' },
      packages: [],
      bundle: undefined,
    });
  });

  it('gives the same findings for any order of the entries', () => {
    const expected = runChecks(catalog, sound);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...sound.entries], { minLength: sound.entries.length }),
        (entries) => {
          expect(runChecks(catalog, gather(entries))).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('takes no link, folder or device for a file', () => {
    const kinds = [
      'directory',
      'symlink',
      'hardlink',
      'device',
      'fifo',
      'sparse',
      'unknown',
    ] as const;
    const entries = kinds.map(
      (type): SurveyedEntry => ({ name: type, path: type, type, mode: 0o644, size: 0 }),
    );
    const files = gather([...sound.entries, ...entries]).packages[0]?.files;
    for (const type of kinds) expect(files?.has(type)).toBe(false);
  });

  it('takes the later of two files of one path, as unpacking would leave it', () => {
    const entry = (content: string): SurveyedEntry => ({
      name: 'a',
      path: 'a',
      type: 'file',
      mode: 0o644,
      size: content.length,
      digest: digestOf(content),
    });
    const { packages } = gather([...sound.entries, entry('first'), entry('second')]);
    expect(packages[0]?.files.get('a')?.digest).toBe(digestOf('second'));
  });
});
