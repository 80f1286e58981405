import type { LockedFlavor, LockedInput, ReleaseLock } from '../config/lock.ts';
import type { PayloadConfig, ReleaseFlavor } from '../config/release-definition.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { RemoteInput } from '../zarf/remote-inputs.ts';
import { kindOf } from './fetch-input.ts';
import { fetchedPayloadTitle } from './payload-place.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import { flavorInputs } from './update-lock.ts';

/** Something definitions take in besides images, and how `assemble` gets it. */
export interface ForeseenInput {
  readonly kind: LockedInput['kind'] | 'payload' | 'kustomization';
  /** Where it comes from: an address, or the path of a kustomization. */
  readonly address: string;
  readonly flavors: readonly ReleaseFlavor[];
  /** What a definition or, with `--locked`, the lock says its bytes are; undefined: whatever its source holds then. */
  readonly pinned?: Digest;
  /** Of a repository: the commit that is locked. */
  readonly commit?: string;
  /** Whether the lock file names it. */
  readonly locked: boolean;
  /** `asked`: only its source knows what it is now. `built`: made here, by kustomize. */
  readonly state: 'cached' | 'fetch' | 'asked' | 'built';
  /** Bytes, where they are known. */
  readonly size?: number;
}

/** What is looked at. */
export interface ForeseePorts {
  readonly blobs: BlobStore;
  /** The lock file, where there is one. */
  readonly lock: ReleaseLock | undefined;
  /** Whether only what is locked is taken. */
  readonly onlyLocked: boolean;
}

/** Everything a release takes in by an address, each once, sorted by it. Nothing is asked for. */
export async function foreseeInputs(
  plan: ReleasePlan,
  { blobs, lock, onlyLocked }: ForeseePorts,
): Promise<readonly ForeseenInput[]> {
  const found = new Map<string, ForeseenInput>();
  const add = (input: Omit<ForeseenInput, 'flavors'>, flavor: ReleaseFlavor): void => {
    const key = `${input.kind} ${input.address}`;
    const { flavors = [] } = found.get(key) ?? {};
    found.set(key, { ...input, flavors: [...flavors, flavor] });
  };
  for (const planned of plan.flavors) {
    const { flavor } = planned;
    const locked = lock?.flavors[flavor];
    for (const input of flavorInputs(plan, planned))
      add(await ofAddress(input, locked, onlyLocked, blobs), flavor);
    for (const { payloads, resolved } of packagesOf(plan, planned)) {
      for (const payload of payloads)
        for (const part of await ofPayload(payload, locked, blobs)) add(part, flavor);
      for (const { manifests = [] } of resolved.definition.components)
        for (const path of manifests.flatMap(({ kustomizations = [] }) => kustomizations))
          add({ kind: 'kustomization', address: path, locked: false, state: 'built' }, flavor);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

function packagesOf(plan: ReleasePlan, { packages }: PlannedFlavor): ReleasePlan['packages'] {
  return plan.packages.filter(({ id }) => packages.includes(id));
}

async function ofAddress(
  { address, kind, sha256 }: RemoteInput,
  locked: LockedFlavor | undefined,
  onlyLocked: boolean,
  blobs: BlobStore,
): Promise<Omit<ForeseenInput, 'flavors'>> {
  const pin = locked?.inputs?.find((each) => each.address === address);
  const hex = (onlyLocked ? pin?.sha256 : undefined) ?? sha256;
  const known = { kind: kindOf(kind), address, locked: pin !== undefined };
  const commit = onlyLocked && pin?.commit !== undefined ? { commit: pin.commit } : {};
  if (hex === undefined) return { ...known, state: 'asked' };
  const pinned = digestFromHex(hex);
  const size = await blobs.find(pinned);
  if (size !== undefined) return { ...known, ...commit, pinned, state: 'cached', size };
  const promised = pin?.sha256 === hex ? { size: pin.size } : {};
  return { ...known, ...commit, pinned, state: 'fetch', ...promised };
}

/** One for each file that is fetched: every one has a digest of its own. */
async function ofPayload(
  payload: PayloadConfig,
  locked: LockedFlavor | undefined,
  blobs: BlobStore,
): Promise<readonly Omit<ForeseenInput, 'flavors'>[]> {
  const { from, sha256 } = payload;
  if (from === undefined) return [];
  const title = fetchedPayloadTitle(payload, from);
  const files = typeof sha256 === 'string' ? [['', sha256] as const] : Object.entries(sha256);
  const foreseen: Omit<ForeseenInput, 'flavors'>[] = [];
  for (const [path, hex] of files) {
    const pinned = digestFromHex(hex);
    const size = await blobs.find(pinned);
    const pin = locked?.payloads.find((each) => each.sha256 === hex);
    foreseen.push({
      kind: 'payload',
      address: [title, path].filter((each) => each !== '').join('/'),
      pinned,
      locked: pin !== undefined,
      state: size === undefined ? 'fetch' : 'cached',
      ...(size === undefined ? (pin === undefined ? {} : { size: pin.size }) : { size }),
    });
  }
  return foreseen;
}
