import { parseJsonStrict } from '../../support/json-document.ts';
import type { Answer } from './http-request.ts';
import { readLimited } from './read-limited.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';
import { maxRetryAfterMs, parseRetryAfter } from './retry.ts';

const maxComplaintBytes = 1 << 14;

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

/**
 * What a status that is no success means for whoever asked.
 * @param verb what was to be done, e.g. `read`
 * @param said what the answer itself says, from `readComplaint`
 */
export function refusal(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  subject: string,
  host: string,
  { said = '', verb = 'read', now }: { said?: string; verb?: string; now: Date },
): Refusal {
  const because = said === '' ? '' : `: ${said}`;
  if (status === 404) {
    return new Refusal(
      'REGISTRY_NOT_FOUND',
      `${subject} is not there (404)${because}`,
      'Check name, tag and digest, or name another source that holds it',
    );
  }
  if (status === 403) {
    return new Refusal(
      'REGISTRY_FORBIDDEN',
      `${host} does not allow ${subject} to be ${verb === 'read' ? 'read' : 'written'} (403)${because}`,
      `Ask for the right to ${verb} it, or log in as somebody who has it: docker login ${host}`,
    );
  }
  if (status === 407) {
    return new Refusal(
      'REGISTRY_PROXY',
      `the proxy on the way to ${host} wants a login (407)`,
      'Write it into the variable that names the proxy: http://user:password@proxy:port',
    );
  }
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  const wished = retryAfterMs === undefined ? '' : `, and asks to wait ${retryAfterMs / 1000} s`;
  const tooLong =
    retryAfterMs === undefined || retryAfterMs <= maxRetryAfterMs
      ? ''
      : ` (more than ${maxRetryAfterMs / 1000} s are not waited)`;
  if (status === 429) {
    return new Refusal(
      'REGISTRY_RATE_LIMIT',
      `${host} counts too many requests (429)${wished}${tooLong}${because}`,
      `Wait, log in for a higher limit (docker login ${host}), or let an override lead to a mirror`,
      true,
      retryAfterMs,
    );
  }
  return new Refusal(
    status === 408 || status === 504 ? 'REGISTRY_TIMEOUT' : 'REGISTRY_ANSWER',
    `${host} answers ${status} for ${subject}${wished}${tooLong}${because}`,
    `Check the registry's own log, then run the same command again`,
    status === 408 || (status >= 500 && status !== 501),
    retryAfterMs,
  );
}

/** What a registry says of a refusal, in one line; `''` where it says nothing that people can read. */
export async function readComplaint(answer: Answer): Promise<string> {
  const bytes = await readLimited(answer, maxComplaintBytes).catch(() => undefined);
  const { value } = parseJsonStrict(bytes ?? new Uint8Array(), {
    maxBytes: maxComplaintBytes,
    maxDepth: 16,
  });
  if (typeof value !== 'object' || value === null || !('errors' in value)) return '';
  const [first]: readonly unknown[] = Array.isArray(value.errors) ? value.errors : [];
  if (typeof first !== 'object' || first === null) return '';
  const text = (name: 'code' | 'message'): string => {
    const found: unknown = Reflect.get(first, name);
    return typeof found === 'string' ? found : '';
  };
  const words = [text('code'), text('message')].filter((word) => word !== '').join(', ');
  return words.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 200);
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
