import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafExtensions, PrivateInstance } from '../../../test/support/private-instance.ts';
import {
  aToken,
  type PrivateSigstore,
  startPrivateSigstore,
} from '../../../test/support/private-sigstore.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import { renderSignatureBundle } from '../../attestation/render-signature-bundle.ts';
import type { Signer, WitnessedContent } from '../../ports/signer.ts';
import { KeySigner } from '../sigstore/key-signer.ts';
import { parseServiceUrl } from './ask-service.ts';
import { type KeylessServices, openKeylessSigner } from './keyless-signer.ts';
import { HttpTimestampAuthority } from './timestamp-authority.ts';

const run = { signal: new AbortController().signal };
const message = Buffer.from('what is signed');
const digest = createHash('sha256').update(message).digest();
const patience = { timeoutMs: 5000, retryAfterMs: [] };
const paths = {
  certificates: '/api/v2/signingCert',
  log: '/api/v1/log/entries',
  stamps: '/stamp',
} as const;

let instance: PrivateSigstore;
beforeEach(async () => {
  instance = await startPrivateSigstore();
});
afterEach(() => instance[Symbol.asyncDispose]());

function services(change: Partial<KeylessServices> = {}): KeylessServices {
  const url = new URL(instance.url);
  return {
    certificates: url,
    log: url,
    timestamps: new HttpTimestampAuthority(new URL(`${instance.url}/stamp`), {
      random: (bytes) => Buffer.alloc(bytes, 0xab),
      patience,
    }),
    token: { env: { COWA_IDENTITY_TOKEN: aToken() }, now: () => new Date() },
    patience,
    signWith: (key) => new KeySigner(key),
    ...change,
  };
}

/** A whole bundle, as the operations make it. */
async function bundleBy(signer: Signer, signed: WitnessedContent): Promise<string> {
  const content =
    signed.kind === 'blob'
      ? ({ ...signed, kind: 'blob' } as const)
      : ({ ...signed, kind: 'statement', payloadType: inTotoPayloadType } as const);
  const bytes =
    signed.kind === 'blob' ? message : encodePreAuthentication(inTotoPayloadType, signed.payload);
  const signature = await signer.sign(bytes, run);
  const evidence = await signer.evidenceFor?.(signed, signature, run);
  if (evidence === undefined) throw new Error('no evidence');
  const { certificate, ...beside } = evidence;
  return renderSignatureBundle(
    { signer: { kind: 'certificate', der: certificate }, ...beside },
    { ...content, signature },
  );
}

describe('a keyless signer', () => {
  it.each(['blob', 'statement'] as const)(
    'makes a %s bundle that another library verifies: certificate, SCT, log entry, timestamp',
    async (kind) => {
      await using signer = await openKeylessSigner(services(), run);
      expect(signer.material).toMatchObject({
        kind: 'certificate',
        issuer: 'https://issuer.example.org',
        san: 'https://example.org/builds/release',
      });
      const signed =
        kind === 'blob'
          ? ({ kind, digest } as const)
          : ({ kind, payload: Buffer.from('{"a":1}') } as const);
      const bundle = bundleFromJSON(JSON.parse(await bundleBy(signer, signed)));
      const root = TrustedRoot.fromJSON(JSON.parse(instance.root.toString()));
      const verifier = new Verifier(toTrustMaterial(root), {
        tlogThreshold: 1,
        ctlogThreshold: 1,
        timestampThreshold: 1,
      });
      verifier.verify(toSignedEntity(bundle, kind === 'blob' ? message : undefined), {
        subjectAltName: undefined,
      } as never);
      expect(instance.asked.map(({ path }) => path)).toEqual(Object.values(paths));
    },
  );

  it('proves that it has the key, over the mail address where there is one', async () => {
    const token = aToken({ email: 'release@example.org', email_verified: true });
    await using signer = await openKeylessSigner(
      services({ token: { env: { SIGSTORE_ID_TOKEN: token }, now: () => new Date() } }),
      run,
    );
    const { publicKeyRequest, credentials } = JSON.parse(instance.asked[0]?.body ?? '');
    expect(credentials).toEqual({ oidcIdentityToken: token });
    const key = createPublicKey(publicKeyRequest.publicKey.content);
    const proof = Buffer.from(publicKeyRequest.proofOfPossession, 'base64');
    expect(verify('sha256', Buffer.from('release@example.org'), key, proof)).toBe(true);
    expect(
      Buffer.from(signer.material.spki).equals(key.export({ format: 'der', type: 'spki' })),
    ).toBe(true);
  });

  it('renews a certificate that is about to end, once for all who wait, and by the token as it is then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-token-'));
    const file = join(folder, 'token');
    await writeFile(file, `${aToken({ exp: undefined })}\n`);
    let now = new Date();
    const signer = await openKeylessSigner(
      services({ token: { file, env: {}, now: () => now } }),
      run,
    );
    const signature = await signer.sign(message, run);
    const ask = () => signer.evidenceFor?.({ kind: 'blob', digest }, signature, run);
    const before = await ask();
    now = new Date(Date.now() + 9.5 * 60_000);
    const [after, also] = await Promise.all([ask(), ask()]);
    expect(
      Buffer.from(after?.certificate ?? []).equals(Buffer.from(before?.certificate ?? [])),
    ).toBe(false);
    expect(also?.certificate).toEqual(after?.certificate);
    await writeFile(file, aToken({ sub: 'https://example.org/somebody-else', exp: undefined }));
    await expect(ask()).rejects.toMatchObject({ code: 'SERVICE_IDENTITY_CHANGED', exitCode: 4 });
    await rm(folder, { recursive: true });
  });
});

