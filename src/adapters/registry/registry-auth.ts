import { parseJsonStrict } from '../../support/json-document.ts';
import type { Run } from '../../support/run.ts';
import type { Credentials } from './docker-credentials.ts';
import { checkHop, type HostRules } from './endpoint.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Answer, Question } from './http-request.ts';
import { readLimited } from './read-limited.ts';
import { readComplaint, refusal } from './refusal.ts';
import { RegistryError } from './registry-error.ts';

/** Tokens are good for minutes: a clock that is further off breaks them. */
const maxSkewMs = 60_000;

/** What a registry asks for with status 401. @see RFC 9110 §11.6.1 */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The challenges of one `WWW-Authenticate` value; schemes and parameter names in lower case. */
function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const part =
    /\s*,?\s*(?:([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z][\w-]*)(?=\s|,|$))/y;
  for (let match = part.exec(header); match !== null; match = part.exec(header)) {
    const [, key, quoted, plain, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (key !== undefined) {
      const last = challenges.at(-1);
      if (last !== undefined)
        last.parameters[key.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    }
  }
  return challenges;
}

export interface AuthDependencies {
  readonly exchange: HttpExchange;
  readonly rules: HostRules;
  /** Credentials of the contacted host, never of the host an override stands for. */
  readonly credentials: (
    host: string,
    run: Run,
    repository: string,
  ) => Promise<Credentials | undefined>;
  readonly now: () => Date;
  /** Host whose login was given for this run, and is not stored. */
  readonly givenFor?: string;
}

/** `Authorization` values per host and repository, asked for when a registry wants them. */
export class RegistryAuth {
  private readonly dependencies: AuthDependencies;
  private readonly known = new Map<string, string>();

  constructor(dependencies: AuthDependencies) {
    this.dependencies = dependencies;
  }

  /** What worked last, if anything. */
  remembered(host: string, repository: string): string | undefined {
    return this.known.get(`${host}/${repository}`);
  }

  /**
   * Answers a challenge.
   * @throws RegistryError REGISTRY_UNAUTHORIZED when there is nothing to answer it with, REGISTRY_ANSWER
   * @see OCI distribution-spec 1.1; Docker registry token authentication
   */
  async answer(
    host: string,
    repository: string,
    from: URL,
    header: string | undefined,
    run: Run,
  ): Promise<string> {
    const challenges = parseChallenges(header ?? '');
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined,
    );
    const credentials = await this.dependencies.credentials(host, run, repository);
    let value: string;
    if (bearer !== undefined)
      value = `Bearer ${await this.token(host, repository, from, bearer, credentials, run)}`;
    else if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      throw new RegistryError(
        'REGISTRY_ANSWER',
        `${host} wants a login but offers neither Bearer nor Basic`,
        {
          suggestions: [
            `Check that ${host} is a container registry; other kinds of login are not supported`,
          ],
        },
      );
    } else if (credentials?.kind === 'password')
      value = basic(credentials.username, credentials.password);
    else throw unauthorized(host, repository, { hadCredentials: false });
    this.known.set(`${host}/${repository}`, value);
    return value;
  }

  private async token(
    host: string,
    repository: string,
    from: URL,
    challenge: Challenge,
    credentials: Credentials | undefined,
    run: Run,
  ): Promise<string> {
    const { realm = '', service, scope = `repository:${repository}:pull` } = challenge.parameters;
    if (!URL.canParse(realm)) throw badToken(host, 'names no usable token address');
    const url = new URL(realm);
    checkHop(from, url, this.dependencies.rules);
    const form =
      credentials?.kind === 'identity-token'
        ? identityForm(credentials.token, service, scope)
        : undefined;
    if (form === undefined) {
      if (service !== undefined) url.searchParams.set('service', service);
      for (const one of scope.split(' ').filter((text) => text !== ''))
        url.searchParams.append('scope', one);
    }
    const answer = await this.askToken(
      host,
      {
        url,
        headers: {
          accept: 'application/json',
          ...(credentials?.kind === 'password'
            ? { authorization: basic(credentials.username, credentials.password) }
            : {}),
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form === undefined ? {} : { method: 'POST', body: form }),
      },
      run,
    );
    if (answer.status !== 200) {
      const said = await readComplaint(answer);
      const now = this.dependencies.now();
      if (answer.status === 401 || answer.status === 403)
        throw unauthorized(host, repository, {
          hadCredentials: credentials !== undefined,
          givenLogin: this.dependencies.givenFor === host,
          said,
        });
      const what = `a token for ${repository} at ${host}`;
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408)
        throw refusal(answer, what, `the token server ${url.host}`, { said, now });
      throw badToken(host, `got status ${answer.status} from its token address ${url.host}`);
    }
    const bytes = await readLimited(answer, 1 << 20);
    const { value } = parseJsonStrict(bytes ?? new Uint8Array(), {
      maxBytes: 1 << 20,
      maxDepth: 16,
    });
    const document: object = typeof value === 'object' && value !== null ? value : {};
    const token =
      'token' in document && document.token !== ''
        ? document.token
        : 'access_token' in document
          ? document.access_token
          : undefined;
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
      throw badToken(host, `got no token from its token address ${url.host}`);
    return token;
  }

  /** The server of the tokens is often another one: whose it is has to be said. */
  private async askToken(host: string, question: Question, run: Run): Promise<Answer> {
    try {
      return await this.dependencies.exchange.ask(question, run);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      throw new RegistryError(error.code, `${error.message}; ${host} has its logins made there`, {
        suggestions: error.suggestions,
        cause: error.cause,
      });
    }
  }
}

