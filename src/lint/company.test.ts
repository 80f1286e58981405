import { expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aloneRelease,
} from '../../test/support/a-deployment.ts';
import { companiesOf } from './company.ts';

const named = ({ packages }: ReturnType<typeof companiesOf>[number]): readonly string[] =>
  packages.map(({ label, namespaces }) => `${label} ${namespaces?.join() ?? ''}`);

it('has a package twice in a bundle that deploys it twice, each in its own namespace', () => {
  const one = { ...aDeployedPackage(''), namespaces: ['a'] };
  const two = { ...aDeployedPackage(''), namespaces: ['b'] };
  const companies = companiesOf(aDeployedRelease(one, two));
  expect(companies.map(named)).toEqual([
    ['app a', 'app b'],
    ['app a', 'app b'],
  ]);
  expect(companies.map(({ judged }) => judged.namespaces)).toEqual([['a'], ['b']]);
});

it('judges another flavor in the place of the one that is in the bundle', () => {
  const inBundle = aDeployedPackage('', { flavor: 'upstream' });
  const other = aDeployedPackage('', { flavor: 'registry1' });
  const beside = aDeployedPackage('', { name: 'db' });
  const release = aDeployedRelease(inBundle, beside);
  const companies = companiesOf({ ...release, packages: [inBundle, other, beside] });
  const [last] = companies.filter(({ judged }) => judged === other);
  expect(last?.packages).toEqual([other, beside]);
  expect(last?.bundle).toBe('all');
});

it('leaves a package of no bundle alone', () => {
  const [company] = companiesOf(aloneRelease(aDeployedPackage('')));
  expect(company).toMatchObject({ bundle: undefined, because: undefined });
});

it('says why an absence proves nothing where a package of the bundle is not known', () => {
  const release = aDeployedRelease(aDeployedPackage(''), aDeployedPackage('', { name: 'db' }));
  const bundles = release.bundles.map((bundle) => ({
    ...bundle,
    packages: bundle.packages.map((each) =>
      each.entry.name === 'db' ? { ...each, package: undefined } : each,
    ),
  }));
  const [company] = companiesOf({ ...release, bundles, unread: [{ path: 'db', reason: 'no' }] });
  expect(company?.because).toBe("what package 'db' of the bundle deploys is not known (db: no)");
});
