import { expect, it } from 'vitest';
import { requireBuilderId } from './provenance-from-flags.ts';

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
