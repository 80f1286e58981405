import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestsOf, ImageSet, imagesOf, plantedSecret, whyNoBuilds } from '../support/image-set.ts';
import { startBuildkit } from '../support/real-buildkit.ts';

const missing = {
  buildah: await whyNoBuilds('buildah'),
  podman: await whyNoBuilds('podman'),
  buildkit: await whyNoBuilds('buildkitd', 'buildctl', 'runc'),
};
const skipped = (reasons: readonly string[]): string =>
  reasons.length === 0 ? '' : ` (skipped: ${reasons.join(', ')})`;
let home = '';
let set: ImageSet;

const buildkit = (name: string) => startBuildkit({ root: join(home, name) });

/** Every file below a folder, as text; what is compressed with gzip as it was before. */
async function textsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(file.parentPath, file.name));
      const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return (isGzip ? gunzipSync(bytes) : bytes).toString('latin1');
    }),
  );
}

/** Built, not built again, built anew to the same digests, packed for both flavors; and no secret anywhere. */
async function buildsAndPacks(cache: string, flags: string): Promise<void> {
  const first = await set.program(cache, `images build ${flags}`);
  expect(first, first.stdout + first.stderr).toMatchObject({ code: 0 });
  const built = imagesOf(first);
  expect(built.map(({ reference, outcome }) => [reference.split('/').at(-1), outcome])).toEqual([
    ['sdk:1', 'built'],
    ['api:1', 'built'],
    ['model:1', 'built'],
  ]);
  expect(
    imagesOf(await set.program(cache, `images build ${flags}`)).map(({ outcome }) => outcome),
  ).toEqual(['reused', 'reused', 'reused']);
  const again = await set.program(`${cache}-again`, `images build ${flags}`);
  expect(digestsOf(again)).toEqual(digestsOf(first));
  expect(await readdir(set.at(cache, 'engines'))).toEqual([]);

  const out = set.at(`${cache}-out`);
  const assembled = await set.program(
    cache,
    `assemble --flavor all --insecure-unsigned --out ${out}`,
  );
  expect(assembled, assembled.stdout).toMatchObject({ code: 0 });
  const texts = [...(await textsBelow(set.at(cache))), ...(await textsBelow(out))];
  const said = first.stdout + first.stderr;
  expect([...texts, said].filter((text) => text.includes(plantedSecret))).toEqual([]);
  expect(texts.filter((text) => text.includes('left out'))).toEqual([]);
  const config = texts.find((text) => text.includes('"team":"api"')) ?? '';
  expect(config).toContain('"org.opencontainers.image.version":"1.2.3"');
  expect(config).toContain('"org.opencontainers.image.created":"2026-01-01T00:00:00Z"');
  // A step sees the loopback device, and no other.
  const network =
    texts.find((text) => text.includes('Inter-|') && text.includes('seen-network')) ?? '';
  expect([...network.matchAll(/^ *(\w+):/gm)].map(([, name]) => name)).toEqual(['lo']);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-engines-'));
  if (Object.values(missing).some((reasons) => reasons.length === 0)) set = await ImageSet.in(home);
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(missing.buildah.length > 0)(
  `images built by buildah${skipped(missing.buildah)}`,
  () => {
    it('three with a shared base, for both flavors', () =>
      buildsAndPacks('ah', '--engine buildah'));

    it('fail by name, and only what needs them is skipped', async () => {
      const path = 'images/api/Containerfile';
      const text = await readFile(set.at('release', path), 'utf8');
      await set.put(path, `${text}RUN echo about to fail && cat /run/secrets/none\n`);
      const done = await set.program('broken', 'images build --engine buildah');
      await set.put(path, text);
      expect(done.code).toBe(3);
      expect(imagesOf(done)).toMatchObject([
        { outcome: 'built' },
        { outcome: 'failed', error: { code: 'BUILD_FAILED' } },
        { outcome: 'skipped' },
      ]);
      expect(done.stdout).toContain('about to fail');
      expect(await readdir(set.at('broken', 'engines'))).toEqual([]);
    });
  },
);

describe.skipIf(missing.podman.length > 0)(
  `images built by podman${skipped(missing.podman)}`,
  () => {
    it('three with a shared base, for both flavors', () =>
      buildsAndPacks('pod', '--engine podman'));
  },
);

describe.skipIf(missing.buildkit.length > 0)(
  `images built by BuildKit${skipped(missing.buildkit)}`,
  () => {
    it('three with a shared base, for both flavors', async () => {
      await using one = await buildkit('one');
      await buildsAndPacks('kit', `--engine buildkit --builder ${one.address}`);
    });

    it('two that listen share the images of one platform', async () => {
      await using one = await buildkit('one');
      await using two = await buildkit('two');
      const path = 'cowa-release.yaml';
      const text = await readFile(set.at('release', path), 'utf8');
      const builders = [one, two].map(
        ({ address }) => `{ address: '${address}', platform: linux/amd64 }`,
      );
      const list = `  - type: build\n    builders: [${builders.join(', ')}]\n`;
      await set.put(path, text.replace('  - type: build\n', list));
      const done = await set.program('two-builders', 'images build');
      await set.put(path, text);
      expect(done, done.stdout).toMatchObject({ code: 0 });
      expect(imagesOf(done)).toHaveLength(3);
    });

    it('a builder that does not answer is said by its address', async () => {
      const done = await set.program(
        'none',
        'images build --engine buildkit --builder tcp://127.0.0.1:9',
      );
      expect(done.code).not.toBe(0);
      expect(done.stdout).toContain('no BuildKit answers at tcp://127.0.0.1:9');
    });
  },
);
