import type { Coverage } from '../inventory.ts';
import type { Cataloger } from './cataloger.ts';

/** Types of package URLs whose packages catalogers find wherever they are installed. */
export const cataloguedTypes: readonly string[] = ['apk', 'deb', 'golang', 'npm', 'pypi', 'rpm'];

const known: readonly (readonly [RegExp, string])[] = [
  [/\.(?:jar|war|ear|jpi|hpi|par|sar|nar)$/i, 'Java archives'],
  [/\.deps\.json$/, '.NET dependency files'],
  [/\.gemspec$/, 'Ruby gems'],
  [/(?:^|\/)composer\/installed\.json$/, 'PHP Composer packages'],
  [/(?:^|\/)conda-meta\/[^/]+\.json$/, 'conda packages'],
  [
    /(?:^|\/)(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/Packages$/,
    'Berkeley DB rpm databases',
  ],
  [/(?:^|\/)(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/Packages\.db$/, 'NDB rpm databases'],
  [/(?:^|\/)var\/lib\/pacman\/local\/[^/]+\/desc$/, 'pacman packages'],
  [/(?:^|\/)var\/db\/pkg\/[^/]+\/[^/]+\/CONTENTS$/, 'Portage packages'],
  [/(?:^|\/)nix\/store\/[^/]+\.drv$/, 'Nix derivations'],
  [/(?:^|\/)site-library\/[^/]+\/DESCRIPTION$/, 'R packages'],
  [/\.(?:whl|egg)$/i, 'packed Python distributions'],
  [/\.(?:apk|deb|rpm)$/, 'packed system packages'],
  [/(?:^|\/)var\/lib\/db\/sbom\/[^/]+\.spdx\.json$/, 'SBOMs inside the image'],
  [/(?:^|\/)\.spdx-[^/]+\.spdx$/, 'SBOMs inside the image'],
  [/\.(?:onnx|pt|pth|ckpt|h5|tflite|pdmodel)$/, 'model files of other formats'],
];

/** Types of package URLs that what no cataloger reads may be of; of all others it holds none that are read. */
const mayHold: Readonly<Record<string, readonly string[] | undefined>> = {
  'Berkeley DB rpm databases': ['rpm'],
  'NDB rpm databases': ['rpm'],
  'conda packages': ['pypi'],
  'packed Python distributions': ['pypi'],
  'packed system packages': ['apk', 'deb', 'rpm'],
  'SBOMs inside the image': cataloguedTypes,
  'Go programs made before Go 1.18': ['golang'],
  'Node modules without a version': ['npm'],
};

/** Packages of these types may lie in an image without having been found there. */
export function hiddenTypes(coverage: Coverage): ReadonlySet<string> {
  const { uncovered, faults, unexplainedBinaries } = coverage;
  return new Set([
    ...uncovered.flatMap(({ ecosystem }) => mayHold[ecosystem] ?? []),
    // What could not be read may have named any.
    ...(faults.length === 0 ? [] : cataloguedTypes),
    // Packed programs show nothing of what they were built from.
    ...(unexplainedBinaries === 0 ? [] : ['golang']),
  ]);
}

/** Notices what other ecosystems leave, so that it can be counted and said; reads none of it. */
export const uncoveredCataloger: Cataloger = {
  id: 'uncovered',
  wants({ path, type }) {
    if (type !== 'file') return undefined;
    const ecosystem = known.find(([pattern]) => pattern.test(path))?.[1];
    return ecosystem === undefined
      ? undefined
      : {
          how: 'passing',
          taker: { push: () => undefined, end: () => ({ kind: 'uncovered', ecosystem }) },
        };
  },
  packages: () => [],
};
