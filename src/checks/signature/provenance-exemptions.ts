import { defineCheck } from '../check.ts';
import { eachDefinition, fail, pass, theFile, thePackage } from '../results.ts';

/** Files that stand outside checksums.txt by the format itself. */
const exempt: ReadonlySet<string> = new Set([
  'zarf.yaml',
  'checksums.txt',
  'zarf.bundle.sig',
  'zarf.yaml.sig',
]);

export const provenanceExemptions = defineCheck({
  id: 'signature/provenance-exemptions',
  title: 'No file is taken out of the checksums by being called provenance',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A path in build.provenanceFiles is excused from the rule that every file has a checksum, so its content can be swapped under a good signature.',
    fix: 'Create the package again without it; only checksums.txt and the signature belong there',
    source: 'Zarf package format, 5.5',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition) {
      const extra = (definition.build?.provenanceFiles ?? []).filter((path) => !exempt.has(path));
      for (const path of extra) {
        yield fail(
          theFile(each, path),
          `build.provenanceFiles excuses '${path}' from the checksums`,
          { code: 'PROVENANCE_EXEMPTS' },
        );
      }
      if (extra.length === 0)
        yield pass(thePackage(each), 'nothing but checksums and signature is excused');
    }),
});
