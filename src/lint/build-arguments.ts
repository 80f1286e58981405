import { posix } from 'node:path';
import { isProse } from './built-images.ts';
import type { DeployedRelease } from './deployed-release.ts';
import { releaseFolder } from './release-packages.ts';

/**
 * Values that build arguments are given, for each Containerfile by its path: those of the image a release definition
 * builds of it, else what command lines of the repository give by `--build-arg`, where all that name it agree.
 */
export function argumentsOfBuilds(
  facts: DeployedRelease,
): (file: string) => Readonly<Record<string, string>> {
  const { documents, definition } = facts;
  const said = new Map<string, string | undefined>();
  for (const [path, text] of documents ?? [])
    for (const [, name = '', value = ''] of isProse(path) ? [] : text.matchAll(byFlag))
      said.set(name, said.has(name) && said.get(name) !== value ? undefined : value);
  const written = Object.fromEntries(
    [...said].flatMap(([name, value]): [string, string][] =>
      // What a variable says is known to whoever runs the line.
      value === undefined || /[$`{]/.test(value) ? [] : [[name, value]],
    ),
  );
  const folder = releaseFolder(facts) ?? '.';
  const built = (definition?.imageSources ?? []).flatMap((source) =>
    source.type === 'build' ? Object.values(source.images) : [],
  );
  return (file) => {
    const [image, ...others] = built.filter(({ context, containerfile }) => {
      const places =
        containerfile === undefined
          ? [`${context}/Containerfile`, `${context}/Dockerfile`]
          : [containerfile];
      return places.some((place) => posix.join(folder, place) === posix.normalize(file));
    });
    return others.length === 0 && image !== undefined ? { ...image.args } : written;
  };
}

const byFlag = /--build-arg[ =]+["']?([A-Za-z_]\w*)=([^\s"'\\]*)/g;
