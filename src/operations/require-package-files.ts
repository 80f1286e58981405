import { type Digest, digestFromHex, digestOf, hexOf } from '../oci/digest.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import { parseChecksums } from '../zarf/parse-checksums.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { describeProblems } from './describe-problems.ts';
import { MemberError } from './member-error.ts';

/** The files of a package that checksums.txt does not list. Everything else it must. */
const unlistedFiles: readonly string[] = [
  'zarf.yaml',
  'checksums.txt',
  'zarf.bundle.sig',
  'zarf.yaml.sig',
];

const signatureFiles: readonly string[] = ['zarf.bundle.sig', 'zarf.yaml.sig'];

/** A package of another maker, as far as it has to be known before its contents are taken. */
export interface MemberFiles {
  /** How messages call the package. */
  readonly subject: string;
  readonly files: readonly { readonly path: string; readonly digest: Digest }[];
  /** Bytes of `zarf.yaml`; undefined when it is not there. */
  readonly definition: Uint8Array | undefined;
  /** Bytes of `checksums.txt`; undefined when it is not there. */
  readonly checksums: Uint8Array | undefined;
}

/**
 * Follows the chain of a package from its definition to every file: the aggregate checksum, each line
 * of checksums.txt, nothing missing, nothing besides. Files that a signed package exempts by
 * `provenanceFiles` are refused: nothing vouches for them before the signature was checked.
 * @returns the definition as Zarf believes it
 * @throws MemberError MEMBER_DEFINITION_INVALID, MEMBER_CHECKSUMS_INVALID, MEMBER_FILE_MISSING, MEMBER_FILE_UNLISTED, MEMBER_FILE_MISMATCH
 * @see shared reference of the Zarf package format, 2.1 and 6
 */
export function requirePackageFiles(member: MemberFiles): PackageDefinition {
  const definition = readDefinition(member);
  const listed = readChecksums(member, definition.metadata.aggregateChecksum);
  const present = new Map(member.files.map(({ path, digest }) => [path, digest]));
  for (const [path, digest] of listed) {
    const actual = present.get(path);
    if (actual === undefined)
      throw refusal(member, 'MEMBER_FILE_MISSING', `checksums.txt lists ${path}, which is missing`);
    if (actual !== digest)
      throw refusal(
        member,
        'MEMBER_FILE_MISMATCH',
        `${path} has SHA-256 ${hexOf(actual)}, checksums.txt promises ${hexOf(digest)}`,
      );
  }
  for (const path of present.keys()) {
    if (!listed.has(path) && !unlistedFiles.includes(path))
      throw refusal(member, 'MEMBER_FILE_UNLISTED', `checksums.txt does not list ${path}`);
  }
  return definition;
}

/** Whether a signature is among the files. It was not judged here. */
export function hasSignature(files: readonly { readonly path: string }[]): boolean {
  return files.some(({ path }) => signatureFiles.includes(path));
}

function readDefinition(member: MemberFiles): PackageDefinition {
  const { subject, definition: bytes } = member;
  if (bytes === undefined) throw refusal(member, 'MEMBER_DEFINITION_INVALID', 'has no zarf.yaml');
  const parsed = parsePackageDefinition(bytes, 'built');
  const errors = parsed.problems.filter(({ severity }) => severity === 'error');
  if (parsed.definition === undefined || errors.length > 0) {
    throw refusal(
      member,
      'MEMBER_DEFINITION_INVALID',
      describeProblems(`${subject}/zarf.yaml`, errors),
    );
  }
  if (parsed.unknownApiVersion !== undefined) {
    throw refusal(
      member,
      'MEMBER_DEFINITION_INVALID',
      `its definition is of ${parsed.unknownApiVersion}, which this program does not know yet`,
    );
  }
  return parsed.definition;
}

function readChecksums(
  member: MemberFiles,
  aggregate: string | undefined,
): ReadonlyMap<string, Digest> {
  const invalid = (detail: string): MemberError =>
    refusal(member, 'MEMBER_CHECKSUMS_INVALID', detail);
  const { checksums } = member;
  if (checksums === undefined) throw invalid('has no checksums.txt');
  const actual = hexOf(digestOf(checksums));
  if (aggregate !== actual) {
    const named = aggregate === undefined ? 'names none' : `names ${aggregate}`;
    throw invalid(`checksums.txt has SHA-256 ${actual}, zarf.yaml ${named}`);
  }
  const { lines, problems } = parseChecksums(checksums);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalid(describeProblems(`${member.subject}/checksums.txt`, errors));
  return new Map(lines.map(({ hex, path }) => [path, digestFromHex(hex)]));
}

function refusal({ subject }: MemberFiles, code: MemberError['code'], detail: string): MemberError {
  return new MemberError(code, `the package ${subject} cannot go into the bundle: ${detail}`, {
    suggestions: ['Get the package again from where it was made; it is never repaired here'],
  });
}
