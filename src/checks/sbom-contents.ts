import { type ListedPackage, listedPackages, type PackagedSbom } from '../sbom/packaged-sbom.ts';
import type { Result, Subject } from './check.ts';
import type { PackageFacts } from './facts.ts';
import { imageSboms, isAboutImage } from './image-sboms.ts';
import { fail, theFile, thingOf, undecided } from './results.ts';

/** What an image, or the files of a component, hold by the document about them. */
export interface ListedContents {
  readonly subject: Subject;
  /** Each name, version and kind once; undefined where nobody can tell. */
  readonly packages: readonly ListedPackage[] | undefined;
  /** Why not all of them, or none, are known; undefined where the list is whole. */
  readonly because: string | undefined;
}

/**
 * Contents of every container image of a package and of its files, one document at a time.
 * @param unseen why not everything of the archive was read
 */
export function* listedContents(
  each: PackageFacts,
  unseen: string | undefined,
): Generator<ListedContents> {
  const none = each.sboms === undefined ? (unseen ?? 'the package carries no SBOMs') : unseen;
  for (const { name, image, sbom, because } of imageSboms(each)) {
    const { digest } = image.descriptor;
    const subject = thingOf(each, { kind: 'image', name, digest });
    yield sbom === undefined
      ? { subject, packages: undefined, because: because ?? none ?? 'no SBOM is about it' }
      : { subject, ...contentsOf(sbom) };
  }
  for (const sbom of each.sboms?.documents ?? [])
    if (!isAboutImage(sbom))
      yield { subject: theFile(each, `sboms.tar/${sbom.path}`), ...contentsOf(sbom) };
}

function contentsOf(sbom: PackagedSbom): Pick<ListedContents, 'packages' | 'because'> {
  const listed = listedPackages(sbom);
  if (listed === undefined)
    return {
      packages: undefined,
      because:
        sbom.count === undefined
          ? 'its SBOM has no list of packages'
          : `its SBOM lists ${sbom.count} packages, which are more than is kept`,
    };
  const once = new Map(listed.map((found) => [keyOf(found), found]));
  return {
    packages: [...once.keys()].sort().flatMap((key) => once.get(key) ?? []),
    because: sbom.unread === 0 ? undefined : `${sbom.unread} packages of its SBOM cannot be read`,
  };
}

function keyOf({ type, name, version, licences }: ListedPackage): string {
  return [name, version, type, ...(licences ?? ['?'])].join('\0');
}

/** A package within what holds it, so that a waiver can name the one or the other. */
export function packageOf({ subject }: ListedContents, { name, version }: ListedPackage): Subject {
  return { ...subject, name: `${subject.name}: ${name} ${version}`.trimEnd() };
}

const maxTold = 100;

/** Failures of single packages; from a number on that nobody reads, the rest is told in one. */
export function* tellAll(
  { subject }: ListedContents,
  failures: readonly { readonly subject: Subject; readonly message: string }[],
  code: string,
): Generator<Result> {
  for (const each of failures.slice(0, maxTold)) yield fail(each.subject, each.message, { code });
  const more = failures.length - maxTold;
  if (more > 0) yield fail(subject, `${more} more packages of it are forbidden, too`, { code });
}

/** What is said where a list is missing or is not whole; nothing otherwise. */
export function* tellGap({ subject, because }: ListedContents): Generator<Result> {
  if (because !== undefined) yield undecided(subject, because);
}
