import type { PublicKeyFacts } from '../../attestation/public-key.ts';
import { factsOfAlgorithm } from '../../attestation/signature-algorithm.ts';
import { wholeTextPattern } from '../../attestation/signer-identity.ts';
import { matchesPattern } from '../matches-pattern.ts';
import { roleKinds } from './role-kinds.ts';
import type { ObjectKind } from './trust-policy.ts';
import {
  approversOf,
  type RuleDocument,
  type TrustPolicyDocument,
} from './trust-policy-document.ts';
import { parseVersionRange } from './version-range.ts';

/** What the schema cannot say and is not so. */
export interface RuleBreak {
  /** JSON pointer. */
  readonly pointer: string;
  readonly message: string;
  /** `error` unless said. */
  readonly severity?: 'error' | 'warning';
}

const defaultKinds: readonly ObjectKind[] = ['statement', 'bundle', 'package'];
/** Everything a policy may not be beyond its schema. `keys` are those that could be read. */
export function trustPolicyBreaks(
  document: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
): readonly RuleBreak[] {
  return [
    ...signerBreaks(document, keys),
    ...nameBreaks(document),
    ...roleBreaks(document, keys),
    ...sharedBreaks(document, keys),
    ...ruleBreaks(document),
    ...timeBreaks(document),
  ];
}

/** The same SPKI under two names, or the same issuer and name, is one signer. */
function partyOf(
  { identities = {} }: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
  name: string,
): string {
  const key = keys.get(name);
  if (key !== undefined) return `key:${key.fingerprint}`;
  const identity = Object.hasOwn(identities, name) ? identities[name] : undefined;
  if (identity === undefined) return `unknown:${name}`;
  const { issuer, san, sanPattern } = identity;
  return `identity:${JSON.stringify([issuer, san, sanPattern])}`;
}

function* signerBreaks(
  { keys: documents = {}, identities = {} }: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
): Generator<RuleBreak> {
  const names = new Map<string, string>();
  for (const [name, { algorithm }] of Object.entries(documents)) {
    const key = keys.get(name);
    if (key === undefined) continue;
    if (key.kind !== factsOfAlgorithm(algorithm).kind)
      yield {
        pointer: `/keys/${name}/algorithm`,
        message: `the key '${name}' is of the kind ${key.kind}, which ${algorithm} is not for`,
      };
    else if (key.kind === 'rsa' && (key.bits ?? 0) < 2048)
      yield {
        pointer: `/keys/${name}/spki`,
        message: `the key '${name}' has ${key.bits} bits, at least 2048 are needed`,
      };
    const other = names.get(key.fingerprint);
    if (other === undefined) names.set(key.fingerprint, name);
    else
      yield {
        pointer: `/keys/${name}`,
        message: `'${name}' is the same key as '${other}': they count as one signer`,
        severity: 'warning',
      };
  }
  for (const [name, { sanPattern }] of Object.entries(identities)) {
    if (Object.hasOwn(documents, name))
      yield { pointer: `/identities/${name}`, message: `'${name}' is the name of a key, too` };
    if (sanPattern !== undefined && wholeTextPattern(sanPattern) === undefined)
      yield {
        pointer: `/identities/${name}/sanPattern`,
        message: `the pattern of '${name}' is no regular expression`,
      };
  }
}

/** Every name that is used is there, and every name that is there is used. */
function* nameBreaks(document: TrustPolicyDocument): Generator<RuleBreak> {
  const { keys = {}, identities = {}, trustedRoots = {}, roles, packages } = document;
  const signers = [...Object.keys(keys), ...Object.keys(identities)];
  const missing = (pointer: string, what: string, name: string): RuleBreak => ({
    pointer,
    message: `there is no ${what} '${name}' here`,
  });
  for (const [name, role] of Object.entries(roles))
    for (const [index, signer] of role.signers.entries())
      if (!signers.includes(signer))
        yield missing(`/roles/${name}/signers/${index}`, 'key or identity', signer);
  for (const [name, { trustedRoot }] of Object.entries(identities))
    if (!Object.hasOwn(trustedRoots, trustedRoot))
      yield missing(`/identities/${name}/trustedRoot`, 'trusted root', trustedRoot);
  for (const [name, { trustedRoot }] of Object.entries(keys))
    if (trustedRoot !== undefined && !Object.hasOwn(trustedRoots, trustedRoot))
      yield missing(`/keys/${name}/trustedRoot`, 'trusted root', trustedRoot);
  const used = new Set<string>();
  const uses = [
    ...packages.flatMap(({ role, approvers = [], attestations = [] }, index) => [
      { pointer: `/packages/${index}/role`, role },
      ...(typeof approvers === 'string'
        ? [{ pointer: `/packages/${index}/approvers`, role: approvers }]
        : approvers.map((each, at) => ({
            pointer: `/packages/${index}/approvers/${at}`,
            role: each,
          }))),
      ...attestations.map((each, at) => ({
        pointer: `/packages/${index}/attestations/${at}/role`,
        role: each.role,
      })),
    ]),
    ...(document.accepted === undefined
      ? []
      : [{ pointer: '/accepted/role', role: document.accepted.role }]),
  ];
  for (const { pointer, role } of uses) {
    used.add(role);
    if (!Object.hasOwn(roles, role)) yield missing(pointer, 'role', role);
  }
  for (const name of Object.keys(roles))
    if (!used.has(name))
      yield {
        pointer: `/roles/${name}`,
        message: `the role '${name}' is used nowhere`,
        severity: 'warning',
      };
  const inRoles = new Set(Object.values(roles).flatMap((role) => role.signers));
  for (const name of signers)
    if (!inRoles.has(name))
      yield {
        pointer: `/${Object.hasOwn(keys, name) ? 'keys' : 'identities'}/${name}`,
        message: `'${name}' stands in no role`,
        severity: 'warning',
      };
  for (const [index, { signer }] of (document.sharedSigners ?? []).entries())
    if (!signers.includes(signer))
      yield missing(`/sharedSigners/${index}/signer`, 'key or identity', signer);
}

