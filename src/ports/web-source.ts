import type { Run } from '../support/run.ts';

/** A list that a server hands out page by page. */
export interface WebPage {
  readonly bytes: Uint8Array;
  /** Address of the page after it. @see RFC 8288, relation `next` */
  readonly next?: string;
}

/** What is known of a file before it is asked for. */
export interface WebExpectation {
  /** More bytes are not read. */
  readonly maxBytes: number;
  /** Bytes that are held already: reading begins behind them. */
  readonly offset?: number;
  /** A digest tells whether everything is of one file: a broken connection is taken up wherever it broke. */
  readonly pinned?: boolean;
  /** Sent along with the question. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Files by their address. Only hosts that somebody declared are contacted. */
export interface WebSource {
  /**
   * The bytes of a file; a connection that breaks is taken up again where it broke.
   * @throws FetchError all codes
   */
  open(address: string, expected: WebExpectation, run: Run): AsyncIterable<Uint8Array>;
  /**
   * A small document.
   * @throws FetchError, FetchContentError all codes
   */
  page(address: string, expected: Omit<WebExpectation, 'offset'>, run: Run): Promise<WebPage>;
}
