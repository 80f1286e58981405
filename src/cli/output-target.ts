import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '../errors/families.ts';

/** A file that a command was asked to write beside its result, and cannot be. */
export class OutputTargetError extends UsageError<
  | 'OUTPUT_KIND_UNKNOWN' // of a report
  | 'OUTPUT_TWICE' // two outputs to one file
  | 'OUTPUT_IS_INPUT' // it would replace what is judged, or what it is judged by
  | 'OUTPUT_IN_INPUT' // it would lie in a folder that is judged, which then holds a file more
  | 'OUTPUT_SIGNED_REPORT' // it would replace what somebody signed by what nobody signs
  | 'OUTPUT_NO_FILE' // a folder, a device or a pipe has the name
  | 'OUTPUT_NO_FOLDER' // it would lie in a folder that is not there, which may be a slip
> {}

/** A file to write, as the command line names it. */
export interface OutputTarget {
  /** The flag, for messages. */
  readonly flag: string;
  readonly path: string;
}

/**
 * Makes sure, before anything long begins, that no output replaces an input or another output.
 * @param inputs every path that was named; what is not there is none
 * @returns for each target the file a link means, so that the link stays
 * @throws OutputTargetError
 */
export async function settleTargets(
  targets: readonly OutputTarget[],
  inputs: readonly string[],
): Promise<readonly string[]> {
  const settled: string[] = [];
  const files = await Promise.all(
    inputs.flatMap((input) => [input, `${input}.sigstore.json`]).map(identityOf),
  );
  const folders = await foldersAmong(inputs);
  for (const { flag, path } of targets) {
    const real = await targetOf(path);
    const identity = await identityOf(real);
    if (identity !== undefined && files.includes(identity)) {
      throw new OutputTargetError(
        'OUTPUT_IS_INPUT',
        `${flag} would write over ${path}, which is an input of this run`,
        { suggestions: ['Choose another file'] },
      );
    }
    const around = folders.find((folder) => real.startsWith(`${folder}${sep}`));
    if (around !== undefined) {
      throw new OutputTargetError(
        'OUTPUT_IN_INPUT',
        `${flag} would put ${path} into ${around}, which is judged: it would hold a file more than was signed`,
        { suggestions: ['Choose a place outside'] },
      );
    }
    if (settled.includes(real))
      throw new OutputTargetError('OUTPUT_TWICE', `two outputs of this run go to ${path}`, {
        suggestions: ['Give each its own file'],
      });
    await requireFolder(real, flag);
    await requireFile(real, flag);
    settled.push(real);
  }
  return settled;
}

/**
 * The same for a folder that outputs go into: it may be there or not, and lies in none that is judged.
 * @returns the folder a link means, and whether it is there
 * @throws OutputTargetError OUTPUT_IN_INPUT, OUTPUT_NO_FOLDER
 */
export async function settleFolder(
  { flag, path }: OutputTarget,
  inputs: readonly string[],
): Promise<{ readonly path: string; readonly exists: boolean }> {
  const real = await targetOf(path);
  const folders = await foldersAmong(inputs);
  const around = folders.find((folder) => real === folder || real.startsWith(`${folder}${sep}`));
  if (around !== undefined) {
    throw new OutputTargetError(
      'OUTPUT_IN_INPUT',
      `${flag} would put files into ${around}, which this run reads: it would hold more than it did`,
      { suggestions: [`Choose a folder outside of ${around}`] },
    );
  }
  const found = await stat(real).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new OutputTargetError('OUTPUT_NO_FOLDER', `${flag}: ${path} is there and is no folder`, {
      suggestions: ['Name another folder'],
    });
  }
  if (found === undefined) await requireFolder(real, flag);
  return { path: real, exists: found !== undefined };
}

/** The file a path stands for: through links, also where only its folder is there. */
async function targetOf(path: string): Promise<string> {
  const full = resolve(path);
  try {
    return await realpath(full);
  } catch {
    const folder = await realpath(dirname(full)).catch(() => dirname(full));
    return join(folder, basename(full));
  }
}

/** Device and number of a file: the same for every name of it. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined || found.isDirectory() ? undefined : `${found.dev}:${found.ino}`;
}

/** Real paths of the folders among the inputs, and of those that named files lie in with a release statement. */
async function foldersAmong(inputs: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    inputs.map(async (input) => {
      const real = await realpath(input).catch(() => undefined);
      if (real === undefined) return undefined;
      return (await stat(real)).isDirectory() ? real : undefined;
    }),
  );
  return found.filter((each) => each !== undefined);
}

async function requireFolder(path: string, flag: string): Promise<void> {
  const folder = dirname(path);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  throw new OutputTargetError('OUTPUT_NO_FOLDER', `${flag}: the folder ${folder} is not there`, {
    suggestions: [`mkdir -p ${folder}`, 'Or check the path for a slip'],
  });
}

async function requireFile(path: string, flag: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new OutputTargetError('OUTPUT_NO_FILE', `${flag}: ${path} is there and is no file`, {
    suggestions: ['Name a file; for standard output use --output'],
  });
}
