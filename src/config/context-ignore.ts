/** Judges a path below the context: true = the build does not see it. */
export type ContextIgnore = (path: string) => boolean;

/**
 * Reads a `.containerignore` or `.dockerignore`: the last pattern that fits decides, `!` takes back,
 * `**` crosses folders, and what fits a folder fits all in it.
 * @see Docker documentation, "Build context", .dockerignore files
 */
export function parseContextIgnore(text: string): ContextIgnore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const negated = line.startsWith('!');
      const body = (negated ? line.slice(1) : line)
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .join('/');
      return { negated, pattern: toPattern(body) };
    });
  return (path) => {
    let ignored = false;
    for (const { negated, pattern } of rules) if (pattern.test(path)) ignored = !negated;
    return ignored;
  };
}

function toPattern(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob.charAt(at);
    if (glob.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (glob.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[' && glob.indexOf(']', at + 2) > 0) {
      const end = glob.indexOf(']', at + 2);
      const set = glob.slice(at + 1, end).replace(/[\\[]/g, '\\$&');
      source += `[${set}]`;
      at = end;
    } else if (char === '\\' && at + 1 < glob.length) source += escaped(glob.charAt(++at));
    else source += escaped(char);
  }
  // A file in an ignored folder is ignored.
  return new RegExp(`^(?:${source})(?:/.*)?$`, 's');
}

function escaped(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
