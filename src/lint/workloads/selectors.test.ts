import { describe, expect, it } from 'vitest';
import { aDeployedPackage, saidBy } from '../../../test/support/a-deployment.ts';
import { selectors } from './selectors.ts';

const said = (selector: string, labels: string, kind = 'Deployment'): readonly string[] =>
  saidBy(
    selectors,
    aDeployedPackage(`apiVersion: apps/v1
kind: ${kind}
metadata: { name: api }
spec:
  selector: ${selector}
  template:
    metadata: { labels: ${labels} }
    spec: { containers: [{ name: api }] }
`),
  );

describe('workloads/selectors', () => {
  it.each([
    ['equal', '{ matchLabels: { app: api } }', '{ app: api }'],
    ['more labels than are selected', '{ matchLabels: { app: api } }', '{ app: api, tier: web }'],
    ['numbers', '{ matchLabels: { app: 1 } }', '{ app: "1" }'],
    [
      'a value that is settled at deployment',
      '{ matchLabels: { app: "###ZARF_VAR_A###" } }',
      '{ app: api }',
    ],
    ['expressions, which are not judged', '{ matchExpressions: [] }', '{ app: api }'],
  ])('is silent about %s', (_, selector, labels) => {
    expect(said(selector, labels)).toEqual([]);
  });

  it.each([
    [
      'another value',
      '{ matchLabels: { app: api } }',
      '{ app: web }',
      'error 5: it selects app=api, its pods have app=web',
    ],
    [
      'no such label',
      '{ matchLabels: { app: api } }',
      '{ tier: web }',
      'error 5: it selects app=api, its pods have no label app',
    ],
    ['no selector', '{}', '{ app: api }', 'error 5: it has no selector'],
  ])('finds %s', (_, selector, labels, message) => {
    expect(said(selector, labels)).toEqual([message]);
  });

  it('says where nothing has a selector', () => {
    expect(said('{}', '{}', 'Other')).toEqual(['not-applicable: no workload has a selector']);
  });
});
