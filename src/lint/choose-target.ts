import type { ProvidedObject, TargetConfig } from '../config/release-definition.ts';
import type { PromisedKind, PromisedObject, TargetProfile } from './target-profile.ts';
import { bareKubernetes, udsCore } from './target-profiles.ts';

const profiles = { 'uds-core': udsCore, 'bare-kubernetes': bareKubernetes };

/** The profile a release names, `uds-core` without one, with what the release adds to it. */
export function chooseTarget(config: TargetConfig = {}): TargetProfile {
  const base = profiles[config.profile ?? 'uds-core'];
  return {
    name: base.name,
    kubernetes: config.kubernetes ?? base.kubernetes,
    kinds: [...base.kinds, ...(config.kinds ?? []).map(promisedKind)],
    namespaces: joined(base.namespaces, config.namespaces),
    secrets: [...base.secrets, ...(config.secrets ?? []).map(promisedObject)],
    configMaps: [...base.configMaps, ...(config.configMaps ?? []).map(promisedObject)],
    serviceAccounts: [
      ...base.serviceAccounts,
      ...(config.serviceAccounts ?? []).map(promisedObject),
    ],
    clusterRoles: joined(base.clusterRoles, config.clusterRoles),
    storageClasses: joined(base.storageClasses, config.storageClasses),
    defaultStorageClass: config.defaultStorageClass ?? base.defaultStorageClass,
    runtimeClasses: joined(base.runtimeClasses, config.runtimeClasses),
    priorityClasses: joined(base.priorityClasses, config.priorityClasses),
    ingressClasses: joined(base.ingressClasses, config.ingressClasses),
    gatewayClasses: joined(base.gatewayClasses, config.gatewayClasses),
  };
}

/**
 * The target of a finished archive: the default profile, in the Kubernetes and with the kinds that its release
 * statement names. What else that cluster has nobody has written down.
 */
export function statedTarget({
  kubernetes,
  apiVersions,
}: {
  readonly kubernetes: string;
  readonly apiVersions: readonly string[];
}): TargetProfile {
  const kinds = apiVersions.filter((each) => each.split('/').length === 3);
  const base = chooseTarget({ kubernetes, kinds });
  return { ...base, name: `${base.name}, as the release statement names it,` };
}

function joined(a: readonly string[], b: readonly string[] = []): readonly string[] {
  return [...new Set([...a, ...b])];
}

/** `group/Kind` or `group/version/Kind`. */
function promisedKind(text: string): PromisedKind {
  const parts = text.split('/');
  const [group = '', version = ''] = parts;
  return {
    group,
    versions: parts.length > 2 ? [version] : [],
    kind: parts.at(-1) ?? '',
  };
}

function promisedObject({ name, namespace, keys }: ProvidedObject): PromisedObject {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(keys === undefined ? {} : { keys }),
  };
}
