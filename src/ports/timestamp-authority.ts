import type { Run } from '../support/run.ts';

/** Somebody who vouches for the time at which something was there. */
export interface TimestampAuthority {
  /** Where it is, for messages. */
  readonly location: string;
  /** A reply of RFC 3161 (DER) over the SHA-256 of these bytes. It answers our request; who made it is judged by trust. */
  stamp(signature: Uint8Array, run: Run): Promise<Uint8Array>;
}
