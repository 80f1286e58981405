import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a plugin of the tests does beside the protocol. */
export type PluginTemper =
  | 'honest'
  | 'nonsense-signature'
  | 'other-key'
  | 'raw-signature'
  | 'hang'
  | 'hang-deaf'
  | 'linger'
  | 'garbage'
  | 'empty'
  | 'exit-seven'
  | 'too-much'
  | 'chatty-error'
  | 'refuses'
  | 'no-base64'
  | 'signs-digest-only';

export interface WrittenPlugin {
  readonly path: string;
  /** A line with the arguments and the visible environment of each call. */
  readonly log: string;
  readonly publicKey: KeyObject;
}

/**
 * Writes a program that speaks version 1 of the KMS plugin protocol with a key of its own, by node:crypto alone.
 * It goes wrong in one stated way.
 */
export async function writeKmsPlugin(
  folder: string,
  temper: PluginTemper = 'honest',
  curve = 'prime256v1',
): Promise<WrittenPlugin> {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  const other = generateKeyPairSync('ec', { namedCurve: curve });
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'sigstore-kms-test');
  const log = join(folder, 'calls.log');
  const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
  await writeFile(
    path,
    `#!${process.execPath}
const { createPublicKey, sign, createHash } = require('node:crypto');
const { appendFileSync } = require('node:fs');
const temper = ${JSON.stringify(temper)};
const key = ${JSON.stringify(pem(pair.privateKey))};
const signing = temper === 'other-key' ? ${JSON.stringify(pem(other.privateKey))} : key;
const [version, text] = process.argv.slice(2);
const call = JSON.parse(text);
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ version, call, env: Object.keys(process.env), pid: process.pid }) + '\\n');
const answer = (value) => process.stdout.write(JSON.stringify(value));
const main = async () => {
  if (call.methodName === 'publicKey') {
    const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
    return answer({ publicKey: { publicKeyPEM: Buffer.from(pem).toString('base64') } });
  }
  if (temper === 'hang-deaf') { process.on('SIGTERM', () => undefined); return setInterval(() => undefined, 1000); }
  const chunks = [];
  if (temper !== 'signs-digest-only') for await (const chunk of process.stdin) chunks.push(chunk);
  const message = Buffer.concat(chunks);
  if (temper === 'hang') return setInterval(() => undefined, 1000);
  if (temper === 'garbage') return process.stdout.write('{"signMessage": {');
  if (temper === 'empty') return;
  if (temper === 'too-much') return process.stdout.write(Buffer.alloc(1 << 20, 32));
  if (temper === 'refuses') return answer({ errorMessage: 'wrong PIN ' + process.env.TEST_PIN + '\\u001b[31m' });
  if (temper === 'chatty-error') { process.stderr.write('token ' + process.env.TEST_TOKEN + ' was refused\\n'); process.exitCode = 3; return; }
  if (temper === 'no-base64') return answer({ signMessage: { signature: 'a-b_' } });
  if (temper === 'nonsense-signature') return answer({ signMessage: { signature: Buffer.alloc(70, 'x').toString('base64') } });
  const claimed = call.signMessage.signOptions.messageOptions.digest;
  if (temper !== 'signs-digest-only' && createHash('sha256').update(message).digest('base64') !== claimed) return answer({ errorMessage: 'digest and message differ' });
  const encoding = temper === 'raw-signature' ? 'ieee-p1363' : 'der';
  answer({ signMessage: { signature: sign('sha256', message, { key: signing, dsaEncoding: encoding }).toString('base64') } });
  if (temper === 'exit-seven') process.exitCode = 7;
  if (temper === 'linger') require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 15000)'], { stdio: 'inherit', detached: true }).unref();
  if (temper === 'linger') process.exit(0);
};
main();
`,
  );
  await chmod(path, 0o755);
  return { path, log, publicKey: pair.publicKey };
}
