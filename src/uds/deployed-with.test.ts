import { describe, expect, it } from 'vitest';
import type { ChartOverride, UdsPackage } from './bundle.ts';
import { configVariables, deployedWith } from './deployed-with.ts';

const entry = (override: ChartOverride, more: Partial<UdsPackage> = {}): UdsPackage => ({
  name: 'p',
  ref: '1.0.0',
  overrides: { comp: { chart: override } },
  ...more,
});
const chart = (override: ChartOverride, given: Record<string, unknown> = {}, more = {}) =>
  deployedWith(entry(override, more), new Map(Object.entries(given))).charts?.get('comp/chart');

describe('deployedWith', () => {
  it('sets values first and variables behind them', () => {
    const made = chart({
      values: [{ path: 'a.b', value: [1] }],
      variables: [
        { name: 'one', path: 'x', default: 'd' },
        { name: 'two', path: 'w' },
      ],
      namespace: 'moved',
    });
    expect(made).toEqual({
      settings: [
        { path: 'a.b', value: [1] },
        { path: 'x', value: 'd' },
      ],
      namespace: 'moved',
      unknown: [],
    });
  });

  it('takes what is given over a default, whatever case the name has', () => {
    const variables = [{ name: 'One', path: 'x', default: 'd' }];
    expect(chart({ variables }, { ONE: 5 })?.settings).toEqual([{ path: 'x', value: 5 }]);
  });

  it('fills references in values, at any depth', () => {
    const values = [{ path: 'x', value: { list: ['a-${one}'] } }];
    expect(chart({ values }, { ONE: 'v' })?.settings).toEqual([
      { path: 'x', value: { list: ['a-v'] } },
    ]);
  });

  it.each<[string, ChartOverride, object]>([
    ['a reference nobody gives', { values: [{ path: 'x', value: '${none}' }] }, {}],
    ['a file', { variables: [{ name: 'f', path: 'x', type: 'file', default: 'cert.pem' }] }, {}],
    [
      'what another package hands over',
      { variables: [{ name: 'one', path: 'x', default: 'd' }] },
      { imports: [{ name: 'ONE', package: 'q' }] },
    ],
  ])('says that it cannot know %s', (_name, override, more) => {
    const made = chart(override, {}, more);
    expect(made?.settings).toEqual([]);
    expect(made?.unknown.length).toBe(1);
  });

  it('shows no secret', () => {
    const variables = [{ name: 's', path: 'x', sensitive: true }];
    expect(JSON.stringify(chart({ variables }, { S: 'geheim' }))).not.toContain('geheim');
  });

  it('gives variables to the package, and moves it', () => {
    const made = deployedWith(
      entry({}, { namespace: 'ns' }),
      new Map<string, unknown>([['N', 3]]),
      new Set(['EXPORTED']),
    );
    expect(made.variables).toEqual(new Map([['N', '3']]));
    expect(made.namespace).toBe('ns');
    expect(made.open).toEqual(new Set(['EXPORTED']));
  });
});

describe('configVariables', () => {
  it.each([
    [
      'shared and its own, which win',
      { shared: { a: 1, b: 1 }, variables: { p: { A: 2 } } },
      { A: 2, B: 1 },
    ],
    ['those of another package', { variables: { q: { a: 1 } } }, {}],
    ['nothing of what is no mapping', { shared: ['a'], variables: 'x' }, {}],
    ['nothing of nothing', undefined, {}],
  ])('reads %s', (_name, config, expected) => {
    expect(Object.fromEntries(configVariables(config, 'p'))).toEqual(expected);
  });
});
