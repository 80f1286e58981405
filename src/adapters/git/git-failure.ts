import { FetchError } from '../../ports/fetch-error.ts';

/** What git says, and what it means. The first that fits counts. */
const causes: readonly (readonly [RegExp, FetchError['code'], string])[] = [
  [
    /could not read (?:Username|Password)|Authentication failed|error: 401/,
    'FETCH_UNAUTHORIZED',
    "Log in: docker login <host> (logins of Docker's configuration are used), with a token as password",
  ],
  [/error: 403/, 'FETCH_FORBIDDEN', 'Ask for read access'],
  [/error: 429/, 'FETCH_RATE_LIMIT', 'Wait, or let an override lead to a mirror'],
  [
    /couldn't find remote ref|not our ref|no such remote ref|unadvertised object/i,
    'FETCH_NOT_FOUND',
    'Check the tag, branch (refs/heads/<name>) or commit in the address',
  ],
  [
    /not found|error: 404|does not appear to be a git repository/i,
    'FETCH_NOT_FOUND',
    'Check the address; hosts also answer like this to whoever is not logged in',
  ],
  [
    /error: 30\d|redirect/i,
    'FETCH_ANSWER',
    'Name the address the repository moved to: git is led nowhere else',
  ],
  [
    /SSL|certificate|TLS|gnutls/i,
    'FETCH_TLS',
    'Name the certificate of your own authority as remoteInputs.caFile, after checking where it came from',
  ],
  [/Operation too slow|timed out/i, 'FETCH_TIMEOUT', 'Check the network, then run it again'],
  [
    /Could not resolve|Failed to connect|Connection|early EOF|unexpected disconnect|RPC failed|hung up|Empty reply|Recv failure|transfer closed/i,
    'FETCH_UNREACHABLE',
    'Check the spelling of the host, the name service and the network',
  ],
];

const passing: ReadonlySet<string> = new Set([
  'FETCH_UNREACHABLE',
  'FETCH_TIMEOUT',
  'FETCH_RATE_LIMIT',
]);

/** Why git could not fetch. */
export function gitFailure(url: string, stderr: string): FetchError {
  const said = stderr.split('\n').filter((line) => /^(?:fatal|error|remote):/i.test(line));
  const why = (said.length === 0 ? stderr : said.join('; ')).slice(0, 600);
  const [, code, next] = causes.find(([pattern]) => pattern.test(stderr)) ?? [];
  return new FetchError(code ?? 'FETCH_ANSWER', `${url}: ${why || 'git says nothing of why'}`, {
    suggestions: [next ?? 'Check that there is a Git repository; see what git says above'],
  });
}

/** Whether it may go well the next time. */
export function isPassingFailure({ code, message }: FetchError): boolean {
  return passing.has(code) || (code === 'FETCH_ANSWER' && /error: 5\d\d/.test(message));
}
