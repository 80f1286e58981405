import { InputError } from '../errors/families.ts';

/** What a Git repository holds and cannot be carried. */
export class GitContentError extends InputError<
  | 'GIT_OBJECT' // an object that is not what its kind has to be
  | 'GIT_NAME' // a name that could lead out of the folder, or into its .git
  | 'GIT_LIMIT' // more objects, or a deeper or larger tree, than are read
> {}
