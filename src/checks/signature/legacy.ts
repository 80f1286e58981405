import { defineCheck } from '../check.ts';
import { eachPackage, fail, notApplicable, pass, theFile, thePackage } from '../results.ts';

export const legacy = defineCheck({
  id: 'signature/legacy',
  title: 'Signatures have the present form',
  area: 'signature',
  severity: 'warning',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'The old form says neither which key made it nor over which digest, and newer programs stop writing it.',
    fix: 'cowa-release sign <archive> --key <file>',
    source: 'Zarf package format, 5.1',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each) {
      const old = each.files.has('zarf.yaml.sig');
      if (old && each.signatureFile === 'zarf.bundle.sig') {
        yield fail(
          theFile(each, 'zarf.yaml.sig'),
          'a signature in the old form lies beside the present one; only old programs look at it',
          { code: 'SIGNATURE_OLD_FORM' },
        );
      } else if (old)
        yield fail(theFile(each, 'zarf.yaml.sig'), 'the package is signed in the old form', {
          code: 'SIGNATURE_OLD_FORM',
        });
      else if (each.signatureFile === undefined)
        yield notApplicable(thePackage(each), 'there is no signature');
      else yield pass(thePackage(each), each.signatureFile);
    }),
});
