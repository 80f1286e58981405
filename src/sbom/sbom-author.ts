/** What the definitions of packages and bundles say of who made them. */
export interface AuthoredMetadata {
  readonly authors?: string;
  readonly vendor?: string;
}

/** Who answers for the documents about a package or bundle: its authors, else its vendor; undefined: it says neither. */
export function authorOf({ authors = '', vendor = '' }: AuthoredMetadata): string | undefined {
  const [named] = [authors, vendor]
    .map((each) => each.replaceAll(/\s+/g, ' ').trim())
    .filter((each) => each !== '');
  return named;
}

/**
 * Who answers for documents that several packages share: the one whom all that name anybody name. Where
 * they differ nobody is chosen.
 */
export function agreedAuthor(packages: readonly AuthoredMetadata[]): string | undefined {
  const named = new Set(packages.flatMap((each) => authorOf(each) ?? []));
  return named.size === 1 ? [...named][0] : undefined;
}
