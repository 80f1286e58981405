import { describe, expect, it } from 'vitest';
import { bundleFile, packageFile } from './definition-file.ts';

describe('the file of a definition', () => {
  it.each([
    ['api', 'release/api/zarf.yaml'],
    ['api/', 'release/api/zarf.yaml'],
    ['.', 'release/zarf.yaml'],
    ['../api', 'api/zarf.yaml'],
    ['api/zarf.yaml', 'release/api/zarf.yaml'],
    ['api/other.yml', 'release/api/other.yml'],
  ])('%s is %s', (path, file) => {
    expect(packageFile('release', path)).toBe(file);
  });

  it('is uds-bundle.yaml in the folder of a bundle', () => {
    expect(bundleFile('release', 'bundle')).toBe('release/bundle/uds-bundle.yaml');
    expect(bundleFile('release', 'bundle.yml')).toBe('release/bundle.yml');
  });
});
