import { describe, expect, it } from 'vitest';
import { parsePreviousRelease } from './previous-release.ts';

function parse(value: unknown) {
  return parsePreviousRelease(Buffer.from(JSON.stringify(value)), 'old.json');
}

describe('parsePreviousRelease', () => {
  it('reads a lock: manifest, configuration and layers', () => {
    const image = {
      reference: 'a:1',
      size: 10,
      config: { size: 5 },
      layers: [{ digest: 'sha256:1', size: 100 }],
    };
    const flavor = { images: [image], payloads: [{ path: 'm', size: 7 }] };
    expect(
      parse({ schema: 'cowa-release/lock/v1', flavors: { cpu: flavor, gpu: flavor } }),
    ).toEqual({
      origin: 'old.json',
      images: [{ reference: 'a:1', size: 115, layers: [{ digest: 'sha256:1', size: 100 }] }],
      payloads: [{ path: 'm', size: 7 }],
      archives: [],
    });
  });

  it('reads a report: images as a whole, archives by what they are of', () => {
    expect(
      parse({
        schema: 'cowa-release/release-report/v1',
        images: [{ reference: 'a:1', size: 10 }],
        payloads: [],
        archives: [
          {
            archive: { name: 'uds-bundle-p-cpu-amd64-1.tar.zst', format: 'uds-legacy', size: 9 },
            packages: [],
          },
          { archive: { name: 'x', format: 'zarf-package', size: 8 }, packages: [{ name: 'api' }] },
        ],
      }),
    ).toEqual({
      origin: 'old.json',
      images: [{ reference: 'a:1', size: 10, layers: undefined }],
      payloads: [],
      archives: [
        { kind: 'bundle', name: 'p-cpu', size: 9 },
        { kind: 'package', name: 'api', size: 8 },
      ],
    });
  });

  it.each([[{ schema: 'other' }], [[]], ['text'], [null]])('knows nothing else: %j', (value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('takes no JSON for nothing', () => {
    expect(parsePreviousRelease(Buffer.from('{'), 'x')).toBeUndefined();
  });
});
