import type { BuildSourceConfig, BuiltImageConfig } from '../config/build-source.ts';
import { parseContextIgnore } from '../config/context-ignore.ts';
import type { ContainerfileNeeds } from '../lint/containerfile-needs.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ContextEntry } from '../ports/image-builder.ts';
import { BuildError } from './build-error.ts';
import type { RecipeBase } from './prepare-build.ts';

/** What a Containerfile is held against. */
export interface RecipeDeps {
  readonly config: BuildSourceConfig;
  /** Images built by the same source, by full name. */
  readonly own: ReadonlyMap<string, BuiltImageConfig>;
}

const nameAStage = 'Name a stage that stands above, or an image by its full name';
/** Arguments every engine knows without a declaration. */
const knownArgument =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT))$/i;

/**
 * What is wrong with what a Containerfile asks for, all of it.
 * @param path of the Containerfile
 */
export function* needFaults(
  name: string,
  path: string,
  needs: ContainerfileNeeds,
  { target, args = {}, secrets = [], ssh = [] }: BuiltImageConfig,
): Generator<BuildError> {
  if (needs.syntax !== undefined)
    yield new BuildError(
      'BUILD_FRONTEND_REFUSED',
      `${name}: ${path} wants to be read by ${needs.syntax}`,
      {
        suggestions: [
          'Take the # syntax= line out: an image that is fetched would decide what is built',
        ],
      },
    );
  for (const open of needs.open)
    yield new BuildError(
      'BUILD_BASE_OPEN',
      `${name}: ${path}:${open.line} leaves open what ${open.text} is`,
      {
        suggestions: ['Give the argument a default in the Containerfile, or a value under args'],
      },
    );
  for (const stage of needs.unknownStages)
    yield new BuildError(
      'BUILD_STAGE_MISSING',
      `${name}: ${path}:${stage.line} copies from stage ${stage.text}, which is not before it`,
      {
        suggestions: ['Name a stage that stands above'],
      },
    );
  if (target !== undefined && !needs.stages.includes(target.toLowerCase()))
    yield new BuildError('BUILD_STAGE_MISSING', `${name}: ${path} has no stage '${target}'`, {
      suggestions: [`Name one of its stages as target: ${needs.stages.join(', ')}`],
    });
  for (const remote of needs.remote)
    yield new BuildError(
      'BUILD_REMOTE_REFUSED',
      `${name}: ${path}:${remote.line} would fetch ${remote.text}`,
      {
        suggestions: ['Put the file into the context, so that its content is known before'],
      },
    );
  const unknown = Object.keys(args).filter(
    (each) => !needs.args.includes(each) && !knownArgument.test(each),
  );
  for (const argument of unknown)
    yield new BuildError(
      'BUILD_ARGUMENT_UNKNOWN',
      `${name}: ${path} declares no argument '${argument}'`,
      {
        suggestions: [`Add 'ARG ${argument}' to the Containerfile, or take it out of args`],
      },
    );
  for (const wanted of needs.secrets.filter(({ text }) => !secrets.some(({ id }) => id === text)))
    yield new BuildError(
      'BUILD_SECRET_MISSING',
      `${name}: ${path}:${wanted.line} mounts the secret '${wanted.text}', which the image is not given`,
      {
        suggestions: [`Name its file under secrets: { id: ${wanted.text}, file: … }`],
      },
    );
  for (const key of needs.ssh.filter(({ text }) => !ssh.some(({ id }) => id === text)))
    yield new BuildError(
      'BUILD_SSH_MISSING',
      `${name}: ${path}:${key.line} mounts the ssh key '${key.text}', which the image is not given`,
      {
        suggestions: [`Name it under ssh: { id: ${key.text} }, with the file of a key or without`],
      },
    );
}

/**
 * What is wrong with the images a Containerfile builds upon or copies from, all of it.
 * @param path of the Containerfile
 */
export function* baseFaults(
  name: string,
  path: string,
  { images }: Pick<ContainerfileNeeds, 'images'>,
  { own, config: { allowedBases } }: Pick<RecipeDeps, 'own' | 'config'>,
): Generator<BuildError> {
  for (const { text, line, by } of images) {
    const full = fullName(text);
    const isOwn = full !== undefined && own.has(full.normalized);
    if (isOwn) continue;
    const at = `${name}: ${path}:${line}`;
    if (full === undefined) {
      yield new BuildError(
        'BUILD_STAGE_MISSING',
        `${at} names '${text}', neither a stage above nor an image`,
        { suggestions: [nameAStage] },
      );
      continue;
    }
    // A word without host and tag is a stage that is not there, rather than an image of the public registry.
    if (by !== 'FROM' && full.registry === 'docker.io' && !/[/:@]/.test(text)) {
      yield new BuildError(
        'BUILD_STAGE_MISSING',
        `${at} copies from '${text}', and no stage above is called so`,
        { suggestions: [nameAStage] },
      );
      continue;
    }
    if (allowedBases !== undefined && !allowedBases.some((each) => fits(each, full.normalized)))
      yield new BuildError(
        'BUILD_BASE_REFUSED',
        `${at} uses ${text}, which allowedBases does not allow`,
        {
          suggestions: [
            'Use an allowed base, or add this one to allowedBases in cowa-release.yaml',
          ],
        },
      );
    if (full.digest === undefined)
      yield new BuildError('BUILD_BASE_UNPINNED', `${at} uses ${text} without its digest`, {
        suggestions: [`Write it as ${text}@sha256:…, as the digest of what was looked at`],
      });
  }
}

/** The images it builds upon or copies from, each spelling once; what is no name of an image is none of them. */
export function recipeBases(
  { images }: Pick<ContainerfileNeeds, 'images'>,
  own: RecipeDeps['own'],
): readonly RecipeBase[] {
  const bases = new Map<string, RecipeBase>();
  for (const { text } of images) {
    const normalized = fullName(text)?.normalized;
    if (normalized !== undefined)
      bases.set(text, { reference: text, normalized, own: own.has(normalized) });
  }
  return [...bases.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

/**
 * Sources of `COPY` and `ADD` that are not in the context, all of them.
 * @param path of the Containerfile
 */
export function* sourceFaults(
  name: string,
  path: string,
  { sources }: Pick<ContainerfileNeeds, 'sources'>,
  folder: string,
  entries: readonly ContextEntry[],
): Generator<BuildError> {
  for (const { text: source, line } of sources)
    if (!isThere(source, entries))
      yield new BuildError(
        'BUILD_SOURCE_MISSING',
        `${name}: ${path}:${line} copies '${source}', which is not in the context ${folder}`,
        { suggestions: ['Correct the path, or look whether the ignore file leaves it out'] },
      );
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
