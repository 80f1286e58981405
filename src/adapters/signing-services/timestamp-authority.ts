import { createHash } from 'node:crypto';
import {
  checkTimestampReply,
  renderTimestampRequest,
} from '../../attestation/timestamp-request.ts';
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts';
import type { Run } from '../../support/run.ts';
import { askService, type ServicePatience } from './ask-service.ts';
import { SigningServiceError } from './service-error.ts';

const service = 'the timestamp authority';

/** A timestamp authority that is asked over HTTP, as any of them is. @see RFC 3161 §3.4 */
export class HttpTimestampAuthority implements TimestampAuthority {
  readonly location: string;
  readonly #url: URL;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #patience: ServicePatience;

  /** @param random gives that many random bytes, for nonces */
  constructor(
    url: URL,
    options: {
      readonly random: (bytes: number) => Uint8Array;
      readonly patience: ServicePatience;
    },
  ) {
    this.#url = url;
    this.location = url.href;
    this.#random = options.random;
    this.#patience = options.patience;
  }

  /**
   * A reply over these bytes: granted, over their digest, to our nonce. Who signed it is judged later, by trust.
   * @throws SigningServiceError SERVICE_*
   */
  async stamp(signature: Uint8Array, run: Run): Promise<Uint8Array> {
    const imprint = createHash('sha256').update(signature).digest();
    const nonce = Buffer.from(this.#random(8));
    // A nonce is a positive integer of full length, so that it is written in one way.
    nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40;
    const { bytes, contentType } = await askService(
      {
        service,
        url: this.#url,
        headers: {
          'content-type': 'application/timestamp-query',
          accept: 'application/timestamp-reply',
        },
        body: renderTimestampRequest(imprint, nonce),
        accepted: [200, 201],
      },
      this.#patience,
      run,
    );
    const problem =
      contentType === 'application/timestamp-reply'
        ? checkTimestampReply(bytes, imprint, nonce)
        : `it is of the type '${contentType.slice(0, 60)}'`;
    if (problem === undefined) return bytes;
    throw new SigningServiceError(
      'SERVICE_TIMESTAMP',
      `the reply of ${service} at ${this.#url.origin} was not used: ${problem}`,
      { suggestions: [`Check that ${this.#url.href} answers requests of RFC 3161`] },
    );
  }
}
