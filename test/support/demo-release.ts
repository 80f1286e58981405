import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';

/** The folder of the project, as commands want it. */
export const root = join(import.meta.dirname, '../..');

/**
 * Before the tests of a file: key pairs in a new folder, `release` and these, and the demo release of a flavor
 * below `dist/`, signed with `release`. Gives the path of what is below that folder.
 */
export function demoRelease(
  flavor: 'cpu' | 'gpu',
  ...otherKeys: readonly string[]
): (...parts: readonly string[]) => string {
  let folder = '';
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cowa-demo-'));
    vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
    for (const name of ['release', ...otherKeys])
      await captureOutput(() => KeysGenerate.run(['--out', at(name)], { root }));
    const made = await captureOutput(() =>
      Assemble.run(
        [
          ...['-f', join(root, 'fixtures/demo/cowa-release.yaml'), '--flavor', flavor],
          ...['--key', at('release.key'), '--out', at('dist'), '--cache-dir', at('cache')],
        ],
        { root },
      ),
    );
    if (made.error !== undefined) throw made.error;
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    process.exitCode = undefined;
  });
  return at;
}
