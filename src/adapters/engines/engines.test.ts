import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CowaError } from '../../errors/families.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { heldContent } from '../../ports/blob-store.ts';
import type { BuildRequest, ContextEntry, ImageBuilder } from '../../ports/image-builder.ts';
import type { ImageBlob } from '../../ports/image-source.ts';
import type { ProgressEvent } from '../../support/run.ts';
import { buildahArguments, openBuildah } from './buildah.ts';
import { builderPool } from './builder-pool.ts';
import { type BuildkitTls, buildctlArguments, openBuildkit } from './buildkit.ts';
import { buildxArguments, openBuildx } from './buildx.ts';
import { callEngine, engineEnvironment } from './engine-process.ts';
import { readLayout, writeLayout } from './layout-folder.ts';
import { stageBuild } from './stage-build.ts';

const run = { signal: new AbortController().signal };
const bytes = (text: string) => heldContent(Buffer.from(text));
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-engine-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  return rm(folder, { recursive: true, force: true });
});

const request: BuildRequest = {
  name: 'ex.com/a:1',
  containerfile: 'FROM scratch\n',
  context: [
    { kind: 'directory', path: 'd' },
    { kind: 'file', path: 'd/run', executable: true, content: bytes('run') },
    { kind: 'symlink', path: 'l', linkTarget: 'd/run' },
  ],
  bases: [],
  platform: { os: 'linux', architecture: 'arm64' },
  target: 'prod',
  args: { B: '2', A: '1' },
  labels: { z: 'last', a: 'first' },
  secrets: [{ id: 'token', file: '/secret/file' }],
  network: 'none',
  epochSeconds: 1_767_225_600,
  timeoutMs: 60_000,
};
const staged = {
  home: '/w',
  context: '/w/context',
  recipe: '/w/recipe',
  output: '/w/output',
  bases: [],
};

/** A program of this test, under a name. */
async function script(text: string): Promise<string> {
  const path = join(folder, 'program');
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

const failure = async (work: Promise<unknown>): Promise<CowaError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CowaError) return error;
  throw new Error(`no error of ours: ${String(error)}`);
};

