import { compareAlpine } from './alpine-version.ts';
import { compareDebian } from './debian-version.ts';
import { comparePython } from './python-version.ts';
import { compareRpm } from './rpm-version.ts';
import { compareSemantic } from './semantic-version.ts';

/**
 * Which of two versions of a package is older, by the rules of its ecosystem.
 * @param type of the package, in Syft's words: `deb`, `npm`
 * @returns below 0 where `a` is older; undefined where that cannot be told
 */
export function compareVersions(type: string, a: string, b: string): number | undefined {
  if (a === '' || b === '') return undefined;
  switch (type) {
    case 'deb':
      return compareDebian(a, b);
    case 'rpm':
      return compareRpm(a, b);
    case 'apk':
      return compareAlpine(a, b);
    case 'python':
      return comparePython(a, b);
    case 'npm':
      return compareSemantic(a, b);
    case 'go-module':
      // The release of Go itself is written go1.26.8.
      return compareSemantic(a.replace(/^go/, ''), b.replace(/^go/, ''));
    default:
      return undefined;
  }
}
