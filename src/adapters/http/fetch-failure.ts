import { FetchError } from '../../ports/fetch-error.ts';
import type { Answer } from '../registry/http-request.ts';
import { RegistryError } from '../registry/registry-error.ts';

const codes: Partial<Record<RegistryError['code'], FetchError['code']>> = {
  REGISTRY_NAME: 'FETCH_UNREACHABLE',
  REGISTRY_PROXY: 'FETCH_UNREACHABLE',
  REGISTRY_UNREACHABLE: 'FETCH_UNREACHABLE',
  REGISTRY_TLS: 'FETCH_TLS',
  REGISTRY_TIMEOUT: 'FETCH_TIMEOUT',
  REGISTRY_PLAIN_HTTP_REFUSED: 'FETCH_PLAIN_HTTP_REFUSED',
  REGISTRY_HOST_REFUSED: 'FETCH_HOST_REFUSED',
  REGISTRY_CREDENTIALS: 'FETCH_CREDENTIALS',
};

const steps: Partial<Record<FetchError['code'], string>> = {
  FETCH_HOST_REFUSED: 'List the host under remoteInputs.hosts in cowa-release.yaml',
  FETCH_PLAIN_HTTP_REFUSED:
    'Write https://, or, on a network you trust, list the host under remoteInputs.plainHttp',
  FETCH_TLS:
    'Name the certificate of your own authority as remoteInputs.caFile, after checking where it came from',
  FETCH_UNREACHABLE: 'Check the spelling of the host, the name service and the network',
  FETCH_TIMEOUT: 'Check the network, then run the same command again: what is finished is kept',
  FETCH_ANSWER: 'Check that the address is that of a file and that no proxy answers in its place',
};

/** What the transport says, in the words of whoever fetches a file. */
export function toFetchError(address: string, error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  const code = codes[error.code] ?? 'FETCH_ANSWER';
  return new FetchError(code, `${address}: ${error.message}`, {
    cause: error,
    suggestions: [steps[code] ?? 'Run the same command again'],
  });
}

/** A status that is no success. */
export function statusError(address: string, { status, url }: Answer, tries: number): FetchError {
  const often = tries > 1 ? `; tried ${tries} times` : '';
  const refuse = (code: FetchError['code'], what: string, next: string): FetchError =>
    new FetchError(code, `${address}: ${what} (${status})${often}`, { suggestions: [next] });
  if (status === 404 || status === 410)
    return refuse('FETCH_NOT_FOUND', 'there is nothing', 'Check the address');
  if (status === 401)
    return refuse(
      'FETCH_UNAUTHORIZED',
      `${url.host} wants a login`,
      `Log in: docker login ${url.host} (logins of Docker's configuration are used)`,
    );
  if (status === 403)
    return refuse('FETCH_FORBIDDEN', `${url.host} does not allow it`, 'Ask for read access');
  if (status === 429)
    return refuse(
      'FETCH_RATE_LIMIT',
      `${url.host} counts too many requests`,
      'Wait, or let an override under remoteInputs lead to a mirror',
    );
  return refuse('FETCH_ANSWER', `${url.host} answers`, "Check the server's own log");
}
