import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { AcceptedItem } from '../policy/trust/accepted-record.ts';
import type { TrustObject } from '../policy/trust/judge-object.ts';
import type { TrustSubject } from '../policy/trust/trust-result.ts';
import type { VerifiedRelease } from './signature-request.ts';

/** The archive, by its name. */
export function archiveSubject({ identity }: ArchiveFacts): TrustSubject {
  return { kind: 'archive', name: identity.fileName ?? 'standard input' };
}

/** What the archive as a whole is: a bundle or a package. */
export function topObject({ bundle, packages }: ArchiveFacts): TrustObject {
  const [first] = packages;
  if (bundle === undefined && first !== undefined) return packageObject(first, undefined);
  const metadata = (bundle?.definition ?? bundle?.nextDefinition)?.bundle?.metadata;
  return {
    kind: bundle === undefined ? 'package' : 'bundle',
    name: metadata?.name ?? '',
    version: metadata?.version,
    digest: bundle?.rootDigest ?? bundle?.nextIndexDigest,
  };
}

/** A package, alone or within a bundle. */
export function packageObject(
  { label, definition, files }: PackageFacts,
  within: string | undefined,
): TrustObject {
  const metadata = definition?.definition?.metadata;
  return {
    kind: 'package',
    name: metadata?.name ?? label,
    version: metadata?.version,
    digest: files.get('zarf.yaml')?.digest,
    ...(within === undefined ? {} : { within }),
  };
}

/** The tag of an image reference. */
export function tagOf(reference: string): string | undefined {
  return /:([^:/@]+)(?:@.*)?$/.exec(reference)?.[1];
}

/** By what an approval may name the archive: the root of a hybrid leads to one half only. */
export function approvedDigests(
  { container, bundle }: ArchiveFacts,
  { digest }: TrustObject,
): readonly Digest[] {
  const root = bundle?.format === 'hybrid' ? undefined : digest;
  return [container.digest, root].filter((each) => each !== undefined);
}

/** Everything in the archive that has a digest, and the archive. */
export function presentDigests({ container, entries }: ArchiveFacts): readonly TrustSubject[] {
  return [
    ...(container.digest === undefined
      ? []
      : [{ kind: 'archive' as const, name: 'the whole archive', digest: container.digest }]),
    ...entries.flatMap(({ path, name, digest }) =>
      digest === undefined ? [] : [{ kind: 'file' as const, name: path ?? name, digest }],
    ),
  ];
}

/** The archive as a record of what was accepted holds it. */
export function itemOf(facts: ArchiveFacts, top: TrustObject): AcceptedItem | undefined {
  const { kind, name, version = '', digest } = top;
  if (digest === undefined || (kind !== 'bundle' && kind !== 'package')) return undefined;
  const [first] = facts.packages;
  const build = facts.bundle === undefined ? first?.definition?.definition?.build : undefined;
  const bundle = facts.bundle?.definition?.bundle;
  const line =
    facts.bundle === undefined
      ? [build?.flavor, build?.architecture]
      : [facts.bundle.architecture ?? bundle?.build?.architecture];
  const time = Date.parse((build ?? bundle?.build)?.timestamp ?? '');
  return {
    kind,
    name,
    line: line.filter((part) => part !== undefined && part !== '').join(' '),
    version,
    digest: digest satisfies Digest,
    ...(Number.isNaN(time) ? {} : { time: new Date(time).toISOString() }),
  };
}

/** An archive is listed by the digest of its root: however it was compressed since, that is what was signed. */
export function listedIn(
  { release }: VerifiedRelease,
  { identity, bundle, packages, container }: ArchiveFacts,
): 'whole' | 'half' | undefined {
  const root =
    bundle === undefined
      ? ({ kind: 'package', digest: packages[0]?.files.get('zarf.yaml')?.digest } as const)
      : ({ kind: 'bundle', digest: bundle.rootDigest } as const);
  const listed = release.files.find(
    (file) =>
      file.name === identity.fileName &&
      root.digest !== undefined &&
      file.root?.kind === root.kind &&
      file.root.digest === root.digest,
  );
  if (listed === undefined) return undefined;
  // The root of a hybrid leads to its legacy half alone.
  return bundle?.format === 'hybrid' && listed.digest !== container.digest ? 'half' : 'whole';
}
