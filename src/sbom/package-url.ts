import { PackageURL } from 'packageurl-js';

/**
 * The one spelling of a package URL; qualifiers that are undefined or empty are left out.
 * @see package-url/purl-spec
 */
export function packageUrl(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string | undefined,
  qualifiers: Readonly<Record<string, string | undefined>> = {},
  subpath?: string,
): string {
  const given = Object.entries(qualifiers).flatMap(([key, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[key, value]],
  );
  return (
    new PackageURL(
      type,
      namespace === '' ? undefined : namespace,
      name,
      version === '' ? undefined : version,
      given.length === 0 ? undefined : Object.fromEntries(given),
      subpath,
    )
      .toString()
      // The library leaves a plus in versions as it is; the specification does not.
      .replaceAll('+', '%2B')
  );
}

/** An image in the words of package URLs. @see purl-spec, types: oci */
export function imageUrl(reference: string, digest: string, architecture: string): string {
  const [named = ''] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return packageUrl('oci', undefined, name.toLowerCase(), digest, {
    arch: architecture,
    repository_url: repository,
    tag: colon < 0 ? undefined : named.slice(colon + 1),
  });
}

/** The address if it is one of the web; packages write all kinds of things there. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text)) return undefined;
  return URL.canParse(text) ? text : undefined;
}
