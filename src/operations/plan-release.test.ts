import { describe, expect, it } from 'vitest';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { planRelease } from './plan-release.ts';

const run = { signal: new AbortController().signal };

function plan(
  changes: Parameters<typeof smallRelease>[0] = {},
  flavor: 'cpu' | 'gpu' | 'all' = 'all',
) {
  const workspace = new MemoryWorkspace(smallRelease(changes));
  return planRelease(
    { definitionPath: 'cowa-release.yaml', flavor, allowActions: false },
    { workspace },
    run,
  );
}

describe('the plan of a release', () => {
  it('packs a package once that two flavors share, and puts it into both bundles', async () => {
    const { packages, flavors } = await plan();
    expect(packages.map(({ fileName }) => fileName).sort()).toEqual([
      'zarf-package-api-amd64-1.2.3.tar.zst',
      'zarf-package-model-cpu-amd64-1.2.3.tar.zst',
      'zarf-package-model-gpu-amd64-1.2.3.tar.zst',
    ]);
    expect(
      flavors.map(({ bundle }) => bundle?.members.map((member) => `${member.kind} ${member.name}`)),
    ).toEqual([
      ['built api', 'built model-cpu'],
      ['built api', 'built model-gpu'],
    ]);
  });

  it('holds one flavor alone where one was asked for', async () => {
    const { packages, flavors } = await plan({}, 'cpu');
    expect(flavors.map(({ flavor }) => flavor)).toEqual(['cpu']);
    expect(packages).toHaveLength(2);
  });

  const bundle = (member: string) => `kind: UDSBundle
metadata: { name: small-cpu, version: 1.2.3, architecture: amd64 }
packages:
  - ${member}
`;

  it.each([
    {
      name: 'a bundle names a package that nobody builds',
      changes: {
        'bundle-cpu/uds-bundle.yaml': bundle('{ name: other, path: ../api, ref: 1.2.3 }'),
      },
      code: 'RELEASE_MEMBER_MISSING',
    },
    {
      name: 'a bundle names another version of a package',
      changes: { 'bundle-cpu/uds-bundle.yaml': bundle('{ name: api, path: ../api, ref: 9.9.9 }') },
      code: 'RELEASE_MEMBER_MISSING',
    },
    {
      name: 'two packages would be one file',
      changes: {
        'model-cpu/zarf.yaml': smallRelease()['api/zarf.yaml'],
        'bundle-cpu/uds-bundle.yaml': bundle('{ name: api, path: ../api, ref: 1.2.3 }'),
      },
      code: 'RELEASE_NAME_CLASH',
    },
    {
      name: 'two bundles would be one file',
      changes: {
        'bundle-gpu/uds-bundle.yaml': bundle('{ name: api, path: ../api, ref: 1.2.3 }'),
      },
      code: 'RELEASE_NAME_CLASH',
    },
    {
      name: 'a bundle folder holds no bundle',
      changes: { 'bundle-cpu/uds-bundle.yaml': undefined, 'bundle-cpu/other.yaml': 'x' },
      code: 'RELEASE_DEFINITION_INVALID',
    },
  ])('is refused where $name: $code', async ({ changes, code }) => {
    await expect(plan(changes)).rejects.toMatchObject({ code, exitCode: 2 });
  });
});
