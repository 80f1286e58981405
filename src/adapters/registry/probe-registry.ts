import type { RegistryFacts } from '../../ports/machine.ts';
import type { Run } from '../../support/run.ts';
import { findCredentials } from './docker-credentials.ts';
import { chooseEndpoint } from './endpoint.ts';
import { HttpExchange } from './http-exchange.ts';
import type { Answer } from './http-request.ts';
import { type ClientSettings, clientOptions } from './make-client.ts';
import { RegistryAuth } from './registry-auth.ts';
import { RegistryError } from './registry-error.ts';

/** How a registry is asked who it is. */
export interface ProbeSettings extends ClientSettings {
  readonly timeoutMs: number;
}

/**
 * Asks a registry for its version address, with the stored login where it wants one. Nothing is fetched.
 * @throws RegistryError when nothing that is a registry answers, or the login cannot be read
 * @see OCI distribution-spec 1.1, "Determining Support"
 */
export async function probeRegistry(
  registry: string,
  settings: ProbeSettings,
  run: Run,
): Promise<RegistryFacts> {
  const { dockerConfigPath, timeoutMs } = settings;
  const { ca, clientCertificate, proxies } = await clientOptions(settings);
  const { name, host, scheme } = chooseEndpoint(registry, settings);
  const exchange = new HttpExchange({
    rules: settings,
    stallTimeoutMs: timeoutMs,
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(proxies === undefined ? {} : { proxies }),
  });
  const stored = () =>
    dockerConfigPath === undefined
      ? Promise.resolve(undefined)
      : findCredentials(name, dockerConfigPath, run);
  const auth = new RegistryAuth({
    exchange,
    rules: settings,
    credentials: stored,
    now: () => new Date(),
  });
  const ask = async (url: URL, authorization?: string): Promise<Answer> => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await exchange.ask({ url, headers }, run, true);
    answer.discard();
    return answer;
  };
  try {
    let url = new URL(`${scheme ?? 'https'}://${host}/v2/`);
    const first = await ask(url).catch((error: unknown) => {
      if (scheme !== undefined || !(error instanceof RegistryError)) throw error;
      // A loopback host without a scheme: it may speak no TLS.
      url = new URL(`http://${host}/v2/`);
      return ask(url);
    });
    const date = dateOf(first);
    if (first.status === 200) return { login: 'open', date };
    if (first.status !== 401)
      throw new RegistryError(
        'REGISTRY_ANSWER',
        `${name} answers ${first.status} where a registry says 200 or 401`,
        { suggestions: [`Check that ${name} is a container registry`] },
      );
    const anonymous = (await stored()) === undefined;
    try {
      const value = await auth.answer(name, '', url, withoutScope(first), run);
      const second = await ask(url, value);
      if (second.status === 200) return { login: anonymous ? 'anonymous' : 'accepted', date };
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'REGISTRY_UNAUTHORIZED') throw error;
    }
    return { login: anonymous ? 'missing' : 'refused', date };
  } finally {
    exchange.close();
  }
}

/** As `docker login` asks: a token that is good for nothing but to show that the login is. */
function withoutScope({ headers }: Answer): string | undefined {
  const challenge = headers['www-authenticate'];
  return challenge === undefined || /\bscope=/i.test(challenge)
    ? challenge
    : `${challenge},scope=""`;
}

function dateOf({ headers }: Answer): Date | undefined {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
