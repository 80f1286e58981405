import { expect, it } from 'vitest';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { applyFixes } from '../apply-fixes.ts';
import { namespaces } from './namespaces.ts';

const more = 'platform: { namespace: ai }\n';
const other = aPackage('api').replace('namespace: ai', 'namespace: ais');
const rest = `    dataInjections:
      - { source: m, target: { namespace: ais, selector: a=b, container: c, path: /d } }
    actions: { onDeploy: { after: [{ wait: { cluster: { kind: Pod, name: p, namespace: "###ZARF_VAR_X###" } } }] } }
`;

it.each([
  ['one namespace', aPackage('api'), []],
  [
    'another one in a manifest',
    other,
    ["fail packages/api/zarf.yaml:6:41 manifest 'api' goes to namespace ais, the release to ai"],
  ],
  [
    'another one of a payload, and one that is settled later',
    aPackage('api', rest),
    ['fail packages/api/zarf.yaml:8:43 payload m goes to namespace ais, the release to ai'],
  ],
])('%s', async (_name, zarf, expected) => {
  const files = aRelease({ more, files: { 'packages/api/zarf.yaml': zarf } });
  expect(faults(namespaces, await deployedRelease(files))).toEqual(expected);
});

it('is written by its fix', async () => {
  const files = aRelease({
    more,
    files: { 'packages/api/zarf.yaml': other },
  });
  const fixes = [...namespaces.evaluate(await deployedRelease(files))].flatMap(({ fix }) =>
    fix === undefined ? [] : [fix],
  );
  const { texts } = applyFixes(new Map(Object.entries(files)), fixes);
  expect(texts.get('packages/api/zarf.yaml')).toBe(aPackage('api'));
});

it('does not judge where nobody says the namespace, nor packages of no flavor', async () => {
  const files = aRelease({ files: { 'packages/api/zarf.yaml': other } });
  expect(told(namespaces, await deployedRelease(files))).toEqual(['not-applicable']);
  const extra = aRelease({
    more,
    files: { 'packages/x/zarf.yaml': other.replaceAll('api', 'x'), 'packages/x/all.yaml': '' },
  });
  expect(told(namespaces, await deployedRelease(extra))).toEqual(['pass']);
});
