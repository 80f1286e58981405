import { basename } from 'node:path';
import {
  describePublicKey,
  keyOfSpki,
  type PublicKeyFacts,
  parsePublicKey,
} from '../attestation/public-key.ts';
import { UsageError } from '../errors/families.ts';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import {
  AcceptedRecordError,
  readAcceptedRecord,
  signAcceptedRecord,
} from '../operations/accepted-file.ts';
import type { RecordedInput } from '../operations/record-inputs.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import { type TrustInputs, trustOfKey } from '../operations/trust-inputs.ts';
import type { AcceptedItem } from '../policy/trust/accepted-record.ts';
import { loneKeyName } from '../policy/trust/key-policy.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { Run } from '../support/run.ts';
import { readKeyFile } from './key-files.ts';
import { type KeyOpeningFlags, type SigningKey, toSigningKey } from './signing-key.ts';
import type { TrustFlagValues } from './trust-flags.ts';
import type { TrustSettings } from './trust-settings.ts';

/** The flags about records do not fit together. */
class AcceptFlagError extends UsageError<
  'ACCEPT_KEY_MISSING' | 'SINCE_KEY_MISSING' | 'ACCEPT_NO_TRUST' | 'ACCEPT_WEAKENED'
> {}

/** What the trust flags ask for, before anything is read. */
export interface TrustChoice {
  readonly trustPolicy?: string;
  readonly warnDays: number;
  /** Record to compare with; with `accept` it is also written. */
  readonly record?: { readonly path: string; readonly key?: string };
  readonly accept?: { readonly key: SigningKey };
}

const defaultWarnDays = 30;
const maxRecordBytes = 2 ** 20;

/** Reads the flags. An empty variable counts as none. @throws AcceptFlagError ACCEPT_KEY_MISSING */
export function trustChoiceOf(flags: TrustFlagValues & KeyOpeningFlags): TrustChoice {
  const { accept, since } = flags;
  const path = accept ?? since;
  const sinceKey = flags['since-key'] || undefined;
  const acceptKey = flags['accept-key'] || undefined;
  const trustPolicy = flags['trust-policy'] || undefined;
  if (accept !== undefined && acceptKey === undefined) {
    throw new AcceptFlagError('ACCEPT_KEY_MISSING', '--accept needs a key that signs the record', {
      suggestions: [
        'Give --accept-key <private key>: one of your own site, not that of the producer',
        'cowa-release keys generate --out site',
      ],
    });
  }
  return {
    warnDays: flags['warn-days'] ?? defaultWarnDays,
    ...(trustPolicy === undefined ? {} : { trustPolicy }),
    ...(path === undefined
      ? {}
      : { record: { path, ...(sinceKey === undefined ? {} : { key: sinceKey }) } }),
    ...(accept === undefined || acceptKey === undefined
      ? {}
      : { accept: { key: toSigningKey(acceptKey, flags) } }),
  };
}

/** Opened before anything long begins: a wrong password is told at once. */
export async function openAcceptance(
  { accept }: TrustChoice,
  run: Run,
): Promise<SignOncePorts | undefined> {
  if (accept === undefined) return undefined;
  const { openSigning } = await import('./wire-signer.ts');
  return openSigning({ kind: 'key', key: accept.key }, undefined, run);
}

/**
 * Whom to believe, with what was accepted last. Undefined: one key or nobody, and nothing to compare with.
 * @throws AcceptedRecordError; AcceptFlagError SINCE_KEY_MISSING, ACCEPT_NO_TRUST; KeyAccessError, KeyFileError
 */
export async function trustInputsOf(
  given: TrustSettings,
  choice: TrustChoice,
  context: {
    readonly clock: Date;
    readonly source: ArchiveSource;
    readonly judge: SignatureJudge;
    readonly acceptance: SignOncePorts | undefined;
  },
  run: Run,
): Promise<TrustInputs | undefined> {
  const { clock } = context;
  const { record, warnDays } = choice;
  const now = clock.getTime();
  const { trustPolicy, key } = given;
  const times = { now, warnDays };
  const base: TrustInputs | undefined =
    trustPolicy !== undefined
      ? { policy: trustPolicy.policy, roots: trustPolicy.roots, ...times }
      : key !== undefined && record !== undefined
        ? { ...trustOfKey(key), ...times }
        : undefined;
  if (base === undefined && record !== undefined) {
    throw new AcceptFlagError(
      'ACCEPT_NO_TRUST',
      'a record of what was accepted says nothing where nobody is trusted',
      { suggestions: ['Give --key or --trust-policy, too'] },
    );
  }
  if (base === undefined || record === undefined) return base;
  return { ...base, ...(await readRecord(base, choice, context, run)) };
}

