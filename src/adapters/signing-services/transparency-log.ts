import { createHash } from 'node:crypto';
import { inTotoPayloadType } from '../../attestation/dsse.ts';
import { renderPemBlock } from '../../attestation/pem.ts';
import type { BundleLogEntry } from '../../attestation/render-signature-bundle.ts';
import type { WitnessedContent } from '../../ports/signer.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import type { Run } from '../../support/run.ts';
import { askService, below, type ServicePatience } from './ask-service.ts';
import { SigningServiceError } from './service-error.ts';

const service = 'the transparency log (Rekor)';

/** What is to be entered: who signed what. */
export interface LogRequest {
  readonly signed: WitnessedContent;
  readonly signature: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

/**
 * Enters a signature into a log of version 1: files as hashedrekord, statements as dsse. That the entry is about
 * this signature and certificate is compared here; its proofs are judged later, with the signature.
 * @throws SigningServiceError SERVICE_*
 * @see Sigstore Rekor, API v1, log entries
 */
export async function enterIntoLog(
  base: URL,
  request: LogRequest,
  patience: ServicePatience,
  run: Run,
): Promise<BundleLogEntry> {
  const url = below(base, 'api/v1/log/entries');
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify(proposalOf(request));
  const answer = await askService(
    { service, url, headers, body, accepted: [200, 201, 409] },
    patience,
    run,
  );
  // An earlier attempt of ours may have arrived although its answer did not.
  const { bytes } =
    answer.status === 409 ? await existing(answer.location, base, patience, run) : answer;
  return entryOf(bytes, request, base);
}

async function existing(
  location: string | undefined,
  base: URL,
  patience: ServicePatience,
  run: Run,
): Promise<{ readonly bytes: Uint8Array }> {
  const url =
    location === undefined || !URL.canParse(location, base.href)
      ? undefined
      : new URL(location, base);
  if (url === undefined || url.origin !== base.origin)
    throw noAnswer(base, 'it has the entry already and does not say where');
  const headers = { accept: 'application/json' };
  return askService({ service, url, headers, accepted: [200] }, patience, run);
}

function proposalOf({ signed, signature, certificate }: LogRequest): object {
  const verifier = Buffer.from(renderPemBlock('CERTIFICATE', certificate)).toString('base64');
  const sig = Buffer.from(signature).toString('base64');
  if (signed.kind === 'blob') {
    return {
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: Buffer.from(signed.digest).toString('hex') } },
        signature: { content: sig, publicKey: { content: verifier } },
      },
    };
  }
  const envelope = JSON.stringify({
    payloadType: inTotoPayloadType,
    payload: Buffer.from(signed.payload).toString('base64'),
    signatures: [{ sig }],
  });
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope, verifiers: [verifier] } },
  };
}

function entryOf(bytes: Uint8Array, request: LogRequest, base: URL): BundleLogEntry {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: 2 ** 20, maxDepth: 12 });
  const entries = problem === undefined && isRecord(value) ? Object.values(value) : [];
  const entry = entries[0];
  if (entries.length !== 1 || !isRecord(entry)) throw noAnswer(base, 'its answer is not one entry');
  const at = (name: string): unknown => entry[name];
  const verification = recordOr(at('verification'));
  const proof = recordOr(verification['inclusionProof']);
  const body = base64At(at('body'), base, 'body');
  const kind = kindOf(body, request, base);
  const promise = verification['signedEntryTimestamp'];
  return {
    logIndex: numberAt(at('logIndex'), base, 'logIndex'),
    logId: { keyId: fromHex(at('logID'), base, 'logID') },
    kindVersion: { kind, version: '0.0.1' },
    integratedTime: numberAt(at('integratedTime'), base, 'integratedTime'),
    ...(promise === undefined
      ? {}
      : {
          inclusionPromise: {
            signedEntryTimestamp: Buffer.from(
              base64At(promise, base, 'signedEntryTimestamp'),
            ).toString('base64'),
          },
        }),
    inclusionProof: {
      logIndex: numberAt(proof['logIndex'], base, 'inclusionProof.logIndex'),
      rootHash: fromHex(proof['rootHash'], base, 'inclusionProof.rootHash'),
      treeSize: numberAt(proof['treeSize'], base, 'inclusionProof.treeSize'),
      hashes: listAt(proof['hashes']).map((hash) => fromHex(hash, base, 'inclusionProof.hashes')),
      checkpoint: { envelope: textAt(proof['checkpoint'], base, 'inclusionProof.checkpoint') },
    },
    canonicalizedBody: Buffer.from(body).toString('base64'),
  };
}

/** The entry must hold this signature, over this content, by this certificate. */
function kindOf(
  body: Uint8Array,
  { signed, signature, certificate }: LogRequest,
  base: URL,
): string {
  const { value } = parseJsonStrict(body, { maxBytes: 2 ** 20, maxDepth: 12 });
  const entry = recordOr(value);
  const spec = recordOr(entry['spec']);
  const sig = Buffer.from(signature).toString('base64');
  const pem = Buffer.from(renderPemBlock('CERTIFICATE', certificate)).toString('base64');
  const own = (): boolean => {
    if (signed.kind === 'blob') {
      const held = recordOr(spec['signature']);
      const hash = recordOr(recordOr(spec['data'])['hash']);
      return (
        entry['kind'] === 'hashedrekord' &&
        held['content'] === sig &&
        recordOr(held['publicKey'])['content'] === pem &&
        hash['value'] === Buffer.from(signed.digest).toString('hex')
      );
    }
    const [held, ...more] = listAt(spec['signatures']).map(recordOr);
    const payload = createHash('sha256').update(signed.payload).digest('hex');
    return (
      entry['kind'] === 'dsse' &&
      more.length === 0 &&
      held?.['signature'] === sig &&
      held['verifier'] === pem &&
      recordOr(spec['payloadHash'])['value'] === payload
    );
  };
  if (own()) return String(entry['kind']);
  throw new SigningServiceError(
    'SERVICE_LOG_ENTRY',
    `${service} at ${base.origin} answered with an entry about another signature; it was not used`,
    { suggestions: [`Check that ${base.host} is your transparency log`] },
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordOr(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listAt(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberAt(value: unknown, base: URL, name: string): string {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return String(value);
  throw noAnswer(base, `its ${name} is no number`);
}

function textAt(value: unknown, base: URL, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw noAnswer(base, `its ${name} is no text`);
}

function base64At(value: unknown, base: URL, name: string): Uint8Array {
  const bytes = Buffer.from(textAt(value, base, name), 'base64');
  if (bytes.byteLength > 0 && bytes.toString('base64') === value) return bytes;
  throw noAnswer(base, `its ${name} is not base64`);
}

function fromHex(value: unknown, base: URL, name: string): string {
  const text = textAt(value, base, name);
  if (/^([0-9a-f]{2})+$/.test(text)) return Buffer.from(text, 'hex').toString('base64');
  throw noAnswer(base, `its ${name} is not hexadecimal`);
}

function noAnswer(base: URL, why: string): SigningServiceError {
  return new SigningServiceError('SERVICE_ANSWER', `${service} at ${base.origin}: ${why}`, {
    suggestions: [`Check that ${base.host} speaks version 1 of Rekor's interface`],
  });
}
