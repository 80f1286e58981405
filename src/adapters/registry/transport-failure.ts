import { plainHttpRefused } from './endpoint.ts';
import { RegistryError } from './registry-error.ts';

const resets = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Nothing came for this long. */
export class StallError extends Error {
  constructor(stallTimeoutMs: number) {
    super(`nothing came for ${stallTimeoutMs / 1000} s`);
  }
}

/** A failed connection in the words of this folder, told once. */
export function transportFailure(url: URL, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RegistryError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const host = url.host;
  if (error instanceof StallError) {
    return new RegistryError('REGISTRY_TIMEOUT', `${host}: ${error.message}`, {
      cause: error,
      suggestions: ['Check the network, then run the same command again: finished blobs are kept'],
    });
  }
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'EPROTO'
  ) {
    return plainHttpRefused(host, error);
  }
  if (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(
      code,
    )
  ) {
    return new RegistryError(
      'REGISTRY_TLS',
      `the certificate of ${host} is not trusted (${code})`,
      {
        cause: error,
        suggestions: [
          `Name the certificate of your own authority as caFile of the registry source, after checking where it came from`,
        ],
      },
    );
  }
  return new RegistryError(
    'REGISTRY_UNREACHABLE',
    `${host} cannot be reached (${code || error.message})`,
    {
      cause: error,
      suggestions: [
        code === 'ENOTFOUND' || code === 'EAI_AGAIN'
          ? `Check the spelling of ${host} and the name service`
          : `Check that ${host} runs and that nothing on the way blocks it, then run the same command again`,
      ],
    },
  );
}

/** True when asking once more may help: the connection broke, or the server was silent. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return false;
  if (error.code === 'REGISTRY_TIMEOUT') return true;
  if (error.code !== 'REGISTRY_UNREACHABLE') return false;
  const cause = error.cause;
  if (!(cause instanceof Error)) return false;
  return (
    ('code' in cause && typeof cause.code === 'string' && resets.has(cause.code)) ||
    cause.message === 'aborted'
  );
}
