/** Where something stands in a template. */
export interface TemplatePlace {
  /** Path of the template in the chart. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Helm would stop here: the template is wrong, or says `fail` or `required`. */
export class TemplateFailure extends Error {
  readonly place: TemplatePlace | undefined;

  constructor(message: string, place?: TemplatePlace) {
    super(message);
    this.name = 'TemplateFailure';
    this.place = place;
  }
}

/** A key that is not there, where keys have to be. */
export class MissingKey extends TemplateFailure {
  readonly key: string;

  constructor(key: string, place?: TemplatePlace) {
    super(`there is no ${key}`, place);
    this.name = 'MissingKey';
    this.key = key;
  }
}

/** Helm may go on here; this renderer cannot tell what it would give, and says so instead of guessing. */
export class TemplateUndecided extends Error {
  /** Name of the function or construct. */
  readonly what: string;
  readonly place: TemplatePlace | undefined;

  constructor(what: string, message: string, place?: TemplatePlace) {
    super(message);
    this.name = 'TemplateUndecided';
    this.what = what;
    this.place = place;
  }
}

/** The same failure with the place where it came up, when it has none yet. */
export function placed(error: unknown, place: TemplatePlace): unknown {
  if (error instanceof MissingKey && error.place === undefined)
    return new MissingKey(error.key, place);
  if (error instanceof TemplateFailure && error.place === undefined)
    return new TemplateFailure(error.message, place);
  if (error instanceof TemplateUndecided && error.place === undefined)
    return new TemplateUndecided(error.what, error.message, place);
  return error;
}
