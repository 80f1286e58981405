import { EnvironmentError } from '../../errors/families.ts';

/** A Helm or kustomize that was named and cannot be used: the operator acts. */
export class RendererError extends EnvironmentError<
  | 'RENDERER_UNUSABLE' // no file, not executable, or not the program that was meant
  | 'RENDERER_TIMEOUT' // no end within the stated time
  | 'RENDERER_OUTPUT' // more output than is read
> {}
