import { execFile, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Why OpenSSL cannot be an authority here; undefined when it can. */
export const noOpenssl: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'no openssl program';

/** A timestamp authority on this machine: the program of OpenSSL behind a loopback server. */
export interface OpensslAuthority extends AsyncDisposable {
  readonly url: string;
  /** Its entry in a `trusted_root.json`. */
  readonly authority: object;
  /** A `trusted_root.json` that knows this authority and nothing else. */
  readonly root: string;
}

/** Makes a root and a leaf for stamping, and answers requests of RFC 3161 with them. */
export async function startOpensslAuthority(folder: string): Promise<OpensslAuthority> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  await writeFile(at('ca.cnf'), config(folder));
  const openssl = (...args: readonly string[]) =>
    promisify(execFile)('openssl', [...args], { cwd: folder });
  for (const name of ['root', 'tsa']) {
    await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  }
  const days = ['-days', '365', '-config', 'ca.cnf'];
  await openssl(
    ...['req', '-new', '-x509', '-key', 'root.key', '-out', 'root.pem', '-subj', '/CN=stamp root'],
    ...['-extensions', 'v3_root', ...days],
  );
  await openssl(
    'req',
    '-new',
    '-key',
    'tsa.key',
    '-out',
    'tsa.csr',
    '-subj',
    '/CN=stamper',
    '-config',
    'ca.cnf',
  );
  await openssl(
    ...[
      'x509',
      '-req',
      '-in',
      'tsa.csr',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-set_serial',
      '9',
    ],
    ...['-out', 'tsa.pem', '-days', '365', '-extfile', 'ca.cnf', '-extensions', 'v3_tsa'],
  );
  await writeFile(at('serial'), '01\n');
  let count = 0;
  const server = createServer(async (request, response) => {
    const query = Buffer.concat(await Array.fromAsync(request));
    count += 1;
    const [asked, reply] = [`${count}.tsq`, `${count}.tsr`];
    await writeFile(at(asked), query);
    const made = ['ts', '-reply', '-config', 'ca.cnf', '-queryfile', asked, '-out', reply];
    await openssl(...made).catch(() => undefined);
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
    response.end(await readFile(at(reply)).catch(() => Buffer.of()));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const chain = await Promise.all(['tsa.pem', 'root.pem'].map((name) => readFile(at(name))));
  const authority = {
    subject: { organization: 'example.org', commonName: 'stamper' },
    uri: url,
    certChain: {
      certificates: chain.map((pem) => ({
        rawBytes: new X509Certificate(pem).raw.toString('base64'),
      })),
    },
    validFor: { start: '2020-01-01T00:00:00Z' },
  };
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    timestampAuthorities: [authority],
  };
  return {
    url,
    authority,
    root: JSON.stringify(root),
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

function config(folder: string): string {
  return `[req]
distinguished_name = dn
prompt = no
[dn]
[v3_root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[v3_tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = stamper
[stamper]
dir = ${folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
clock_precision_digits = 0
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;
}
