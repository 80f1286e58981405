import { dataFunctions } from './functions/data-functions.ts';
import { goBuiltins } from './functions/go-builtins.ts';
import { helmFunctions } from './functions/helm-functions.ts';
import { numberFunctions } from './functions/number-functions.ts';
import { patternFunctions } from './functions/pattern-functions.ts';
import { textFunctions } from './functions/text-functions.ts';
import { timeFunctions } from './functions/time-functions.ts';
import { volatileFunctions } from './functions/volatile-functions.ts';
import type { FunctionTable } from './template-function.ts';

/** Everything a chart may call: Go's own, Sprig's and Helm's, later ones winning as in Helm. */
export const templateFunctions: FunctionTable = {
  ...goBuiltins,
  ...volatileFunctions,
  ...timeFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...dataFunctions,
  ...patternFunctions,
  ...helmFunctions,
};
