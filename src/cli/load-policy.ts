import { readFile, stat } from 'node:fs/promises';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy, type Policy } from '../policy/policy.ts';
import { PolicyError } from '../policy/policy-error.ts';

const maxPolicyBytes = 2 ** 20;

/**
 * The policy of a file, or the built-in one.
 * @throws PolicyError POLICY_UNREADABLE, POLICY_INVALID with places
 */
export async function loadPolicy(path: string | undefined): Promise<Policy> {
  if (path === undefined) return builtInPolicy;
  let bytes: Uint8Array;
  try {
    if ((await stat(path)).size > maxPolicyBytes)
      throw new RangeError(`more than ${maxPolicyBytes} bytes`);
    bytes = await readFile(path);
  } catch (cause) {
    throw new PolicyError('POLICY_UNREADABLE', `the policy ${path} cannot be read`, {
      cause,
      suggestions: ['Check the path and its permissions'],
    });
  }
  // Only who has a policy needs the whole catalogue: it takes time to load.
  const { allChecks } = await import('../checks/all-checks.ts');
  const { parsePolicy } = await import('../policy/parse-policy.ts');
  const { policy, problems } = parsePolicy(bytes, allChecks());
  if (policy === undefined) {
    const { describeProblems } = await import('../operations/describe-problems.ts');
    throw new PolicyError('POLICY_INVALID', describeProblems(path, problems), {
      suggestions: ['schemas/policy.schema.json describes every field'],
    });
  }
  return { ...policy, origin: { location: path, digest: digestOf(bytes) } };
}
