import type { LockedInput } from '../config/lock.ts';
import { digestFromHex, hexOf } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { RemoteInput } from '../zarf/remote-inputs.ts';
import { fetchChart } from './fetch-chart.ts';
import { fetchFile } from './fetch-file.ts';
import type { FetchedInput, FetchPorts } from './fetch-ports.ts';
import { fetchRepository } from './fetch-repository.ts';
import { RemoteInputError } from './input-error.ts';

/**
 * Brings an input into the blob store, compared with what is promised of it. What is held is not asked for again
 * where its digest is known beforehand.
 * @param pin what the lock says of it; only that is taken
 * @throws RemoteInputError INPUT_*; FetchError, FetchContentError FETCH_*; ImageError
 */
export async function fetchInput(
  input: RemoteInput,
  pin: LockedInput | undefined,
  ports: FetchPorts,
  run: Run,
): Promise<FetchedInput> {
  const { address, kind, sha256 } = input;
  if (pin !== undefined && sha256 !== undefined && pin.sha256 !== sha256)
    throw promisedTwice(address, pin.sha256, sha256);
  if (kind === 'repository') return drifting(pin, await fetchRepository(address, pin, ports, run));
  const promised = pin?.sha256 ?? sha256;
  const digest = promised === undefined ? undefined : digestFromHex(promised);
  if (digest !== undefined) {
    const size = await ports.blobs.find(digest);
    if (size !== undefined && (pin === undefined || pin.size === size))
      return {
        locked: pin ?? { kind: kindOf(kind), address, sha256: hexOf(digest), size },
        content: { kind: 'file', digest, size },
        held: true,
      };
  }
  if (kind === 'chart') return drifting(pin, await fetchChart(address, digest, ports, run));
  const stored = await fetchFile(address, { digest, size: pin?.size }, ports, run);
  const locked: LockedInput = {
    kind: kindOf(kind),
    address,
    sha256: hexOf(stored.digest),
    size: stored.size,
  };
  return { locked, content: { kind: 'file', ...stored }, held: false };
}

/** Locks know files, charts and repositories: what a file is used for is no matter of its bytes. */
export function kindOf(kind: RemoteInput['kind']): LockedInput['kind'] {
  return kind === 'chart' || kind === 'repository' ? kind : 'file';
}

function drifting(pin: LockedInput | undefined, found: FetchedInput): FetchedInput {
  const { address, sha256, size } = found.locked;
  if (pin === undefined || (pin.sha256 === sha256 && pin.size === size)) return found;
  throw new RemoteInputError(
    'INPUT_LOCK_DRIFT',
    `${address} is locked with SHA-256 ${pin.sha256}, but its source gives ${sha256}`,
    {
      suggestions: [
        `Put the locked content back, or take the new one over: cowa-release images lock --update '${address}'`,
      ],
    },
  );
}

function promisedTwice(address: string, locked: string, promised: string): RemoteInputError {
  return new RemoteInputError(
    'INPUT_LOCK_DRIFT',
    `${address} is locked with SHA-256 ${locked}, the definition says shasum ${promised}`,
    { suggestions: [`cowa-release images lock --update '${address}'`] },
  );
}
