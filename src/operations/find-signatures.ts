import type { ArchiveFacts, ArchiveSignature, PackageFacts } from '../checks/facts.ts';
import type { FoundSignature } from './judge-evidence.ts';

/** A detached signature that lies beside an archive. */
export interface DetachedSignature {
  /** Name of the file. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

/** What a signature of this form is called in reports. */
export function kindOf(form: FoundSignature['form']): ArchiveSignature['kind'] {
  return form === 'statement' ? 'release-statement' : form;
}

/** The signatures over an archive as a whole: those beside it, and the one a next bundle carries. */
export function archiveSignatures(
  facts: ArchiveFacts,
  detached: readonly DetachedSignature[],
): readonly FoundSignature[] {
  const { digest } = facts.container;
  const beside = detached.map(({ location, bytes }) => ({
    location,
    form: 'detached' as const,
    covers: 'every byte of the archive',
    bytes,
    artifact: digest === undefined ? undefined : ({ kind: 'digest', digest } as const),
  }));
  const inside =
    facts.bundle === undefined
      ? facts.packages.slice(0, 1).flatMap((each) => packageSignature(each) ?? [])
      : (indexSignature(facts) ?? []);
  return [...beside, ...(Array.isArray(inside) ? inside : [inside])];
}

/** The signature a package carries; the old one only where there is no new one, as deploying programs read it. */
export function packageSignature(each: PackageFacts): FoundSignature | undefined {
  const { signatureFile } = each;
  return signatureFile === undefined ? undefined : signatureIn(signatureFile, each);
}

/**
 * The signature in the old form that lies beside the present one. Programs of before v0.71 read it, all others pass
 * it over: it counts for nothing, and is judged all the same.
 * @see shared reference of the Zarf package format, 5.1 and 5.3
 */
export function olderSignature(each: PackageFacts): FoundSignature | undefined {
  const { files, signatureFile } = each;
  const isBeside = signatureFile !== 'zarf.yaml.sig' && files.has('zarf.yaml.sig');
  return isBeside ? signatureIn('zarf.yaml.sig', each) : undefined;
}

function signatureIn(location: string, { files }: PackageFacts): FoundSignature {
  const bytes = files.get('zarf.yaml')?.content;
  return {
    location,
    form: location === 'zarf.bundle.sig' ? 'zarf-bundle' : 'zarf-legacy',
    covers: 'zarf.yaml, and through it every file',
    bytes: files.get(location)?.content,
    artifact: bytes === undefined ? undefined : { kind: 'bytes', bytes },
  };
}

const evidenceName = 'uds.bundle.sig';

/**
 * The signature that a next bundle carries over its index. In a hybrid it covers one half only: the
 * legacy half could be anyone's.
 * @see shared reference of the UDS bundle format, 5.1
 */
function indexSignature({ bundle, entries }: ArchiveFacts): FoundSignature | undefined {
  const named = (path: string) =>
    entries.find((entry) => entry.path === path && entry.type === 'file');
  const evidence = named(evidenceName);
  if (evidence === undefined || bundle === undefined || bundle.format === 'legacy')
    return undefined;
  const isHalf = bundle.format === 'hybrid';
  const bytes = named('oci/index.json')?.content;
  return {
    location: evidenceName,
    form: 'uds-bundle',
    covers: `oci/index.json, and through it every blob${isHalf ? ' of the next half' : ''}`,
    bytes: evidence.content,
    artifact: bytes === undefined ? undefined : { kind: 'bytes', bytes },
    isHalf,
  };
}
