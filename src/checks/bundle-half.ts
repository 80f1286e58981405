import type { Digest } from '../oci/digest.ts';
import type { ParsedBundleDefinition } from '../uds/bundle.ts';
import type { BundleBlobs } from './bundle-blobs.ts';
import type { BundleMember, PackageFacts } from './facts.ts';

/** What one half of a bundle gave. */
export interface BundleHalf {
  readonly definition: ParsedBundleDefinition | undefined;
  /** As promised by what points to it. */
  readonly definitionDigest: Digest | undefined;
  /** Root manifest or index, when its bytes are those promised. */
  readonly rootDigest: Digest | undefined;
  readonly architecture: string | undefined;
  readonly members: readonly BundleMember[];
  readonly packages: readonly PackageFacts[];
  readonly blobs: BundleBlobs;
}

/** A label unlike all before; two packages of one name get a number. */
export function freeLabel(name: string, taken: Set<string>): string {
  let label = name;
  for (let number = 2; taken.has(label); number++) label = `${name} #${number}`;
  taken.add(label);
  return label;
}
