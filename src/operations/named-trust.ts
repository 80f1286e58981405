import { entryOf, membersOf } from '../checks/bundle-results.ts';
import { verifyEmbedded } from '../checks/embedded-signature.ts';
import type { BundleFacts, PackageFacts } from '../checks/facts.ts';

/** Whether the own signature of a package is by whom the bundle around it names. */
export type NamedTrust =
  | { readonly outcome: 'fits'; readonly fingerprint: string }
  /** It names somebody with a certificate, whom nobody judges here. */
  | { readonly outcome: 'identity' }
  | { readonly outcome: 'none' };

/**
 * Asks the bundle whose key its packages are signed with. A bundle that is believed vouches for that;
 * of another it proves nothing.
 */
export function namedTrust(
  bundle: BundleFacts | undefined,
  member: PackageFacts,
  packages: readonly PackageFacts[],
): NamedTrust {
  if (bundle === undefined) return { outcome: 'none' };
  const entries = membersOf(bundle, packages).flatMap((each) =>
    each.facts === member ? [entryOf(bundle, each.member)] : [],
  );
  const outcomes = entries.map((entry): NamedTrust => {
    if (entry?.publicKey !== undefined) {
      const judged = verifyEmbedded(member, entry.publicKey);
      return judged.outcome === 'valid'
        ? { outcome: 'fits', fingerprint: judged.fingerprint }
        : { outcome: 'none' };
    }
    return { outcome: entry?.keylessVerification === undefined ? 'none' : 'identity' };
  });
  const [fits] = outcomes.filter(({ outcome }) => outcome === 'fits');
  return fits ?? outcomes.find(({ outcome }) => outcome === 'identity') ?? { outcome: 'none' };
}
