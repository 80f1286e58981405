import { type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';

/** Whose tokens a registry believes, and how they are made. */
export interface TokenServerOptions {
  readonly issuer: string;
  readonly key: KeyObject;
  /** The certificate of the key, DER in base64, as the registry knows it. */
  readonly certificate: string;
  /** `user:password`; others get no token. */
  readonly login: string;
  /** Of users who log in with a refresh token instead. */
  readonly refreshToken: string;
}

export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  /** How each token was asked for. */
  readonly asked: ('password' | 'refresh-token' | 'nothing')[];
  /** Seconds its clock is ahead. */
  skewSeconds: number;
  /** Answered instead of a token. */
  broken: number | undefined;
}

/** A token server as registries have them: Basic or a refresh token in, a signed token out. @see Docker registry token specification */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://here');
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const given = request.headers.authorization;
      const refresh = form.get('refresh_token');
      tokens.asked.push(
        refresh !== null ? 'refresh-token' : given === undefined ? 'nothing' : 'password',
      );
      if (tokens.broken !== undefined) return void response.writeHead(tokens.broken).end();
      const welcome =
        refresh === null
          ? given === `Basic ${Buffer.from(options.login).toString('base64')}`
          : refresh === options.refreshToken && form.get('grant_type') === 'refresh_token';
      if (!welcome) return void response.writeHead(401).end();
      const scopes = refresh === null ? url.searchParams.getAll('scope') : form.getAll('scope');
      const service = url.searchParams.get('service') ?? form.get('service') ?? '';
      const token = makeToken(options, service, scopes, tokens.skewSeconds);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(refresh === null ? { token } : { access_token: token }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const tokens: TokenServer = {
    realm: `http://127.0.0.1:${address.port}/token`,
    asked: [],
    skewSeconds: 0,
    broken: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tokens;
}

function makeToken(
  { issuer, key, certificate }: TokenServerOptions,
  audience: string,
  scopes: readonly string[],
  skewSeconds: number,
): string {
  const now = Math.floor(Date.now() / 1000) + skewSeconds;
  const access = scopes
    .flatMap((scope) => scope.split(' '))
    .map((scope) => {
      const [type = '', name = '', actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',') };
    });
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ typ: 'JWT', alg: 'ES256', x5c: [certificate] });
  const times = { iat: now, nbf: now, exp: now + 300 };
  const body = part({ iss: issuer, sub: 'me', aud: audience, jti: String(now), ...times, access });
  const input = Buffer.from(`${header}.${body}`);
  const signature = sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
  return `${header}.${body}.${signature.toString('base64url')}`;
}
