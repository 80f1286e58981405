import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { captureOutput } from '@oclif/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import { decodedByUs } from '../support/decoded-by-us.ts';
import { oneImage, oneImagePackage, oneImageRelease } from '../support/one-image-release.ts';
import { writeBelow } from '../support/write-below.ts';

const root = join(import.meta.dirname, '../..');
/** What must appear nowhere but where it was planted. */
const secrets = {
  keyPassword: 'planted-Key-4711',
  registryPassword: 'planted-Registry-4712',
  buildSecret: 'planted-Build-4713',
  identityToken: 'planted-Token-4714',
  collectorHeader: 'planted-Header-4715',
};
const planted = ['docker/config.json', 'token.txt'];
const sources = (host: string) => `  - type: build
    engine: buildah
    images:
      registry.example.com/small/built:1:
        context: context
        secrets: [{ id: token, file: token.txt }]
  - { type: registry, hosts: ["${host}"] }
`;
/** Sees every command line of this machine and its own environment while the run goes on. */
const spying = `  actions:
    onCreate:
      before: [{ cmd: "cat /proc/[0-9]*/cmdline > ../seen-arguments; env > ../seen-environment; env; exit 0" }]
`;
/** An engine that says everything it knows, and fails. */
const engine = `#!/bin/sh
if [ "$1" = --version ]; then echo "buildah version 1.28.2"; exit 0; fi
echo "$@" >> "$(dirname "$0")/../seen-engine"; env >> "$(dirname "$0")/../seen-engine"
for each in "$@"; do case "$each" in --secret=*) cat "\${each##*src=}" ;; esac; done
exit 1
`;

let folder = '';
let server: Server | undefined;
const at = (...parts: readonly string[]) => join(folder, ...parts);
const sent: string[] = [];
/** What the collector was sent. */
const traces: Buffer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-secrets-'));
  // A registry that knows the login and has nothing, and the collector, which shouts back what it was told.
  server = createServer((request, response) => {
    sent.push(
      `${request.url} ${request.headers.authorization ?? ''} ${request.headers['x-key'] ?? ''}`,
    );
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') traces.push(...body);
      if (request.headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end();
      else response.writeHead(404).end(`no ${request.headers.authorization}`);
    });
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const auth = Buffer.from(`me:${secrets.registryPassword}`).toString('base64');
  const files: Readonly<Record<string, string>> = {
    'cowa-release.yaml': oneImageRelease({
      packages: ['one', 'two', 'three'],
      sources: sources(host),
    }),
    // Of what can be had: all of it is finished, locked and reported.
    'whole.yaml': oneImageRelease({ packages: ['one'], sources: sources(host) }),
    'api.txt': 'api',
    'token.txt': `${secrets.buildSecret}\n`,
    'context/Containerfile': 'FROM scratch\nRUN --mount=type=secret,id=token true\n',
    'docker/config.json': JSON.stringify({ auths: { [host]: { auth } } }),
    'one/zarf.yaml': oneImagePackage('one', oneImage, spying),
    'two/zarf.yaml': oneImagePackage('two', `${host}/small/none:1`),
    'three/zarf.yaml': oneImagePackage('three', 'registry.example.com/small/built:1'),
  };
  await writeBelow(folder, files);
  await mkdir(at('bin'));
  await writeFile(at('bin/buildah'), engine, { mode: 0o755 });
  vi.stubEnv('COWA_KEY_PASSWORD', secrets.keyPassword);
  await captureOutput(() => KeysGenerate.run(['--out', at('release')], { root }));
  vi.unstubAllEnvs();
  await run(host, ['images', 'build', '--flavor', 'cpu']);
  const assembling = ['--flavor', 'cpu', '--key', at('release.key'), '--out', at('dist')];
  await run(host, ['assemble', ...assembling, '--run-actions', '--metrics', at('cowa.prom')]);
  const released = ['-f', 'whole.yaml', '--flavor', 'cpu'];
  await run(host, ['images', 'lock', ...released]);
  const signed = ['--key', at('release.key'), '--run-actions', '--out', at('whole')];
  await run(host, ['assemble', ...released, ...signed, '--handover', at('handover')]);
  const reported = ['--sign-key', at('release.key'), '--out', at('report')];
  await run(host, ['report', at('whole/cpu'), '--key', at('release.pub'), ...reported], false);
  await run(host, ['history', 'latest', '--json']);
  await writeFile(at('traces'), Buffer.concat(traces));
  await run(host, ['doctor', '--key', at('release.key'), '--json']);
}, 240_000);
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program as people do; what it says goes into a file beside the rest. */
async function run(host: string, args: readonly string[], caching = true): Promise<void> {
  const words = [...args, ...(caching ? ['--cache-dir', at('cache')] : [])];
  const child = spawn(process.execPath, [join(root, 'bin/dev.js'), ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${at('bin')}:${process.env['PATH']}`,
      HOME: folder,
      DOCKER_CONFIG: at('docker'),
      COWA_DEBUG: '1',
      COWA_KEY_PASSWORD: secrets.keyPassword,
      COWA_IDENTITY_TOKEN: secrets.identityToken,
      COWA_OTLP_ENDPOINT: `http://${host}`,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${secrets.collectorHeader}`,
    },
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => said.push(chunk));
  await new Promise((done) => child.on('close', done));
  await writeFile(at(`said-by-${args[0]}`), Buffer.concat(said), { flag: 'a' });
}