describe('the command line of an engine', () => {
  it('of buildah: a chroot where root builds, nothing pulled, secrets by file', () => {
    expect(buildahArguments(staged, request, true, 'oci:output:image')).toEqual([
      'build',
      '--isolation=chroot',
      '--network=host',
      '--pull=never',
      '--format=oci',
      '--layers=false',
      '--http-proxy=false',
      '--identity-label=false',
      '--timestamp=1767225600',
      '--platform=linux/arm64',
      '--target=prod',
      '--build-arg=A=1',
      '--build-arg=B=2',
      '--build-arg=SOURCE_DATE_EPOCH=1767225600',
      '--label=a=first',
      '--label=z=last',
      '--secret=id=token,src=/secret/file',
      '--ignorefile=/w/no-ignore',
      '--file=/w/recipe/Containerfile',
      '--tag=oci:output:image',
      '/w/context',
    ]);
    expect(buildahArguments(staged, { ...request, memory: '1g' }, false, 'x')).toEqual(
      expect.arrayContaining(['--network=none', '--memory=1g']),
    );
    // A chroot has no control group: what --memory says would hold nobody back.
    const limited = buildahArguments(staged, { ...request, memory: '1g' }, true, 'x');
    expect(limited).toContain('--ulimit=data=1073741824:1073741824');
    expect(limited.join(' ')).not.toContain('--memory');
    const ssh = [{ id: 'default', file: '/keys/deploy' }];
    expect(buildahArguments(staged, { ...request, ssh }, true, 'x')).toContain(
      '--ssh=default=/keys/deploy',
    );
  });

  it('of buildctl: caches, keys by file, and a secured connection', () => {
    const tls = { ca: '/t/ca.pem', cert: '/t/cert.pem', key: '/t/key.pem', serverName: 'builder' };
    const cache = {
      from: [
        { type: 'registry', reference: 'ex.com/cache:1' },
        { type: 'local', path: '/c/in' },
      ],
      to: [
        { type: 'local', path: '/c/out' },
        { type: 'registry', reference: 'ex.com/cache:2' },
      ],
    } as const;
    const ssh = [{ id: 'default', file: '/run/agent.sock' }];
    const line = buildctlArguments(
      staged,
      { ...request, ssh },
      { address: 'tcp://h:1', tls, cache },
    ).join(' ');
    expect(line).toContain(
      '--addr tcp://h:1 --tlscacert /t/ca.pem --tlscert /t/cert.pem --tlskey /t/key.pem --tlsservername builder build',
    );
    expect(line).toContain('--ssh default=/run/agent.sock');
    expect(line).toContain('--import-cache type=registry,ref=ex.com/cache:1');
    expect(line).toContain('--import-cache type=local,src=/c/in');
    expect(line).toContain('--export-cache type=local,dest=/c/out,mode=max');
    expect(line).toContain('--export-cache type=registry,ref=ex.com/cache:2,mode=max');
  });

  it('of docker buildx', () => {
    const reference = `ex.com/base@${digestOf('x')}`;
    const root = { digest: digestOf('y'), size: 1, mediaType: mediaTypes.ociManifest };
    const image = { reference, normalized: reference, source: 's', root, blobs: [] };
    const bases = [{ reference, layout: '/w/bases/0', image }];
    const ssh = [{ id: 'default', file: '/run/agent.sock' }];
    const cache = { from: [{ type: 'local', path: '/c/in' }], to: [] } as const;
    expect(
      buildxArguments({ ...staged, bases }, { ...request, ssh }, { builder: 'team', cache }),
    ).toEqual([
      ...['buildx', 'build', '--builder=team', '--progress=plain'],
      ...['--provenance=false', '--sbom=false', '--pull=false'],
      '--file=/w/recipe/Containerfile',
      '--platform=linux/arm64',
      '--target=prod',
      ...['--build-arg=A=1', '--build-arg=B=2', '--build-arg=SOURCE_DATE_EPOCH=1767225600'],
      ...['--label=a=first', '--label=z=last'],
      '--secret=id=token,src=/secret/file',
      '--ssh=default=/run/agent.sock',
      '--network=none',
      `--build-context=${reference}=oci-layout:///w/bases/0@${root.digest}`,
      '--cache-from=type=local,src=/c/in',
      '--output=type=oci,tar=false,dest=/w/output,rewrite-timestamp=true,compression=uncompressed',
      '/w/context',
    ]);
    const host = buildxArguments(staged, { ...request, network: 'host' }, {});
    expect(host).toEqual(expect.arrayContaining(['--network=host', '--allow=network.host']));
  });

  it('of buildctl: bases by digest from layouts, a network only where it is wanted', () => {
    const reference = `ex.com/base@${digestOf('x')}`;
    const root = { digest: digestOf('y'), size: 1, mediaType: mediaTypes.ociManifest };
    const base = {
      reference,
      layout: '/w/bases/0',
      image: { reference, normalized: reference, source: 's', root, blobs: [] },
    };
    const line = buildctlArguments({ ...staged, bases: [base] }, request, {
      address: 'tcp://h:1',
    }).join(' ');
    expect(line).toContain('--addr tcp://h:1 build --progress=plain --frontend dockerfile.v0');
    expect(line).toContain('--oci-layout base0=/w/bases/0');
    expect(line).toContain(`--opt context:${reference}=oci-layout://base0@${root.digest}`);
    expect(line).toContain('--opt force-network-mode=none');
    expect(line).toContain('--opt platform=linux/arm64');
    expect(line).toContain('--opt build-arg:A=1 --opt build-arg:B=2');
    expect(line).toContain('--opt label:a=first --opt label:z=last');
    expect(line).toContain('--secret id=token,src=/secret/file');
    expect(line).not.toContain('--allow');
    const host = buildctlArguments(
      staged,
      { ...request, network: 'host' },
      { address: 'tcp://h:1' },
    ).join(' ');
    expect(host).toContain('--allow network.host');
  });
});

