import { describe, expect, it } from 'vitest';
import type { Component, PackageDefinition } from '../zarf/definition.ts';
import type { DefinitionFlaw, LoadedDefinition } from './load-definition.ts';
import { judgeRules, refuseTwins, refuseUnusedPayloads } from './refuse-package.ts';

const place = { file: 'zarf.yaml', line: 1, column: 1 };
const loaded = { file: 'zarf.yaml', place: () => 'zarf.yaml:1:1', at: () => place };
const asLoaded = loaded as unknown as LoadedDefinition;

describe('refuseTwins', () => {
  it('refuses two components of one name, and names it', () => {
    const components: readonly Component[] = [{ name: 'a' }, { name: 'b' }, { name: 'b' }];
    expect(() => refuseTwins(components, asLoaded)).toThrow(
      expect.objectContaining({
        code: 'PACK_DEFINITION_INVALID',
        message: expect.stringContaining("two components called 'b'"),
      }),
    );
    expect(() => refuseTwins(components.slice(0, 2), asLoaded)).not.toThrow();
  });
});

describe('refuseUnusedPayloads', () => {
  it('only tells of one where the package is looked at', () => {
    const told: DefinitionFlaw[] = [];
    const payloads = [{ source: './model' }] as unknown as Parameters<
      typeof refuseUnusedPayloads
    >[1];
    refuseUnusedPayloads([{ name: 'a' }], payloads, (flaw) => told.push(flaw), asLoaded);
    expect(told).toEqual([expect.objectContaining({ kind: 'payload-unused', component: '' })]);
  });
});

describe('judgeRules', () => {
  // A chart without a version comes from an address: no package of Zarf may have one.
  const broken: Component = {
    name: 'a',
    charts: [{ name: 'c', namespace: 'n', url: 'https://example.com' }],
  };
  const definition = (component: Component): PackageDefinition =>
    ({ kind: 'ZarfPackageConfig', metadata: { name: 'p' }, components: [component] }) as const;

  it('refuses a package that breaks a rule, and says where', () => {
    expect(() => judgeRules(definition(broken), () => place, undefined, [])).toThrow(
      expect.objectContaining({
        code: 'PACK_DEFINITION_INVALID',
        message: expect.stringContaining('zarf.yaml:1:1 /components/0/charts/0'),
      }),
    );
  });

  it.each<[string, Component, readonly string[], number]>([
    ['a component', broken, [], 1],
    ['what takes from elsewhere', { ...broken, import: { path: '../x' } }, [], 0],
    ['what should take from a folder that is not there', broken, ['/import/path'], 0],
    ['one of which something else is missing', broken, ['/charts/0'], 1],
  ])(
    'where the package is looked at, tells of %s or leaves it',
    (_what, component, fields, count) => {
      const flaws = fields.map((field) => ({ component: 'a', field }) as DefinitionFlaw);
      const told: DefinitionFlaw[] = [];
      judgeRules(
        definition(component),
        () => place,
        (flaw) => told.push(flaw),
        flaws,
      );
      expect(told.map(({ kind, component: name }) => `${kind} ${name}`)).toEqual(
        Array(count).fill('rule a'),
      );
    },
  );
});
