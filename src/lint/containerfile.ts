/** Whether a file is one, by its name: `Containerfile`, `Dockerfile.gpu`, `api.Dockerfile`. */
export function isContainerfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^(?:[\w.-]+\.)?(?:Containerfile|Dockerfile)(?:\.[\w-]+)*$/i.test(name) && !/ignore$/.test(name)
  );
}

/** One instruction of a Containerfile. */
export interface Instruction {
  readonly words: readonly string[];
  readonly line: number;
  readonly column: number;
}

/**
 * Lines that belong together as one; comments and here-documents left out.
 * @see Dockerfile reference, escape, here-documents
 */
export function* instructions(text: string): Generator<Instruction> {
  const mark = /^#\s*escape\s*=\s*`/im.test(text.slice(0, 500)) ? '`' : '\\';
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const column = (lines[at] ?? '').search(/\S/) + 1;
    let whole = '';
    for (; at < lines.length; at++) {
      const own = (lines[at] ?? '').trim();
      if (own.startsWith('#')) {
        if (whole === '') break;
        continue;
      }
      whole += ` ${own.endsWith(mark) ? own.slice(0, -1) : own}`;
      if (!own.endsWith(mark)) break;
    }
    const words = whole.trim().split(/\s+/).filter(Boolean);
    if (words.length > 0) yield { words, line, column };
    if (!/^(?:RUN|COPY|ADD)$/i.test(words[0] ?? '')) continue;
    for (const [, end = ''] of whole.matchAll(/<<-?["']?([A-Za-z_]\w*)["']?/g)) {
      const close = lines.findIndex((each, index) => index > at && each.trim() === end);
      if (close >= 0) at = close;
    }
  }
}

/** Build arguments by their values, in every form that has one; what they leave open stays `${NAME}`. */
export function filled(text: string, args: ReadonlyMap<string, string>): string {
  return text
    .replace(/^["']|["']$/g, '')
    .replaceAll(
      /\$(?:\{([A-Za-z_]\w*)(?::?([-+])([^}]*))?\}|([A-Za-z_]\w*))/g,
      (whole, long: string | undefined, sign: string | undefined, other = '', short = '') => {
        const name = long ?? short;
        const value = args.get(name);
        if (sign === '-') return value ?? other;
        if (sign === '+') return value === undefined ? '' : other;
        return value === undefined ? `\${${name}}` : (value ?? whole);
      },
    );
}
