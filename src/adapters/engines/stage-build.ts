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
import type { BlobSource } from '../../ports/blob-store.ts';
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
/** Told of at once. */
const progressBytes = 16 * 2 ** 20;

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
    const told = toldContent(request, run);
    await stageContext(context, request, told, run);
    const bases: (BuildBase & { layout: string })[] = [];
    for (const [index, base] of request.bases.entries()) {
      const layout = join(home, 'bases', String(index));
      const { image } = base;
      await writeLayout(layout, { ...image, blobs: image.blobs.map(told) }, run);
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
  told: ToldContent,
  run: Run,
): Promise<void> {
  for (const entry of entries) {
    run.signal.throwIfAborted();
    const path = join(context, entry.path);
    if (entry.kind === 'directory') await mkdir(path, { recursive: true });
    else if (entry.kind === 'symlink') {
      await mkdir(dirname(path), { recursive: true });
      await symlink(entry.linkTarget, path);
    } else await writeContent(path, told(entry.content), run, entry.executable ? 0o755 : 0o644);
  }
  // Deepest last: writing into a folder changes its time.
  for (const entry of entries.toReversed()) {
    const path = join(context, entry.path);
    await (entry.kind === 'symlink' ? lutimes : utimes)(path, epochSeconds, epochSeconds);
  }
  await utimes(context, epochSeconds, epochSeconds);
}

/** The same content, which tells of the bytes that are read of it. */
type ToldContent = <Content extends BlobSource>(content: Content) => Content;

/** A large context or base takes a while to copy: the step of the image says how far it is. */
function toldContent({ name, context, bases }: BuildRequest, run: Run): ToldContent {
  const sizes = [
    ...context.map((entry) => (entry.kind === 'file' ? entry.content.size : 0)),
    ...bases.flatMap(({ image }) => image.blobs.map(({ size }) => size)),
  ];
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  let [bytes, toldBytes] = [0, 0];
  return (content) => ({
    ...content,
    async *open(reading: Run) {
      for await (const chunk of content.open(reading)) {
        yield chunk;
        bytes += chunk.byteLength;
        if (bytes - toldBytes < progressBytes) continue;
        toldBytes = bytes;
        const phase = 'copying context and bases';
        run.onProgress?.({ kind: 'step-progress', step: name, bytes, totalBytes, phase });
      }
    },
  });
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
