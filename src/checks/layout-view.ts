import { annotationKeys, type Descriptor } from '../oci/descriptor.ts';
import { hexOf, isDigest } from '../oci/digest.ts';
import { isImageConfigType } from '../oci/image-config.ts';
import { isIndexType } from '../oci/image-index.ts';
import { isManifestType } from '../oci/manifest.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { Result, Subject } from './check.ts';
import type {
  ArchiveFacts,
  ImageLayoutFacts,
  ImageManifestFacts,
  LayoutRoot,
  PackageFacts,
} from './facts.ts';
import { blobFolder, type LayoutProblemCode } from './image-layout-facts.ts';
import {
  eachPackage,
  fail,
  notApplicable,
  theFile,
  thePackage,
  thingOf,
  undecided,
} from './results.ts';

/** The checks that speak for problems of the image layout. */
export type LayoutCheckId = 'oci/layout' | 'oci/descriptors';

/** Which check speaks for which problem. The type makes a new code without a check a compile error. */
export const layoutSpokenBy: Readonly<Record<LayoutProblemCode, LayoutCheckId>> = {
  LAYOUT_MARKER_MISSING: 'oci/layout',
  LAYOUT_MARKER_INVALID: 'oci/layout',
  LAYOUT_INDEX_MISSING: 'oci/layout',
  LAYOUT_DOCUMENT_INVALID: 'oci/layout',
  LAYOUT_NESTED_INDEX: 'oci/layout',
  LAYOUT_STRAY_FILE: 'oci/layout',
  LAYOUT_SIZE_MISMATCH: 'oci/descriptors',
  LAYOUT_CONTENT_TYPE: 'oci/descriptors',
  LAYOUT_MEDIA_TYPE_UNKNOWN: 'oci/descriptors',
};

/** Problems that leave a layout readable by everyone who reads it today. */
const lenient: readonly string[] = ['LAYOUT_MARKER_MISSING', 'LAYOUT_STRAY_FILE'];

/** Judges the image layout of every package; without images there is nothing to judge. */
export function eachLayout(
  facts: Pick<ArchiveFacts, 'identity' | 'container' | 'packages'>,
  judge: (
    layout: ImageLayoutFacts,
    facts: PackageFacts,
    unseenBecause: string | undefined,
  ) => Iterable<Result>,
): Generator<Result> {
  return eachPackage(facts, function* (each, because) {
    if (each.images !== undefined) yield* judge(each.images, each, because);
    else if (because !== undefined) yield undecided(thePackage(each), because);
    else yield notApplicable(thePackage(each), 'the package holds no images');
  });
}

/** The problems one check speaks for, as results: unknown media types are undecided, the rest fail. */
export function* layoutProblems(
  id: LayoutCheckId,
  { problems }: ImageLayoutFacts,
  facts: PackageFacts,
  because: string | undefined,
): Generator<Result> {
  for (const { code, subject, message } of problems) {
    if (layoutCheckOf(code) !== id) continue;
    const digest = isDigest(subject) ? { digest: subject } : {};
    const about = thingOf(facts, { kind: 'blob', name: subject, ...digest });
    const isAbsence = code === 'LAYOUT_MARKER_MISSING' || code === 'LAYOUT_INDEX_MISSING';
    if (code === 'LAYOUT_MEDIA_TYPE_UNKNOWN') yield undecided(about, message, code);
    else if (isAbsence && because !== undefined) yield undecided(about, because);
    else
      yield fail(about, message, {
        code,
        ...(lenient.includes(code) ? { severity: 'warning' } : {}),
        restsOn: groundOf(facts, subject),
      });
  }
}

/** Facts carry codes as text; one that no table knows is told by the check of the layout as a whole. */
function layoutCheckOf(code: string): LayoutCheckId {
  return Object.entries(layoutSpokenBy).find(([each]) => each === code)?.[1] ?? 'oci/layout';
}

