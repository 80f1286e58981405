import { type Digest, hexOf } from '../oci/digest.ts';
import {
  digestOf,
  integerOf,
  listOf,
  membersOf,
  objectOf,
  onlySha256,
  predicateFault,
  textOf,
  timeOf,
} from './predicate-members.ts';
import { parseStatement, type StatementSubject, statementType } from './statement.ts';

/** Predicate type of approvals; the last part grows when the meaning of a member changes. */
export const approvalPredicateType = 'https://cowabungaai.dev/attestations/approval/v1';

/** Somebody says, in a role, that a release or an archive may be used. */
export interface Approval {
  readonly about: ApprovedRelease | ApprovedArchive;
  /** The role he speaks in, as the trust policy of the receiver calls it. */
  readonly role: string;
  /** By the clock of his machine; UTC, ISO 8601. Only a timestamp on the signature proves it. */
  readonly approvedAt: string;
  /** What he had verified before. */
  readonly verification: ApprovalBasis;
  readonly comment?: string;
}

/** Of a release: the payload of its statement, and with it every file. */
export interface ApprovedRelease {
  readonly kind: 'release';
  readonly product: string;
  readonly version: string;
  readonly flavor: string;
  readonly counter: number;
  /** Of the payload of the release statement. */
  readonly digest: Digest;
}

export interface ApprovedArchive {
  readonly kind: 'archive';
  /** File name. */
  readonly name: string;
  /** Of every byte. */
  readonly digest: Digest;
  /** What stays the same after another compression: zarf.yaml of a package, root manifest of a bundle. */
  readonly root?: Digest;
}

/** The verdict an approval rests on. Digests only: places on a machine are nobody else's business. */
export interface ApprovalBasis {
  readonly outcome: 'pass' | 'fail' | 'incomplete';
  readonly programVersion: string;
  /** Of the policy; undefined: the one that is built in. */
  readonly policy?: Digest;
  /** Of the trust policy. */
  readonly trustPolicy?: Digest;
  /** Of the public key, lower-case hex, where no trust policy was asked. */
  readonly key?: string;
  /** Everything that weakened it, in words. */
  readonly weakenedBy: readonly string[];
}

/** Longest comment, in characters. */
export const maxCommentLength = 2000;
const maxWeakenings = 64;

/**
 * The approval as an in-toto statement: same approval, same bytes.
 * @throws StatementError STATEMENT_PREDICATE when it could not be read back: a name or text that is none
 */
export function renderApproval({
  about,
  role,
  approvedAt,
  verification,
  comment,
}: Approval): string {
  const { kind, digest, ...named } = about;
  const text = JSON.stringify({
    _type: statementType,
    subject: subjectsOf(about),
    predicateType: approvalPredicateType,
    predicate: {
      about: kind === 'release' ? { kind, ...named } : { kind, name: about.name },
      role,
      approvedAt,
      verification: {
        outcome: verification.outcome,
        programVersion: verification.programVersion,
        ...(verification.policy === undefined ? {} : { policy: verification.policy }),
        ...(verification.trustPolicy === undefined
          ? {}
          : { trustPolicy: verification.trustPolicy }),
        ...(verification.key === undefined ? {} : { key: verification.key }),
        weakenedBy: verification.weakenedBy,
      },
      ...(comment === undefined ? {} : { comment }),
    },
  });
  parseApproval(Buffer.from(text));
  return text;
}

/**
 * Reads the payload of an approval; unknown members are refused.
 * @throws StatementError STATEMENT_*
 */