describe.skipIf(process.platform !== 'linux')('secrets, after whole runs', () => {
  it('were really used: the registry and the collector were shown theirs, the engine was given its file', async () => {
    expect(sent.join('\n')).toContain(secrets.collectorHeader);
    expect(sent.join('\n')).toContain(
      Buffer.from(`me:${secrets.registryPassword}`).toString('base64'),
    );
    expect(await readFile(at('seen-engine'), 'utf8')).toContain('--secret=id=token,src=');
    expect(await readFile(at('seen-arguments'), 'latin1')).toContain('assemble');
    const said = await readFile(at('said-by-assemble'), 'utf8');
    const made = await readdir(at('dist/cpu')).catch(() => [`nothing: ${said}`]);
    expect(made.join(' ')).toContain('zarf-package-one');
    expect(said).toContain('IMAGE_NOT_FOUND');
    expect(said).toContain('IMAGE_NOT_BUILT');
    expect(await readFile(at('said-by-images'), 'utf8')).toContain('BUILD_FAILED');
  });

  it('are looked for where they could stand: every kind of file that a run leaves is there', async () => {
    const names = (await readdir(folder, { recursive: true })).join('\n');
    for (const kind of [
      /^whole\.lock\.json$|^cowa-release\.lock\.json$/m,
      /^whole\/cpu\/.*\.cdx\.json$/m,
      /^whole\/cpu\/.*\.intoto\.jsonl$/m,
      /^whole\/cpu\/run\.json$/m,
      /^handover\/cpu\//m,
      /^report\/report\.html$/m,
      /^report\/report\.intoto\.jsonl$/m,
      /^cache\/history\//m,
      /^cache\/blobs\/sha256\//m,
      /^cowa\.prom$/m,
    ])
      expect(names).toMatch(kind);
    expect(await readFile(at('traces'), 'latin1')).toContain('assemble');
  });

  it('stand in no log, report, lock, cache, record, provenance, archive, argument or environment of a child', async () => {
    const found: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || planted.includes(path.slice(folder.length + 1))) continue;
      for (const text of await textsOf(path))
        for (const [name, value] of Object.entries(secrets))
          for (const shown of formsOf(value))
            if (text.includes(shown)) found.push(`${name} as ${shown} in ${path}`);
    }
    expect(found).toEqual([]);
  });

  it('would be found in a statement, in whatever place of its envelope', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const payload = Buffer.from(`${before}${secrets.keyPassword} and more`).toString('base64');
      expect(formsOf(secrets.keyPassword).some((form) => payload.includes(form))).toBe(true);
    }
  });
});

/** A file as it is, and what is in it where it is compressed. */
async function textsOf(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path);
  const inside = path.endsWith('.zst')
    ? await decodedByUs(bytes)
    : bytes[0] === 0x1f && bytes[1] === 0x8b
      ? gunzipSync(bytes)
      : undefined;
  // What cannot be read would be searched in vain.
  if (typeof inside === 'string') throw new Error(`${path}: ${inside}`);
  return [bytes, ...(inside === undefined ? [] : [inside])].map((each) => each.toString('latin1'));
}

/** How a text may be written: as it is, in hexadecimal, and in base64 wherever it begins. */
function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]).toString('base64');
    // The first and the last characters hang on what stands beside it.
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [value, Buffer.from(value).toString('hex'), ...base64];
}
