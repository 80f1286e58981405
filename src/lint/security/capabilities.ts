import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, isLater, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer } from '../pods.ts';

export const capabilities = definePackageCheck({
  id: 'security/capabilities',
  title: 'Every container gives up all capabilities, and takes back at most one',
  severity: 'warning',
  help: {
    why: 'Capabilities are parts of what root may do; programs that serve requests need none.',
    fix: 'Set capabilities.drop: [ALL]; add only NET_BIND_SERVICE.',
    source: 'Pod security standards, restricted; release model §3.1',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, securityContext: { capabilities: { drop: [ALL] } } }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api, securityContext: { capabilities: { add: [SYS_ADMIN] } } }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'has no capabilities');
  },
});

function* judge({ value }: PlacedContainer): Generator<ContainerFault> {
  const path = ['securityContext', 'capabilities'];
  const drop = listAt(value, 'drop');
  if (!drop.includes('ALL') && !drop.some(isLater))
    yield { message: 'does not drop ALL capabilities', path: [...path, 'drop'] };
  for (const each of listAt(value, 'add'))
    if (each !== 'NET_BIND_SERVICE' && !isLater(each))
      yield { message: `adds the capability ${each}`, path: [...path, 'add'] };
}

function listAt(value: unknown, list: 'drop' | 'add'): readonly string[] {
  const names = inside(value, 'securityContext', 'capabilities', list);
  return Array.isArray(names) ? names.map(String) : [];
}
