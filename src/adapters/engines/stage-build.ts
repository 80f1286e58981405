import {
  lutimes,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildBase, BuildFailure, type BuildRequest } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { writeContent, writeLayout } from './layout-folder.ts';

/** What an engine is given, and all it is given: no file of the user, but copies of what was hashed. */
export interface StagedBuild extends AsyncDisposable {
  /** Folder of everything below; removed with it. */
  readonly home: string;
  readonly context: string;
  /** Folder of the Containerfile, which is called `Containerfile`. */
  readonly recipe: string;
  /** Layout of each base. */
  readonly bases: readonly (BuildBase & { readonly layout: string })[];
  /** Where the result is to lie. */
  readonly output: string;
  /** What is in secrets, to be kept out of logs. */
  readonly hidden: readonly string[];
}

const maxSecretBytes = 2 ** 20;

/**
 * Lays out context, Containerfile and bases below a new folder. Times and modes do not hang on the machine.
 * @throws OciError OCI_DIGEST_MISMATCH: a file changed since it was hashed
 */
export async function stageBuild(
  folder: string,
  request: BuildRequest,
  run: Run,
): Promise<StagedBuild> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(folder, `${process.pid}.`));
  const remove = async (): Promise<void> => {
    await rm(home, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  };
  try {
    const context = join(home, 'context');
    const recipe = join(home, 'recipe');
    await mkdir(context);
    await mkdir(recipe);
    await writeFile(join(recipe, 'Containerfile'), request.containerfile);
    // An ignore file in the context was heeded already, and is a file like any other now.
    await writeFile(join(home, 'no-ignore'), '');
    await stageContext(context, request, run);
    const bases: (BuildBase & { layout: string })[] = [];
    for (const [index, base] of request.bases.entries()) {
      const layout = join(home, 'bases', String(index));
      await writeLayout(layout, base.image, run);
      bases.push({ ...base, layout });
    }
    const hidden = await secretsOf(request);
    const output = join(home, 'output');
    return { home, context, recipe, bases, output, hidden, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function stageContext(
  context: string,
  { context: entries, epochSeconds }: BuildRequest,
  run: Run,
): Promise<void> {
  for (const entry of entries) {
    run.signal.throwIfAborted();
    const path = join(context, entry.path);
    if (entry.kind === 'directory') await mkdir(path, { recursive: true });
    else if (entry.kind === 'symlink') {
      await mkdir(dirname(path), { recursive: true });
      await symlink(entry.linkTarget, path);
    } else await writeContent(path, entry.content, run, entry.executable ? 0o755 : 0o644);
  }
  // Deepest last: writing into a folder changes its time.
  for (const entry of entries.toReversed()) {
    const path = join(context, entry.path);
    await (entry.kind === 'symlink' ? lutimes : utimes)(path, epochSeconds, epochSeconds);
  }
  await utimes(context, epochSeconds, epochSeconds);
}

async function secretsOf({ secrets, name }: BuildRequest): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { id, file } of secrets) {
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new BuildFailure(
        'BUILD_FAILED',
        `${name}: the file of its secret '${id}' cannot be read`,
        {
          cause,
          suggestions: ['Put the secret into the file the definition names, readable for you'],
        },
      );
    });
    const text = bytes.subarray(0, maxSecretBytes).toString('utf8').trim();
    // One line of a key tells as much as the whole.
    found.push(...[text, ...text.split(/\r?\n/)].filter((part) => part.length >= 4));
  }
  return [...new Set(found)].sort((a, b) => b.length - a.length);
}
