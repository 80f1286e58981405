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
> {}
