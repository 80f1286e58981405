import type { ObjectKind, Role, TrustPolicy, TrustRule } from './trust-policy.ts';

/** Who may sign what, as `trust show` prints it. */
export interface TrustDescription {
  readonly schema: 'cowa-release/trust-show/v1';
  readonly policy: {
    readonly location: string;
    readonly digest: string;
    readonly version: number;
    readonly expires: string;
    readonly site: string | null;
    readonly otherSignatures: 'refuse' | 'report';
  };
  readonly signers: readonly DescribedSigner[];
  readonly roles: readonly DescribedRole[];
  readonly rules: readonly DescribedRule[];
  readonly revokedDigests: readonly { readonly digest: string; readonly reason: string }[];
  /** Role whose record of what was accepted last is believed; null where there is none. */
  readonly acceptedRole: string | null;
}

export interface DescribedSigner {
  readonly name: string;
  readonly kind: 'key' | 'identity';
  /** Fingerprint of a key; issuer and name of an identity. */
  readonly who: string;
  readonly algorithm?: string;
  readonly trustedRoot?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly revokedAt?: string;
}

export interface DescribedRole {
  readonly name: string;
  readonly kind: string;
  readonly threshold: number;
  readonly signers: readonly string[];
}

export interface DescribedRule {
  readonly name: string;
  readonly product: string;
  readonly kinds: readonly ObjectKind[];
  readonly versions?: string;
  readonly role: string;
  readonly approvers?: readonly string[];
  /** The rule as sentences. */
  readonly says: readonly string[];
}

/** Describes a policy from a file. Sorted as the policy is. */
export function describeTrustPolicy(policy: TrustPolicy): TrustDescription {
  const { origin, version, expires, site, otherSignatures } = policy;
  return {
    schema: 'cowa-release/trust-show/v1',
    policy: {
      location: origin?.location ?? '',
      digest: origin?.digest ?? '',
      version,
      expires: expires ?? '',
      site: site ?? null,
      otherSignatures,
    },
    signers: [...policy.signers.values()].map((signer) => {
      const { name, kind, notBefore, notAfter, revokedAt, trustedRoot } = signer;
      return {
        name,
        kind,
        who:
          signer.kind === 'key'
            ? signer.fingerprint
            : `${signer.san.kind === 'exact' ? '' : 'all of '}${signer.san.text} at ${signer.issuer}`,
        ...(signer.kind === 'key' && signer.algorithm !== undefined
          ? { algorithm: signer.algorithm }
          : {}),
        ...(trustedRoot === undefined ? {} : { trustedRoot }),
        ...(notBefore === undefined ? {} : { notBefore }),
        ...(notAfter === undefined ? {} : { notAfter }),
        ...(revokedAt === undefined ? {} : { revokedAt }),
      };
    }),
    roles: [...policy.roles.values()].map(({ name, kind, threshold, signers }) => ({
      name,
      kind,
      threshold,
      signers,
    })),
    rules: policy.rules.map((rule) => describeRule(rule, policy)),
    revokedDigests: [...policy.revokedDigests].map(([digest, reason]) => ({ digest, reason })),
    acceptedRole: policy.acceptedRole ?? null,
  };
}

function describeRule(rule: TrustRule, policy: TrustPolicy): DescribedRule {
  const { name, product, kinds, versions, role, approvers } = rule;
  const what = `${kinds.map((kind) => plural[kind]).join(', ')} ${product === '*' ? 'of any name' : `named ${product}`}${versions === undefined ? '' : `, versions ${versions.text}`}`;
  const says = [
    `${what}: ${whoSigns(role, policy)}`,
    ...approvers.map((each) => `besides: ${whoSigns(each, policy)}`),
    ...(rule.ownSignature ? ['a signature of what it lies in is not enough'] : []),
    ...(rule.timestamps === 0
      ? []
      : [
          `every signature with ${rule.timestamps} signed ${rule.timestamps === 1 ? 'time' : 'times'}`,
        ]),
    ...(rule.maxAgeMs === undefined ? [] : [`not older than ${days(rule.maxAgeMs)}`]),
    ...(rule.minCounter === undefined ? [] : [`release number ${rule.minCounter} or later`]),
    ...rule.attestations.map(({ predicateType, role: by, maxAgeMs, require }) => {
      const age = maxAgeMs === undefined ? '' : `, not older than ${days(maxAgeMs)}`;
      const values = [...require].map(
        ([path, allowed]) =>
          `, ${path} is ${allowed.map((value) => JSON.stringify(value)).join(' or ')}`,
      );
      return `with a statement ${predicateType}${age}${values.join('')}: ${whoSigns(by, policy)}`;
    }),
  ];
  return {
    name,
    product,
    kinds,
    ...(versions === undefined ? {} : { versions: versions.text }),
    role,
    ...(approvers.length === 0 ? {} : { approvers }),
    says,
  };
}

const plural: Readonly<Record<ObjectKind, string>> = {
  statement: 'releases',
  bundle: 'bundles',
  package: 'packages',
  image: 'images',
};

function whoSigns(name: string, { roles }: TrustPolicy): string {
  const role: Role | undefined = roles.get(name);
  if (role === undefined) return `nobody (${name})`;
  const { signers, threshold } = role;
  if (signers.length === 1) return `signed by ${signers.join('')} (${name})`;
  const of = signers.length === threshold ? 'all of' : `${threshold} of`;
  return `signed by ${of} ${signers.join(', ')} (${name})`;
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  return hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
}
