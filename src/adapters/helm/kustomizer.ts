import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kustomizer } from '../../ports/kustomizer.ts';
import type { Run } from '../../support/run.ts';
import { openProgram, runNamed } from './named-program.ts';
import { RendererError } from './renderer-error.ts';

/**
 * Builds kustomizations below a folder with a kustomize that somebody named by its path. What a kustomization
 * would fetch from elsewhere is not fetched, and it then refuses.
 * @throws RendererError RENDERER_UNUSABLE, RENDERER_TIMEOUT, RENDERER_OUTPUT
 */
export async function namedKustomizer(
  location: string,
  root: string,
  run: Run,
): Promise<Kustomizer> {
  const program = await openProgram(location, 'kustomize');
  const inHome = async <T>(work: (home: string) => Promise<T>): Promise<T> => {
    const home = await mkdtemp(join(tmpdir(), 'cowa-kustomize-'));
    try {
      return await work(home);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };
  const asked = await inHome((home) => runNamed(program, ['version'], home, run));
  const [version] = /v[0-9]+\.[0-9]+\.[0-9]+\S*/.exec(asked.stdout) ?? [];
  if (asked.status !== 0 || version === undefined)
    throw new RendererError(
      'RENDERER_UNUSABLE',
      `${program.path} does not answer 'version' as kustomize does`,
      { suggestions: ['Name the kustomize program itself, by its path'] },
    );
  return {
    identity: {
      name: 'kustomize',
      version: version.replace(/[}\s].*$/, ''),
      sha256: program.sha256,
    },
    build: (folder, { anyFolder }, building) =>
      inHome(async (home) => {
        const free = anyFolder ? ['--load-restrictor', 'LoadRestrictionsNone'] : [];
        // In the order they are named, as Zarf builds them; the program by itself would sort them.
        const args = ['build', join(root, folder), '--reorder', 'none', ...free];
        const { status, stdout, stderr } = await runNamed(program, args, home, building);
        return status === 0 ? { text: stdout } : refusal(stderr, root);
      }),
  };
}

/** kustomize tells one cause several times over, and a network that is not there as whatever it tried last. */
function refusal(stderr: string, root: string): { refused: string; elsewhere?: true } {
  const said = stderr
    .replaceAll(`${root}/`, '')
    .replace(/^Flag --reorder has been deprecated.*$/m, '')
    .trim();
  const [, fetched] =
    /Get "([^"]+)"/.exec(said) ?? /(?:git fetch|git clone)[^:]*?(\S+:\/\/\S+)/.exec(said) ?? [];
  const fetches = fetched !== undefined || /no 'git' program|executable file not found/.test(said);
  const missing = /lstat (\S+): no such file or directory/.exec(said)?.[1];
  if (!fetches && missing !== undefined)
    return { refused: `kustomize does not find ${missing.replace(/^\//, '')}` };
  if (!fetches) return { refused: `kustomize refuses it: ${said.replace(/^Error: /, '')}` };
  const what = fetched === undefined ? 'something that git fetches' : fetched;
  return { refused: `it is made of ${what}, and nothing is fetched here`, elsewhere: true };
}
