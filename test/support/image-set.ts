import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { missingPrograms } from './local-registry.ts';
import { type Ended, ownProgram, type RunOptions } from './peers.ts';
import { LayoutBuilder } from './real-images.ts';

const execute = promisify(execFile);
const shell = ['/bin/dash', '/bin/cat', '/bin/grep', '/bin/sleep'];
const team = 'registry.example.com/team';
/** What no output, cache or log of a build may hold. */
export const plantedSecret = 'a-planted-secret-3f9c';
const amd64 = { os: 'linux', architecture: 'amd64' };

/** Why images of the set cannot be built here by these programs; empty where they can. */
export async function whyNoBuilds(...programs: readonly string[]): Promise<readonly string[]> {
  return [
    ...(await missingPrograms(...programs, 'tar', 'ldd', 'unshare')).map((name) => `no ${name}`),
    ...(process.getuid?.() === 0 ? [] : ['not root']),
  ];
}

/** A release of three images: a shared base of our own, and two built on it. */
export class ImageSet {
  readonly #folder: string;
  /** Digest of the base from elsewhere. */
  readonly base: Digest;

  private constructor(folder: string, base: Digest) {
    this.#folder = folder;
    this.base = base;
  }

  /**
   * Writes it below a folder, in `release`.
   * @param base steps run in a `shell`; nothing runs in the `empty` one
   */
  static async in(folder: string, base: 'shell' | 'empty' = 'shell'): Promise<ImageSet> {
    await mkdir(join(folder, 'release'), { recursive: true });
    const layer = base === 'shell' ? await shellLayer(folder) : Buffer.alloc(1024);
    const set = new ImageSet(folder, await imageOf(layer, join(folder, 'release/vendor')));
    for (const [path, text] of Object.entries(filesOf(set.base))) await set.put(path, text);
    return set;
  }

  at(...path: readonly string[]): string {
    return join(this.#folder, ...path);
  }

  /** Writes a file of the release. */
  async put(path: string, text: string): Promise<void> {
    const place = this.at('release', path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }

  /** Words of a command of this program, with the release and a cache of that name. */
  words(cache: string, command: string): readonly string[] {
    const common = ['-f', this.at('release/cowa-release.yaml'), '--cache-dir', this.at(cache)];
    return [...command.split(' '), ...common];
  }

  /** Runs such a command. */
  async program(cache: string, command: string, options?: RunOptions): Promise<Done> {
    const done = await ownProgram([...this.words(cache, command), '--json'], this.#folder, options);
    return { ...done, document: Object(JSON.parse(done.stdout)) };
  }
}

/** A run of this program, with what it wrote. */
export interface Done extends Ended {
  readonly document: Record<string, unknown>;
}

/** An image as `images build` tells it. */
export interface Built {
  readonly reference: string;
  readonly digest: string;
  readonly outcome: string;
}

/** The images `images build` tells. */
export function imagesOf({ document }: Pick<Done, 'document'>): readonly Built[] {
  return JSON.parse(JSON.stringify(document['images']));
}

/** Their digests, in order. */
export function digestsOf(done: Pick<Done, 'document'>): readonly string[] {
  return imagesOf(done).map(({ digest }) => digest);
}

/** Command lines that name a folder. */
export async function processesAt(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(folder)) found.push(line.replaceAll('\0', ' '));
  }
  return found;
}

/** A shell of this machine with the libraries it needs, as a tar: real steps run in it. */
async function shellLayer(folder: string): Promise<Uint8Array> {
  const { stdout } = await execute('ldd', shell);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const files = [...new Set([...shell, ...libraries])].map((path) => path.slice(1)).sort();
  const tar = join(folder, 'shell.tar');
  const modes = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const names = ['--dereference', '--transform=s,^bin/dash$,bin/sh,', '-C', '/', ...files];
  await execute('tar', [...modes, '-cf', tar, ...names]);
  return readFile(tar);
}

/** An image of one layer, in a layout of its own. */
async function imageOf(tar: Uint8Array, folder: string): Promise<Digest> {
  const layout = new LayoutBuilder(folder);
  const layer = await layout.blob(mediaTypes.ociLayerTar, tar);
  const settings = { rootfs: { type: 'layers', diff_ids: [layer.digest] }, config: {} };
  const history = [{ created: '1970-01-01T00:00:00Z', created_by: 'tar' }];
  const config = await layout.blob(
    mediaTypes.ociConfig,
    JSON.stringify({ ...amd64, ...settings, history }),
  );
  const image = { ...(await layout.manifest(config, [layer])), platform: amd64 };
  layout.tag(image, 'registry.example.com/vendor/shell:1');
  await layout.finish();
  return image.digest;
}

function filesOf(base: Digest): Readonly<Record<string, string>> {
  const vendor = `registry.example.com/vendor/shell:1@${base}`;
  return {
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: built
version: 1.2.3
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    allowedBases: ['registry.example.com/vendor/*']
    images:
      ${team}/sdk:1: { context: images/sdk, secrets: [{ id: token, file: token }] }
      ${team}/api:1: { context: images/api, args: { GREETING: hello }, labels: { team: api } }
      ${team}/model:1: { context: images/model, target: production }
  - { type: oci-layout, path: vendor }
flavors:
  cpu: { packages: [{ path: app }] }
  gpu: { packages: [{ path: app }] }
`,
    'app/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components:
- name: main
  required: true
  images: ['${team}/api:1', '${team}/model:1']
`,
    token: plantedSecret,
    'images/sdk/Containerfile': `FROM ${vendor}
RUN --mount=type=secret,id=token [ "$(cat /run/secrets/token)" = ${'"$(cat /run/secrets/token)"'} ] && echo read > /secret-was-there
RUN cat /proc/net/dev > /seen-network
`,
    'images/api/Containerfile': `FROM ${team}/sdk:1
ARG GREETING=none
COPY kept/ /kept/
RUN echo $GREETING > /greeting
USER 65532:65532
`,
    'images/api/.containerignore': '**/*.tmp\n',
    'images/api/kept/file': 'kept',
    'images/api/kept/left.tmp': 'left out',
    'images/model/Containerfile': `FROM ${team}/sdk:1 AS build
RUN echo made > /made
FROM ${vendor} AS production
COPY --from=build /made /made
COPY --from=${team}/api:1 /greeting /greeting
FROM build AS development
`,
  };
}
