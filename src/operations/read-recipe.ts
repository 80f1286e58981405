import { posix } from 'node:path';
import type { BuildSourceConfig, BuiltImageConfig } from '../config/build-source.ts';
import { parseContextIgnore } from '../config/context-ignore.ts';
import { type ContainerfileNeeds, containerfileNeeds } from '../lint/containerfile-needs.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ContextEntry } from '../ports/image-builder.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { readBuildContext } from './build-context.ts';
import { BuildError } from './build-error.ts';
import type { BuildRecipe, RecipeBase } from './prepare-build.ts';

/** What the checks before a build look at. */
export interface RecipeDeps {
  readonly workspace: Workspace;
  readonly config: BuildSourceConfig;
  /** Images built by the same source, by full name. */
  readonly own: ReadonlyMap<string, BuiltImageConfig>;
}

const maxContainerfileBytes = 2 ** 20;
/** Arguments every engine knows without a declaration. */
const knownArgument =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT))$/i;

/**
 * Reads a Containerfile and its context, and checks all that can be known before an engine runs.
 * @throws BuildError all codes but BUILD_NAME_TWICE, BUILD_BASE_CYCLE, BUILD_BASE_MISSING
 */
export async function readRecipe(
  name: string,
  image: BuiltImageConfig,
  deps: RecipeDeps,
  run: Run,
): Promise<BuildRecipe> {
  const { workspace } = deps;
  const path = await containerfileOf(name, image, workspace);
  const text = Buffer.from(await workspace.read(path, maxContainerfileBytes)).toString('utf8');
  const needs = containerfileNeeds(text, image.args);
  judgeNeeds(name, path, needs, image);
  for (const { id, file } of image.secrets ?? [])
    if ((await workspace.stat(file))?.kind !== 'file')
      throw new BuildError(
        'BUILD_SECRET_MISSING',
        `${name}: the file ${file} of its secret '${id}' is not there`,
        {
          suggestions: ['Put the secret into that file, or correct its path in cowa-release.yaml'],
        },
      );
  for (const { id, file } of image.ssh ?? [])
    if (file !== undefined && !file.startsWith('/') && (await workspace.stat(file)) === undefined)
      throw new BuildError(
        'BUILD_SSH_MISSING',
        `${name}: ${file}, the key or agent of its ssh '${id}', is not there`,
        { suggestions: ['Correct its path in cowa-release.yaml: it is relative to that file'] },
      );
  const bases = basesOf(name, path, needs, deps);
  const context = await readBuildContext(
    { name, folder: image.context, containerfile: path },
    workspace,
    run,
  );
  for (const { text: source, line } of needs.sources)
    if (!isThere(source, context.entries))
      throw new BuildError(
        'BUILD_SOURCE_MISSING',
        `${name}: ${path}:${line} copies '${source}', which is not in the context ${image.context}`,
        { suggestions: ['Correct the path, or look whether the ignore file leaves it out'] },
      );
  return { name, image, path, text, bases, context };
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

function judgeNeeds(
  name: string,
  path: string,
  needs: ContainerfileNeeds,
  { target, args = {}, secrets = [], ssh = [] }: BuiltImageConfig,
): void {
  if (needs.syntax !== undefined)
    throw new BuildError(
      'BUILD_FRONTEND_REFUSED',
      `${name}: ${path} wants to be read by ${needs.syntax}`,
      {
        suggestions: [
          'Take the # syntax= line out: an image that is fetched would decide what is built',
        ],
      },
    );
  const [open] = needs.open;
  if (open !== undefined)
    throw new BuildError(
      'BUILD_BASE_OPEN',
      `${name}: ${path}:${open.line} leaves open what ${open.text} is`,
      {
        suggestions: ['Give the argument a default in the Containerfile, or a value under args'],
      },
    );
  const [stage] = needs.unknownStages;
  if (stage !== undefined)
    throw new BuildError(
      'BUILD_STAGE_MISSING',
      `${name}: ${path}:${stage.line} copies from stage ${stage.text}, which is not before it`,
      {
        suggestions: ['Name a stage that stands above'],
      },
    );
  if (target !== undefined && !needs.stages.includes(target.toLowerCase()))
    throw new BuildError('BUILD_STAGE_MISSING', `${name}: ${path} has no stage '${target}'`, {
      suggestions: [`Name one of its stages as target: ${needs.stages.join(', ')}`],
    });
  const [remote] = needs.remote;
  if (remote !== undefined)
    throw new BuildError(
      'BUILD_REMOTE_REFUSED',
      `${name}: ${path}:${remote.line} would fetch ${remote.text}`,
      {
        suggestions: ['Put the file into the context, so that its content is known before'],
      },
    );
  const unknown = Object.keys(args).find(
    (each) => !needs.args.includes(each) && !knownArgument.test(each),
  );
  if (unknown !== undefined)
    throw new BuildError(
      'BUILD_ARGUMENT_UNKNOWN',
      `${name}: ${path} declares no argument '${unknown}'`,
      {
        suggestions: [`Add 'ARG ${unknown}' to the Containerfile, or take it out of args`],
      },
    );
  const wanted = needs.secrets.find(({ text }) => !secrets.some(({ id }) => id === text));
  if (wanted !== undefined)
    throw new BuildError(
      'BUILD_SECRET_MISSING',
      `${name}: ${path}:${wanted.line} mounts the secret '${wanted.text}', which the image is not given`,
      {
        suggestions: [`Name its file under secrets: { id: ${wanted.text}, file: … }`],
      },
    );
  const key = needs.ssh.find(({ text }) => !ssh.some(({ id }) => id === text));
  if (key !== undefined)
    throw new BuildError(
      'BUILD_SSH_MISSING',
      `${name}: ${path}:${key.line} mounts the ssh key '${key.text}', which the image is not given`,
      {
        suggestions: [`Name it under ssh: { id: ${key.text} }, with the file of a key or without`],
      },
    );
}

function basesOf(
  name: string,
  path: string,
  { images }: ContainerfileNeeds,
  { own, config: { allowedBases } }: RecipeDeps,
): readonly RecipeBase[] {
  const bases = new Map<string, RecipeBase>();
  for (const { text, line, by } of images) {
    const full = fullName(text);
    if (full === undefined) {
      throw new BuildError(
        'BUILD_STAGE_MISSING',
        `${name}: ${path}:${line} names '${text}', neither a stage above nor an image`,
        {
          suggestions: ['Name a stage that stands above, or an image by its full name'],
        },
      );
    }
    const { normalized, digest, registry } = full;
    const isOwn = own.has(normalized);
    // A word without host and tag is a stage that is not there, rather than an image of the public registry.
    if (!isOwn && by !== 'FROM' && registry === 'docker.io' && !/[/:@]/.test(text))
      throw new BuildError(
        'BUILD_STAGE_MISSING',
        `${name}: ${path}:${line} copies from '${text}', and no stage above is called so`,
        {
          suggestions: ['Name a stage that stands above, or an image by its full name'],
        },
      );
    if (
      !isOwn &&
      allowedBases !== undefined &&
      !allowedBases.some((each) => fits(each, normalized))
    )
      throw new BuildError(
        'BUILD_BASE_REFUSED',
        `${name}: ${path}:${line} uses ${text}, which allowedBases does not allow`,
        {
          suggestions: [
            'Use an allowed base, or add this one to allowedBases in cowa-release.yaml',
          ],
        },
      );
    if (!isOwn && digest === undefined)
      throw new BuildError(
        'BUILD_BASE_UNPINNED',
        `${name}: ${path}:${line} uses ${text} without its digest`,
        {
          suggestions: [`Write it as ${text}@sha256:…, as the digest of what was looked at`],
        },
      );
    bases.set(text, { reference: text, normalized, own: isOwn });
  }
  return [...bases.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

function fullName(text: string): ReturnType<typeof normalizeReference> | undefined {
  try {
    return normalizeReference(text);
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

function fits(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}

/** A source with wildcards fits as an ignore pattern would. One that hangs on variables is left to the engine. */
function isThere(source: string, entries: readonly ContextEntry[]): boolean {
  if (source.includes('$')) return true;
  const plain = source
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  if (plain === '') return true;
  if (/[*?[]/.test(plain)) {
    const matches = parseContextIgnore(plain);
    return entries.some(({ path }) => matches(path));
  }
  return entries.some(({ path }) => path === plain);
}
