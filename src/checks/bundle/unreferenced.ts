import { nothingLed, ofBundle, sample, theBundle } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';
import { fail, pass, undecided } from '../results.ts';

/** What nothing leads to is covered by no digest and no signature. */
export const unreferenced = defineCheck({
  id: 'bundle/unreferenced',
  title: 'Every entry of the archive belongs to the bundle',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'An entry that nothing leads to is covered by no digest and no signature, is checked by nobody, and is unpacked all the same.',
    fix: 'Create the bundle again; what has to travel with it goes beside it, under the release statement.',
    source: 'UDS bundle format, 2.1, 3.1 and 5.1',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      const {
        unreferenced: stray,
        definition,
        nextDefinition,
        format,
        members = [],
        problems,
      } = bundle;
      const known =
        definition?.bundle !== undefined &&
        (format !== 'hybrid' || nextDefinition?.bundle !== undefined);
      const followed =
        known &&
        members.every(({ label }) => label !== undefined) &&
        !problems.some(({ outcome }) => outcome === 'undecided');
      if (because !== undefined) yield undecided(theBundle(bundle), because);
      else if (stray.length === 0) yield pass(theBundle(bundle), 'every entry is led to');
      else if (!followed)
        yield nothingLed(
          bundle,
          undefined,
          `${stray.length} entries seem to belong to nothing, but not everything could be followed: ${sample(stray)}`,
        );
      else {
        for (const path of stray) {
          const isBlob = path.includes('blobs/sha256/');
          yield fail(
            { kind: isBlob ? 'blob' : 'entry', name: path },
            `nothing of the bundle leads to ${path}`,
            { code: isBlob ? 'BUNDLE_BLOB_UNREFERENCED' : 'BUNDLE_ENTRY_STRAY' },
          );
        }
      }
    }),
});
