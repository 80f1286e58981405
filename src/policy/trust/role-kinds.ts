import type { RoleKind } from './trust-policy.ts';
import { approversOf, type TrustPolicyDocument } from './trust-policy-document.ts';

/**
 * What each role stands for: as the policy says, else by the first use of it: rules are signed by
 * releasers, approvals by approvers, statements about the making by builders.
 */
export function roleKinds(document: TrustPolicyDocument): ReadonlyMap<string, RoleKind> {
  const kinds = new Map<string, RoleKind>();
  const take = (name: string | undefined, kind: RoleKind | undefined): void => {
    if (name !== undefined && kind !== undefined && !kinds.has(name)) kinds.set(name, kind);
  };
  for (const [name, { kind }] of Object.entries(document.roles)) take(name, kind);
  for (const { role } of document.packages) take(role, 'releaser');
  for (const rule of document.packages)
    for (const role of approversOf(rule)) take(role, 'approver');
  for (const { attestations = [] } of document.packages)
    for (const { role } of attestations) take(role, 'builder');
  return kinds;
}
