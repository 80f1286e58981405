import { InputError } from '../../errors/families.ts';

/** An image of a `compose` source that cannot be put together as it is described. */
export class ComposeError extends InputError<
  | 'COMPOSE_INPUT_MISSING'
  | 'COMPOSE_INPUT_UNFIT' // a device, a socket, or a file that changes while it is read
  | 'COMPOSE_BASE_MISSING'
  | 'COMPOSE_BASE_CYCLE'
  | 'COMPOSE_BASE_UNFIT' // no image, or one of another kind
  | 'COMPOSE_NAME_TWICE'
  | 'COMPOSE_TARGET_INVALID'
  | 'COMPOSE_TARGET_TWICE'
  | 'COMPOSE_MODE_INVALID'
  | 'COMPOSE_LAYER_UNREADABLE' // a given tar cannot be decompressed
> {}
