import { describe, expect, it } from 'vitest';
import type { ReleaseFile } from '../attestation/release-statement.ts';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import { digestFromHex } from '../oci/digest.ts';
import type { ReleaseFolderFacts } from './folder-check.ts';
import { statementRendered } from './statement-rendered.ts';

const digest = (char: string) => digestFromHex(char.repeat(64));
const record: RenderedRecord = {
  renderer: { name: 'embedded', version: '1' },
  objects: 3,
  digest: digest('a'),
  images: ['r/a:1', 'r/b:1'],
  unread: 0,
  volatile: [],
};
const file = (rendered?: RenderedRecord): ReleaseFile => ({
  name: 'p.tar.zst',
  digest: digest('b'),
  size: 1,
  root: { kind: 'package', digest: digest('c') },
  ...(rendered === undefined ? {} : { rendered }),
});

function evaluate(files: readonly ReleaseFile[] | undefined, here?: RenderedRecord) {
  const release = {
    product: 'p',
    version: '1',
    flavor: 'cpu',
    counter: 1,
    sourceDateEpoch: 0,
    files: files ?? [],
  };
  const facts: ReleaseFolderFacts = {
    folder: 'f',
    statement:
      files === undefined
        ? { outcome: 'absent' }
        : {
            outcome: 'valid',
            fingerprint: 'x',
            release,
            difference: { missing: [], extra: [], altered: [] },
          },
    keyGiven: true,
    allowUnsigned: false,
    sums: undefined,
    sumsFaults: [],
    unjudged: [],
    ...(here === undefined ? {} : { rendered: new Map([['p.tar.zst', here]]) }),
  };
  return [...statementRendered.evaluate(facts)].map(({ outcome, code, message }) => ({
    outcome,
    ...(code === undefined ? {} : { code }),
    message,
  }));
}

describe('statement/rendered', () => {
  it.each([
    ['renders as recorded', record, { outcome: 'pass' }],
    [
      'renders as recorded by another renderer',
      { ...record, renderer: { name: 'helm', version: 'v3' } },
      { outcome: 'pass' },
    ],
    [
      'renders otherwise',
      { ...record, digest: digest('d') },
      { outcome: 'fail', code: 'RENDERED_DIFFERENT' },
    ],
    [
      'renders otherwise by another renderer',
      { ...record, digest: digest('d'), renderer: { name: 'embedded', version: '2' } },
      { outcome: 'undecided', code: 'RENDERED_OTHERWISE' },
    ],
    ['cannot be rendered here', undefined, { outcome: 'undecided', code: 'RENDERED_UNKNOWN' }],
  ])('an archive that %s', (_name, here, expected) => {
    expect(evaluate([file(record)], here)).toMatchObject([expected]);
  });

  it('names images that differ', () => {
    const here = { ...record, digest: digest('d'), images: ['r/a:1', 'r/c:1'] };
    expect(evaluate([file(record)], here)[0]?.message).toContain(
      'images recorded and not found: r/b:1; found and not recorded: r/c:1',
    );
  });

  it.each([
    ['there is no statement', undefined],
    ['the statement says nothing of it', [file()]],
  ])('does not apply where %s', (_name, files) => {
    expect(evaluate(files)).toMatchObject([{ outcome: 'not-applicable' }]);
  });
});
