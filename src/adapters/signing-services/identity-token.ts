import { readFile } from 'node:fs/promises';
import { parseJsonStrict } from '../../support/json-document.ts';
import { member } from '../../support/lenient-json.ts';
import type { Run } from '../../support/run.ts';
import { askService, parseServiceUrl, type ServicePatience } from './ask-service.ts';
import { IdentityTokenError } from './service-error.ts';

/** A token that an identity provider gave out, with what of it matters here. Nothing of it is verified. */
export interface IdentityToken {
  readonly text: string;
  /** What possession of the key is proved over: the verified mail address, otherwise the subject. */
  readonly subject: string;
}

export interface TokenSources {
  /** File with the token; it may be renewed while we run. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly patience: ServicePatience;
}

const maxTokenBytes = 16 * 1024;
const audience = 'sigstore';
/** A token that ends while it is being sent helps nobody. */
const leastLeftMs = 5_000;

/**
 * A token as it is now: from the file, COWA_IDENTITY_TOKEN, SIGSTORE_ID_TOKEN, or asked of GitHub Actions, in this order.
 * @throws IdentityTokenError IDENTITY_TOKEN_*
 * @throws SigningServiceError when GitHub Actions gives none
 */
export async function readIdentityToken(sources: TokenSources, run: Run): Promise<IdentityToken> {
  return parseToken((await findToken(sources, run)).trim(), sources.now());
}

async function findToken({ file, env, patience }: TokenSources, run: Run): Promise<string> {
  if (file !== undefined) return readTokenFile(file);
  const given = env['COWA_IDENTITY_TOKEN'] || env['SIGSTORE_ID_TOKEN'];
  if (given !== undefined && given !== '') return given;
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const secret = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (url !== undefined && url !== '' && secret !== undefined)
    return askGitHub(url, secret, patience, run);
  throw new IdentityTokenError(
    'IDENTITY_TOKEN_MISSING',
    'keyless signing needs an identity token, and none was given',
    {
      suggestions: [
        'Set COWA_IDENTITY_TOKEN (or SIGSTORE_ID_TOKEN), or give --identity-token <file>',
        'In GitHub Actions: permissions: id-token: write',
      ],
    },
  );
}

async function readTokenFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > maxTokenBytes) throw new RangeError(`more than ${maxTokenBytes} bytes`);
    return bytes.toString('utf8');
  } catch {
    // Neither cause nor path: what was given as a path may have been the token itself.
    throw new IdentityTokenError(
      'IDENTITY_TOKEN_UNREADABLE',
      'the file given with --identity-token cannot be read',
      {
        suggestions: [
          'Give the path of a file that holds the token; never the token itself: others see the command line',
        ],
      },
    );
  }
}

async function askGitHub(
  text: string,
  secret: string,
  patience: ServicePatience,
  run: Run,
): Promise<string> {
  const url = new URL(parseServiceUrl('GitHub Actions', text.split('?')[0] ?? '', true));
  url.search = new URL(text).search;
  url.searchParams.set('audience', audience);
  const { bytes } = await askService(
    {
      service: 'GitHub Actions',
      url,
      headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
      accepted: [200],
      secrets: [secret],
    },
    patience,
    run,
  );
  const { value } = parseJsonStrict(bytes, { maxBytes: 65536, maxDepth: 4 });
  const token = member(value, 'value');
  if (typeof token === 'string') return token;
  throw form('GitHub Actions answered without a token');
}

function parseToken(text: string, now: Date): IdentityToken {
  const parts = text.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part)))
    throw form('it does not consist of three base64url parts');
  const payload = Buffer.from(parts[1] ?? '', 'base64url');
  const { value, problem } = parseJsonStrict(payload, { maxBytes: maxTokenBytes, maxDepth: 12 });
  if (problem !== undefined) throw form('its middle part is not JSON');
  const ends = member(value, 'exp');
  if (typeof ends === 'number' && ends * 1000 < now.getTime() + leastLeftMs) {
    throw new IdentityTokenError(
      'IDENTITY_TOKEN_EXPIRED',
      `the identity token ended at ${new Date(ends * 1000).toISOString()}, and it is ${now.toISOString()}`,
      { suggestions: ['Get a new one, and check the clock of this machine'] },
    );
  }
  const mail = member(value, 'email');
  const verified = member(value, 'email_verified');
  const subject = member(value, 'sub');
  if (typeof mail === 'string' && mail !== '') {
    if (verified !== true && verified !== 'true')
      throw form('its mail address is not verified by the provider');
    return { text, subject: mail };
  }
  if (typeof subject !== 'string' || subject === '') throw form('it names no subject');
  return { text, subject };
}

function form(why: string): IdentityTokenError {
  return new IdentityTokenError(
    'IDENTITY_TOKEN_FORM',
    `what was given as identity token is none: ${why}`,
    {
      suggestions: [
        'Give the token as the identity provider wrote it: three parts with dots between',
      ],
    },
  );
}
