import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestsOf, ImageSet, imagesOf, plantedSecret, whyNoBuilds } from '../support/image-set.ts';
import { startRegistry } from '../support/local-registry.ts';
import { startBuildkit } from '../support/real-buildkit.ts';

const execute = promisify(execFile);
const missing = await whyNoBuilds('buildkitd', 'buildctl', 'runc', 'openssl', 'docker-registry');
const noAgent = await whyNoBuilds('ssh-agent', 'ssh-add', 'ssh-keygen');
const skipped = missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')})`;
let home = '';
let set: ImageSet;

const buildkit = (name: string, flags: readonly string[] = [], reach: readonly string[] = []) =>
  startBuildkit({ root: join(home, 'builders', name), flags, reach });
const shell = (): string => `FROM registry.example.com/vendor/shell:1@${set.base}\n`;

/** A release of one image by this Containerfile. */
async function release(
  containerfile: string,
  { source = '', image = '', architecture = 'amd64' } = {},
): Promise<void> {
  await set.put('images/one/Containerfile', containerfile);
  await set.put(
    'cowa-release.yaml',
    `apiVersion: cowa-release/v1
name: built
version: 1.2.3
architecture: ${architecture}
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    engine: buildkit
    images: { 'registry.example.com/team/one:1': { context: images/one${image} } }
${source}  - { type: oci-layout, path: vendor }
flavors: { cpu: { packages: [{ path: app }] } }
`,
  );
}

/** Builds the release; all that was said is told where it does not end well. */
async function built(cache: string, flags = '') {
  const done = await set.program(cache, `images build${flags}`);
  expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
  return done;
}

