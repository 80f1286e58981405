import type { Cataloger } from './cataloger.ts';

/** The distribution an image is made from; it makes no package of its own. */
export const distroCataloger: Cataloger = {
  id: 'os-release',
  wants({ path, type }) {
    if (type !== 'file' || !/^(?:etc|usr\/lib)\/os-release$/.test(path)) return undefined;
    return {
      how: 'whole',
      maxBytes: 2 ** 20,
      read: (content) => ({ kind: 'os-release', fields: readOsRelease(content.toString('utf8')) }),
    };
  },
  packages: () => [],
};

/** Assignments of a shell without substitution. @see os-release(5) */
function readOsRelease(text: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, raw] = /^([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || raw === undefined) continue;
    const quoted = /^(["'])(.*)\1$/s.exec(raw);
    fields[name] = (quoted?.[2] ?? raw).replace(/\\(["'$`\\])/g, '$1');
  }
  return fields;
}
