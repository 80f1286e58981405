import { EnvironmentError, InputError } from '../../errors/families.ts';

/** A registry that cannot be spoken to, or does not let us: the operator acts. */
export class RegistryError extends EnvironmentError<
  | 'REGISTRY_UNAUTHORIZED' // the registry refuses the login, or wants one
  | 'REGISTRY_FORBIDDEN'
  | 'REGISTRY_NOT_FOUND'
  | 'REGISTRY_NAME' // no name service knows the host
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_PROXY' // a proxy of the environment is in the way, or none
  | 'REGISTRY_TLS'
  | 'REGISTRY_ANSWER'
  | 'REGISTRY_LOCAL' // a registry on this machine cannot be started
  | 'REGISTRY_RATE_LIMIT'
  | 'REGISTRY_TIMEOUT'
  | 'REGISTRY_PLAIN_HTTP_REFUSED'
  | 'REGISTRY_HOST_REFUSED'
  | 'REGISTRY_CREDENTIALS' // the Docker configuration or its credential helper cannot be used
> {}

/** What a registry gave is not what was asked for: its producer acts. */
export class RegistryContentError extends InputError<
  'REGISTRY_DIGEST' | 'REGISTRY_DOCUMENT' | 'REGISTRY_PLATFORM'
> {}
