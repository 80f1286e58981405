import { describe, expect, it } from 'vitest';
import { readObjects } from '../zarf/deployed-object.ts';
import { permissionsOf } from './gather-dossier-permissions.ts';

const origin = { component: 'api', source: 'manifest.yaml', namespace: 'app' };
const said = (text: string): readonly string[] =>
  (readObjects(text, origin) ?? []).flatMap((object) =>
    permissionsOf(object).map(({ kind, object: name, text: each }) => `${kind} ${name}: ${each}`),
  );

describe('what an object permits', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'rights, sorted, with everything in words',
      `{apiVersion: rbac/v1, kind: ClusterRole, metadata: {name: r}, rules: [
        {apiGroups: [''], resources: [pods, configmaps], verbs: [list, get], resourceNames: [a]},
        {apiGroups: ['*'], resources: ['*'], verbs: ['*']},
        {nonResourceURLs: [/metrics], verbs: [get]}]}`,
      [
        'rights ClusterRole/r: get, list on configmaps, pods (core), only a',
        'rights ClusterRole/r: everything on everything (*)',
        'rights ClusterRole/r: get on the addresses /metrics',
      ],
    ],
    [
      'to whom a role is given',
      `{apiVersion: rbac/v1, kind: RoleBinding, metadata: {name: b}, roleRef: {kind: ClusterRole, name: admin},
        subjects: [{kind: ServiceAccount, name: default, namespace: app}]}`,
      ['rights RoleBinding/b: gives ClusterRole/admin to ServiceAccount app default'],
    ],
    [
      'what reaches out of a container',
      `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {template: {spec: {hostNetwork: true,
        volumes: [{name: v, hostPath: {path: /var/run}}, {name: w, emptyDir: {}}],
        containers: [{name: c, image: i, securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}}]}}}}`,
      [
        'host DaemonSet/d: hostNetwork',
        'host DaemonSet/d: mounts /var/run of the node',
        'host DaemonSet/d: container c is privileged',
        'host DaemonSet/d: container c gets the capabilities SYS_ADMIN',
      ],
    ],
    [
      'what a UDS package allows and exposes',
      `{apiVersion: uds.dev/v1alpha1, kind: Package, metadata: {name: p}, spec: {network: {
        allow: [{direction: Egress, remoteGenerated: Anywhere, selector: {app: a}, port: 443}],
        expose: [{service: s, host: chat, gateway: admin, port: 80}]}}}`,
      [
        'network Package/p: egress of app=a to Anywhere, port 443',
        'exposure Package/p: s as chat on the admin gateway, port 80',
      ],
    ],
    [
      'rules that are set aside',
      `{apiVersion: uds.dev/v1alpha1, kind: Exemption, metadata: {name: e}, spec: {exemptions: [
        {policies: [DisallowPrivileged], matcher: {namespace: app, name: '^x'}}]}}`,
      ['exemption Exemption/e: sets DisallowPrivileged aside for app ^x'],
    ],
    [
      'what is reached from outside',
      `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: NodePort, ports: [{port: 80}]}}`,
      ['exposure Service/s: NodePort on port 80'],
    ],
    [
      'nothing of what stays inside',
      `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}`,
      [],
    ],
    [
      'nothing of what has no form',
      `{apiVersion: v1, kind: ClusterRole, metadata: {name: s}, rules: 7}`,
      [],
    ],
  ])('is %s', (_, text, expected) => {
    expect(said(text)).toEqual(expected);
  });
});
