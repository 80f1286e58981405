import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Gate } from '../../support/gate.ts';
import type { Run, RunCounter } from '../../support/run.ts';
import { checkHop, type HostRules, isLoopback } from './endpoint.ts';
import { type Answer, askOnce, confused, type Question } from './http-request.ts';
import type { ProxySettings } from './proxy-settings.ts';

export interface ExchangeOptions {
  readonly rules: HostRules;
  /** PEM certificates trusted beside the usual ones. */
  readonly ca?: readonly string[];
  /** PEM certificate and key shown to the registries themselves, never to where they redirect. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Silence after which a server counts as stalled. */
  readonly stallTimeoutMs: number;
  /** Proxies by the variables that name them; this machine itself is never asked through one. */
  readonly proxies?: ProxySettings;
  /** How host names become addresses; Node's own unless given. */
  readonly lookup?: LookupFunction;
  /** Shared by all who ask: how many requests may be open at once. */
  readonly gate?: Gate;
}

const maxRedirects = 5;

/** HTTP with kept connections, bounded redirects and no silent waiting. */
export class HttpExchange {
  readonly #options: ExchangeOptions;
  readonly #agents = new Map<string, HttpAgent | HttpsAgent>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /**
   * Asks, and where nothing is sent along follows up to 5 redirects. Credentials stay with the origin
   * they were meant for: once another one is involved they are dropped for good.
   * @param toRegistry the address is a registry's own: it is shown the client certificate
   * @throws RegistryError REGISTRY_UNREACHABLE, REGISTRY_NAME, REGISTRY_TLS, REGISTRY_TIMEOUT, REGISTRY_ANSWER, REGISTRY_PROXY, REGISTRY_PLAIN_HTTP_REFUSED
   */
  async ask(question: Question, run: Run, toRegistry = false): Promise<Answer> {
    let { url } = question;
    let headers = question.headers;
    const isRead = question.method === undefined || question.method === 'HEAD';
    for (let redirects = 0; ; redirects += 1) {
      const own = toRegistry && url.origin === question.url.origin;
      const leave = await this.#options.gate?.enter(run.signal);
      const means = { ...this.#means(url, own), onClosed: leave };
      const answer = await counted(run, askOnce({ ...question, url, headers }, means, run));
      if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      answer.discard();
      // What is sent would go wherever the server likes.
      if (!isRead) throw confused(url, 'redirects what is sent to it');
      if (redirects === maxRedirects)
        throw confused(url, `redirects more than ${maxRedirects} times`);
      const location = answer.headers.location;
      if (location === undefined || !URL.canParse(location, url.href))
        throw confused(url, 'redirects to nowhere');
      const next = new URL(location, url);
      checkHop(url, next, this.#options.rules);
      if (next.origin !== url.origin) headers = without(headers, 'authorization');
      url = next;
    }
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #means(url: URL, own: boolean): Parameters<typeof askOnce>[1] {
    const { stallTimeoutMs, proxies, clientCertificate } = this.#options;
    const secure = url.protocol === 'https:';
    const proxy = isLoopback(url.host) ? undefined : secure ? proxies?.https : proxies?.http;
    const certified = own && clientCertificate !== undefined;
    const key = `${secure} ${proxy !== undefined} ${certified}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      agent = this.#makeAgent(secure, proxy !== undefined, certified);
      this.#agents.set(key, agent);
    }
    return { agent, stallTimeoutMs, proxy };
  }

  #makeAgent(secure: boolean, proxied: boolean, certified: boolean): HttpAgent | HttpsAgent {
    const { ca, lookup, proxies, clientCertificate } = this.#options;
    const shared = {
      keepAlive: true,
      maxSockets: 16,
      maxFreeSockets: 8,
      ...(lookup === undefined ? {} : { lookup }),
      ...(proxied && proxies !== undefined ? { proxyEnv: proxies.env } : {}),
    };
    if (!secure) return new HttpAgent(shared);
    return new HttpsAgent({
      ...shared,
      ...(ca === undefined ? {} : { ca: [...ca] }),
      ...(certified ? clientCertificate : {}),
    });
  }
}

function without(
  headers: Readonly<Record<string, string>>,
  name: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}

/** For the record of the run: what was asked, and what got no answer or one that says the server failed. */
async function counted(run: Run, asking: Promise<Answer>): Promise<Answer> {
  const count = (what: RunCounter): void => run.onProgress?.({ kind: 'counted', what, by: 1 });
  count('requests');
  try {
    const answer = await asking;
    if (answer.status >= 500 || answer.status === 429) count('failedRequests');
    return answer;
  } catch (error) {
    if (!run.signal.aborted) count('failedRequests');
    throw error;
  }
}
