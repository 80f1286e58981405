import { parseJsonStrict } from '../../support/json-document.ts';
import { member } from '../../support/lenient-json.ts';
import { printable } from '../../support/printable.ts';
import type { PluginEnd } from './call-plugin.ts';
import { KmsPluginError } from './plugin-error.ts';

/** Go's number for SHA-256, which the protocol uses. */
const sha256Number = 5;
const rpcOptions = { keyVersion: '', remoteVerification: false };

/** What a call is about. */
export interface PluginRequest {
  /** Everything behind `://`. */
  readonly resource: string;
  /** When the caller gives up; left out where that depends on how fast the message is read. */
  readonly deadline?: Date;
}

/**
 * Arguments that ask for the public key.
 * @see sigstore KMS plugin protocol v1
 */
export function publicKeyArguments(request: PluginRequest): readonly string[] {
  return argumentsOf(request, 'publicKey', { publicKeyOptions: { rpcOptions } });
}

/** Arguments that ask for a signature over the message on standard input, whose SHA-256 is given. */
export function signMessageArguments(
  request: PluginRequest,
  digest: Uint8Array,
): readonly string[] {
  const messageOptions = { digest: Buffer.from(digest).toString('base64') };
  return argumentsOf(request, 'signMessage', { signOptions: { rpcOptions, messageOptions } });
}

function argumentsOf(
  { resource, deadline }: PluginRequest,
  methodName: string,
  options: unknown,
): readonly string[] {
  const initOptions = {
    ...(deadline === undefined ? {} : { ctxDeadline: deadline.toISOString() }),
    protocolVersion: 'v1',
    keyResourceID: resource,
    hashFunc: sha256Number,
    rpcOptions,
  };
  return ['v1', JSON.stringify({ initOptions, methodName, [methodName]: options })];
}

/** Text of the public key in an answer. @throws KmsPluginError KMS_PLUGIN_ANSWER, KMS_PLUGIN_REFUSED */
export function readPublicKeyAnswer(answer: AnswerOf): string {
  return Buffer.from(bytesIn(answer, 'publicKey', 'publicKeyPEM')).toString('utf8');
}

/** Signature in an answer, not verified. @throws KmsPluginError KMS_PLUGIN_ANSWER, KMS_PLUGIN_REFUSED */
export function readSignatureAnswer(answer: AnswerOf): Uint8Array {
  return bytesIn(answer, 'signMessage', 'signature');
}

/** An end of a plugin, and how to take secrets out of what it says. */
export interface AnswerOf {
  readonly path: string;
  readonly ended: PluginEnd;
  readonly withoutSecrets: (text: string) => string;
}

function bytesIn(answer: AnswerOf, method: string, name: string): Uint8Array {
  const { value, problem } = parseJsonStrict(answer.ended.stdout, { maxBytes: 65536, maxDepth: 6 });
  if (problem !== undefined) throw noAnswer(answer, `it wrote no JSON object (${problem.message})`);
  const refusal = member(value, 'errorMessage');
  if (typeof refusal === 'string' && refusal !== '') {
    throw new KmsPluginError(
      'KMS_PLUGIN_REFUSED',
      `the KMS plugin ${answer.path} says: ${shown(refusal, answer)}`,
      { suggestions: ['Check the key reference and the credentials that the plugin reads'] },
    );
  }
  const text = member(member(value, method), name);
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength === 0 || bytes.toString('base64') !== text)
    throw noAnswer(answer, `its answer has no ${method}.${name} in standard base64`);
  return bytes;
}

function noAnswer(answer: AnswerOf, what: string): KmsPluginError {
  const { end, stderr } = answer.ended;
  const said = shown(stderr.trim(), answer);
  return new KmsPluginError(
    'KMS_PLUGIN_ANSWER',
    `the KMS plugin ${answer.path} ${end}, and ${what}${said === '' ? '' : `; it said: ${said}`}`,
    { suggestions: ['Check that it speaks version 1 of the plugin protocol: run it by hand'] },
  );
}

function shown(text: string, { withoutSecrets }: AnswerOf): string {
  return printable(withoutSecrets(text), 400);
}