export function parseApproval(payload: Uint8Array): Approval {
  const { predicateType, predicate, subjects } = parseStatement(payload, { allowOldType: false });
  if (predicateType !== approvalPredicateType)
    throw predicateFault(`expected an approval (${approvalPredicateType}), found ${predicateType}`);
  const needed = ['about', 'role', 'approvedAt', 'verification'];
  const members = membersOf(predicate, needed, ['comment'], 'predicate');
  const { comment } = members;
  return {
    about: aboutOf(members['about'], subjects),
    role: textOf(members['role'], 'role', 128),
    approvedAt: timeOf(members['approvedAt'], 'approvedAt'),
    verification: basisOf(members['verification']),
    ...(comment === undefined ? {} : { comment: textOf(comment, 'comment', maxCommentLength) }),
  };
}

/** Names of the subjects: which digest is which. */
const payloadName = 'release.intoto.jsonl#payload';
const rootName = (name: string): string => `${name}#root`;

function subjectsOf(about: Approval['about']) {
  const subject = (name: string, digest: Digest) => ({ name, digest: { sha256: hexOf(digest) } });
  if (about.kind === 'release') return [subject(payloadName, about.digest)];
  const whole = subject(about.name, about.digest);
  return about.root === undefined ? [whole] : [whole, subject(rootName(about.name), about.root)];
}

function aboutOf(value: unknown, subjects: readonly StatementSubject[]): Approval['about'] {
  const { kind } = objectOf(value, 'about');
  const digests = new Map(subjects.map((each) => [each.name, onlySha256(each)]));
  if (kind === 'release') {
    const names = ['kind', 'product', 'version', 'flavor', 'counter'];
    const about = membersOf(value, names, [], 'about');
    return {
      kind,
      product: textOf(about['product'], 'about.product', 256),
      version: textOf(about['version'], 'about.version', 256),
      flavor: textOf(about['flavor'], 'about.flavor', 256),
      counter: integerOf(about['counter'], 'about.counter', 1),
      digest: only(digests, [payloadName]).digest,
    };
  }
  if (kind !== 'archive') throw predicateFault('about.kind is neither release nor archive');
  const about = membersOf(value, ['kind', 'name'], [], 'about');
  const name = textOf(about['name'], 'about.name', 255);
  const { digest, others } = only(digests, [name, rootName(name)]);
  const [root] = others;
  return { kind, name, digest, ...(root === undefined ? {} : { root }) };
}

/** The subjects are these and no others, so that nothing is approved in passing. */
function only(
  digests: ReadonlyMap<string, Digest>,
  names: readonly string[],
): { readonly digest: Digest; readonly others: readonly Digest[] } {
  const stranger = [...digests.keys()].find((name) => !names.includes(name));
  const [first = '', ...more] = names;
  const digest = digests.get(first);
  if (stranger !== undefined || digest === undefined)
    throw predicateFault(
      `the subjects of an approval are ${names.join(' and ')}; found ${[...digests.keys()].join(', ').slice(0, 200)}`,
    );
  return { digest, others: more.flatMap((name) => digests.get(name) ?? []) };
}

function basisOf(value: unknown): ApprovalBasis {
  const needed = ['outcome', 'programVersion', 'weakenedBy'];
  const basis = membersOf(value, needed, ['policy', 'trustPolicy', 'key'], 'verification');
  const { outcome, policy, trustPolicy, key } = basis;
  if (outcome !== 'pass' && outcome !== 'fail' && outcome !== 'incomplete')
    throw predicateFault('verification.outcome is none of pass, fail, incomplete');
  if (key !== undefined && (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key)))
    throw predicateFault('verification.key must be 64 hex digits');
  return {
    outcome,
    programVersion: textOf(basis['programVersion'], 'verification.programVersion', 64),
    ...(policy === undefined ? {} : { policy: digestOf(policy, 'verification.policy') }),
    ...(trustPolicy === undefined
      ? {}
      : { trustPolicy: digestOf(trustPolicy, 'verification.trustPolicy') }),
    ...(key === undefined ? {} : { key }),
    weakenedBy: listOf(basis['weakenedBy'], 'verification.weakenedBy', maxWeakenings).map((each) =>
      textOf(each, 'verification.weakenedBy', 512),
    ),
  };
}
