import type { ReleaseLock } from '../../src/config/lock.ts';
import type { ReleaseBudget } from '../../src/lint/deployed-release.ts';
import { type Digest, parseDigest } from '../../src/oci/digest.ts';

/** A lock with one image whose layers have these sizes; manifest and configuration weigh nothing. */
export function aLock(reference: string, layers: readonly number[]): ReleaseLock {
  const digest = (index: number): Digest =>
    parseDigest(`sha256:${String(index).repeat(64).slice(0, 64)}`);
  const image = {
    reference,
    source: 'x',
    mediaType: 'm',
    digest: digest(0),
    size: 0,
    layers: layers.map((size, index) => ({ mediaType: 'm', digest: digest(index + 1), size })),
  };
  return {
    schema: 'cowa-release/lock/v1',
    name: 'platform',
    architecture: 'amd64',
    flavors: { cpu: { images: [image], payloads: [] } },
  };
}

/** What sizes are held to; nothing where nobody says. */
export function aBudget(parts: Partial<ReleaseBudget>): ReleaseBudget {
  return { limits: [], lock: undefined, previous: undefined, ...parts };
}
