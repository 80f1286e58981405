import { podsOf } from '../lint/pods.ts';
import type { DossierPermission } from '../report/dossier/dossier-contents.ts';
import {
  type Box,
  boxesOf,
  boxOf,
  type DeployedObject,
  inside,
  textOf,
} from '../zarf/deployed-object.ts';

/** One thing that is permitted. */
type Permitted = Pick<DossierPermission, 'kind' | 'text'>;

/**
 * What an object permits once it is in a cluster, one line each, in words that stay the same for the same
 * permission. An object that permits nothing beyond its own container says nothing.
 */
export function permissionsOf(
  object: DeployedObject,
): readonly Pick<DossierPermission, 'kind' | 'text' | 'object' | 'namespace' | 'component'>[] {
  const { kind, name, namespace, component } = object;
  const common = { object: `${kind}/${name}`, namespace, component };
  return [...byKind(object), ...hostAccess(object)].map((each) => ({ ...common, ...each }));
}

function byKind(object: DeployedObject): readonly Permitted[] {
  const { kind, value } = object;
  const spec = boxOf(value['spec']) ?? {};
  switch (kind) {
    case 'Role':
    case 'ClusterRole':
      return boxesOf(value['rules']).map((rule) => ({ kind: 'rights', text: rightsText(rule) }));
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return boxesOf(value['subjects']).map((subject) => ({
        kind: 'rights',
        text: `gives ${textOf(inside(value, 'roleRef', 'kind'))}/${textOf(inside(value, 'roleRef', 'name'))} to ${[subject['kind'], subject['namespace'], subject['name']].map(textOf).filter(Boolean).join(' ')}`,
      }));
    case 'MutatingWebhookConfiguration':
    case 'ValidatingWebhookConfiguration':
      return boxesOf(value['webhooks']).flatMap((hook) =>
        boxesOf(hook['rules']).map((rule) => ({
          kind: 'rights' as const,
          text: `${kind.startsWith('Mut') ? 'may change' : 'may refuse'} ${wordsOf(rule['resources'])} on ${wordsOf(rule['operations']).toLowerCase()}`,
        })),
      );
    case 'NetworkPolicy':
      return [...networkRules(spec, 'ingress'), ...networkRules(spec, 'egress')];
    case 'Package':
      return [
        ...boxesOf(inside(spec, 'network', 'allow')).map(
          (rule): Permitted => ({ kind: 'network', text: allowText(rule) }),
        ),
        ...boxesOf(inside(spec, 'network', 'expose')).map(
          (rule): Permitted => ({ kind: 'exposure', text: exposeText(rule) }),
        ),
      ];
    case 'Exemption':
      return boxesOf(spec['exemptions']).flatMap((each) =>
        list(each['policies']).map(
          (policy): Permitted => ({
            kind: 'exemption',
            text: `sets ${policy} aside for ${[inside(each, 'matcher', 'kind'), inside(each, 'matcher', 'namespace'), inside(each, 'matcher', 'name')].map(textOf).filter(Boolean).join(' ') || 'pods it does not name'}`,
          }),
        ),
      );
    case 'Ingress':
      return boxesOf(spec['rules']).map((rule) => ({
        kind: 'exposure',
        text: `reachable as ${textOf(rule['host']) || 'any host'}`,
      }));
    case 'Service': {
      const type = textOf(spec['type']);
      if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
      const ports = boxesOf(spec['ports']).map((port) => textOf(port['port']));
      return [{ kind: 'exposure', text: `${type} on port ${ports.join(', ')}` }];
    }
    default:
      return [];
  }
}

/** What reaches out of a container into its node. */
function hostAccess(object: DeployedObject): readonly Permitted[] {
  return podsOf(object).flatMap((pod) => [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((member) => pod.spec[member] === true)
      .map((member): Permitted => ({ kind: 'host', text: member })),
    ...boxesOf(pod.spec['volumes']).flatMap((volume): readonly Permitted[] => {
      const path = textOf(inside(volume, 'hostPath', 'path'));
      return path === '' ? [] : [{ kind: 'host', text: `mounts ${path} of the node` }];
    }),
    ...pod.containers.flatMap(({ name, value }): readonly Permitted[] => {
      const security = boxOf(value['securityContext']) ?? {};
      const added = list(inside(security, 'capabilities', 'add'));
      return [
        ...(security['privileged'] === true
          ? [{ kind: 'host' as const, text: `container ${name} is privileged` }]
          : []),
        ...(added.length === 0
          ? []
          : [
              {
                kind: 'host' as const,
                text: `container ${name} gets the capabilities ${added.join(', ')}`,
              },
            ]),
      ];
    }),
  ]);
}

function rightsText(rule: Box): string {
  const verbs = wordsOf(rule['verbs']);
  const urls = list(rule['nonResourceURLs']);
  if (urls.length > 0) return `${verbs} on the addresses ${urls.join(', ')}`;
  const groups = list(rule['apiGroups'])
    .map((group) => (group === '' ? 'core' : group))
    .join(', ');
  const names = list(rule['resourceNames']);
  const only = names.length === 0 ? '' : `, only ${names.join(', ')}`;
  return `${verbs} on ${wordsOf(rule['resources'])} (${groups || 'core'})${only}`;
}

function networkRules(spec: Box, direction: 'ingress' | 'egress'): readonly Permitted[] {
  const far = direction === 'ingress' ? 'from' : 'to';
  return boxesOf(spec[direction]).map((rule) => {
    const peers = boxesOf(rule[far]).map((peer) => JSON.stringify(peer));
    return {
      kind: 'network',
      text: `${direction} ${far} ${peers.join(' or ') || 'anywhere'}${portsText(boxesOf(rule['ports']).map((port) => textOf(port['port'])))}`,
    };
  });
}

/** @see UDS Package custom resource, spec.network.allow */
function allowText(rule: Box): string {
  const direction = textOf(rule['direction']) || 'traffic';
  const far = [
    textOf(rule['remoteGenerated']),
    textOf(rule['remoteNamespace']),
    textOf(rule['remoteHost']),
    textOf(rule['remoteCidr']),
    labels(rule['remoteSelector']),
  ].filter(Boolean);
  const own = labels(rule['selector']);
  const ports = [...list(rule['ports']), textOf(rule['port'])].filter(Boolean);
  const whose = own === '' ? '' : ` of ${own}`;
  return `${direction.toLowerCase()}${whose} ${direction === 'Ingress' ? 'from' : 'to'} ${far.join(' ') || 'anywhere in the same namespace'}${portsText(ports)}`;
}

/** @see UDS Package custom resource, spec.network.expose */
function exposeText(rule: Box): string {
  const gateway = textOf(rule['gateway']) || 'tenant';
  return `${textOf(rule['service'])} as ${textOf(rule['host'])} on the ${gateway} gateway${portsText([textOf(rule['port'])].filter(Boolean))}`;
}

function portsText(ports: readonly string[]): string {
  const said = ports.filter(Boolean);
  return said.length === 0 ? '' : `, port ${said.join(', ')}`;
}

function labels(value: unknown): string {
  const box = boxOf(value) ?? {};
  return Object.entries(box)
    .map(([key, each]) => `${key}=${textOf(each)}`)
    .sort()
    .join(' ');
}

function wordsOf(value: unknown): string {
  return (
    list(value)
      .map((word) => (word === '*' ? 'everything' : word))
      .sort()
      .join(', ') || 'nothing'
  );
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map(textOf).filter((text) => text !== '' || value.length === 1)
    : [];
}
