import type { Cataloger } from './cataloger.ts';

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
