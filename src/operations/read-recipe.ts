import { posix } from 'node:path';
import type { BuiltImageConfig } from '../config/build-source.ts';
import { containerfileNeeds } from '../lint/containerfile-needs.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { readBuildContext } from './build-context.ts';
import { BuildError, RecipeError } from './build-error.ts';
import {
  baseFaults,
  needFaults,
  type RecipeDeps,
  recipeBases,
  sourceFaults,
} from './judge-recipe.ts';
import { ownBases } from './order-builds.ts';
import type { BuildRecipe } from './prepare-build.ts';

const maxContainerfileBytes = 2 ** 20;

/**
 * Reads a Containerfile and its context, and checks all that can be known before an engine runs.
 * @throws RecipeError with everything that is wrong: all codes but BUILD_NAME_TWICE, BUILD_BASE_CYCLE,
 * BUILD_BASE_MISSING
 */
export async function readRecipe(
  name: string,
  image: BuiltImageConfig,
  deps: RecipeDeps & { readonly workspace: Workspace },
  run: Run,
): Promise<BuildRecipe> {
  const { workspace, own } = deps;
  const path = await containerfileOf(name, image, workspace);
  const text = Buffer.from(await workspace.read(path, maxContainerfileBytes)).toString('utf8');
  const needs = containerfileNeeds(text, image.args);
  const bases = recipeBases(needs, own);
  const faults = [
    ...needFaults(name, path, needs, image),
    ...(await fileFaults(name, image, workspace)),
    ...baseFaults(name, path, needs, deps),
  ];
  const place = { name, folder: image.context, containerfile: path };
  const context = await readBuildContext(place, workspace, run).catch((error: unknown) => {
    if (!(error instanceof BuildError)) throw error;
    throw new RecipeError([...faults, ...error.faults], ownBases({ bases }));
  });
  faults.push(...sourceFaults(name, path, needs, image.context, context.entries));
  if (faults.length > 0) throw new RecipeError(faults, ownBases({ bases }));
  return { name, image, path, text, bases, context };
}

/** Files of secrets and keys that are not there. */
async function fileFaults(
  name: string,
  { secrets = [], ssh = [] }: BuiltImageConfig,
  workspace: Workspace,
): Promise<readonly BuildError[]> {
  const faults: BuildError[] = [];
  for (const { id, file } of secrets)
    if ((await workspace.stat(file))?.kind !== 'file')
      faults.push(
        new BuildError(
          'BUILD_SECRET_MISSING',
          `${name}: the file ${file} of its secret '${id}' is not there`,
          {
            suggestions: [
              'Put the secret into that file, or correct its path in cowa-release.yaml',
            ],
          },
        ),
      );
  for (const { id, file } of ssh)
    if (file !== undefined && !file.startsWith('/') && (await workspace.stat(file)) === undefined)
      faults.push(
        new BuildError(
          'BUILD_SSH_MISSING',
          `${name}: ${file}, the key or agent of its ssh '${id}', is not there`,
          { suggestions: ['Correct its path in cowa-release.yaml: it is relative to that file'] },
        ),
      );
  return faults;
}

async function containerfileOf(
  name: string,
  { context, containerfile }: BuiltImageConfig,
  workspace: Workspace,
): Promise<string> {
  if ((await workspace.stat(context))?.kind !== 'directory')
    throw new BuildError('BUILD_CONTEXT_MISSING', `${name}: its context ${context} is no folder`, {
      suggestions: ['Correct context of the image: it is relative to cowa-release.yaml'],
    });
  const places =
    containerfile === undefined
      ? ['Containerfile', 'Dockerfile'].map((each) => posix.join(context, each))
      : [containerfile];
  for (const place of places) if ((await workspace.stat(place))?.kind === 'file') return place;
  throw new BuildError(
    'BUILD_CONTAINERFILE_MISSING',
    `${name}: there is no ${places.join(' and no ')}`,
    {
      suggestions: ['Correct containerfile of the image: it is relative to cowa-release.yaml'],
    },
  );
}
