import type { JsonObject } from '../oci/read-members.ts';
import { objects, text, texts } from '../support/lenient-json.ts';

/**
 * Ids of the packages that an SPDX 2 document is about, however it says so.
 * @see SPDX 2.3, 6.x `documentDescribes` and 11.1, relationships DESCRIBES and DESCRIBED_BY
 */
export function describedInSpdx(root: JsonObject): ReadonlySet<string> {
  const relations = objects(root['relationships']);
  return new Set([
    ...texts(root['documentDescribes']),
    ...relations.flatMap(({ relationshipType, spdxElementId, relatedSpdxElement }) => {
      if (relationshipType === 'DESCRIBES') return [text(relatedSpdxElement)];
      const ofDocument = relatedSpdxElement === 'SPDXRef-DOCUMENT';
      return relationshipType === 'DESCRIBED_BY' && ofDocument ? [text(spdxElementId)] : [];
    }),
  ]);
}
