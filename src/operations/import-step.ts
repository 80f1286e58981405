import type { LockedFlavor } from '../config/lock.ts';
import { runWithin } from '../support/run.ts';
import type { AssemblePorts } from './assemble-ports.ts';
import type { PackedPackage } from './packed-package.ts';
import { pinMember } from './pin-member.ts';
import type { PlannedMember } from './plan-release.ts';
import { memberStepId } from './release-step-ids.ts';
import type { GraphStep } from './run-graph.ts';

/** What such steps share; they leave what they read in its map, by step. */
interface ImportWork {
  readonly ports: Pick<AssemblePorts, 'importArchive' | 'importPublished'>;
  readonly lock: LockedFlavor | undefined;
  readonly packed: Map<string, PackedPackage>;
}

/** Reads a package of a bundle that was made elsewhere. */
export function importStep(
  member: Exclude<PlannedMember, { kind: 'built' }>,
  publicKey: string | undefined,
  { ports, lock, packed: into }: ImportWork,
): GraphStep {
  const location = member.kind === 'archive' ? member.path : member.reference;
  const id = memberStepId(location);
  return {
    id,
    title: `read ${location}`,
    needs: [],
    work: async (run) => {
      const inner = runWithin(run, id);
      const packed =
        member.kind === 'archive'
          ? await ports.importArchive(location, inner)
          : await ports.importPublished(
              lock === undefined ? location : pinMember(location, lock),
              publicKey,
              inner,
            );
      into.set(id, packed);
      return 'done';
    },
  };
}
