import type { LockedFlavor, LockedInput } from '../config/lock.ts';
import type { PayloadConfig } from '../config/release-definition.ts';
import { type Run, runWithin } from '../support/run.ts';
import { type RemoteInput, remoteInputs } from '../zarf/remote-inputs.ts';
import { fetchInput } from './fetch-input.ts';
import { fetchPayload } from './fetch-payload.ts';
import type { FetchPorts } from './fetch-ports.ts';
import type { FetchedContents } from './fetched-workspace.ts';
import { RemoteInputError } from './input-error.ts';
import { payloadAddress, payloadName } from './payload-place.ts';
import type { PlannedPackage } from './plan-release.ts';
import type { ResolvedPackage } from './resolved-package.ts';
import type { GraphStep } from './run-graph.ts';

/** What inputs are fetched with, and where they are left. */
export interface Fetching extends FetchPorts {
  /** What the workspace shows beside the files of the user. */
  readonly contents: FetchedContents;
}

/** What such steps share; they leave what they fetched in its map, by address. */
export interface FetchWork {
  readonly ports: Fetching;
  readonly lock: LockedFlavor | undefined;
  readonly fetched: Map<string, LockedInput>;
}

/** One step for everything a package names by an address, and for each of its payloads that is fetched. */
export function fetchSteps(
  { resolved, payloads }: Pick<PlannedPackage, 'resolved' | 'payloads'>,
  work: FetchWork,
): readonly GraphStep[] {
  return [
    ...inputSteps(resolved, work),
    ...payloads.flatMap((payload) => {
      if (payload.from === undefined) return [];
      const name = payloadName(payload);
      const id = `fetch payload ${name}`;
      const step: GraphStep = {
        id,
        title: `payload ${name}`,
        needs: [],
        work: async (run) => {
          const { held } = await takePayload(payload, work.ports, runWithin(run, id));
          return held ? 'reused' : 'done';
        },
      };
      return [step];
    }),
  ];
}

/** Fetches a payload and shows it to whoever reads the workspace. What lies on disk is left to itself. */
export async function takePayload(
  payload: PayloadConfig,
  ports: Fetching,
  run: Run,
): Promise<{ readonly held: boolean }> {
  const { from } = payload;
  if (from === undefined) return { held: true };
  const found = await fetchPayload({ ...payload, from }, ports, run);
  count(found.held, run);
  ports.contents.add(payloadAddress(payload), found.content);
  return found;
}

function inputSteps(resolved: ResolvedPackage, work: FetchWork): readonly GraphStep[] {
  return namedInputs([resolved]).map((input) => {
    const { address } = input;
    const id = `fetch ${address}`;
    return {
      id,
      title: address,
      needs: [],
      work: async (run) => {
        const found = await takeInput(input, work, runWithin(run, id));
        return found.held ? 'reused' : 'done';
      },
    };
  });
}

/** Everything packages name by an address, each once, with what is promised of it somewhere. */
export function namedInputs(packages: readonly ResolvedPackage[]): readonly RemoteInput[] {
  const named = new Map<string, RemoteInput>();
  const components = packages.flatMap(({ definition }) => definition.components);
  for (const input of components.flatMap(remoteInputs)) {
    const before = named.get(input.address);
    if (before?.sha256 === undefined) named.set(input.address, input);
  }
  return [...named.values()];
}

/**
 * Fetches an input and shows it to whoever reads the workspace.
 * @throws RemoteInputError INPUT_LOCK_MISSING, and whatever `fetchInput` throws
 */
async function takeInput(
  input: RemoteInput,
  { ports, lock, fetched }: FetchWork,
  run: Run,
): Promise<{ readonly held: boolean }> {
  const { address } = input;
  const pin = lock === undefined ? undefined : pinOf(address, lock);
  const found = await fetchInput(input, pin, ports, run);
  count(found.held, run);
  ports.contents.add(address, found.content);
  fetched.set(address, found.locked);
  return found;
}

function count(held: boolean, run: Run): void {
  run.onProgress?.({ kind: 'counted', what: held ? 'cacheHits' : 'cacheMisses', by: 1 });
}

/** What a lock says of an input. @throws RemoteInputError INPUT_LOCK_MISSING */
export function pinOf(address: string, { inputs = [] }: LockedFlavor): LockedInput {
  const pin = inputs.find((each) => each.address === address);
  if (pin !== undefined) return pin;
  throw new RemoteInputError('INPUT_LOCK_MISSING', `${address} is not in the lock file`, {
    suggestions: ['cowa-release images lock'],
  });
}
