import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryClient } from '../../src/adapters/registry/registry-client.ts';
import type { RegistryClientOptions } from '../../src/adapters/registry/registry-connection.ts';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { Run } from '../../src/support/run.ts';

/** What a registry of a test answers. */
export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

const servers: Server[] = [];
const clients: RegistryClient[] = [];
const folders: string[] = [];
const run: Run = { signal: new AbortController().signal };
/** What lies in the registries of these tests: a manifest, and a blob. */
export const manifest = Buffer.from('{"schemaVersion":2}');
export const content = Buffer.from('x'.repeat(300_000));
export const blob = { digest: digestOf(content), size: content.byteLength };

/** Ends what the last test began: clients, servers and folders. To be called after each test. */
export async function endRegistries(): Promise<void> {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
}

/** A registry on a port of this machine. */
export async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    handler(request, response, new URL(request.url ?? '/', 'http://server'));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** A client of one host, which does not wait but notes how long it would. */
export function connect(
  host: string,
  more: Partial<RegistryClientOptions> = {},
): RegistryClient & { waits: number[] } {
  const waits: number[] = [];
  const client = new RegistryClient({
    hosts: [host],
    sleep: async (delayMs) => void waits.push(delayMs),
    random: () => 0.5,
    now: () => new Date(),
    stallTimeoutMs: 2_000,
    ...more,
  });
  clients.push(client);
  return Object.assign(client, { waits });
}

/** A Docker configuration with this content. */
export async function configFor(config: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-registry-'));
  folders.push(folder);
  const path = join(folder, 'config.json');
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return path;
}

/** One with a login for the host. */
export const login = (host: string, password = 'secret') => ({
  auths: { [host]: { auth: Buffer.from(`me:${password}`).toString('base64') } },
});
/** The repository of these tests. */
export const at = (registry: string) => ({ registry, repository: 'team/app' });
/** Gets the manifest. */
export const get = (client: RegistryClient, host: string) => client.manifest(at(host), 'v1', run);

/** Reads the blob. */
export async function read(client: RegistryClient, host: string, expected = blob): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of client.blob(at(host), expected, run)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Answers. */
export const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: Uint8Array | string = '',
): void => {
  response.writeHead(status, headers).end(body);
};
/** Answers with the manifest. */
export const ok = (response: ServerResponse): void =>
  send(response, 200, { 'content-type': mediaTypes.ociManifest }, manifest);
