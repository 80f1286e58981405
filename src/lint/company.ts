import type { Subject } from '../checks/check.ts';
import { fail, notApplicable } from '../checks/results.ts';
import type { DeployedObject } from '../zarf/deployed-object.ts';
import { chooseTarget } from './choose-target.ts';
import { type DeployedPackage, notAllRead, objectSubject } from './deployed-package.ts';
import type { DeployedBundle, DeployedRelease } from './deployed-release.ts';
import { groupOf, isClusterWide } from './kubernetes-kinds.ts';
import { amongAll, type LintResult } from './lint-check.ts';
import type { Path } from './pods.ts';
import type { TargetProfile } from './target-profile.ts';

/** A package with what is deployed beside it. */
export interface Company {
  readonly judged: DeployedPackage;
  /** In the order they are deployed; `judged` is one of them. */
  readonly packages: readonly DeployedPackage[];
  readonly target: TargetProfile;
  /** What the bundle is called; undefined for a package that is in none. */
  readonly bundle: string | undefined;
  /** Why an absence proves nothing; undefined when everything was read. */
  readonly because: string | undefined;
}

/** Names an object among those of a cluster. */
export function keyOf(object: DeployedObject): string {
  const { apiVersion, kind, namespace, name } = object;
  return [groupOf(apiVersion), kind, isClusterWide(object) ? '' : namespace, name].join('\n');
}

const known = new WeakMap<DeployedRelease, readonly Company[]>();

/**
 * Every package in the company it is deployed in: once in each bundle it is in; alone where it is in none. Another
 * flavor of a package that is in a bundle is judged in its place there.
 */
export function companiesOf(release: DeployedRelease): readonly Company[] {
  const before = known.get(release);
  if (before !== undefined) return before;
  const companies: Company[] = [];
  for (const bundle of release.bundles)
    for (const { package: judged } of bundle.packages)
      if (judged !== undefined) companies.push(inBundle(bundle, judged, release));
  const seen = new Set(companies.map(({ judged }) => variant(judged)));
  for (const judged of release.packages) {
    if (seen.has(variant(judged))) continue;
    const bundle = release.bundles.find(({ packages }) =>
      packages.some((each) => each.package?.file === judged.file),
    );
    companies.push(
      bundle === undefined
        ? company(judged, [judged], undefined, notAllRead(judged))
        : inBundle(bundle, judged, release),
    );
  }
  known.set(release, companies);
  return companies;
}

function variant({ file, flavor }: DeployedPackage): string {
  return `${file}\n${flavor}`;
}

function inBundle(
  { definition, file, packages }: DeployedBundle,
  judged: DeployedPackage,
  release: DeployedRelease,
): Company {
  // A bundle may have one package twice, each in a namespace of its own.
  const isMember = packages.some(({ package: each }) => each === judged);
  const all = packages.flatMap(({ package: each }) =>
    each === undefined ? [] : [!isMember && each.file === judged.file ? judged : each],
  );
  const missing = packages.find(({ package: each }) => each === undefined);
  const [unread] = release.unread;
  const because =
    missing === undefined
      ? all.map(notAllRead).find((reason) => reason !== undefined)
      : `what package '${missing.entry.name}' of the bundle deploys is not known${unread === undefined ? '' : ` (${unread.path}: ${unread.reason})`}`;
  return company(judged, all, definition.metadata.name || file, because);
}

function company(
  judged: DeployedPackage,
  packages: readonly DeployedPackage[],
  bundle: string | undefined,
  because: string | undefined,
): Company {
  return { judged, packages, target: judged.target ?? chooseTarget(), bundle, because };
}

/** Objects of a kind in a namespace, whichever package they are of. */
export function objectsOf(
  { packages }: Company,
  kind: string,
  namespace?: string,
): readonly DeployedObject[] {
  return packages.flatMap(({ objects }) =>
    objects.filter(
      (object) =>
        object.kind === kind && (namespace === undefined || object.namespace === namespace),
    ),
  );
}

/**
 * Says that something is not there: an error in a bundle, which says everything that is deployed; a warning of a
 * package that is in no bundle; undecided where not everything was read.
 */
export function missing(
  company: Company,
  object: DeployedObject,
  path: Path,
  message: string,
): LintResult {
  const subject = objectSubject(object, path);
  if (company.because !== undefined || company.bundle !== undefined)
    return amongAll(company.because, subject, message);
  return fail(subject, `${message}; the package is in no bundle here that might bring it`, {
    severity: 'warning',
  });
}

/**
 * Judges every package in each company it is deployed in, and says once what is true of it in several.
 * @param nothing what is said where no rule spoke
 */
export function* judgeInCompany(
  release: DeployedRelease,
  judge: (company: Company) => Iterable<LintResult>,
  nothing: string,
): Generator<LintResult> {
  const told = new Map<string, { readonly result: LintResult; readonly bundles: Set<string> }>();
  const bundlesOf = new Map<string, Set<string>>();
  let unread: string | undefined;
  for (const each of companiesOf(release)) {
    unread ??= each.because;
    const own = bundlesOf.get(each.judged.file) ?? new Set();
    bundlesOf.set(each.judged.file, own.add(each.bundle ?? ''));
    for (const result of judge(each)) {
      const key = `${each.judged.file}\n${result.outcome}\n${place(result.subject)}\n${result.message}`;
      const before = told.get(key) ?? { result, bundles: new Set() };
      told.set(key, before);
      before.bundles.add(each.bundle ?? '');
    }
  }
  for (const [key, { result, bundles }] of told) {
    const [file = ''] = key.split('\n');
    const everywhere = bundles.size === bundlesOf.get(file)?.size;
    if (everywhere || result.outcome === 'pass') yield result;
    else
      yield {
        ...result,
        message: `${result.message}; so it is in bundle ${[...bundles].sort().join(', ')}`,
      };
  }
  if (told.size > 0) return;
  const message = unread === undefined ? nothing : `${nothing} by what was read; ${unread}`;
  yield notApplicable({ kind: 'file', name: release.label }, message);
}

function place({ name, line, column, object }: Subject): string {
  return [name, line, column, object].join('\n');
}
