import { plainHttpRefused } from './endpoint.ts';
import { RegistryError } from './registry-error.ts';

const resets = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);
const unknownNames = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'ENODATA']);

/** Nothing came for this long. */
export class StallError extends Error {
  constructor(stallTimeoutMs: number) {
    super(`nothing came for ${stallTimeoutMs / 1000} s`);
  }
}

/**
 * A failed connection in the words of this folder, told once.
 * @param proxy variable that names the proxy for such addresses, where there is one
 */
export function transportFailure(url: URL, error: unknown, proxy?: string): unknown {
  if (!(error instanceof Error) || error instanceof RegistryError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const host = url.host;
  if (code === 'ERR_PROXY_TUNNEL') {
    const status = 'statusCode' in error ? `, status ${String(error.statusCode)}` : '';
    return new RegistryError(
      'REGISTRY_PROXY',
      `the proxy of ${proxy ?? 'the environment'} does not lead on to ${host}${status}`,
      // Its own words name the proxy's address, which may hold a password.
      {
        suggestions: [
          `Ask whoever runs the proxy to allow ${host}, or name ${url.hostname} in NO_PROXY where no proxy is needed`,
        ],
      },
    );
  }
  if (error instanceof StallError || code === 'ETIMEDOUT') {
    return new RegistryError('REGISTRY_TIMEOUT', `${host}: ${error.message}`, {
      cause: error,
      suggestions: [
        `Check the network and whether a proxy is needed to reach ${host}, then run the same command again: finished blobs are kept`,
      ],
    });
  }
  const looked = 'hostname' in error ? error.hostname : undefined;
  if (unknownNames.has(code) && proxy !== undefined && looked !== url.hostname) {
    return new RegistryError('REGISTRY_PROXY', `no name service knows the proxy of ${proxy}`, {
      suggestions: [`Check ${proxy}, or name ${url.hostname} in NO_PROXY`],
    });
  }
  if (unknownNames.has(code)) {
    return new RegistryError('REGISTRY_NAME', `no name service knows ${url.hostname} (${code})`, {
      cause: error,
      suggestions: [
        `Check the spelling of ${url.hostname}; if it is right, this machine's name service, or the proxy that should resolve it`,
      ],
    });
  }
  if (code.startsWith('HPE_')) {
    return new RegistryError(
      'REGISTRY_ANSWER',
      `what answers at ${host} does not speak HTTP (${code})`,
      {
        cause: error,
        suggestions: [`Check the port: another program listens at ${host}`],
      },
    );
  }
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has run out' : 'is not valid yet';
    return new RegistryError('REGISTRY_TLS', `the certificate of ${host} ${when} (${code})`, {
      cause: error,
      suggestions: [
        'Check the clock of this machine (date -u); if it is right, the registry needs a new certificate',
      ],
    });
  }
  if (/_ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/.test(code)) {
    return new RegistryError('REGISTRY_TLS', `${host} refuses the client certificate (${code})`, {
      cause: error,
      suggestions: [
        `Name a certificate that ${host} accepts, and its key: certFile and keyFile of the registry source, or --cert-file and --key-file`,
      ],
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
          `Name the certificate of your own authority as caFile of the registry source, or with --ca-file, after checking where it came from`,
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
        `Check that ${host} runs and that nothing on the way blocks it, then run the same command again`,
        ...(proxy === undefined
          ? []
          : [`${proxy} is set: check that proxy, or name ${url.hostname} in NO_PROXY`]),
      ],
    },
  );
}

/** True when asking once more may help: the connection broke, or the server was silent. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return false;
  if (error.code === 'REGISTRY_TIMEOUT') return true;
  const { cause } = error;
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  // The name service itself was busy; a name it does not know stays unknown.
  if (error.code === 'REGISTRY_NAME') return code === 'EAI_AGAIN';
  return error.code === 'REGISTRY_UNREACHABLE' && (resets.has(code) || cause.message === 'aborted');
}
