import { EnvironmentError } from '../errors/families.ts';

/** A step that did not come to its end: the operator acts. */
export class StepError extends EnvironmentError<'STEP_TIMEOUT'> {}