/** Every manifest of a layout once, however many names lead to it. */
export function manifestsOf({ roots }: ImageLayoutFacts): readonly ImageManifestFacts[] {
  const lists = new Set(roots.map((root) => root.manifests));
  return [
    ...new Map(
      [...lists].flatMap((list) => list.map((each) => [each.descriptor.digest, each] as const)),
    ).values(),
  ];
}

/**
 * What a check says in place of a pass where it did not see all of a layout: the archive was not read to its end, or
 * documents led nowhere (unread, invalid, of unknown type, or absent without having been left out of a bundle).
 * @param then what is unknown for that, behind the number of documents
 * @returns undefined where all of it was seen
 */
export function notAllSeen(
  layout: ImageLayoutFacts,
  facts: PackageFacts,
  because: string | undefined,
  then = 'could not be followed',
): Result | undefined {
  if (because !== undefined) return undecided(thePackage(facts), because);
  const invalid = stopped(layout);
  const absent = absentDocuments(layout, facts);
  const lost = layout.unread.length + invalid.length + absent.length;
  if (lost === 0) return undefined;
  const ground = invalid[0]?.subject ?? absent[0]?.digest;
  return {
    ...undecided(thePackage(facts), `${lost} documents ${then}`),
    ...(ground === undefined ? {} : { restsOn: groundOf(facts, ground) }),
  };
}

/** What a finding about a file or a blob of a layout rests on: its place in the package. */
export function groundOf(facts: PackageFacts, subject: string): string {
  return theFile(facts, isDigest(subject) ? `${blobFolder}${hexOf(subject)}` : subject).name;
}

function stopped({ problems }: ImageLayoutFacts): ImageLayoutFacts['problems'] {
  return problems.filter(({ code }) =>
    [
      'LAYOUT_INDEX_MISSING',
      'LAYOUT_DOCUMENT_INVALID',
      'LAYOUT_NESTED_INDEX',
      'LAYOUT_MEDIA_TYPE_UNKNOWN',
    ].includes(code),
  );
}

function absentDocuments(
  { missing }: ImageLayoutFacts,
  facts: PackageFacts,
): readonly Descriptor[] {
  return missing.filter((each) => isDocumentType(each.mediaType) && !isLeftOut(each, facts));
}

/**
 * Whether a blob that is absent may be: a bundle leaves out what it does not select. Whether it was
 * allowed to is for the checks of the bundle.
 */
export function isLeftOut(
  { digest }: Descriptor,
  { manifest, files, leftOut }: PackageFacts,
): boolean {
  const path = `${blobFolder}${hexOf(digest)}`;
  if (leftOut?.has(path) === true) return true;
  return manifest !== undefined && files.get(path)?.declared?.digest === digest;
}

function isDocumentType(mediaType: string): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType) || isImageConfigType(mediaType);
}

/** A manifest as a subject: by the name that leads to it, where there is one. */
export function theImage(
  facts: PackageFacts,
  { roots }: ImageLayoutFacts,
  { descriptor }: ImageManifestFacts,
): Subject {
  const leads = roots.find(
    ({ name, manifests }) =>
      name !== undefined && manifests.some((each) => each.descriptor.digest === descriptor.digest),
  );
  const { digest } = descriptor;
  return thingOf(facts, { kind: 'image', name: leads?.name ?? digest, digest });
}

/** Names under which `index.json` lists an image: current programs look for the first, older ones for the second. */
export function namesOf({ descriptor }: LayoutRoot): {
  readonly refName: string | undefined;
  readonly baseName: string | undefined;
} {
  const { annotations = {} } = descriptor;
  return {
    refName: annotations[annotationKeys.refName],
    baseName: annotations[annotationKeys.baseName],
  };
}

/** Images a definition wants: as written, and in the spelling of `index.json`, undefined where it is no reference. */
export function wantedImages({
  components,
}: PackageDefinition): ReadonlyMap<string, string | undefined> {
  const written = components.flatMap(({ images = [], imageArchives = [] }) => [
    ...images,
    ...imageArchives.flatMap((archive) => archive.images),
  ]);
  return new Map(written.map((name) => [name, normalized(name)]));
}

function normalized(name: string): string | undefined {
  try {
    return normalizeReference(name).normalized;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
