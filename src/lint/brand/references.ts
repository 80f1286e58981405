import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { imagesCarriedBy, repositoryOf } from '../carried-images.ts';
import { placeSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { listed, wholeSubject } from '../lint-results.ts';
import { normal } from '../named-images.ts';

export const references = defineReleaseCheck({
  id: 'brand/references',
  title: 'Images and archives that documents quote are those of this release',
  severity: 'warning',
  help: {
    why: 'A document that quotes the tag of an image or the name of an archive of another release sends people after something that is not there.',
    fix: 'Quote what the release holds, or write <version> where any is meant.',
    source: 'Past failure P16; requirement R8',
  },
  examples: {
    good: '`uds deploy uds-bundle-platform-cpu-amd64-1.0.0.tar.zst` # the release is 1.0.0',
    bad: '`uds deploy uds-bundle-platform-cpu-amd64-0.9.0.tar.zst` # the release is 1.0.0',
  },
  *evaluate(facts) {
    const { documents, definition } = facts;
    const own = [...(documents ?? [])].filter(([path]) => isDocument(path));
    if (definition === undefined || own.length === 0) {
      yield notApplicable(wholeSubject(facts), 'no documents of a release are known');
      return;
    }
    const images = imagesByRepository(facts);
    const versions = versionsByName(facts);
    let count = 0;
    for (const [file, text] of own)
      for (const [index, line] of text.split('\n').entries()) {
        const at = (column: number) => placeSubject({ file, line: index + 1, column: column + 1 });
        for (const match of line.matchAll(
          /[a-z0-9.-]+(?::[0-9]+)?\/[a-z0-9._/-]+:[\w][\w.-]*[\w]/g,
        )) {
          const tags = images.get(repositoryOf(normal(match[0])));
          if (tags === undefined || isOpen(match[0])) continue;
          count++;
          const tag = match[0].slice(match[0].lastIndexOf(':') + 1);
          if (!tags.has(tag))
            yield fail(at(match.index), `${match[0]} is quoted, the release has ${listed(tags)}`);
        }
        for (const match of line.matchAll(
          /\b(zarf-package|uds-bundle)-([a-z0-9-]+?)-(?:amd64|arm64)-([\w.]+?)(?:-[a-z0-9]+)?\.tar(?:\.zst)?\b/g,
        )) {
          const [whole, kind = '', name = '', version = ''] = match;
          if (isOpen(whole) || isOpen(version)) continue;
          count++;
          const is = versions.get(`${kind} ${name}`);
          if (is === undefined)
            yield fail(
              at(match.index),
              `${whole} is quoted, and the release has no such ${kind === 'uds-bundle' ? 'bundle' : 'package'}`,
            );
          else if (is !== version)
            yield fail(at(match.index), `${whole} is quoted, the release is ${is}`);
        }
      }
    if (count === 0)
      yield notApplicable(wholeSubject(facts), 'no document quotes images or archives');
    else yield pass(wholeSubject(facts), `${count} references in documents were looked up`);
  },
});

/** Documents that speak of now: histories and decisions speak of then. */
function isDocument(path: string): boolean {
  return (
    /\.(?:md|markdown|txt|rst|adoc)$/i.test(path) &&
    !/(?:^|\/)(?:changelog|changes|history|news|release[-_]?notes|upgrad)/i.test(path) &&
    !/(?:^|\/)(?:adr|archive|legacy)\//i.test(path) &&
    posix.basename(path) !== 'LICENSE.txt'
  );
}

/** A name for any: `<version>`, `X.Y.Z`, `${VERSION}`. */
function isOpen(text: string): boolean {
  return /[<>${}*]|\bx\.y|\bX\.Y|VERSION|^[vV]?[xXyYzZ.]+$/.test(text);
}

function imagesByRepository({
  packages,
}: DeployedRelease): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { definition } of packages)
    for (const image of imagesCarriedBy(definition)) {
      const full = normal(image);
      const repository = repositoryOf(full);
      const tag = full.slice(repository.length + 1).split('@')[0] ?? '';
      if (!full.slice(repository.length).startsWith('@'))
        found.set(repository, (found.get(repository) ?? new Set()).add(tag));
    }
  return found;
}

function versionsByName({ packages, bundles }: DeployedRelease): ReadonlyMap<string, string> {
  return new Map([
    ...packages.map(
      ({ definition: { metadata } }) =>
        [`zarf-package ${metadata.name}`, metadata.version ?? ''] as const,
    ),
    ...bundles.map(
      ({ definition: { metadata } }) =>
        [`uds-bundle ${metadata.name}`, metadata.version ?? ''] as const,
    ),
  ]);
}