describe('services that go wrong', () => {
  const attempt = async (change?: Partial<KeylessServices>) => {
    const signer = await openKeylessSigner(services(change), run);
    return bundleBy(signer, { kind: 'blob', digest });
  };

  it.each([
    {
      what: 'a certificate of another key',
      path: paths.certificates,
      twist: async () => {
        const other = await startPrivateSigstore();
        const signer = await openKeylessSigner(services({ certificates: new URL(other.url) }), run);
        void signer;
        const [{ body } = { body: '' }] = other.asked;
        const response = await fetch(`${other.url}${paths.certificates}`, { method: 'POST', body });
        const text = await response.text();
        await other[Symbol.asyncDispose]();
        return text;
      },
      code: 'SERVICE_CERTIFICATE',
    },
    {
      what: 'no JSON',
      path: paths.certificates,
      twist: async () => 'hello',
      code: 'SERVICE_ANSWER',
    },
    { what: 'no chain', path: paths.certificates, twist: async () => '{}', code: 'SERVICE_ANSWER' },
    {
      what: 'a detached SCT',
      path: paths.certificates,
      twist: async () => '{"signedCertificateDetachedSct":{}}',
      code: 'SERVICE_ANSWER',
    },
    {
      what: 'a chain of anything',
      path: paths.certificates,
      twist: async () =>
        JSON.stringify({
          signedCertificateEmbeddedSct: {
            chain: {
              certificates: ['-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----'],
            },
          },
        }),
      code: 'SERVICE_ANSWER',
    },
    { what: 'no entry', path: paths.log, twist: async () => '{}', code: 'SERVICE_ANSWER' },
    {
      what: 'an entry of another form',
      path: paths.log,
      twist: async () => '{"a":{"body":"e30="}}',
      code: 'SERVICE_LOG_ENTRY',
    },
    {
      what: 'no timestamp',
      path: paths.stamps,
      twist: async () => 'hello',
      code: 'SERVICE_TIMESTAMP',
    },
    {
      what: 'too much',
      path: paths.stamps,
      twist: async () => 'x'.repeat(2 ** 20 + 1),
      code: 'SERVICE_ANSWER',
    },
  ])('$path answers $what: $code', async ({ path, twist, code }) => {
    const response = await twist();
    instance.twist(path, (answer) => ({ ...answer, response }));
    await expect(attempt()).rejects.toMatchObject({ code, exitCode: 4 });
  });

  it('the log answers with the entry of another signature: SERVICE_LOG_ENTRY', async () => {
    const signer = await openKeylessSigner(services(), run);
    let first: string | Buffer | undefined;
    instance.twist(paths.log, (answer) => {
      first ??= answer.response;
      return { ...answer, response: first };
    });
    await bundleBy(signer, { kind: 'blob', digest });
    await expect(bundleBy(signer, { kind: 'blob', digest })).rejects.toMatchObject({
      code: 'SERVICE_LOG_ENTRY',
    });
  });

  it('the log has the entry already: it is fetched from where the log says, and from nowhere else', async () => {
    let entry: string | Buffer = '';
    instance.serve('/api/v1/log/entries/42', async () => ({
      statusCode: 200,
      response: entry,
      contentType: 'application/json',
    }));
    let location: string | undefined = '/api/v1/log/entries/42';
    instance.twist(paths.log, (answer) => {
      entry = answer.response;
      const beside = location === undefined ? {} : { location };
      return { statusCode: 409, response: '', ...beside };
    });
    await expect(attempt()).resolves.toContain('tlogEntries');
    for (const elsewhere of ['http://127.0.0.1:9/entry', undefined]) {
      location = elsewhere;
      await expect(attempt()).rejects.toMatchObject({ code: 'SERVICE_ANSWER' });
    }
  });

  it('a certificate that is not for signing code: SERVICE_CERTIFICATE', async () => {
    const lab = new PrivateInstance('lab');
    instance.twist(paths.certificates, (answer, body) => {
      const publicKey = createPublicKey(JSON.parse(body).publicKeyRequest.publicKey.content);
      const extensions = leafExtensions().filter(({ id }) => id !== '2.5.29.37');
      const { der } = lab.signer({ publicKey, extensions });
      const pem = new X509Certificate(der).toString();
      const chain = { certificates: [pem] };
      return { ...answer, response: JSON.stringify({ signedCertificateEmbeddedSct: { chain } }) };
    });
    await expect(attempt()).rejects.toMatchObject({ code: 'SERVICE_CERTIFICATE', exitCode: 4 });
  });

  it('the authority stamps something else, or answers an older question: SERVICE_TIMESTAMP', async () => {
    let first: string | Buffer | undefined;
    instance.twist(paths.stamps, (answer) => {
      first ??= answer.response;
      return { ...answer, response: first };
    });
    const url = new URL(`${instance.url}/stamp`);
    let count = 0;
    const fixed = new HttpTimestampAuthority(url, {
      random: (size) => Buffer.alloc(size, 1),
      patience,
    });
    const counting = new HttpTimestampAuthority(url, {
      random: (size) => {
        count += 1;
        return Buffer.alloc(size, count);
      },
      patience,
    });
    await fixed.stamp(Buffer.from('one'), run);
    await expect(fixed.stamp(Buffer.from('two'), run)).rejects.toThrow(/over something else/);
    await expect(fixed.stamp(Buffer.from('one'), run)).resolves.toBeDefined();
    count = 7;
    await expect(counting.stamp(Buffer.from('one'), run)).rejects.toMatchObject({
      code: 'SERVICE_TIMESTAMP',
      message: expect.stringContaining('the nonce differs'),
    });
  });

  it('never shows the token, whatever a service says', async () => {
    const token = aToken();
    instance.twist(paths.certificates, (answer) => ({
      ...answer,
      statusCode: 400,
      response: `bad token ${token} ${token.split('.')[1]}`,
    }));
    const error: unknown = await attempt({
      token: { env: { COWA_IDENTITY_TOKEN: token }, now: () => new Date() },
    }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SERVICE_REFUSED' });
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    for (const part of token.split('.')) expect(text).not.toContain(part);
    expect(text).toContain('answered 400: bad token *** ***');
  });

  it('follows no redirect: SERVICE_REFUSED', async () => {
    instance.twist(paths.certificates, (answer) => ({ ...answer, statusCode: 307, response: '' }));
    await expect(attempt()).rejects.toMatchObject({ code: 'SERVICE_REFUSED' });
  });

  it('tries again what is away for a moment, and only that', async () => {
    let failures = 0;
    instance.twist(paths.log, (answer) => {
      failures += 1;
      return failures < 3 ? { ...answer, statusCode: 503, response: 'later' } : answer;
    });
    await expect(attempt()).rejects.toMatchObject({ code: 'SERVICE_REFUSED' });
    failures = 0;
    await attempt({ patience: { timeoutMs: 5000, retryAfterMs: [1, 1] } });
    expect(failures).toBe(3);
  });

  it('nobody is there: SERVICE_UNREACHABLE; nobody answers: SERVICE_TIMEOUT; Ctrl-C ends the waiting', async () => {
    await expect(attempt({ certificates: new URL('http://127.0.0.1:9') })).rejects.toMatchObject({
      code: 'SERVICE_UNREACHABLE',
    });
    const { createServer } = await import('node:http');
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const certificates = new URL(`http://127.0.0.1:${port}`);
    await expect(
      attempt({ certificates, patience: { timeoutMs: 100, retryAfterMs: [] } }),
    ).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' });
    const stopping = new AbortController();
    const waiting = openKeylessSigner(services({ certificates }), { signal: stopping.signal });
    setTimeout(() => stopping.abort(new Error('Ctrl-C')), 50);
    await expect(waiting).rejects.toThrow('Ctrl-C');
    silent.closeAllConnections();
    silent.close();
  });
});

describe('identity tokens', () => {
  it.each([
    { what: 'none', env: {}, code: 'IDENTITY_TOKEN_MISSING' },
    { what: 'an empty one', env: { COWA_IDENTITY_TOKEN: '' }, code: 'IDENTITY_TOKEN_MISSING' },
    { what: 'a word', env: { COWA_IDENTITY_TOKEN: 'hello' }, code: 'IDENTITY_TOKEN_FORM' },
    {
      what: 'no JSON inside',
      env: { COWA_IDENTITY_TOKEN: 'aa.bb.cc' },
      code: 'IDENTITY_TOKEN_FORM',
    },
    {
      what: 'no subject',
      env: { COWA_IDENTITY_TOKEN: aToken({ sub: undefined }) },
      code: 'IDENTITY_TOKEN_FORM',
    },
    {
      what: 'an address that nobody verified',
      env: { COWA_IDENTITY_TOKEN: aToken({ email: 'a@b' }) },
      code: 'IDENTITY_TOKEN_FORM',
    },
    {
      what: 'one that ended',
      env: { COWA_IDENTITY_TOKEN: aToken({ exp: 1_000_000 }) },
      code: 'IDENTITY_TOKEN_EXPIRED',
    },
  ])('$what: $code, before anything is sent', async ({ env, code }) => {
    const opening = openKeylessSigner(services({ token: { env, now: () => new Date() } }), run);
    await expect(opening).rejects.toMatchObject({ code, exitCode: 4 });
    expect(instance.asked).toEqual([]);
  });

  it('a token given as path is not shown: IDENTITY_TOKEN_UNREADABLE', async () => {
    const token = aToken();
    const opening = openKeylessSigner(
      services({ token: { file: token, env: {}, now: () => new Date() } }),
      run,
    );
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'IDENTITY_TOKEN_UNREADABLE' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(
      token.slice(0, 20),
    );
  });
});

describe('addresses', () => {
  it.each([
    { text: 'fulcio.example.org', secret: false, code: 'SERVICE_ADDRESS' },
    { text: 'ftp://fulcio.example.org', secret: false, code: 'SERVICE_ADDRESS' },
    { text: 'https://me:secret@fulcio.example.org', secret: false, code: 'SERVICE_ADDRESS' },
    { text: 'https://fulcio.example.org?x=y', secret: false, code: 'SERVICE_ADDRESS' },
    { text: 'http://fulcio.example.org', secret: true, code: 'SERVICE_PLAIN_HTTP' },
  ])('refuses $text: $code', ({ text, secret, code }) => {
    expect(() => parseServiceUrl('it', text, secret)).toThrow(
      expect.objectContaining({ code, exitCode: 2 }),
    );
  });

  it.each([
    ['https://fulcio.example.org/base/', true],
    ['http://127.0.0.1:5555', true],
    ['http://[::1]:5555', true],
    ['http://localhost', true],
    ['http://log.example.org', false],
  ])('takes %s', (text, secret) => {
    expect(parseServiceUrl('it', text, secret).href).toContain('://');
  });
});
