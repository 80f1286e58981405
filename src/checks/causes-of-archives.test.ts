import { describe, expect, it } from 'vitest';
import { aBundle } from '../../test/support/a-bundle.ts';
import { aPackage } from '../../test/support/a-package.ts';
import { catalog } from './catalog.gen.ts';
import type { ArchiveFacts } from './facts.ts';
import { linkCauses } from './find-causes.ts';
import { runChecks } from './run-checks.ts';

/** Causes with how much follows from each, and what stands for itself, of an archive judged by every check. */
function causes(facts: ArchiveFacts): {
  readonly of: readonly string[];
  readonly alone: readonly string[];
} {
  const linked = linkCauses(runChecks(catalog, facts)).filter(
    ({ outcome, severity }) =>
      severity === 'error' && (outcome === 'fail' || outcome === 'undecided'),
  );
  const of = linked.flatMap(({ followsFrom }) =>
    followsFrom === undefined ? [] : [`${followsFrom.id} ${followsFrom.code}`],
  );
  const alone = linked.filter(({ followsFrom }) => followsFrom === undefined);
  return { of: [...new Set(of)], alone: [...new Set(alone.map(({ id }) => id))] };
}

describe('one cause of many findings', () => {
  it('the archive ends early', () => {
    const problem = { code: 'ZSTD_TRUNCATED', message: 'cut', fatal: true } as const;
    for (const facts of [
      aPackage()
        .image()
        .container({ problems: [problem] })
        .facts(),
      aBundle('legacy')
        .holding('api')
        .container({ problems: [problem] })
        .facts(),
      {
        ...aPackage()
          .container({ problems: [problem] })
          .facts(),
        packages: [],
      },
    ]) {
      const { of, alone } = causes(facts);
      expect(of).toEqual(['container/frames ZSTD_TRUNCATED']);
      expect(alone.filter((id) => !id.startsWith('signature/'))).toEqual(['container/frames']);
    }
  });

  it.each([
    ['zarf.yaml', 'definition/schema DEFINITION_MISSING'],
    ['checksums.txt', 'checksums/present CHECKSUMS_MISSING'],
    ['images/index.json', 'checksums/complete CHECKSUM_FILE_MISSING'],
  ])('%s of a package is missing', (path, expected) => {
    const { of, alone } = causes(aPackage().image().tampered(path, undefined).facts());
    expect(of).toEqual([expected]);
    expect(alone.filter((id) => !/^(signature|sbom)\//.test(id))).toEqual([expected.split(' ')[0]]);
  });

  it('zarf.yaml cannot be parsed', () => {
    const { of } = causes(aPackage().tampered('zarf.yaml', ': : [').facts());
    expect(of).toEqual(['definition/schema DOCUMENT_SYNTAX']);
  });

  it('a blob of an image was changed', () => {
    const draft = aPackage().image();
    const path = [...draft.facts().packages.flatMap(({ files }) => [...files.keys()])].find(
      (name) => name.startsWith('images/blobs/'),
    );
    const { of } = causes(draft.tampered(path ?? '', 'other').facts());
    expect(of).toContain('checksums/complete CHECKSUM_MISMATCH');
  });

  it.each([['index.json', 'bundle/index BUNDLE_INDEX_MISSING']])(
    '%s of a bundle is missing',
    (path, expected) => {
      const { of, alone } = causes(
        aBundle('legacy').holding('api').tampered(path, undefined).facts(),
      );
      expect(of).toEqual([expected]);
      expect(alone.filter((id) => !id.startsWith('signature/'))).toEqual([expected.split(' ')[0]]);
    },
  );

  it('a file of a package in a bundle was changed', () => {
    const note = aBundle('legacy')
      .holding('api')
      .facts()
      .packages[0]?.files.get('components/note.tar');
    const blob = `blobs/sha256/${note?.digest?.slice('sha256:'.length)}`;
    const { of } = causes(aBundle('legacy').holding('api').tampered(blob, 'other').facts());
    expect(of).toEqual(['bundle/blobs BUNDLE_BLOB_DIGEST']);
  });
});
