import { defineCheck } from '../check.ts';
import {
  eachPackage,
  fail,
  lacking,
  notApplicable,
  pass,
  theFile,
  thePackage,
  undecided,
} from '../results.ts';

/** What a package says of its own signature is no evidence, but it must not be false. */
export const claims = defineCheck({
  id: 'signature/claims',
  title:
    'A package that says it is signed carries a signature, and one that carries a signature says so',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Taking the signature file away and leaving the claim makes a package look signed to whoever reads the claim.',
    fix: 'Get the archive again from its producer; a signature that was taken away cannot be put back',
    source: 'Zarf package format, 5.2 and 5.5',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const build = each.definition?.definition?.build;
      if (each.definition?.definition === undefined) {
        yield lacking(each, 'zarf.yaml', because);
      } else if (build?.signed === true && each.signatureFile === undefined) {
        if (because === undefined)
          yield fail(
            theFile(each, 'zarf.yaml'),
            'build.signed is true, and there is no signature',
            { code: 'SIGNATURE_TAKEN_AWAY' },
          );
        else yield undecided(thePackage(each), because);
      } else if (build?.signed !== true && each.signatureFile === 'zarf.bundle.sig') {
        yield fail(
          theFile(each, 'zarf.yaml'),
          'there is a signature, and build.signed does not say so',
          { code: 'SIGNATURE_UNANNOUNCED', severity: 'warning' },
        );
      } else if (each.signatureFile === undefined) {
        yield notApplicable(
          thePackage(each),
          'the package neither carries a signature nor says so',
        );
      } else yield pass(thePackage(each), `signed, as it says: ${each.signatureFile}`);
    }),
});