describe('an engine', () => {
  it('that is not there is said', async () => {
    const missing = openBuildah(
      { engine: 'buildah', program: 'no-such-engine', folder, isRoot: true },
      run,
    );
    expect(await failure(missing)).toMatchObject({ code: 'ENGINE_MISSING', exitCode: 4 });
  });

  it('that answers as another program is refused', async () => {
    const program = await script('echo some other program');
    const ah = openBuildah({ engine: 'buildah', program, folder, isRoot: true }, run);
    expect(await failure(ah)).toMatchObject({ code: 'ENGINE_UNUSABLE' });
    const named = await script('echo buildah version 1.2.3');
    const pod = openBuildah({ engine: 'podman', program: named, folder, isRoot: true }, run);
    expect(await failure(pod)).toMatchObject({ code: 'ENGINE_UNUSABLE' });
    const kit = openBuildkit({ program, address: 'tcp://x:1', folder }, run);
    expect(await failure(kit)).toMatchObject({ code: 'ENGINE_UNUSABLE' });
  });

  it('that crashes leaves nothing behind, and is quoted', async () => {
    const program = await script(
      'case "$*" in *--version*) echo buildah version 9.9.9;; *) echo it broke >&2; kill -9 $$;; esac',
    );
    const engine = await openBuildah(
      { engine: 'buildah', program, folder: join(folder, 'work'), isRoot: false },
      run,
    );
    const error = await failure(engine.build({ ...request, secrets: [] }, run));
    expect(error).toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('it broke'),
    });
    expect(await readdir(join(folder, 'work'))).toEqual([]);
  });

  it.each([
    'write /x: no space left on device',
    'ERROR: failed to copy: Disk quota exceeded',
    'npm ERR! code ENOSPC',
  ])('that fails with "%s" had no room', async (said) => {
    const program = await script(
      `case "$*" in *--version*) echo buildah version 9.9.9;; *) echo "${said}" >&2; exit 1;; esac`,
    );
    const work = join(folder, 'work');
    const options = { engine: 'buildah', program, folder: work, isRoot: false } as const;
    const engine = await openBuildah(options, run);
    const error = await failure(engine.build({ ...request, secrets: [] }, run));
    expect(error).toMatchObject({ code: 'DISK_FULL', exitCode: 4 });
    expect(error.message).toContain(`no room left while building ex.com/a:1: ${work}`);
    expect(error.message).toContain(said);
    expect(await readdir(work)).toEqual([]);
  });

  it('is not given what there is no room for', async () => {
    const full: ContextEntry = {
      kind: 'file',
      path: 'big',
      executable: false,
      content: {
        ...bytes('x'),
        open: () => {
          throw Object.assign(new Error('write'), { code: 'ENOSPC' });
        },
      },
    };
    const program = await script('echo buildah version 9.9.9');
    const work = join(folder, 'work');
    const options = { engine: 'buildah', program, folder: work, isRoot: false } as const;
    const engine = await openBuildah(options, run);
    const error = await failure(engine.build({ ...request, secrets: [], context: [full] }, run));
    expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining(work) });
    expect(await readdir(work)).toEqual([]);
  });

  it('that says it built and gives nothing is refused', async () => {
    const program = await script('case "$*" in *--version*) echo buildah version 9.9.9;; esac');
    const engine = await openBuildah(
      { engine: 'buildah', program, folder: join(folder, 'work'), isRoot: false },
      run,
    );
    const error = await failure(engine.build({ ...request, secrets: [] }, run));
    expect(error.code).toBe('BUILD_OUTPUT_INVALID');
  });

  it.each([
    { engine: 'buildah', says: 'buildah version 1.27.4 (x)', code: 'ENGINE_TOO_OLD' },
    { engine: 'buildah', says: 'buildah version 1.28.0', code: undefined },
    { engine: 'podman', says: 'podman version 3.4.7', code: 'ENGINE_TOO_OLD' },
    { engine: 'podman', says: 'podman version 10.0.0', code: undefined },
    { engine: 'buildkit', says: 'BuildKit: x v0.12.5 y', code: 'ENGINE_TOO_OLD' },
    { engine: 'buildkit', says: 'BuildKit: x v0.0.0+unknown y', code: undefined },
    { engine: 'buildx', says: 'github.com/docker/buildx v0.12.1 y', code: 'ENGINE_TOO_OLD' },
    { engine: 'buildx', says: 'github.com/docker/buildx 0.31.1+ds1 y', code: undefined },
    { engine: 'buildx', says: 'docker: unknown command', code: 'ENGINE_UNUSABLE' },
  ] as const)('that says "$says": $code', async ({ engine, says, code }) => {
    const program = await script(`echo '${says}'`);
    const opened =
      engine === 'buildkit'
        ? openBuildkit({ program, address: 'tcp://x:1', folder }, run)
        : engine === 'buildx'
          ? openBuildx({ program, folder }, run)
          : openBuildah({ engine, program, folder, isRoot: true }, run);
    if (code === undefined) expect((await opened).identity.engine).toBe(engine);
    else expect(await failure(opened)).toMatchObject({ code });
  });

  it.each([
    ['nonsense', 'could not connect', 'Write its address as tcp://host:port'],
    ['tcp://h:1', 'dial tcp: connect: connection refused', 'Start it (buildkitd'],
    ['tcp://h:1', 'tls: x509: certificate is valid for builder, not other', 'as serverName'],
    [
      'tcp://127.0.0.1:1',
      'x509: cannot validate certificate for 127.0.0.1 because it does not contain any IP SANs',
      'as serverName',
    ],
    ['tcp://h:1', 'tls: x509: certificate signed by unknown authority', 'as ca under tls'],
    ['tcp://h:1', 'remote error: tls: certificate required', 'name cert and key'],
    ['tcp://h:1', 'error reading server preface: EOF', 'Correct tls of the builder'],
    ['tcp://h:1', 'write: broken pipe', 'name cert and key', { ca: '/ca' }],
  ] as const)(
    'a BuildKit at %s that ends with "%s": %s',
    async (address, says, next, tls?: BuildkitTls) => {
      const program = await script(`echo '${says}' >&2; exit 1`);
      const secured = tls === undefined ? {} : { tls };
      const error = await failure(openBuildkit({ program, address, folder, ...secured }, run));
      expect(error).toMatchObject({ code: 'ENGINE_UNUSABLE', exitCode: 4 });
      expect(error.suggestions).toEqual([expect.stringContaining(next)]);
    },
  );

  it('a BuildKit is not asked for a limit it does not have', async () => {
    const program = await script('echo "BuildKit: github.com/moby/buildkit v0.13.2 x"');
    const engine = await openBuildkit({ program, address: 'tcp://x:1', folder }, run);
    expect(engine.identity).toEqual({
      engine: 'buildkit',
      version: 'v0.13.2',
      frontend: 'dockerfile.v0',
    });
    for (const limit of [{ memory: '1g' }, { cpus: 1 }]) {
      const built = (async () => engine.build({ ...request, ...limit }, run))();
      expect(await failure(built)).toMatchObject({ code: 'ENGINE_UNUSABLE' });
    }
  });

  it('that never ends is stopped, with what it started', async () => {
    const program = await script(`sleep 60 & echo $! > ${join(folder, 'pid')}; wait`);
    const call = callEngine(
      { program, title: 'buildah', args: [], home: folder, timeoutMs: 300 },
      run,
    );
    expect(await failure(call)).toMatchObject({
      code: 'ENGINE_TIMEOUT',
      message: expect.stringMatching(/^buildah did not end within /),
    });
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    // Ended, whether or not somebody has taken note of it yet.
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '(gone) Z');
    expect(state).toMatch(/\) [ZX]/);
  });

  it('is ended by an abort', async () => {
    const program = await script('sleep 60');
    const controller = new AbortController();
    const call = callEngine(
      { program, args: [], home: folder, timeoutMs: 60_000 },
      { signal: controller.signal },
    );
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it('may say however much: the end of it is kept', async () => {
    const program = await script(
      'yes "line of a log" | head -c 20000000; yes x | tr -d "\\n" | head -c 5000000; echo; echo the end',
    );
    const end = await callEngine({ program, args: [], home: folder, timeoutMs: 60_000 }, run);
    expect(end.stdout.length).toBeLessThanOrEqual(65_536);
    expect(end.tail.length).toBeLessThanOrEqual(4000);
    expect(end.tail.endsWith('the end')).toBe(true);
  });

  it('tells no secret, and moves no cursor', async () => {
    const program = await script('printf "token is hunter22\\033[2J\\n"');
    const said: string[] = [];
    const call = { program, args: [], home: folder, timeoutMs: 60_000, hidden: ['hunter22'] };
    await callEngine({ ...call, onLine: (line) => said.push(line) }, run);
    expect(said).toEqual(['token is [hidden]\\u{1b}[2J']);
  });

  it('gets nothing of the environment but where programs are', () => {
    const env = engineEnvironment('/w', {
      PATH: '/bin',
      COWA_KEY_PASSWORD: 'x',
      HOME: '/root',
      DOCKER_HOST: 'y',
    });
    expect(Object.keys(env).sort()).toEqual([
      'HOME',
      'LC_ALL',
      'PATH',
      'TMPDIR',
      'XDG_CONFIG_HOME',
      'XDG_DATA_HOME',
      'XDG_RUNTIME_DIR',
    ]);
    expect(env['HOME']).toBe('/w');
  });

  it('is started with nothing else of it', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', 'planted');
    const program = await script('env');
    const call = { program, args: [], home: folder, timeoutMs: 60_000, env: { OWN: 'yes' } };
    const { stdout } = await callEngine(call, run);
    expect(stdout).toContain('OWN=yes');
    expect(stdout).not.toContain('planted');
  });

  it('is held to as many processors as it is given, and root has no network where none is wanted', async () => {
    const calls = join(folder, 'calls');
    const log = `echo "\${0##*/} $*" >> ${calls}`;
    const program = await script(
      `case "$*" in *--version*) echo buildah version 9.9.9;; *) ${log};; esac`,
    );
    for (const name of ['unshare', 'taskset'])
      await writeFile(join(folder, name), `#!/bin/sh\n${log}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
    for (const isRoot of [true, false]) {
      const options = { engine: 'buildah', program, folder: join(folder, 'work'), isRoot } as const;
      const engine = await openBuildah(options, run);
      await failure(engine.build({ ...request, secrets: [], cpus: 2 }, run));
    }
    expect((await readFile(calls, 'utf8')).split('\n')).toEqual([
      expect.stringMatching(/^unshare --net -- taskset --cpu-list 0-1 \S+program .* build /),
      expect.stringMatching(/^taskset --cpu-list 0-1 \S+program .* build /),
      '',
    ]);
  });
});

describe('what an engine is given', () => {
  it('is told of while it is copied, where it is much', async () => {
    const content = bytes('x'.repeat(17 * 2 ** 20));
    const big: ContextEntry = { kind: 'file', path: 'big', executable: false, content };
    const events: ProgressEvent[] = [];
    const telling = { ...run, onProgress: (event: ProgressEvent) => void events.push(event) };
    const given = { ...request, secrets: [], context: [big] };
    await using _one = await stageBuild(join(folder, 'w'), given, telling);
    const phase = 'copying context and bases';
    const { size } = content;
    expect(events).toEqual([
      { kind: 'step-progress', step: request.name, bytes: size, totalBytes: size, phase },
    ]);
  });

  it('are copies of what was hashed, with the secrets to keep out of logs', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'first line\nsecond line\nab\n');
    const one = await stageBuild(
      join(folder, 'w'),
      { ...request, secrets: [{ id: 'x', file }] },
      run,
    );
    expect(await readFile(join(one.context, 'l'), 'utf8')).toBe('run');
    expect(await readFile(join(one.recipe, 'Containerfile'), 'utf8')).toBe('FROM scratch\n');
    expect(one.hidden).toEqual(['first line\nsecond line\nab', 'second line', 'first line']);
    for (const path of ['', 'd', 'd/run', 'l'])
      expect((await lstat(join(one.context, path))).mtimeMs, path).toBe(1_767_225_600_000);
    expect((await lstat(join(one.context, 'd/run'))).mode & 0o111).toBe(0o111);
    await one[Symbol.asyncDispose]();
    expect(await readdir(join(folder, 'w'))).toEqual([]);
  });

  it('is refused where a file changed since, or a secret is gone', async () => {
    const content = { ...bytes('run'), digest: digestOf('RUN') };
    const changed = {
      ...request,
      secrets: [],
      context: [{ kind: 'file', path: 'f', executable: false, content }],
    } as const;
    expect((await failure(stageBuild(join(folder, 'w'), changed, run))).code).toBe(
      'OCI_DIGEST_MISMATCH',
    );
    expect((await failure(stageBuild(join(folder, 'w'), request, run))).code).toBe('BUILD_FAILED');
    expect(await readdir(join(folder, 'w'))).toEqual([]);
  });
});

describe('a layout that an engine wrote', () => {
  const config = bytes('{}');
  const layer = bytes('a layer');
  const typed = (blob: typeof config, mediaType: string, role: ImageBlob['role']): ImageBlob => ({
    ...blob,
    mediaType,
    role,
  });
  const described = ({ digest, size, mediaType }: ImageBlob) => ({ digest, size, mediaType });
  const configBlob = typed(config, mediaTypes.ociConfig, 'config');
  const layerBlob = typed(layer, mediaTypes.ociLayerTar, 'layer');
  const manifest = typed(
    bytes(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: described(configBlob),
        layers: [described(layerBlob)],
      }),
    ),
    mediaTypes.ociManifest,
    'manifest',
  );
  const image = {
    reference: 'x',
    normalized: 'x',
    source: 'x',
    root: described(manifest),
    blobs: [manifest, configBlob, layerBlob],
  };
  const blobAt = (digest: string): string =>
    join(folder, 'blobs/sha256', digest.slice('sha256:'.length));

  it('is read as the image that was written', async () => {
    await writeLayout(folder, image, run);
    const found = await readLayout(folder, 'x');
    expect(found.root).toEqual(image.root);
    expect(found.blobs.map(({ digest }) => digest)).toEqual(
      image.blobs.map(({ digest }) => digest),
    );
  });

  it.each([
    ['a layer is missing', () => rm(blobAt(layerBlob.digest))],
    ['a layer is longer', () => writeFile(blobAt(layerBlob.digest), 'a longer layer')],
    ['the manifest is another', () => writeFile(blobAt(manifest.digest), Buffer.from('{}'))],
    [
      'the manifest is another of the same length',
      async () => {
        const path = blobAt(manifest.digest);
        const { schemaVersion, ...rest } = JSON.parse(await readFile(path, 'utf8'));
        await writeFile(path, JSON.stringify({ ...rest, schemaVersion }));
      },
    ],
    [
      'the index has two images',
      async () => {
        const path = join(folder, 'index.json');
        const { manifests, ...rest } = JSON.parse(await readFile(path, 'utf8'));
        await writeFile(path, JSON.stringify({ ...rest, manifests: [...manifests, ...manifests] }));
      },
    ],
    ['there is no index', () => rm(join(folder, 'index.json'))],
    [
      'the index names an index',
      async () => {
        const path = join(folder, 'index.json');
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace(mediaTypes.ociManifest, mediaTypes.ociIndex));
      },
    ],
    ['the index is larger than any', () => truncate(join(folder, 'index.json'), 9 * 2 ** 20)],
    [
      'the index is empty',
      () => writeFile(join(folder, 'index.json'), '{"schemaVersion":2,"manifests":[]}'),
    ],
  ])('is refused where %s', async (_name, spoil) => {
    await writeLayout(folder, image, run);
    await spoil();
    expect((await failure(readLayout(folder, 'x'))).code).toBe('BUILD_OUTPUT_INVALID');
  });

  it('is refused when a layer of the right length holds something else, when it is read', async () => {
    await writeLayout(folder, image, run);
    const found = await readLayout(folder, 'x');
    await writeFile(blobAt(layerBlob.digest), 'A LAYER');
    const last = found.blobs.at(-1);
    expect((await failure(Array.fromAsync(last?.open(run) ?? []))).code).toBe(
      'OCI_DIGEST_MISMATCH',
    );
  });
});

describe('several builders', () => {
  it('share builds: each goes to the one with the fewest', async () => {
    const ends: (() => void)[] = [];
    const went: string[] = [];
    const builder = (name: string): ImageBuilder => ({
      identity: { engine: name, version: '1' },
      build: async () => {
        went.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        throw new Error('done');
      },
    });
    const pool = builderPool([builder('one'), builder('two')]);
    const builds = [1, 2, 3].map(() => pool.build(request, run).catch(() => undefined));
    expect(went).toEqual(['one', 'two', 'one']);
    for (const end of ends) end();
    await Promise.all(builds);
    const next = pool.build(request, run).catch(() => undefined);
    ends.at(-1)?.();
    await next;
    expect(went.at(-1)).toBe('one');
  });
});
