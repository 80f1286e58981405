import type { HclScanner } from './hcl-scanner.ts';

/** Reads the rest of `k, v in` or `v in` behind the first name. @throws HclFault */
export function readForNames(
  scanner: HclScanner,
  first: string,
): { readonly keyName: string | undefined; readonly valueName: string } {
  scanner.space(true);
  let second: string | undefined;
  if (scanner.take(',')) {
    scanner.space(true);
    second = scanner.identifier() ?? scanner.fail('expected a second name');
    scanner.space(true);
  }
  if (scanner.identifier() !== 'in') scanner.fail("expected 'in'");
  scanner.space(true);
  return second === undefined
    ? { keyName: undefined, valueName: first }
    : { keyName: first, valueName: second };
}