function* roleBreaks(
  document: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
): Generator<RuleBreak> {
  for (const [name, { signers, threshold }] of Object.entries(document.roles)) {
    const different = new Set(signers.map((signer) => partyOf(document, keys, signer))).size;
    if (threshold > different)
      yield {
        pointer: `/roles/${name}/threshold`,
        message: `the role '${name}' demands ${threshold} signers and has ${different} different ones`,
      };
  }
}

/** Whoever builds must not release what he built, nor one person approve in the place of two, unless the policy says that this is meant. */
function* sharedBreaks(
  document: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
): Generator<RuleBreak> {
  const kinds = roleKinds(document);
  const allowed = new Set(
    (document.sharedSigners ?? []).map(({ signer }) => partyOf(document, keys, signer)),
  );
  const together = document.packages.map((rule) => new Set(approversOf(rule)));
  const seen = new Map<string, { readonly role: string; readonly kind: string }[]>();
  for (const [role, { signers }] of Object.entries(document.roles)) {
    const kind = kinds.get(role);
    if (kind === undefined) continue;
    for (const [index, signer] of signers.entries()) {
      const party = partyOf(document, keys, signer);
      const others = seen.get(party) ?? [];
      seen.set(party, [...others, { role, kind }]);
      const before = others.find(
        (other) =>
          other.kind !== kind ||
          (other.role !== role && together.some((all) => all.has(role) && all.has(other.role))),
      );
      if (before !== undefined && !allowed.has(party))
        yield {
          pointer: `/roles/${role}/signers/${index}`,
          message: `'${signer}' is in the ${kind} role '${role}' and in the ${before.kind} role '${before.role}'; if that is meant, say why under sharedSigners`,
        };
    }
  }
}

function* ruleBreaks(document: TrustPolicyDocument): Generator<RuleBreak> {
  const kinds = roleKinds(document);
  for (const [index, rule] of document.packages.entries()) {
    const pointer = `/packages/${index}`;
    const ruled = rule.kinds ?? defaultKinds;
    if (rule.versions !== undefined && parseVersionRange(rule.versions) === undefined)
      yield {
        pointer: `${pointer}/versions`,
        message: `'${rule.versions}' is no range of versions such as ">=1.2.0 <2.0.0 || 3.1.4"`,
      };
    if (ruled.includes('statement') && kinds.get(rule.role) === 'builder')
      yield {
        pointer: `${pointer}/role`,
        message: `the role '${rule.role}' is one of builders: a release statement is signed by releasers; say with kinds what is meant`,
      };
    if (rule.minCounter !== undefined && !ruled.includes('statement'))
      yield {
        pointer: `${pointer}/minCounter`,
        message: 'only release statements have a counter',
      };
    if (rule.maxAge !== undefined && rule.timestamps === 0)
      yield {
        pointer: `${pointer}/timestamps`,
        message: 'maxAge needs at least one signed time',
      };
    const earlier = document.packages
      .slice(0, index)
      .findIndex((other) => shadows(other, rule, ruled));
    if (earlier >= 0)
      yield {
        pointer,
        message: `packages[${index}] is never reached: packages[${earlier}] fits all it fits`,
        severity: 'warning',
      };
  }
}

/** Whether an earlier entry takes everything a later one is for; where that cannot be told, it does not. */
function shadows(
  earlier: RuleDocument,
  later: RuleDocument,
  kinds: readonly ObjectKind[],
): boolean {
  const its = earlier.kinds ?? defaultKinds;
  const names =
    earlier.product === later.product ||
    (!later.product.includes('*') && matchesPattern(later.product, earlier.product)) ||
    earlier.product === '*';
  const versions = earlier.versions === undefined || earlier.versions === later.versions;
  return names && versions && kinds.every((kind) => its.includes(kind));
}

function* timeBreaks(document: TrustPolicyDocument): Generator<RuleBreak> {
  if (Number.isNaN(Date.parse(document.expires))) yield noTime('/expires', document.expires);
  for (const [part, signers] of [
    ['keys', document.keys ?? {}],
    ['identities', document.identities ?? {}],
  ] as const) {
    for (const [name, { notBefore, notAfter, revokedAt }] of Object.entries(signers)) {
      const times = { notBefore, notAfter, revokedAt };
      for (const [member, time] of Object.entries(times))
        if (time !== undefined && Number.isNaN(Date.parse(time)))
          yield noTime(`/${part}/${name}/${member}`, time);
      if (
        notBefore !== undefined &&
        notAfter !== undefined &&
        Date.parse(notBefore) >= Date.parse(notAfter)
      )
        yield {
          pointer: `/${part}/${name}/notAfter`,
          message: `'${name}' is valid at no time: it ends at ${notAfter} and begins at ${notBefore}`,
        };
    }
  }
}

function noTime(pointer: string, text: string): RuleBreak {
  return { pointer, message: `'${text}' is no time that exists` };
}
