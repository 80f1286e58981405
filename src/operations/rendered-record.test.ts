import { describe, expect, it } from 'vitest';
import type { PackageFacts } from '../checks/facts.ts';
import { targetCluster } from '../lint/target-cluster.ts';
import { embeddedRenderer } from '../zarf/embedded-renderer.ts';
import type { DescribedPackage } from './describe-archive.ts';
import { RenderedDeployment } from './render-deployment.ts';
import { recordOf } from './rendered-record.ts';

const definition = { kind: 'ZarfPackageConfig', metadata: { name: 'p' }, components: [] };

/** The record of a package that deploys these manifests. */
function record(
  manifests: readonly string[],
  notRead: readonly { what: string; reason: string }[] = [],
) {
  const deployment = new RenderedDeployment({ definition });
  for (const [index, text] of manifests.entries())
    deployment.takeManifest(
      'comp',
      { name: 'm' },
      { path: `${index}.yaml`, bytes: Buffer.from(text) },
    );
  const facts = { label: 'p' } as PackageFacts;
  const each: DescribedPackage = { facts, entry: undefined, selected: new Set() };
  const rendered = [{ package: each, deployment, charts: new Map(), manifests: [] }];
  return recordOf({ rendered, notRead }, embeddedRenderer);
}

const pod =
  'kind: Pod\nspec: { containers: [{ name: a, image: r/b:1 }, { name: b, image: r/a:1 }] }\n';

describe('recordOf', () => {
  it('counts objects, and names images once and sorted', () => {
    expect(record([pod, pod])).toMatchObject({
      renderer: embeddedRenderer.identity,
      cluster: targetCluster(),
      objects: 2,
      images: ['r/a:1', 'r/b:1'],
      unread: 0,
      volatile: [],
    });
  });

  it('is the same for the same objects, whatever order files and keys have', () => {
    const one = record(['kind: A\nspec: { x: 1, y: { a: 1, b: 2 } }\n', 'kind: B\n']);
    const other = record(['kind: B\n', '# c\nspec:\n  y: { b: 2, a: 1 }\n  x: 1\nkind: A\n']);
    expect(other.digest).toBe(one.digest);
  });

  it.each([
    ['another value', ['kind: A\nx: 2\n']],
    ['another namespace', ['kind: A\nx: 1\nmetadata: { namespace: other }\n']],
    ['one object more', ['kind: A\nx: 1\n', 'kind: A\nx: 1\n']],
    ['text in the place of a number', ['kind: A\nx: "1"\n']],
  ])('differs with %s', (_name, manifests) => {
    expect(record(manifests).digest).not.toBe(record(['kind: A\nx: 1\n']).digest);
  });

  it('counts what could not be read', () => {
    expect(record(['a: ['], [{ what: 'x', reason: 'y' }])).toMatchObject({ objects: 0, unread: 2 });
  });
});
