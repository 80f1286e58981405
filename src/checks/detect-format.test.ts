import { describe, expect, it } from 'vitest';
import { aPackage } from '../../test/support/a-package.ts';
import type { Survey } from '../archive/survey.ts';
import { detectFormat } from './detect-format.ts';

function survey(paths: readonly string[]): Survey {
  return {
    container: aPackage().facts().container,
    entries: paths.map((path) => ({ name: `./${path}`, path, type: 'file', mode: 0o644, size: 0 })),
  };
}

describe('detectFormat', () => {
  it.each([
    ['zarf-package', ['checksums.txt', 'zarf.yaml']],
    ['uds-legacy', ['index.json', 'oci-layout', 'blobs/sha256/a']],
    ['uds-next', ['oci/index.json', 'oci/oci-layout', 'uds.bundle.sig']],
    ['uds-hybrid', ['index.json', 'oci/index.json']],
    ['unknown', ['zarf.yaml', 'index.json']],
    ['unknown', ['zarf.yaml', 'oci/index.json']],
    ['unknown', ['pkg/zarf.yaml']],
    ['unknown', []],
  ])('%s by what decides: %j', (format, paths) => {
    expect(detectFormat(survey(paths))).toBe(format);
  });

  it.each([
    ['zarf-package', ['checksums.txt']],
    ['zarf-package', ['components/a.tar']],
    ['zarf-package', ['images/oci-layout']],
    ['uds-legacy', ['oci-layout']],
    ['uds-legacy', ['blobs/sha256/a']],
    ['uds-hybrid', ['oci-layout', 'oci/blobs/sha256/a']],
    ['uds-next', ['oci/blobs/sha256/a']],
  ])('%s by what surrounds it, when reading ended before: %j', (format, paths) => {
    expect(detectFormat(survey(paths))).toBe(format);
  });

  it('does not depend on the order of the entries', () => {
    const paths = ['oci/index.json', 'blobs/sha256/a', 'index.json'];
    expect(detectFormat(survey(paths))).toBe(detectFormat(survey(paths.toReversed())));
  });
});
