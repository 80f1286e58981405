import { InputError } from '../errors/families.ts';

/** An image that cannot be built as it is described; nothing was run for it. */
export class BuildError extends InputError<
  | 'BUILD_NAME_TWICE'
  | 'BUILD_CONTEXT_MISSING'
  | 'BUILD_CONTEXT_UNFIT' // sockets, devices, pipes
  | 'BUILD_CONTEXT_LINK' // leads out of it
  | 'BUILD_CONTAINERFILE_MISSING'
  | 'BUILD_FRONTEND_REFUSED'
  | 'BUILD_BASE_OPEN' // a reference that its arguments do not settle
  | 'BUILD_BASE_UNPINNED'
  | 'BUILD_BASE_REFUSED'
  | 'BUILD_BASE_MISSING'
  | 'BUILD_BASE_CYCLE'
  | 'BUILD_STAGE_MISSING'
  | 'BUILD_SOURCE_MISSING'
  | 'BUILD_REMOTE_REFUSED' // ADD of an address
  | 'BUILD_ARGUMENT_UNKNOWN'
  | 'BUILD_SECRET_MISSING'
  | 'BUILD_SSH_MISSING'
> {
  /** One by one, where it tells of several. */
  get faults(): readonly BuildError[] {
    return [this];
  }
}

/** A context may hold any number of links that lead out of it. */
const mostTold = 50;

/** Everything that is wrong with images before any of them is built, in one message. */
export class RecipeError extends BuildError {
  readonly #faults: readonly BuildError[];
  /** Full names of images built here that those at fault are built upon: there may be more to tell of them. */
  readonly ownBases: readonly string[];

  constructor(faults: readonly BuildError[], ownBases: readonly string[] = []) {
    const [first] = faults;
    const told = faults
      .slice(0, mostTold)
      .map(({ code, message }) => (faults.length === 1 ? message : `${code}: ${message}`));
    const more = faults.length - told.length;
    if (more > 0) told.push(`and ${more} more like these`);
    super(first?.code ?? 'BUILD_CONTEXT_UNFIT', told.join('\n'), {
      ...(first === undefined ? {} : { cause: first.cause ?? first }),
      suggestions: [...new Set(faults.flatMap(({ suggestions }) => suggestions))],
    });
    this.#faults = faults;
    this.ownBases = ownBases;
  }

  override get faults(): readonly BuildError[] {
    return this.#faults;
  }
}
