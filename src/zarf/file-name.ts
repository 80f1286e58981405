import type { PackageDefinition } from './definition.ts';
import { PackError } from './pack-error.ts';

/**
 * File name of a package archive by Zarf's rule. Kind `ZarfInitConfig` has a rule of its own.
 * @throws PackError PACK_NAME_INVALID when a part would lead out of the folder
 * @see shared reference of the Zarf package format, 1.1
 */
export function packageFileName(
  definition: Pick<PackageDefinition, 'kind' | 'metadata' | 'build'>,
  options: { readonly architecture: string; readonly flavor?: string },
): string {
  const { metadata, build, kind } = definition;
  const stem =
    kind === 'ZarfInitConfig'
      ? `zarf-init-${options.architecture}`
      : `zarf-package-${metadata.name}-${options.architecture}`;
  const version = metadata.version ?? '';
  const base =
    build?.differential === true ? `-${build.differentialPackageVersion ?? ''}-differential` : '';
  const flavor = options.flavor === undefined || options.flavor === '' ? '' : `-${options.flavor}`;
  const name = `${stem}${base}${version === '' ? '' : `-${version}`}${flavor}`;
  if (options.architecture === '')
    throw new PackError('PACK_NAME_INVALID', 'a package needs an architecture to have a file name');
  if (/[/\\\p{Cc}]/u.test(name)) {
    throw new PackError(
      'PACK_NAME_INVALID',
      `name, version or flavor give the file name '${name}', which holds a slash or a control character`,
      {
        suggestions: ['Take slashes out of metadata.name, metadata.version and the flavor'],
      },
    );
  }
  return `${name}${metadata.uncompressed === true ? '.tar' : '.tar.zst'}`;
}

/**
 * The same for a package that was made, by what it says of itself; undefined where that is not enough.
 * @see packageFileName
 */
export function madeFileName(definition: PackageDefinition): string | undefined {
  const { build, metadata } = definition;
  const architecture = build?.architecture ?? metadata.architecture ?? '';
  const flavor = build?.flavor;
  if (architecture === '') return undefined;
  try {
    return packageFileName(definition, {
      architecture,
      ...(flavor === undefined ? {} : { flavor }),
    });
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}
