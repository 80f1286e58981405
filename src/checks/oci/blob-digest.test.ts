import { describe, expect, it } from 'vitest';
import { aPackage, inShort, type PackageDraft } from '../../../test/support/a-package.ts';
import type { ArchiveFacts } from '../facts.ts';
import { runChecks } from '../run-checks.ts';
import { blobDigest } from './blob-digest.ts';

/** The blob with this text gets other bytes; checksums.txt lists them as they are. */
function spoiled(text: string, change: (blob: Buffer) => Buffer): PackageDraft {
  const draft = aPackage().image();
  const path = draft.blobWith(text);
  return draft.with(
    path,
    change(Buffer.from(draft.facts().packages[0]?.files.get(path)?.content ?? [])),
  );
}
function keptNothing(): PackageDraft {
  const draft = aPackage().image();
  return draft.unread(draft.blobWith('docker.io'));
}
function leftOutLayer(): ArchiveFacts {
  const draft = aPackage().image();
  return draft.inBundle(draft.blobWith('docker.io'));
}

describe('oci/blob-digest', () => {
  it.each([
    ['every name true', aPackage().image(), ['pass']],
    ['no images', aPackage(), ['not-applicable']],
    [
      'other bytes under a name',
      spoiled('rootfs', (blob) => Buffer.concat([blob, blob])),
      ['fail error BLOB_DIGEST'],
    ],
    [
      'one bit of a layer flipped',
      spoiled('docker.io', (blob) =>
        Buffer.from(blob.map((byte, at) => (at === 9 ? byte ^ 1 : byte))),
      ),
      ['fail error BLOB_DIGEST'],
    ],
    [
      'a name that is no digest',
      aPackage().image().with('images/blobs/sha256/readme', 'x'),
      ['fail error BLOB_DIGEST'],
    ],
    ['reading ended early', aPackage().image().cutBefore('zarf.yaml'), ['undecided']],
    [
      'a layout without blobs',
      aPackage().with('images/index.json', '{"schemaVersion":2,"manifests":[]}'),
      ['not-applicable'],
    ],
    ['content that was not kept, but hashed', keptNothing(), ['pass']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(blobDigest)).toEqual(expected);
  });

  it.each([['blobs left out', leftOutLayer(), ['pass']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([blobDigest], facts))).toEqual(expected);
    },
  );
});
