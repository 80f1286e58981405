import { parseSignatureBundle } from '../../attestation/signature-bundle.ts';
import { InputError } from '../../errors/families.ts';
import { defineCheck } from '../check.ts';
import {
  eachPackage,
  fail,
  notApplicable,
  pass,
  theFile,
  thePackage,
  undecided,
} from '../results.ts';

/** A signature that cannot be judged where there is no network stops the deployment there. */
export const noNetwork = defineCheck({
  id: 'signature/no-network',
  title: 'The signature of a package can be judged without a network',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'With a timestamp in a signature by key, deploying programs ask the network for the authority behind it, and fail where there is none.',
    fix: 'Sign the package again without a timestamp server: cowa-release sign',
    source: 'Zarf package format, 5.6; signing rules, 5',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const content = each.files.get('zarf.bundle.sig')?.content;
      if (content === undefined) {
        if (because !== undefined) yield undecided(thePackage(each), because);
        else if (each.signatureFile === 'zarf.bundle.sig')
          yield undecided(theFile(each, 'zarf.bundle.sig'), 'the signature was not read');
        else yield notApplicable(thePackage(each), 'the package carries no signature bundle');
        return;
      }
      const subject = theFile(each, 'zarf.bundle.sig');
      const stamps = timestampsByKey(content);
      if (stamps === undefined)
        yield notApplicable(subject, 'the signature is not one by key, or cannot be read');
      else if (stamps > 0)
        yield fail(subject, 'the signature by key carries a timestamp', {
          code: 'SIGNATURE_NEEDS_NETWORK',
        });
      else yield pass(subject, 'the signature needs nothing but the key');
    }),
});

/** Undefined where the bundle is none by key; what is wrong with it is for `signature/archive`. */
function timestampsByKey(content: Uint8Array): number | undefined {
  try {
    const { material, timestamps } = parseSignatureBundle(content);
    return material.kind === 'publicKey' ? timestamps.length : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
