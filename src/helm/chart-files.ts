import { GoRegexp } from './go-regexp.ts';
import { GoMap, type GoValue, stringList } from './go-value.ts';
import { TemplateUndecided } from './template-fault.ts';
import { toYamlText } from './yaml-text.ts';

/** `.Files` of a chart, or what a glob took out of it. */
export function filesObject(files: ReadonlyMap<string, Uint8Array>): GoMap {
  const get = (name: GoValue | undefined): string => {
    const bytes = typeof name === 'string' ? files.get(name) : undefined;
    return bytes === undefined ? '' : textOf(bytes);
  };
  return new GoMap(
    [...files].map(([path, bytes]) => [path, textOf(bytes)] as const),
    {
      typeName: 'engine.files',
      methods: {
        Get: ([name]) => get(name),
        GetBytes: ([name]) => get(name),
        Glob: ([pattern]) => {
          const matches = globMatcher(typeof pattern === 'string' ? pattern : '');
          return filesObject(new Map([...files].filter(([path]) => matches(path))));
        },
        AsConfig: () =>
          files.size === 0
            ? ''
            : toYamlText(
                new GoMap([...files].map(([path, bytes]) => [baseOf(path), textOf(bytes)])),
              ),
        AsSecrets: () =>
          files.size === 0
            ? ''
            : toYamlText(
                new GoMap(
                  [...files].map(([path, bytes]) => [
                    baseOf(path),
                    Buffer.from(bytes).toString('base64'),
                  ]),
                ),
              ),
        Lines: ([name]) => {
          const text = get(name);
          if (text === '') return stringList([]);
          return stringList((text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'));
        },
      },
    },
  );
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

/**
 * A glob in which `*` and `?` stop at slashes and `**` does not.
 * @throws TemplateUndecided for forms that are not known here
 */
function globMatcher(pattern: string): (path: string) => boolean {
  if (/[\\![\]]/.test(pattern.replaceAll('[^', '')))
    throw new TemplateUndecided('Glob', `the glob ${pattern} is not known here`);
  let source = '';
  let depth = 0;
  for (const [piece] of pattern.matchAll(/\*\*|[\s\S]/g)) {
    if (piece === '**') source += '.*';
    else if (piece === '*') source += '[^/]*';
    else if (piece === '?') source += '[^/]';
    else if (piece === '{') {
      source += '(?:';
      depth++;
    } else if (piece === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (piece === ',' && depth > 0) source += '|';
    else source += piece.replace(/[.+^$()|{}]/, '\\$&');
  }
  if (depth > 0) throw new TemplateUndecided('Glob', `the glob ${pattern} is not known here`);
  // In time that grows with pattern and path alone: an engine that goes back would try every way.
  const form = new GoRegexp(`^(?s:${source})$`);
  return (path) => form.test(path);
}
