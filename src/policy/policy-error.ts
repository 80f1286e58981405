import { UsageError } from '../errors/families.ts';

/** The policy that was given cannot be used. */
export class PolicyError extends UsageError<
  'POLICY_UNREADABLE' | 'POLICY_INVALID' // not what its schema says, with the places
> {}