/** What went wrong with the one image. */
async function failed(cache: string) {
  const done = await set.program(cache, 'images build');
  const [image] = JSON.parse(JSON.stringify(imagesOf(done)));
  return { exit: done.code, ...image.error };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-buildkit-'));
  if (missing.length > 0) return;
  set = await ImageSet.in(home);
  await set.put(
    'app/zarf.yaml',
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: main, required: true, images: ['registry.example.com/team/one:1'] }]
`,
  );
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(missing.length > 0)(`with a real BuildKit${skipped}`, () => {
  // What a step draws is another one each time it runs: the same digest means that it did not run again.
  const draws = (): string =>
    `${shell()}ARG WHAT=none\nRUN echo $WHAT > /what && cat /proc/sys/kernel/random/uuid > /drawn\n`;

  it('a cache in a registry, or in a folder, spares another builder the steps', async () => {
    await using registry = await startRegistry('plain');
    const places = [
      [`type: registry, reference: '${registry.host}/cache:main'`, 'registry'],
      ['type: local, path: ../layers', 'folder'],
    ] as const;
    for (const [place, name] of places) {
      const drawn: (readonly string[])[] = [];
      for (const [turn, cache] of ['to', 'from', 'none'].entries()) {
        await using one = await buildkit(`${name}-${cache}`);
        const source = cache === 'none' ? '' : `    cache: { ${cache}: [{ ${place} }] }\n`;
        const builders = `    builders: [{ address: '${one.address}' }]\n`;
        await release(draws(), { source: `${source}${builders}`, image: ', args: { WHAT: it }' });
        drawn.push(digestsOf(await built(`${name}-${turn}`)));
      }
      const [exported, imported, anew] = drawn;
      expect(imported, name).toEqual(exported);
      expect(anew, name).not.toEqual(exported);
    }
  });

  it('by TLS of either side: whoever does not fit is told what to correct', async () => {
    const at = (name: string): string => set.at('release', name);
    await certificates();
    const reach = ['--tlscacert', at('ca.pem'), '--tlscert', at('client.pem')];
    await using one = await buildkit(
      'tls',
      ['--tlscacert', at('ca.pem'), '--tlscert', at('builder.pem'), '--tlskey', at('builder.key')],
      [...reach, '--tlskey', at('client.key'), '--tlsservername', 'builder'],
    );
    const as = async (tls: string): Promise<void> => {
      const builder = `{ address: '${one.address}'${tls} }`;
      await release(`${shell()}RUN echo x > /x\n`, { source: `    builders: [${builder}]\n` });
    };
    const client = 'ca: ca.pem, cert: client.pem, key: client.key';
    const wrong = [
      [`, tls: { ${client}, serverName: other }`, 'serverName under tls'],
      [`, tls: { ${client} }`, 'serverName under tls'],
      [
        `, tls: { ${client.replace('ca.pem', 'other.pem')}, serverName: builder }`,
        'as ca under tls',
      ],
      [', tls: { ca: ca.pem, serverName: builder }', 'name cert and key'],
      ['', 'Correct tls of the builder'],
    ] as const;
    for (const [tls, next] of wrong) {
      await as(tls);
      const error = await failed('tls');
      expect(error, JSON.stringify(error)).toMatchObject({ exit: 4, code: 'ENGINE_UNUSABLE' });
      expect(error.suggestions.join(), error.message).toContain(next);
    }
    await as(`, tls: { ${client}, serverName: builder }`);
    await built('tls');
  });

  it('a secret reaches the step that mounts it, and no command line, log, record or archive', async () => {
    await using one = await buildkit('secret');
    const mount = `[ "$(cat /run/secrets/token)" = '${plantedSecret}' ]`.replaceAll(
      `'${plantedSecret}'`,
      '"$(cat /run/secrets/token)"',
    );
    await release(
      `${shell()}RUN --mount=type=secret,id=token ${mount} && cat /run/secrets/token && sleep 1 && echo read > /read\n`,
      {
        source: `    builders: [{ address: '${one.address}' }]\n`,
        image: ', secrets: [{ id: token, file: token }]',
      },
    );
    const seen = new Set<string>();
    const isOver = new AbortController();
    const looking = lookAtCommandLines(seen, isOver.signal);
    const done = await built('secret').finally(() => isOver.abort());
    await looking;
    const lines = [...seen];
    expect(lines.filter((line) => /buildctl .*--secret id=token,src=/.test(line))).not.toEqual([]);
    expect(lines.filter((line) => line.includes(plantedSecret))).toEqual([]);
    const out = set.at('secret-out');
    await set.program('secret', 'images lock');
    const packed = await set.program(
      'secret',
      `assemble --flavor cpu --insecure-unsigned --out ${out}`,
    );
    expect(packed, packed.stdout).toMatchObject({ code: 0 });
    const said = [done, packed].map(({ stdout, stderr }) => stdout + stderr);
    const files = await filesBelow(set.at('secret'), out, set.at('release/cowa-release.lock.json'));
    expect(files.length).toBeGreaterThan(10);
    expect([...said, ...files].filter((text) => text.includes(plantedSecret))).toHaveLength(0);
  });

  it.skipIf(noAgent.length > 0)('a key stays in its agent, and signs for a step', async () => {
    await using one = await buildkit('agent');
    await using agent = await sshAgent();
    await set.put('images/one/Containerfile', '');
    const { stdout } = await execute('ldd', ['/usr/bin/ssh-add']);
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path.slice(1));
    const put = ['--dereference', '-C', '/', '-cf', set.at('add.tar'), 'usr/bin/ssh-add'];
    await execute('tar', [...put, ...libraries]);
    await mkdir(set.at('release/images/one/root'), { recursive: true });
    await execute('tar', ['-C', set.at('release/images/one/root'), '-xf', set.at('add.tar')]);
    await release(
      `${shell()}COPY root/ /\nRUN --mount=type=ssh ssh-add -L > /keys && grep -q ${agent.name} /keys\nRUN [ ! -e "\${SSH_AUTH_SOCK:-/none}" ]\n`,
      {
        source: `    builders: [{ address: '${one.address}' }]\n`,
        image: ', ssh: [{ id: default }]',
      },
    );
    const env = { SSH_AUTH_SOCK: agent.socket };
    const done = await set.program('agent', 'images build', { env });
    expect(done, done.stdout).toMatchObject({ code: 0 });
    await rm(set.at('release/images/one/root'), { recursive: true });
    const files = await filesBelow(set.at('agent'));
    expect(files.filter((text) => text.includes(agent.privatePart))).toHaveLength(0);
  });

  it('two builders: each release goes to the one for its platform, the other is not asked', async () => {
    await using one = await buildkit('platform');
    const builders = (here: string, away: string): string =>
      `    builders: [{ address: 'tcp://127.0.0.1:9', platform: ${away} }, { address: '${one.address}', platform: ${here} }]\n`;
    for (const [architecture, other] of [
      ['amd64', 'arm64'],
      ['arm64', 'amd64'],
    ] as const) {
      // Nothing of the other platform runs here; copying needs no running.
      await set.put('images/one/file', architecture);
      await release('FROM scratch\nCOPY file /\n', {
        source: builders(`linux/${architecture}`, `linux/${other}`),
        architecture,
      });
      const done = await built(`platform-${architecture}`);
      expect(done.stderr).not.toContain('passed over');
      expect(imagesOf(done)).toMatchObject([{ platform: `linux/${architecture}` }]);
      const texts = await filesBelow(set.at(`platform-${architecture}`, 'blobs'));
      expect(
        texts.filter((text) => text.includes(`"architecture":"${architecture}"`)),
      ).toHaveLength(1);
    }
  });
});

/** An authority, another one, and certificates of a builder and of who asks it. */
async function certificates(): Promise<void> {
  const cwd = set.at('release');
  const openssl = (line: string) => execute('openssl', line.split(' '), { cwd });
  for (const name of ['ca', 'other'])
    await openssl(
      `req -x509 -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.pem -subj /CN=${name} -days 2`,
    );
  for (const name of ['builder', 'client']) {
    await openssl(
      `req -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`,
    );
    await writeFile(join(cwd, 'ext'), `subjectAltName=DNS:${name}`);
    const by = '-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext';
    await openssl(`x509 -req -in ${name}.csr ${by} -out ${name}.pem`);
  }
}

/** An agent of its own, that holds one new key. */
async function sshAgent() {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-agent-'));
  const socket = join(folder, 'agent.sock');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const name = 'a-deploy-key';
  const key = join(folder, 'key');
  await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  for (let isHeld = false; !isHeld && child.exitCode === null; )
    isHeld = await execute('ssh-add', ['-q', key], { env }).then(Boolean, () => false);
  const [, privatePart = ''] = (await readFile(key, 'utf8')).split('\n');
  return {
    name,
    socket,
    /** A line of the key that nobody but the agent and its file has. */
    privatePart,
    async [Symbol.asyncDispose]() {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gathers the command lines of this machine until it is enough. */
async function lookAtCommandLines(seen: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of processes) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line !== '') seen.add(line.replaceAll('\0', ' '));
    }
  }
}

/** Files below folders, or at paths, as text. */
async function filesBelow(...places: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const place of places) {
    const entries = await readdir(place, { withFileTypes: true, recursive: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile());
    for (const file of files)
      texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
    if (entries.length === 0) texts.push(await readFile(place, 'latin1').catch(() => ''));
  }
  return texts;
}