async function readRecord(
  base: TrustInputs,
  { record, accept }: TrustChoice,
  {
    source,
    judge,
    acceptance,
  }: {
    readonly source: ArchiveSource;
    readonly judge: SignatureJudge;
    readonly acceptance: SignOncePorts | undefined;
  },
  run: Run,
): Promise<Pick<TrustInputs, 'accepted' | 'since'>> {
  if (record === undefined) return {};
  const bytes = await source.readSmall(record.path, maxRecordBytes, run);
  if (bytes === undefined) {
    if (accept !== undefined) return {};
    throw new AcceptedRecordError(
      'ACCEPTED_RECORD_MISSING',
      `there is no record of what was accepted last: ${record.path}`,
      { suggestions: ['Begin one: --accept <file> --accept-key <private key>'] },
    );
  }
  const key = await recordKey(record, acceptance);
  const { acceptedRole } = base.policy;
  if (key === undefined && acceptedRole === undefined) {
    throw new AcceptFlagError(
      'SINCE_KEY_MISSING',
      'nothing says whose record of what was accepted is believed',
      {
        suggestions: [
          'Give --since-key <public key>, or name a role under "accepted" in the trust policy',
        ],
      },
    );
  }
  const trust =
    key === undefined
      ? base
      : {
          ...trustOfKey({ origin: record.key ?? 'the key of --accept-key', ...key }),
          now: base.now,
        };
  const file = { location: record.path, bytes };
  const accepted = await readAcceptedRecord(
    file,
    trust,
    key === undefined ? (acceptedRole ?? '') : loneKeyName,
    judge,
    run,
  );
  return { accepted, since: { location: record.path, digest: digestOf(bytes) } };
}

/** The public key of the record: as named, else that of the private key which will sign it next. */
async function recordKey(
  { key }: { readonly key?: string },
  acceptance: SignOncePorts | undefined,
): Promise<Pick<PublicKeyFacts, 'pem' | 'fingerprint'> | undefined> {
  if (key !== undefined) return parsePublicKey(await readKeyFile(key));
  if (acceptance === undefined) return undefined;
  return describePublicKey(keyOfSpki(acceptance.signer.material.spki));
}

/** The trust policy and what it pins, as a signed verdict names them. */
export function trustFiles(trust: TrustInputs | undefined): readonly RecordedInput[] {
  const origin = trust?.policy.origin;
  if (trust === undefined || origin === undefined) return [];
  const named = (location: string, digest: Digest): RecordedInput => ({
    name: basename(location),
    digest,
    attestation: false,
  });
  const roots = [...trust.roots.values()].map((root) =>
    named(root.origin, digestFromHex(root.sha256)),
  );
  return [named(origin.location, origin.digest), ...roots];
}

/**
 * Writes what passed into the record, whole or not at all. Nothing is written for what did not pass. Says
 * which of it was done; undefined where no record was to be kept.
 * @throws AcceptFlagError ACCEPT_WEAKENED; OutputError; SignerFailure
 */
export async function keepAccepted(
  result: VerifyResult,
  context: {
    readonly choice: TrustChoice;
    readonly trust: TrustInputs | undefined;
    readonly acceptance: SignOncePorts | undefined;
  },
  run: Run,
): Promise<string | undefined> {
  const { choice, trust, acceptance } = context;
  const { record } = choice;
  if (acceptance === undefined || record === undefined || trust === undefined) return undefined;
  const reports = 'reports' in result ? result.reports : [result];
  const flat = reports.flatMap((each) => ('archives' in each ? [each, ...each.archives] : [each]));
  const unreadable = 'reports' in result ? result.unreadable.length : 0;
  if (unreadable > 0 || reports.some(({ verdict }) => verdict.exitCode !== 0))
    return `--accept: nothing was written to ${record.path}: what did not pass is not accepted`;
  const weakened = flat.flatMap(({ verdict }) => verdict.weakenedBy);
  if (weakened.length > 0) {
    throw new AcceptFlagError(
      'ACCEPT_WEAKENED',
      `what passed was weakened by ${[...new Set(weakened)].join(', ')}, and is not written into the record`,
      { suggestions: ['Verify without that, or without --accept'] },
    );
  }
  const items = flat.flatMap((each) => each.record?.items ?? []);
  const times = flat.flatMap((each) => each.record?.times ?? []);
  const { policy, accepted } = trust;
  const text = await signAcceptedRecord(accepted, { policy, items, times }, acceptance, run);
  const { writeWhole } = await import('./write-reports.ts');
  await writeWhole(record.path, text);
  return acceptedText(record.path, items);
}

/** Things a line names. */
const maxNamed = 5;

function acceptedText(path: string, items: readonly AcceptedItem[]): string {
  const named = items
    .slice(0, maxNamed)
    .map(({ kind, name, version, line, counter }) =>
      [
        kind === 'statement' ? 'release' : kind,
        name,
        ...(line === '' ? [] : [line]),
        version,
        ...(counter === undefined ? [] : [`(number ${counter})`]),
      ].join(' '),
    );
  const more = items.length > maxNamed ? ` and ${items.length - maxNamed} more` : '';
  return `--accept: ${path} says from now on: ${named.join(', ')}${more}; anything older fails with --since ${path}`;
}
