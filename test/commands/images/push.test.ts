import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import ImagesPush from '../../../src/commands/images/push.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { schemaFaults } from '../../support/closed-schema.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const golden = join(
  import.meta.dirname,
  '../../conformance/zarf/packages/signed/zarf-package-images-chart-amd64-1.2.3.tar.zst',
);
const bundles = join(import.meta.dirname, '../../conformance/uds/bundles');
let folder = '';
let server: Server;
let host = '';
/** Where it begins to refuse what is sent. */
let full = '/none';
const contents = new Map<string, Buffer>();

/** As much of a registry as pushing needs. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-images-push-'));
  contents.clear();
  full = '/none';
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, url = '' } = request;
      const location = `${url.split('?')[0]}1`;
      if (url === '/v2/') response.writeHead(200).end('{}');
      else if (method === 'POST' && url.startsWith(full)) response.writeHead(400).end();
      else if (method === 'POST') response.writeHead(202, { location }).end();
      else if (method === 'PATCH') {
        contents.set(digestOf(body), body);
        response.writeHead(202, { location }).end();
      } else if (method === 'PUT') {
        if (url.includes('/manifests/'))
          for (const name of [url, url.replace(/[^/]+$/, digestOf(body))]) contents.set(name, body);
        response.writeHead(201).end();
      } else {
        const found = contents.get(url) ?? contents.get(url.split('/').at(-1) ?? '');
        const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
        if (found === undefined) response.writeHead(404).end();
        else response.writeHead(200, headers).end(method === 'HEAD' ? undefined : found);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  process.exitCode = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const push = (...argv: string[]) =>
  captureOutput(() => ImagesPush.run([...argv, '--cache-dir', join(folder, 'cache')], config));

describe('images push', () => {
  it('pushes the images of a package to two prefixes and lists where each lies', async () => {
    const to = ['--to', `${host}/one`, '--to', `${host}/two`];
    const { stdout } = await push('--from', golden, '-a', 'amd64', ...to, '--json');
    const { schema, registries } = JSON.parse(stdout);
    expect(schema).toBe('cowa-release/images-push/v1');
    expect(registries.map(({ registry }: { registry: string }) => registry)).toEqual([
      `${host}/one`,
      `${host}/two`,
    ]);
    const [one, two] = registries.map(({ images }: { images: { digest: string }[] }) =>
      images.map(({ digest }) => digest),
    );
    expect(one.length).toBeGreaterThan(0);
    expect(two).toEqual(one);
    const again = await push('--from', golden, '-a', 'amd64', ...to);
    expect(again.stdout).toMatch(/^PUSHED {2}\d images? to .*\/one, 0 B sent/);
  });
  it('goes on where one registry fails, and says what each holds', async () => {
    full = '/v2/one/';
    const to = ['--to', `${host}/one`, '--to', `${host}/two`];
    const { stdout } = await push('--from', golden, '-a', 'amd64', ...to, '--json');
    expect(process.exitCode).toBe(4);
    const result = JSON.parse(stdout);
    expect(schemaFaults('images-push-result', result)).toEqual([]);
    const [one, two] = result.registries;
    expect(one).toMatchObject({ images: [], error: { exitCode: 4 } });
    expect(two.images.length).toBeGreaterThan(0);
    expect(two).not.toHaveProperty('error');
    contents.clear();
    const text = await push('--from', golden, '-a', 'amd64', ...to);
    expect(text.stdout).toMatch(
      /^FAILED {2}\S+\/one holds 0 images of them: .*\[REGISTRY_\w+\]\n {2}next: /,
    );
    expect(text.stdout).toMatch(/^PUSHED {2}1 image to \S+\/two/m);
  });
  it.each(['legacy-two', 'next-two'])(
    'pushes the images of the packages of a bundle: %s',
    async (which) => {
      const bundle = join(bundles, which, 'uds-bundle-two-amd64-0.2.0.tar.zst');
      const { stdout } = await push('--from', bundle, '-a', 'amd64', '--to', host);
      expect(stdout).toMatch(/^PUSHED {2}2 images/);
      // Nothing of the bundle itself, and no package.
      const names = [...stdout.matchAll(/^ {2}(\S+)@/gm)].map(([, name]) => name);
      expect(names).toEqual([`${host}/demo/api:1.0.0`, `${host}/demo/ui:1.0.0`]);
    },
  );
  it.each([
    ['no registry', [], 'PUSH_TARGET'],
    ['a registry with a tag', ['--to', 'registry.example/app:1'], 'PUSH_TARGET'],
    ['a word', ['--to', 'registry'], 'PUSH_TARGET'],
    [
      'an image that is not there',
      ['--to', '127.0.0.1:1', '--image', 'none:1'],
      'PUSH_IMAGE_MISSING',
    ],
  ])('refuses %s', async (_name, argv, code) => {
    const { error } = await push('--from', golden, '-a', 'amd64', ...argv);
    expect(error).toMatchObject({ code, exitCode: 2 });
  });
});
