import { expect, it } from 'vitest';
import { requireBuilderId, toolsOf } from './provenance-from-flags.ts';

it.each(['https://ci.example.org/builders/1', 'urn:example:builder', undefined])(
  'takes the builder %s',
  (id) => {
    expect(() => requireBuilderId(id)).not.toThrow();
  },
);

it.each(['my builder', 'builder', '', 'https://a b'])('refuses the builder %j', (id) => {
  expect(() => requireBuilderId(id)).toThrow(
    expect.objectContaining({ code: 'BUILDER_ID_INVALID' }),
  );
});

it('names programs by version and digest, and nothing that is built in', () => {
  const sha256 = 'a'.repeat(64);
  expect(
    toolsOf([
      { name: 'helm.js', version: '1' },
      { name: 'syft', version: '1.42.0', sha256 },
    ]),
  ).toEqual([
    { name: 'syft', digest: { sha256 }, annotations: { kind: 'tool', version: '1.42.0' } },
  ]);
});
