import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  rekorHandler,
} from '@sigstore/mock';
import { contentOf, parseDer } from '../../src/attestation/der.ts';
import { PrivateInstance } from './private-instance.ts';

interface Answer {
  readonly statusCode: number;
  readonly response: string | Buffer;
  readonly contentType?: string;
  readonly location?: string;
}

/** What a test changes of an answer. */
type Twist = (answer: Answer, body: string) => Answer;

/** A whole Sigstore instance on this machine: certificates, log and timestamps. */
export interface PrivateSigstore extends AsyncDisposable {
  readonly url: string;
  /** `trusted_root.json` of it. */
  readonly root: Buffer;
  /** Bodies of the questions so far, with their paths. */
  readonly asked: readonly { readonly path: string; readonly body: string }[];
  /** Changes what a path answers from now on. */
  twist(path: string, change: Twist): void;
  /** Answers under one more path. */
  serve(path: string, answer: () => Promise<Answer>): void;
}

/** A token as an identity provider gives out; nobody here checks who signed it. */
export function aToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = {
    iss: 'https://issuer.example.org',
    sub: 'https://example.org/builds/release',
    aud: 'sigstore',
    exp: Math.floor(Date.now() / 1000) + 600,
    ...claims,
  };
  return `${part({ alg: 'none' })}.${part(all)}.${Buffer.from('signature').toString('base64url')}`;
}

/** Starts one on a free port of the loopback address. */
export async function startPrivateSigstore(): Promise<PrivateSigstore> {
  const clock = new Date((Math.floor(Date.now() / 1000) + 3) * 1000);
  const aKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ctlog = await initializeCTLog(aKey(), clock);
  const ca = await initializeCA(aKey(), ctlog, clock);
  const stamps = new PrivateInstance('stamps');
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tlog = await initializeTLog(url, aKey(), clock);
  const enter = tlog.log.bind(tlog);
  tlog.log = (proposed) => enter(asStored(proposed) as typeof proposed);
  const handlers = [fulcioHandler(ca), rekorHandler(tlog)];
  const routes = new Map<string, (body: Buffer) => Promise<Answer>>(
    handlers.map(({ path, fn }) => [path, async (body) => (await fn(body.toString())) as Answer]),
  );
  routes.set('/stamp', async (query) => {
    const [, imprint, nonce] = parseDer(query).children;
    return {
      statusCode: 200,
      contentType: 'application/timestamp-reply',
      response: stamps.stamp(Buffer.of(), {
        digest: contentOf(imprint?.children[1], 0x04, 'an imprint'),
        nonce: contentOf(nonce, 0x02, 'a nonce'),
        time: clock,
      }),
    };
  });
  const asked: { path: string; body: string }[] = [];
  const twists = new Map<string, Twist>();
  server.on('request', async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const path = request.url ?? '';
    asked.push({ path, body: body.toString('latin1') });
    const handler = routes.get(path);
    if (handler === undefined) {
      response.writeHead(404).end();
      return;
    }
    const given = await handler(body);
    const answer = twists.get(path)?.(given, body.toString('latin1')) ?? given;
    response
      .writeHead(answer.statusCode, {
        'content-type': answer.contentType ?? 'text/plain',
        ...(answer.location === undefined ? {} : { location: answer.location }),
      })
      .end(answer.response);
  });
  const start = new Date(clock.getTime() - 3_600_000).toISOString();
  const logOf = (spki: Buffer) => {
    return {
      baseUrl: url,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: spki.toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor: { start },
      },
      logId: { keyId: createHash('sha256').update(spki).digest('base64') },
    };
  };
  const authority = (certificates: readonly Uint8Array[]) => ({
    subject: { organization: 'example.org', commonName: 'test' },
    uri: url,
    certChain: {
      certificates: certificates.map((each) => ({
        rawBytes: Buffer.from(each).toString('base64'),
      })),
    },
    validFor: { start },
  });
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(tlog.publicKey)],
    ctlogs: [logOf(ctlog.publicKey)],
    certificateAuthorities: [authority([Buffer.from(ca.rootCertificate as Uint8Array)])],
    timestampAuthorities: stamps.rootDocument()['timestampAuthorities'],
  };
  return {
    url,
    root: Buffer.from(JSON.stringify(root)),
    asked,
    twist: (path, change) => void twists.set(path, change),
    serve: (path, answer) => void routes.set(path, answer),
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** A log stores digests of a statement, not what was proposed; the handlers leave that to their caller. */
function asStored(proposed: unknown): unknown {
  const { kind, spec } = proposed as { kind: string; spec: Record<string, never> };
  if (kind !== 'dsse') return proposed;
  const { envelope, verifiers } = spec['proposedContent'] as unknown as {
    envelope: string;
    verifiers: readonly string[];
  };
  const { payload, signatures } = JSON.parse(envelope) as {
    payload: string;
    signatures: readonly { sig: string }[];
  };
  const hashOf = (bytes: Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hashOf(Buffer.from(envelope)),
      payloadHash: hashOf(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }, index) => ({
        signature: sig,
        verifier: verifiers[index],
      })),
    },
  };
}
