import { meansLicence } from './judge-licences.ts';
import type { SbomPolicy } from './sbom-policy.ts';

/** The section `sbom` of `policy.yaml` as its schema describes it. */
export interface SbomPolicyDefinition {
  readonly required?: boolean;
  /** Days. */
  readonly maxAge?: number;
  readonly licences?: {
    readonly allow?: readonly string[];
    readonly forbid?: readonly string[];
    readonly unknown?: 'pass' | 'undecided' | 'fail';
  };
  readonly packages?: readonly {
    readonly name: string;
    readonly type?: string;
    readonly versions?: readonly string[];
    readonly below?: string;
    readonly reason: string;
  }[];
}

/** The section as it is used. */
export function toSbomPolicy(definition: SbomPolicyDefinition): SbomPolicy {
  const { required = false, maxAge, licences, packages = [] } = definition;
  return {
    required,
    ...(maxAge === undefined ? {} : { maxAgeDays: maxAge }),
    ...(licences === undefined
      ? {}
      : {
          licences: {
            ...(licences.allow === undefined ? {} : { allow: licences.allow }),
            forbid: licences.forbid ?? [],
            unknown: licences.unknown ?? 'undecided',
          },
        }),
    packages: packages.map(({ name, type, versions, below, reason }) => ({
      name,
      ...(type === undefined ? {} : { type }),
      ...(versions === undefined ? {} : { versions }),
      ...(below === undefined ? {} : { below }),
      reason,
    })),
  };
}

/** Patterns that mean no licence: a slip of the pen would forbid nothing. */
export function sbomPolicyProblems({
  licences,
}: SbomPolicy): readonly { readonly message: string; readonly pointer: string }[] {
  return (['allow', 'forbid'] as const).flatMap((list) =>
    (licences?.[list] ?? []).flatMap((pattern, index) =>
      meansLicence(pattern)
        ? []
        : [
            {
              message: `'${pattern}' means no licence of the SPDX list`,
              pointer: `/sbom/licences/${list}/${index}`,
            },
          ],
    ),
  );
}
