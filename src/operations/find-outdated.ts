import type { LockedFlavor, LockedInput, ReleaseLock } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { type ExitCode, exitCodes, worstExitCode } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { Run } from '../support/run.ts';
import type { RemoteInput } from '../zarf/remote-inputs.ts';
import { fetchInput, kindOf } from './fetch-input.ts';
import { findArtifact } from './find-artifact.ts';
import { forEachBounded } from './for-each-bounded.ts';
import type { ReleasePlan } from './plan-release.ts';
import { flavorReferences } from './release-images.ts';
import { resolveImages } from './resolve-images.ts';
import { releasePlatform } from './resolve-release-images.ts';
import { flavorInputs, memberReferences, type UpdatePorts } from './update-lock.ts';

/**
 * One locked thing and what its source says now. `pinned`: the definition names its digest, and it was not asked
 * for. `unlocked`: the definition names it and the lock does not. `gone`: no source has it any more.
 * `unknown`: it could not be asked for.
 */
export interface LockedState {
  readonly flavor: ReleaseFlavor;
  readonly kind: 'image' | 'package' | LockedInput['kind'];
  /** Reference of an image or package, address of an input. */
  readonly reference: string;
  readonly state: 'current' | 'outdated' | 'pinned' | 'unlocked' | 'gone' | 'unknown';
  readonly locked?: Digest;
  /** As the source holds it now. */
  readonly found?: Digest;
  /** Code and words of what went wrong, where something did. */
  readonly code?: string;
  readonly message?: string;
}

/** What is locked against what the sources hold, and the exit code that says so. */
export interface OutdatedRelease {
  /** By flavor, kind, reference. */
  readonly entries: readonly LockedState[];
  readonly exitCode: ExitCode;
}

/** What is asked for by its name; `input` is what definitions name by an address. */
type Row = Pick<LockedState, 'kind' | 'reference'> & { readonly input?: RemoteInput };

interface Asked {
  readonly found?: Digest;
  readonly error?: CowaError;
}

const concurrency = 8;
const goneCodes: ReadonlySet<string> = new Set([
  'IMAGE_NOT_FOUND',
  'MEMBER_NOT_FOUND',
  'INPUT_NOT_FOUND',
  'FETCH_NOT_FOUND',
]);

/** Asks for every reference by its name, each once. One that cannot be asked for keeps no other from it. */
export async function findOutdated(
  plan: ReleasePlan,
  lock: ReleaseLock,
  ports: UpdatePorts,
  run: Run,
): Promise<OutdatedRelease> {
  const rows = plan.flavors.flatMap((flavor) => {
    const locked = lock.flavors[flavor.flavor];
    const row = (kind: LockedState['kind']) => (reference: string) => ({
      flavor: flavor.flavor,
      kind,
      reference,
      locked: lockedDigest(kind, reference, locked),
    });
    return [
      ...flavorReferences(plan, flavor).map(row('image')),
      ...memberReferences(flavor).map(row('package')),
      ...flavorInputs(plan, flavor).map((input) => ({
        ...row(kindOf(input.kind))(input.address),
        input,
      })),
    ];
  });
  const answers = new Map<string, Asked>();
  const keyOf = ({ kind, reference }: (typeof rows)[number]): string => `${kind} ${reference}`;
  const askable = new Map(rows.filter((row) => !isPinned(row)).map((row) => [keyOf(row), row]));
  await forEachBounded([...askable], concurrency, run.signal, async ([key, row]) => {
    answers.set(key, await ask(row, plan, ports, run));
  });
  const entries = rows.map((row) => stateOf(row, answers.get(keyOf(row))));
  return { entries, exitCode: worstExitCode(entries.map(exitCodeOf)) };
}

async function ask(
  { kind, reference, input }: Row,
  plan: ReleasePlan,
  ports: UpdatePorts,
  run: Run,
): Promise<Asked> {
  try {
    if (kind === 'package') {
      const { architecture } = plan.release;
      const { manifest } = await findArtifact(reference, ports.artifacts, architecture, run);
      return { found: manifest.digest };
    }
    if (input !== undefined) {
      const { locked } = await fetchInput(input, undefined, ports.fetching, run);
      return { found: digestFromHex(locked.sha256) };
    }
    const platform = releasePlatform(plan);
    const images = await resolveImages([reference], ports.images, platform, {}, run);
    const digest = images.get(reference)?.root.digest;
    return digest === undefined ? {} : { found: digest };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof CowaError) return { error };
    throw error;
  }
}

function stateOf(
  row: Pick<LockedState, 'flavor' | 'kind' | 'reference'> & { readonly locked: Digest | undefined },
  answer: Asked | undefined,
): LockedState {
  const { flavor, kind, reference, locked } = row;
  const { found, error } = answer ?? {};
  const base = {
    flavor,
    kind,
    reference,
    ...(locked === undefined ? {} : { locked }),
    ...(found === undefined ? {} : { found }),
  };
  if (error !== undefined)
    return {
      ...base,
      state: goneCodes.has(error.code) ? 'gone' : 'unknown',
      code: error.code,
      message: error.message,
    };
  if (locked === undefined) return { ...base, state: 'unlocked' };
  if (answer === undefined) return { ...base, state: 'pinned' };
  return { ...base, state: found === locked ? 'current' : 'outdated' };
}

/** What differs is a failed verdict; about what could not be told there is none, whatever kept it from being told. */
function exitCodeOf({ state }: LockedState): ExitCode {
  if (state === 'current' || state === 'pinned') return exitCodes.ok;
  return state === 'unknown' ? exitCodes.environment : exitCodes.verdictFail;
}

function isPinned({ kind, reference, input }: Row): boolean {
  if (input !== undefined) return input.sha256 !== undefined;
  return kind === 'image' && normalizeReference(reference).digest !== undefined;
}

function lockedDigest(
  kind: LockedState['kind'],
  reference: string,
  locked: LockedFlavor | undefined,
): Digest | undefined {
  if (kind === 'image' || kind === 'package') {
    const entries = kind === 'image' ? locked?.images : locked?.packages;
    return entries?.find((entry) => entry.reference === reference)?.digest;
  }
  const input = locked?.inputs?.find(({ address }) => address === reference);
  return input === undefined ? undefined : digestFromHex(input.sha256);
}
