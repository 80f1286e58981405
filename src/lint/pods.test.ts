import { describe, expect, it } from 'vitest';
import { readObjects } from '../zarf/deployed-object.ts';
import { podsOf } from './pods.ts';

const origin = { component: 'c', source: 'templates/a.yaml', namespace: 'ns' };
const read = (text: string) => readObjects(text, origin) ?? [];

describe('pods of an object', () => {
  const pod = `spec:
  volumes: [{ image: { reference: 'r/payload:1' } }, { emptyDir: {} }]
  initContainers: [{ name: i, image: a:1 }]
  containers: [{ name: m }, text]
`;
  it.each([
    ['a pod', `kind: Pod\n${pod}`],
    [
      'a workload',
      `kind: Deployment\nspec:\n  template:\n${pod.replace(/^/gm, '    ').trimEnd()}\n`,
    ],
    [
      'an object of an operator',
      `kind: X\nspec:\n  parts:\n    - ${pod.replace(/\n/g, '\n      ')}`,
    ],
  ])('are found in %s', (_name, text) => {
    const [object] = read(text);
    const pods = object === undefined ? [] : podsOf(object);
    expect(
      pods.flatMap(({ containers }) =>
        containers.map(({ role, says, path }) => [role, says, path.slice(-2)]),
      ),
    ).toEqual([
      ['initContainers', "init container 'i'", ['initContainers', 0]],
      ['containers', "container 'm'", ['containers', 0]],
    ]);
    expect(pods.map(({ object: of, labels }) => [of, labels])).toEqual([[object, {}]]);
  });
});
