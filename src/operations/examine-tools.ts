import { CowaError } from '../errors/families.ts';
import type { EngineIdentity } from '../ports/image-builder.ts';
import type { Machine, RegistryFacts } from '../ports/machine.ts';
import { type Examined, sound, unneeded, wrong } from '../report/doctor-report.ts';
import type { Run } from '../support/run.ts';
import { wordsOf } from './examine-machine.ts';

/** A program that is run only when it is named by its path. */
export interface NamedTool {
  readonly name: string;
  readonly variable: string;
  /** As flags and variables say; undefined: nobody named it. */
  readonly path: string | undefined;
  /** What it is run with to say its version. */
  readonly args: readonly string[];
  /** What its first line then looks like. */
  readonly answers: RegExp;
  readonly purpose: string;
}

/** A named program is there and is what its name says. */
export async function examineTool(tool: NamedTool, machine: Machine, run: Run): Promise<Examined> {
  const { name, variable, path, args, answers, purpose } = tool;
  const id = `tool/${name}` as const;
  if (path === undefined || path === '')
    return unneeded(id, `no ${name} was named: ${purpose}`, `${variable}=/path/to/${name}`);
  const fix = `Name the ${name} program itself by its path: ${variable}=/path/to/${name}`;
  try {
    const line = await machine.firstLine(path, args, run);
    if (answers.test(line)) return sound(id, `${name} ${line}  ${path}`);
    return wrong(
      id,
      'error',
      `${path} does not answer '${args.join(' ')}' as ${name} does: '${line}'`,
      fix,
    );
  } catch (error) {
    run.signal.throwIfAborted();
    return wrong(id, 'error', wordsOf(error), fix);
  }
}

/** An engine that builds images; `needed` where the definition has images to build. */
export async function examineEngine(
  name: string,
  needed: boolean,
  open: () => Promise<EngineIdentity>,
  run: Run,
): Promise<Examined> {
  const id = `engine/${name}` as const;
  try {
    const { engine, version } = await open();
    return sound(id, `${engine} ${version} answers`);
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof CowaError)) throw error;
    const next = error.suggestions[0] ?? `Install ${name}`;
    if (needed) return wrong(id, 'error', error.message, next);
    return error.code === 'ENGINE_MISSING'
      ? unneeded(id, `${error.message}; only images with a Containerfile need an engine`, next)
      : wrong(id, 'warning', error.message, next);
  }
}

/** A registry of the definition answers, and takes the login that is stored. */
export async function examineRegistry(
  host: string,
  probe: () => Promise<RegistryFacts>,
  run: Run,
): Promise<{ readonly examined: Examined; readonly date?: Date }> {
  const id = `registry/${host}` as const;
  try {
    const { login, date } = await probe();
    const dated = date === undefined ? {} : { date };
    switch (login) {
      case 'open':
        return { examined: sound(id, `${host} answers and wants no login`), ...dated };
      case 'accepted':
        return { examined: sound(id, `${host} answers and takes the stored login`), ...dated };
      case 'anonymous':
        return {
          examined: sound(
            id,
            `${host} answers; no login is stored, and anybody may read what is public there`,
          ),
          ...dated,
        };
      case 'missing':
        return {
          examined: wrong(
            id,
            'error',
            `${host} answers and wants a login, and none is stored`,
            `docker login ${host}   (or 'skopeo login', 'podman login' with the same file)`,
          ),
          ...dated,
        };
      case 'refused':
        return {
          examined: wrong(
            id,
            'error',
            `${host} answers and refuses the stored login`,
            `docker login ${host}`,
          ),
          ...dated,
        };
    }
  } catch (error) {
    run.signal.throwIfAborted();
    const next = error instanceof CowaError ? error.suggestions[0] : undefined;
    return {
      examined: wrong(id, 'error', wordsOf(error), next ?? `Check that ${host} runs`),
    };
  }
}
