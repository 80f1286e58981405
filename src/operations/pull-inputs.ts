import type { LockedFlavor, LockedInput } from '../config/lock.ts';
import { hexOf } from '../oci/digest.ts';
import { type Run, runWithin } from '../support/run.ts';
import { fetchInput } from './fetch-input.ts';
import { fetchPayload } from './fetch-payload.ts';
import type { FetchPorts } from './fetch-ports.ts';
import { namedInputs, pinOf } from './fetch-step.ts';
import type { FetchedContent } from './fetched-workspace.ts';
import { fetchedPayloadTitle } from './payload-place.ts';
import type { ReleasePlan } from './plan-release.ts';

/** A chart, file, repository or payload that is in the store now. */
export interface PulledInput {
  readonly kind: LockedInput['kind'] | 'payload';
  /** Where it comes from; of a payload also what it is taken as. */
  readonly address: string;
  /** As locks have it; none for a payload of several files. */
  readonly sha256?: string;
  /** Bytes of all its files. */
  readonly size: number;
  /** Nothing of it had to be fetched. */
  readonly held: boolean;
}

/**
 * Brings what packages of a plan name by an address, and payloads that come from elsewhere, into the store, as
 * `assemble` would. With a lock, those it names.
 * @throws RemoteInputError INPUT_*; FetchError, FetchContentError FETCH_*; ImageError
 */
export async function pullInputs(
  { packages }: Pick<ReleasePlan, 'packages'>,
  lock: LockedFlavor | undefined,
  ports: FetchPorts,
  run: Run,
): Promise<readonly PulledInput[]> {
  const pulled = new Map<string, PulledInput>();
  for (const input of namedInputs(packages.map(({ resolved }) => resolved))) {
    const { address } = input;
    const pin = lock === undefined ? undefined : pinOf(address, lock);
    const { content, held, locked } = await told(address, run, (within) =>
      fetchInput(input, pin, ports, within),
    );
    const { kind, sha256 } = locked;
    pulled.set(address, { kind, address, sha256, size: sizeOf(content), held });
  }
  for (const payload of packages.flatMap(({ payloads }) => payloads)) {
    if (payload.from === undefined) continue;
    const { from } = payload;
    const address = fetchedPayloadTitle(payload, from);
    const { content, held } = await told(address, run, (within) =>
      fetchPayload({ ...payload, from }, ports, within),
    );
    const known = content.kind === 'file' ? { sha256: hexOf(content.digest) } : {};
    pulled.set(address, { kind: 'payload', address, ...known, size: sizeOf(content), held });
  }
  return [...pulled.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** Models are large: whoever waits sees for which. */
async function told<Found>(
  title: string,
  run: Run,
  work: (run: Run) => Promise<Found>,
): Promise<Found> {
  const step = `fetch ${title}`;
  run.onProgress?.({ kind: 'step-started', step, title });
  let outcome: 'done' | 'failed' = 'failed';
  try {
    const found = await work(runWithin(run, step));
    outcome = 'done';
    return found;
  } finally {
    run.onProgress?.({ kind: 'step-finished', step, outcome });
  }
}

function sizeOf(content: FetchedContent): number {
  return content.kind === 'file'
    ? content.size
    : content.blobs.reduce((sum, { size }) => sum + size, 0);
}
