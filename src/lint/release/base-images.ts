import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { argumentsOfBuilds } from '../build-arguments.ts';
import { builtImages } from '../built-images.ts';
import { isContainerfile } from '../containerfile.ts';
import { containerfileNeeds } from '../containerfile-needs.ts';
import { placeSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { meant, wholeSubject } from '../lint-results.ts';

export const baseImagesThere = defineReleaseCheck({
  id: 'release/base-images',
  title: 'Every base image of our own is built here or locked, and none of others moves',
  severity: 'warning',
  help: {
    why: 'A base image that was renamed on one side only stops every build that stands on it, after the first hour. A base whose tag moves makes another image every day.',
    fix: 'Name the base as the file that builds it does, or build it earlier in the same graph; give bases of others a tag that stays, better a digest.',
    source: 'Past failure P1; requirements R24, R30, R71; release model §5',
  },
  examples: {
    good: `# Makefile
docker build -t localhost:5000/sdk:dev src/sdk
# Containerfile
FROM localhost:5000/sdk:dev AS sdk
FROM docker.io/library/python:3.11-slim`,
    bad: `# Makefile
docker build -t localhost:5000/cowabunga-sdk:dev src/sdk
# Containerfile
FROM localhost:5000/leap-sdk:dev AS sdk
FROM docker.io/library/python:latest`,
  },
  *evaluate(facts) {
    const files = [...(facts.documents ?? [])].filter(([path]) => isContainerfile(path));
    const built = builtImages(facts);
    const composes = composedBases(facts);
    if (files.length + composes.length === 0) {
      yield notApplicable(wholeSubject(facts), 'no image is built here');
      return;
    }
    const known = new Set(built.map(nameOf));
    const locked = new Set(
      Object.values(facts.budget?.lock?.flavors ?? {}).flatMap(({ images }) =>
        images.map(({ reference }) => nameOf(reference)),
      ),
    );
    let open = 0;
    const given = argumentsOfBuilds(facts);
    for (const [file, text] of files) {
      const needs = containerfileNeeds(text, given(file));
      const bases = [...needs.images, ...needs.open].sort((a, b) => a.line - b.line);
      for (const { text: reference, by, line, column } of bases) {
        const name = nameOf(reference);
        const subject = placeSubject({ file, line, column });
        // Which image it is, a build argument without a default says.
        if (name === '') open++;
        // A digest is locked by itself.
        else if (reference.includes('@')) continue;
        else if (isOurs(reference, built, facts) && !known.has(name) && !locked.has(name)) {
          // Nothing here says what is built: it may be a script.
          if (known.size > 0)
            yield fail(
              subject,
              `${by} ${reference}: nothing here builds or locks ${name}${meant(name, known)}`,
            );
        } else if (!known.has(name)) yield* moving(subject, by, reference);
      }
    }
    yield* composes;
    const left = open === 0 ? '' : `; ${open} bases are settled by build arguments alone`;
    yield pass(
      wholeSubject(facts),
      `bases in ${files.length + composes.length} places were looked up${left}`,
    );
  },
});

/** `ghcr.io/org/sdk:${TAG}` is the image sdk; empty where a variable says which. */
function nameOf(reference: string): string {
  const path = reference.replace(/@.*$/, '');
  const last = posix.basename(path).replace(/:.*$/, '');
  return /[${}]|^$/.test(last) ? '' : last;
}

/** Folder of a repository; empty for one directly below its host. */
function ownerOf(reference: string): string {
  const folder = posix.dirname(reference.replace(/@.*$/, ''));
  return folder.includes('/') && !/[${}]/.test(folder) ? folder : '';
}

/** By where it lies: on this machine, where images go that are built here, or below the name of the release. */
function isOurs(
  reference: string,
  built: readonly string[],
  { definition }: DeployedRelease,
): boolean {
  const [first = ''] = reference.split('/');
  // A registry that a build argument names is ours where what is built here goes there, too.
  if (first.startsWith('$')) return built.some((each) => each.startsWith('$'));
  const owner = ownerOf(reference);
  if (/^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(first)) return !owner.includes('/library');
  if (owner === '') return false;
  if (built.some((each) => ownerOf(each) === owner)) return true;
  return definition !== undefined && owner.split('/').slice(1).includes(definition.name);
}

function* moving(
  subject: ReturnType<typeof placeSubject>,
  by: string,
  reference: string,
): Generator<LintResult> {
  if (reference.includes('$')) return;
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  if (tag === undefined)
    yield fail(
      subject,
      `${by} ${reference} has neither tag nor digest: it is another one every day`,
    );
  else if (/^(?:latest|main|master|edge|nightly)$/.test(tag))
    yield fail(subject, `${by} ${reference}: the tag ${tag} moves`);
}

/** Bases of images that are put together here: a source has to hold them that is asked for them. */
function composedBases({ definition, definitionAt }: DeployedRelease): readonly LintResult[] {
  if (definition === undefined || definitionAt === undefined) return [];
  const { imageSources: sources } = definition;
  return sources.flatMap((source, at) => {
    if (source.type !== 'compose') return [];
    return Object.entries(source.images).flatMap(([image, { base }]) => {
      if (base === 'scratch') return [];
      const place = definitionAt(
        `/imageSources/${at}/images/${image.replaceAll('~', '~0').replaceAll('/', '~1')}/base`,
      );
      const subject = placeSubject(place);
      const host = hostOf(base);
      const held = sources.slice(at).some((other) => {
        if (other.type === 'compose' || other.type === 'build')
          return Object.keys(other.images).some((name) => full(name) === full(base));
        if (other.type !== 'registry') return true;
        const asked = other.overrides?.[host] ?? host;
        return other.hosts.some((each) => each === '*' || each === asked);
      });
      return held
        ? [pass(subject, `${base} can be had`)]
        : [
            fail(
              subject,
              `${image} stands on ${base}, and no image source from here on can hold it`,
              { severity: 'error' },
            ),
          ];
    });
  });
}

function hostOf(reference: string): string {
  const [first = ''] = reference.split('/');
  return reference.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

function full(reference: string): string {
  const host = hostOf(reference);
  const path = reference.startsWith(`${host}/`) ? reference.slice(host.length + 1) : reference;
  const named = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return `${host}/${named}${/[:@][^/]*$/.test(named) ? '' : ':latest'}`;
}
