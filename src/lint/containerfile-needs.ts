import { filled, type Instruction, instructions } from './containerfile.ts';

/** Something an instruction takes from outside its stage. */
export interface NeededPlace {
  /** With build arguments put in; what they leave open stays `${NAME}`. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** An image it builds upon, or copies from. */
export interface NeededImage extends NeededPlace {
  /** 1-based, of the instruction. */
  readonly column: number;
  readonly by: 'FROM' | 'COPY --from' | 'RUN --mount';
}

/** What a Containerfile asks of its surroundings. */
export interface ContainerfileNeeds {
  /** Images from elsewhere; stages of its own and `scratch` are none. */
  readonly images: readonly NeededImage[];
  /** Files and folders of the context that `COPY` and `ADD` name. */
  readonly sources: readonly NeededPlace[];
  /** What `ADD` would fetch. */
  readonly remote: readonly NeededPlace[];
  /** Names of stages, lower case; a stage without one by its number. */
  readonly stages: readonly string[];
  /** Stages named by number that are not there, or not yet. */
  readonly unknownStages: readonly NeededPlace[];
  /** Secrets that steps mount. */
  readonly secrets: readonly NeededPlace[];
  /** Keys or agents that steps mount. */
  readonly ssh: readonly NeededPlace[];
  /** Build arguments it declares. */
  readonly args: readonly string[];
  /** Image of another frontend, where a `# syntax=` line names one. */
  readonly syntax?: string;
  /** Stages or images whose reference is left open by its arguments. */
  readonly open: readonly NeededImage[];
}

type Place = Pick<Instruction, 'line' | 'column'>;

interface Reading {
  readonly images: NeededImage[];
  readonly sources: NeededPlace[];
  readonly remote: NeededPlace[];
  readonly unknownStages: NeededPlace[];
  readonly secrets: NeededPlace[];
  readonly ssh: NeededPlace[];
  readonly open: NeededImage[];
  readonly names: Set<string>;
  readonly declared: Set<string>;
  /** Values that hold in `FROM`: those of arguments before the first. */
  readonly globals: Map<string, string>;
  /** Values that hold in the present stage: only of arguments it declares. */
  values: Map<string, string>;
  stages: number;
}

/**
 * What a Containerfile takes from outside, with these build arguments.
 * @see Dockerfile reference, FROM, ARG, COPY, ADD, RUN --mount
 */
export function containerfileNeeds(
  text: string,
  args: Readonly<Record<string, string>> = {},
): ContainerfileNeeds {
  const reading: Reading = {
    images: [],
    sources: [],
    remote: [],
    unknownStages: [],
    secrets: [],
    ssh: [],
    open: [],
    names: new Set(),
    declared: new Set(),
    globals: new Map(),
    values: new Map(),
    stages: 0,
  };
  for (const each of instructions(text)) readInstruction(each, args, reading);
  const { names, declared, globals: _globals, values: _values, stages, ...found } = reading;
  const numbers = Array.from({ length: stages }, (_, index) => String(index));
  const syntax = /^\s*#\s*syntax\s*=\s*(\S+)/i.exec(text)?.[1];
  return {
    ...found,
    stages: [...names, ...numbers],
    args: [...declared],
    ...(syntax === undefined ? {} : { syntax }),
  };
}

function readInstruction(
  { words, ...place }: Instruction,
  args: Readonly<Record<string, string>>,
  reading: Reading,
): void {
  const [name = '', ...rest] = words;
  switch (name.toUpperCase()) {
    case 'ARG':
      for (const each of rest) declare(each, args, reading);
      return;
    case 'FROM':
      from(rest, place, reading);
      return;
    case 'COPY':
    case 'ADD':
      copy(name.toUpperCase() === 'ADD', rest, place, reading);
      return;
    case 'RUN':
      for (const each of rest) {
        if (!each.startsWith('--')) break;
        if (each.startsWith('--mount=')) mount(each.slice('--mount='.length), place, reading);
      }
  }
}

function declare(
  word: string,
  args: Readonly<Record<string, string>>,
  { declared, globals, values, stages }: Reading,
): void {
  const [, key = '', written] = /^([A-Za-z_]\w*)(?:=["']?(.*?)["']?)?$/s.exec(word) ?? [];
  if (key === '') return;
  declared.add(key);
  const given = Object.hasOwn(args, key) ? args[key] : undefined;
  const own = written === undefined ? undefined : filled(written, stages === 0 ? globals : values);
  const value = given ?? own ?? (stages === 0 ? undefined : globals.get(key));
  if (value !== undefined) (stages === 0 ? globals : values).set(key, value);
}

function from(rest: readonly string[], place: Place, reading: Reading): void {
  const [image = '', as = '', stage = ''] = rest.filter((each) => !each.startsWith('--'));
  takeImage(filled(image, reading.globals), 'FROM', place, reading);
  reading.stages++;
  reading.values = new Map();
  if (as.toUpperCase() === 'AS') reading.names.add(stage.toLowerCase());
}

function copy(isAdd: boolean, rest: readonly string[], place: Place, reading: Reading): void {
  const { line } = place;
  const flags = rest.filter((each) => each.startsWith('--'));
  const source = flags.find((each) => each.startsWith('--from='))?.slice('--from='.length);
  if (source !== undefined) {
    takeImage(filled(source, reading.values), 'COPY --from', place, reading);
    return;
  }
  const written = listed(rest.filter((each) => !each.startsWith('--')));
  for (const each of written.slice(0, -1)) {
    const text = filled(each, reading.values);
    if (text.startsWith('<<')) continue;
    if (isAdd && /^(?:[a-z+]+:\/\/|git@)/i.test(text)) reading.remote.push({ text, line });
    else reading.sources.push({ text, line });
  }
}

/** Both forms: words, and a list in JSON. */
function listed(words: readonly string[]): readonly string[] {
  if (words[0]?.startsWith('[') !== true) return words;
  try {
    const list: unknown = JSON.parse(words.join(' '));
    return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : words;
  } catch {
    return words;
  }
}

function mount(text: string, place: Place, reading: Reading): void {
  const { line } = place;
  const parts = new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
  const image = parts.get('from');
  if (image !== undefined) takeImage(filled(image, reading.values), 'RUN --mount', place, reading);
  if (parts.get('type') === 'ssh') reading.ssh.push({ text: parts.get('id') ?? 'default', line });
  if (parts.get('type') === 'secret')
    reading.secrets.push({ text: parts.get('id') ?? lastSegment(parts.get('target') ?? ''), line });
}

function takeImage(
  text: string,
  by: NeededImage['by'],
  place: Place,
  { images, names, stages, unknownStages, open }: Reading,
): void {
  if (text === '' || (by === 'FROM' && text === 'scratch')) return;
  if (names.has(text.toLowerCase())) return;
  if (by !== 'FROM' && /^[0-9]+$/.test(text)) {
    // A stage is there for those after it.
    if (Number(text) >= stages - 1) unknownStages.push({ text, line: place.line });
    return;
  }
  (text.includes('$') ? open : images).push({ text, ...place, by });
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
