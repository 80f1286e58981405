/** An image that a Containerfile builds upon, or copies from. */
export interface BaseImage {
  /** With the defaults of build arguments put in; what they leave open stays `${NAME}`. */
  readonly reference: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly by: 'FROM' | 'COPY --from';
}

/** Whether a file is one, by its name: `Containerfile`, `Dockerfile.gpu`, `api.Dockerfile`. */
export function isContainerfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^(?:[\w.-]+\.)?(?:Containerfile|Dockerfile)(?:\.[\w-]+)*$/i.test(name) && !/ignore$/.test(name)
  );
}

/**
 * Images a Containerfile takes from elsewhere: stages of its own and `scratch` are none.
 * @see Dockerfile reference, FROM, ARG, COPY --from, here-documents
 */
export function baseImages(text: string): readonly BaseImage[] {
  const found: BaseImage[] = [];
  const args = new Map<string, string>();
  const stages = new Set<string>();
  let count = 0;
  for (const { words, line, column } of instructions(text)) {
    const [name = '', ...rest] = words;
    const add = (written: string, by: BaseImage['by'], at = column): void => {
      const reference = filled(written, args);
      const isStage =
        stages.has(reference.toLowerCase()) || (by !== 'FROM' && /^[0-9]+$/.test(reference));
      if (reference !== '' && reference !== 'scratch' && !isStage)
        found.push({ reference, line, column: at, by });
    };
    if (name.toUpperCase() === 'ARG' && count === 0)
      for (const each of rest) {
        const [, key = '', value] = /^([A-Za-z_]\w*)(?:=["']?(.*?)["']?)?$/s.exec(each) ?? [];
        if (key !== '' && value !== undefined) args.set(key, filled(value, args));
      }
    if (name.toUpperCase() === 'FROM') {
      const [image = '', as = '', stage = ''] = rest.filter((each) => !each.startsWith('--'));
      add(image, 'FROM');
      count++;
      if (as.toUpperCase() === 'AS') stages.add(stage.toLowerCase());
    }
    if (name.toUpperCase() === 'COPY')
      for (const each of rest)
        if (each.startsWith('--from=')) add(each.slice('--from='.length), 'COPY --from');
  }
  return found;
}

/** One instruction of a Containerfile. */
export interface Instruction {
  readonly words: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** Lines that belong together as one; comments and here-documents left out. */
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
