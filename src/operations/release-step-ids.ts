import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { PlannedMember } from './plan-release.ts';

/** The step that packs a package of the plan. */
export function packageStepId(id: string): string {
  return `package ${id}`;
}

/** The step that writes an archive of a flavor. */
export function archiveStepId(flavor: ReleaseFlavor, fileName: string): string {
  return `archive ${flavor}/${fileName}`;
}

/** The step that reads a package of a bundle made elsewhere. */
export function memberStepId(location: string): string {
  return `member ${location}`;
}

/** The step a package of a bundle comes from. */
export function memberStep(member: PlannedMember): string {
  if (member.kind === 'built') return packageStepId(member.packageId);
  return memberStepId(member.kind === 'archive' ? member.path : member.reference);
}