/** What to say when the registry keeps refusing. */
export function unauthorized(
  host: string,
  repository: string,
  {
    hadCredentials,
    givenLogin = false,
    answer,
    said = '',
    now,
  }: {
    readonly hadCredentials: boolean;
    /** They were given with flags. */
    readonly givenLogin?: boolean;
    /** The refusal of what was answered with a fresh token or password. */
    readonly answer?: Pick<Answer, 'headers'>;
    readonly said?: string;
    readonly now?: Date;
  },
): RegistryError {
  const because = said === '' ? '' : `: ${said}`;
  const skewMs = now === undefined ? 0 : clockSkewMs(answer, now);
  if (Math.abs(skewMs) > maxSkewMs) {
    const minutes = Math.round(Math.abs(skewMs) / 60_000);
    return new RegistryError(
      'REGISTRY_UNAUTHORIZED',
      `${host} refuses a fresh login for ${repository}, and its clock is ${minutes} min ${skewMs > 0 ? 'ahead of' : 'behind'} that of this machine${because}`,
      {
        suggestions: [
          'Set the clock that is wrong (here: date -u), then run the same command again',
        ],
      },
    );
  }
  if (/error="?invalid_token/.test(answer?.headers['www-authenticate'] ?? '')) {
    return new RegistryError(
      'REGISTRY_UNAUTHORIZED',
      `${host} refuses the token for ${repository} that its own token server just gave${because}`,
      {
        suggestions: [
          `Ask whoever runs ${host}: the clocks of registry and token server differ, or it does not know the key of its token server`,
        ],
      },
    );
  }
  return new RegistryError(
    'REGISTRY_UNAUTHORIZED',
    hadCredentials
      ? `${host} does not accept the login for ${repository}${because}`
      : `${host} wants a login for ${repository}, and none is stored${because}`,
    {
      suggestions: [
        givenLogin
          ? `Check --username and the password given to --password-stdin: they come before logins that are stored for ${host}`
          : `docker login ${host}   (or 'skopeo login', 'podman login' with the same file)`,
        `Check the name ${repository}: many registries answer so for a repository that does not exist`,
      ],
    },
  );
}

function clockSkewMs(answer: Pick<Answer, 'headers'> | undefined, now: Date): number {
  const theirs = Date.parse(answer?.headers.date ?? '');
  return Number.isNaN(theirs) ? 0 : theirs - now.getTime();
}

function badToken(host: string, what: string): RegistryError {
  return new RegistryError('REGISTRY_ANSWER', `${host} ${what}`, {
    suggestions: [`Check that ${host} is a container registry and that its token service runs`],
  });
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function identityForm(token: string, service: string | undefined, scope: string): string {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: 'cowa-release',
    scope,
    ...(service === undefined ? {} : { service }),
  }).toString();
}
