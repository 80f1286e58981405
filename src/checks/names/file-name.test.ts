import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { fileName } from './file-name.ts';

describe('names/file-name', () => {
  it.each([
    ['as the rule says', aPackage(), ['pass']],
    ['standard input', aPackage().named(undefined), ['not-applicable']],
    [
      'another version',
      aPackage().named('zarf-package-demo-amd64-2.0.0.tar.zst'),
      ['fail error FILE_NAME_OTHER'],
    ],
    [
      'another architecture',
      aPackage().named('zarf-package-demo-arm64-1.0.0.tar.zst'),
      ['fail error FILE_NAME_OTHER'],
    ],
    [
      'an init package by its name',
      aPackage().named('zarf-init-amd64-1.0.0.tar.zst'),
      ['fail error FILE_NAME_OTHER'],
    ],
    ['a free name', aPackage().named('demo.tar.zst'), ['fail warning FILE_NAME_FREE']],
    [
      'zstd under the name of a tar',
      aPackage().named('zarf-package-demo-amd64-1.0.0.tar'),
      ['fail error FILE_NAME_COMPRESSION'],
    ],
    [
      'a tar under the name of zstd',
      aPackage().container({ compression: 'none' }),
      ['fail error FILE_NAME_COMPRESSION'],
    ],
    [
      'a plain tar under its name',
      aPackage().named('zarf-package-demo-amd64-1.0.0.tar').container({ compression: 'none' }),
      ['pass'],
    ],
    [
      'a suffix nobody opens',
      aPackage().named('zarf-package-demo-amd64-1.0.0.tzst'),
      ['fail error FILE_NAME_SUFFIX'],
    ],
    [
      'a suffix in capitals',
      aPackage().named('zarf-package-demo-amd64-1.0.0.TAR.ZST'),
      ['fail error FILE_NAME_SUFFIX'],
    ],
    [
      'the description of a split archive',
      aPackage().named('zarf-package-demo-amd64-1.0.0.tar.zst.part000'),
      ['fail error FILE_NAME_PART'],
    ],
    [
      'a part of a split archive',
      aPackage().named('zarf-package-demo-amd64-1.0.0.tar.zst.part001'),
      ['fail error FILE_NAME_PART'],
    ],
    [
      'a flavor the name tells',
      aPackage()
        .named('zarf-package-demo-amd64-1.0.0-gpu.tar.zst')
        .defining((text) => text.replace('build:', 'build:\n  flavor: gpu')),
      ['pass'],
    ],
    [
      'a flavor the name does not tell',
      aPackage().defining((text) => text.replace('build:', 'build:\n  flavor: gpu')),
      ['fail error FILE_NAME_OTHER'],
    ],
    [
      'a definition without architecture',
      aPackage().defining((text) => text.replaceAll(/ *architecture: amd64\n/g, '')),
      ['undecided'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(fileName)).toEqual(expected);
  });

  it.each([['a suffix that agrees', aPackage().inBundle(), ['pass']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([fileName], facts))).toEqual(expected);
    },
  );
});
