import { KeyFileError } from '../../attestation/attestation-error.ts';
import { type PublicKeyFacts, parsePublicKey } from '../../attestation/public-key.ts';
import { type Digest, digestOf, isDigest } from '../../oci/digest.ts';
import type { DocumentProblem } from '../../support/document-problem.ts';
import { type DocumentLimits, locateInJson, parseJsonStrict } from '../../support/json-document.ts';
import { judgeSchema } from '../../support/judge-schema.ts';
import { trustPolicySchema } from '../../support/schemas.gen.ts';
import { parseDurationMs } from './duration.ts';
import { roleKinds } from './role-kinds.ts';
import type { PolicySigner, TrustPolicy, TrustRule } from './trust-policy.ts';
import {
  approversOf,
  type TrustPolicyDocument,
  type ValidityDocument,
} from './trust-policy-document.ts';
import { type RuleBreak, trustPolicyBreaks } from './trust-policy-rules.ts';
import { parseVersionRange } from './version-range.ts';

export interface ParsedTrustPolicy {
  /** Present only when no problem is an error. */
  readonly policy?: TrustPolicy;
  /** By place; warnings may stand beside a policy. */
  readonly problems: readonly DocumentProblem[];
}

const limits: DocumentLimits = { maxBytes: 2 ** 20, maxDepth: 12 };

/**
 * Reads a `trust-policy.json`: strict JSON, nothing unknown, every name resolves. A misspelt member could
 * otherwise leave out the very thing that protects.
 */
export function parseTrustPolicy(bytes: Uint8Array, location: string): ParsedTrustPolicy {
  const { value, problem } = parseJsonStrict(bytes, limits);
  if (problem !== undefined) return { problems: [problem] };
  const places = { locate: locateInJson(bytes, limits) };
  const faults = judgeSchema(trustPolicySchema, value, places, 'authored');
  if (faults.length > 0) return { problems: faults };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just proven the shape
  const document = value as TrustPolicyDocument;
  const breaks: RuleBreak[] = [];
  const keys = readKeys(document, breaks);
  breaks.push(...trustPolicyBreaks(document, keys));
  const problems = breaks
    .map(({ pointer, message, severity = 'error' }): DocumentProblem => {
      return { code: 'DOCUMENT_RULE', message, pointer, ...places.locate(pointer), severity };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column || (a.message < b.message ? -1 : 1));
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  return { policy: toPolicy(document, keys, { location, digest: digestOf(bytes) }), problems };
}

function readKeys(
  { keys = {} }: TrustPolicyDocument,
  breaks: RuleBreak[],
): ReadonlyMap<string, PublicKeyFacts> {
  const read = new Map<string, PublicKeyFacts>();
  for (const [name, { spki }] of Object.entries(keys)) {
    try {
      read.set(name, parsePublicKey(spki));
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      const message = `the key '${name}' cannot be used: ${error.message}`;
      breaks.push({ pointer: `/keys/${name}/spki`, message });
    }
  }
  return read;
}

function toPolicy(
  document: TrustPolicyDocument,
  keys: ReadonlyMap<string, PublicKeyFacts>,
  origin: { readonly location: string; readonly digest: Digest },
): TrustPolicy {
  const kinds = roleKinds(document);
  const revoked = (document.revokedDigests ?? []).flatMap(({ digest, reason }) =>
    isDigest(digest) ? [[digest, reason] as const] : [],
  );
  return {
    origin,
    version: document.version,
    expires: toUtc(document.expires),
    site: document.site,
    otherSignatures: document.otherSignatures ?? 'refuse',
    trustedRoots: new Map(
      Object.entries(document.trustedRoots ?? {}).map(([name, { sha256, file }]) => [
        name,
        { name, sha256, file: file ?? 'trusted_root.json' },
      ]),
    ),
    signers: new Map(
      [...keySigners(document, keys), ...identitySigners(document)].map((each) => [
        each.name,
        each,
      ]),
    ),
    roles: new Map(
      Object.entries(document.roles).map(([name, { signers, threshold }]) => [
        name,
        { name, kind: kinds.get(name) ?? 'releaser', signers, threshold },
      ]),
    ),
    rules: document.packages.map((rule, index) => toRule(rule, index)),
    revokedDigests: new Map(revoked),
    acceptedRole: document.accepted?.role,
  };
}

function keySigners(
  { keys = {} }: TrustPolicyDocument,
  read: ReadonlyMap<string, PublicKeyFacts>,
): readonly PolicySigner[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const facts = read.get(name);
    if (facts === undefined) return [];
    const { pem, fingerprint } = facts;
    const { algorithm } = key;
    const common = { kind: 'key', name, pem, fingerprint, origin: name, algorithm } as const;
    return [{ ...common, trustedRoot: key.trustedRoot, ...toValidity(key) }];
  });
}

function identitySigners({ identities = {} }: TrustPolicyDocument): readonly PolicySigner[] {
  return Object.entries(identities).map(([name, each]): PolicySigner => {
    const { issuer, san, sanPattern, trustedRoot, tlogs = 1, scts = 1, timestamps = 1 } = each;
    return {
      kind: 'identity',
      name,
      issuer,
      san:
        san === undefined
          ? { kind: 'pattern', text: sanPattern ?? '' }
          : { kind: 'exact', text: san },
      trustedRoot,
      tlogs,
      scts,
      timestamps,
      ...toValidity(each),
    };
  });
}

function toRule(rule: TrustPolicyDocument['packages'][number], index: number): TrustRule {
  const maxAgeMs = rule.maxAge === undefined ? undefined : parseDurationMs(rule.maxAge);
  return {
    name: `packages[${index}]`,
    product: rule.product,
    kinds: rule.kinds ?? ['statement', 'bundle', 'package'],
    versions: rule.versions === undefined ? undefined : parseVersionRange(rule.versions),
    role: rule.role,
    approvers: approversOf(rule),
    ownSignature: rule.ownSignature ?? false,
    timestamps: rule.timestamps ?? (maxAgeMs === undefined ? 0 : 1),
    maxAgeMs,
    minCounter: rule.minCounter,
    attestations: (rule.attestations ?? []).map(
      ({ predicateType, role, maxAge, require = {} }) => ({
        predicateType,
        role,
        maxAgeMs: maxAge === undefined ? undefined : parseDurationMs(maxAge),
        require: new Map(Object.entries(require)),
      }),
    ),
  };
}

function toValidity({ notBefore, notAfter, revokedAt }: ValidityDocument): ValidityDocument {
  return {
    ...(notBefore === undefined ? {} : { notBefore: toUtc(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfter: toUtc(notAfter) }),
    ...(revokedAt === undefined ? {} : { revokedAt: toUtc(revokedAt) }),
  };
}

function toUtc(time: string): string {
  return new Date(time).toISOString();
}
