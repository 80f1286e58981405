import { expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { renderReferences } from './render-references.ts';
import { parseStatement } from './statement.ts';

const digest = digestOf(Buffer.from('a'));
const documents = ['b c.cdx.json', 'a.spdx.json'].map((name) => ({
  name,
  digest: digestOf(Buffer.from(name)),
  mediaType: 'application/json',
  about: { name: 'example.com/api:1', digest },
}));
const subjects = [{ name: 'api.tar.zst', digest }];

it('names documents by digest, sorted, with what they are about', () => {
  const text = renderReferences({ subjects, attester: 'https://a/v1', documents });
  const {
    predicate,
    predicateType,
    subjects: named,
  } = parseStatement(Buffer.from(text), {
    allowOldType: false,
  });
  expect(predicateType).toBe('https://in-toto.io/attestation/reference/v0.1');
  expect(named).toEqual([{ name: 'api.tar.zst', digest: { sha256: digest.slice(7) } }]);
  expect(predicate).toEqual({
    attester: { id: 'https://a/v1' },
    references: [
      {
        name: 'a.spdx.json',
        digest: { sha256: documents[1]?.digest.slice(7) },
        downloadLocation: 'a.spdx.json',
        mediaType: 'application/json',
        annotations: { about: 'example.com/api:1', digest },
      },
      expect.objectContaining({ downloadLocation: 'b%20c.cdx.json' }),
    ],
  });
});

it('is the same text in whatever order documents were found', () => {
  const render = (list: typeof documents) =>
    renderReferences({ subjects, attester: 'https://a/v1', documents: list });
  expect(render([...documents].reverse())).toBe(render(documents));
});
