/**
 * Licences that a Debian copyright file names: the `License` fields of the machine-readable form, else the
 * files of `common-licenses` that the text points at. Each once, in the order of the file.
 * @see Debian machine-readable copyright format 1.0
 */
export function debianLicences(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, name = ''] of text.matchAll(/^License:[ \t]*(\S.*)$/gm)) {
    const cleaned = name.trim().replace(/[,;.]+$/, '');
    if (isName(cleaned)) found.add(cleaned);
  }
  if (found.size === 0)
    for (const [, name = ''] of text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.+-]+)/g))
      found.add(name.replace(/[.,;:]+$/, ''));
  return [...found];
}

/** Some files have the words of the licence where its name belongs. */
function isName(text: string): boolean {
  const parts = text.split(/\s*(?:,|\band\/or\b|\band\b|\bor\b|\bwith\b)\s*/);
  return (
    text.length <= 200 &&
    parts.every((part) => /\d/.test(part) || part.split(' ').length <= 2) &&
    text !== ''
  );
}
