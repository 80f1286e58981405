import { describe, expect, it } from 'vitest';
import { chooseTarget } from './choose-target.ts';
import { capabilitiesOf, targetCluster } from './target-cluster.ts';

describe('targetCluster', () => {
  it('is that of the default profile, sorted and without repetition', () => {
    const { kubernetes, apiVersions } = targetCluster();
    expect(kubernetes).toBe('1.31');
    expect(apiVersions).toContain('security.istio.io/v1beta1');
    expect(apiVersions).toContain('uds.dev/v1alpha1/Package');
    expect(apiVersions).toEqual([...new Set(apiVersions)].sort());
  });

  it('has what a release adds, as far as its versions are said', () => {
    const target = chooseTarget({
      profile: 'bare-kubernetes',
      kubernetes: '1.30.2',
      kinds: ['a.b/v1/C', 'a.b/D'],
    });
    expect(targetCluster(target)).toEqual({
      kubernetes: '1.30.2',
      apiVersions: ['a.b/v1', 'a.b/v1/C'],
    });
  });
});

describe('capabilitiesOf', () => {
  it.each([
    ['1.31', 'v1.31.0'],
    ['1.31.5', 'v1.31.5'],
  ])('names Kubernetes %s %s', (kubernetes, kubeVersion) => {
    expect(capabilitiesOf({ kubernetes, apiVersions: [] })).toMatchObject({ kubeVersion });
  });

  it.each([
    ['1.31', 'v1', true],
    ['1.31', 'v1/Pod', true],
    ['1.31', 'batch/v1/CronJob', true],
    ['1.20', 'batch/v1/CronJob', false],
    ['1.20', 'batch/v1/Job', true],
    ['1.31', 'extensions/v1beta1', false],
    ['1.21', 'extensions/v1beta1/Ingress', true],
    ['1.31', 'resource.k8s.io/v1alpha3', false],
    ['1.31', 'a.b/v1/C', true],
  ])('Kubernetes %s with a.b/v1/C: %s is %s', (kubernetes, name, expected) => {
    const { apiVersions } = capabilitiesOf({ kubernetes, apiVersions: ['a.b/v1', 'a.b/v1/C'] });
    expect(apiVersions.includes(name)).toBe(expected);
  });
});
