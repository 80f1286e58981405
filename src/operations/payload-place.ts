import type { PayloadConfig, PayloadOrigin } from '../config/release-definition.ts';
import { remotePath } from '../zarf/remote-inputs.ts';
import { joinPath } from './join-path.ts';

/** What people and lock files call a payload: where it lies, or what it stands in for where it is fetched. */
export function payloadName({ package: owner, source, path }: PayloadConfig): string {
  return path ?? joinPath(owner, source);
}

/** What a payload that is fetched is kept under while a run goes on. */
export function payloadAddress(payload: PayloadConfig): string {
  return `payload://${payloadName(payload)}`;
}

/** Where a payload lies for the workspace. @param root folder of the release definition */
export function payloadPlace(payload: PayloadConfig, root: string): string {
  return payload.path === undefined
    ? remotePath(payloadAddress(payload))
    : joinPath(root, payload.path);
}

/** Where it came from, as provenance tells it. */
export function payloadOrigin(from: PayloadOrigin): {
  readonly uri: string;
  readonly commit?: string;
} {
  if ('url' in from) return { uri: from.url };
  if ('oci' in from) return { uri: `oci://${from.oci}` };
  return { uri: `${hubAddress(from)}/tree/${from.commit}`, commit: from.commit };
}

/** How people are told of a payload that is fetched: where it comes from, and what it is taken as. */
export function fetchedPayloadTitle(payload: PayloadConfig, from: PayloadOrigin): string {
  return `${payloadOrigin(from).uri} as ${payloadName(payload)}`;
}

/** A repository of a hub, without a slash at the end. */
export function hubAddress({ hub, repository }: Extract<PayloadOrigin, { hub: string }>): string {
  return `${hub.replace(/\/+$/, '')}/${repository}`;
}
