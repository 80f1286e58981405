import type { Answer } from './http-exchange.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';

/** A status that is no success, with what it means for another try. */
export class Refusal extends RegistryError {
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(
    code: RegistryError['code'],
    message: string,
    suggestion: string,
    retryable = false,
    retryAfterMs?: number,
  ) {
    super(code, message, { suggestions: [suggestion] });
    this.name = 'RegistryError';
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a status that is no success means for whoever asked. */
export function refusal({ status, headers }: Answer, subject: string, host: string): Refusal {
  if (status === 404) {
    return new Refusal(
      'REGISTRY_NOT_FOUND',
      `${subject} is not there (404)`,
      'Check name, tag and digest, or name another source that holds it',
    );
  }
  if (status === 403) {
    return new Refusal(
      'REGISTRY_FORBIDDEN',
      `${host} does not allow ${subject} to be read (403)`,
      `Ask for read access, or log in as somebody who has it: docker login ${host}`,
    );
  }
  if (status === 429) {
    const after = headers['retry-after'] ?? '';
    const retryAfterMs = /^\d{1,6}$/.test(after) ? Number(after) * 1000 : undefined;
    const words = retryAfterMs === undefined ? '' : `, and asks to wait ${retryAfterMs / 1000} s`;
    return new Refusal(
      'REGISTRY_RATE_LIMIT',
      `${host} counts too many requests (429)${words}`,
      `Wait, log in for a higher limit (docker login ${host}), or let an override lead to a mirror`,
      true,
      retryAfterMs,
    );
  }
  const retryable = status >= 500 && status !== 501;
  return new Refusal(
    'REGISTRY_ANSWER',
    `${host} answers ${status} for ${subject}`,
    `Check the registry's own log, then run the same command again`,
    retryable,
  );
}

/** Content that is not what its digest promised. */
export function wrongDigest(
  what: string,
  host: string,
  detail: string,
  cause?: unknown,
): RegistryContentError {
  return new RegistryContentError(
    'REGISTRY_DIGEST',
    `${what} is not what was promised: ${detail}`,
    {
      cause,
      suggestions: [
        `Do not use it: ${host}, or something between it and here, changed the content. Ask whoever runs it, or use another source`,
      ],
    },
  );
}
