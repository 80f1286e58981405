import type { Bundle } from '../../support/certificate-bundles.ts';

/** A bundle that cosign and we judge. */
export interface VerdictRow {
  readonly name: string;
  readonly bundle: Bundle | string;
  /** Log entries, timestamps, SCTs demanded of a certificate; of a key without a number nothing. */
  readonly demand: 'key' | 'key+stamp' | readonly [number, number, number];
  readonly root?: object;
  readonly san?: string;
  readonly cosign: 'accept' | 'reject';
  readonly ours: string;
  /** Why we refuse what cosign takes. */
  readonly stricter?: string;
}
