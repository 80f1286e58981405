import { isArchiveName } from '../archive/archive-name.ts';
import type { FramedFile } from '../archive/encode-steps.ts';
import { writeArchive } from '../archive/write-archive.ts';
import type { WrittenChunks } from '../archive/written-chunks.ts';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import type { OutputFile, OutputFolder } from '../ports/output.ts';
import { onlyKey, type TrustedKey } from '../ports/signature-judge.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import { parseChecksums } from '../zarf/parse-checksums.ts';
import { SignInputError, SignUsageError } from './sign-error.ts';
import { signOnce, trustedKeyOf } from './sign-once.ts';
import type { SignedArchive, SignPorts, SignRequest, SignSubject } from './sign-request.ts';
import { requirePass, staleNotes, withStep } from './sign-steps.ts';
import { writeJudged } from './write-judged.ts';

const definitionName = 'zarf.yaml';
const checksumsName = 'checksums.txt';
const signatureName = 'zarf.bundle.sig';
/** Of older Zarf versions; a new signature takes its place. */
const legacySignatureName = 'zarf.yaml.sig';

/**
 * Signs a package: a new archive with the definition marked as signed and the signature over it, all
 * other files as they are.
 *
 * A valid signature of the same key over an already marked definition is kept, so that signing twice
 * changes nothing.
 */
export async function signPackageArchive(
  subject: SignSubject,
  request: SignRequest,
  ports: SignPorts,
  run: Run,
): Promise<SignedArchive> {
  const { archive, fileName, content } = subject;
  const key = trustedKeyOf(ports.signing.signer, 'the signing key');
  const definition = content.kept.get(definitionName);
  if (definition === undefined) throw incomplete(request, 'its zarf.yaml is missing or too large');
  const marked = markSigned(definition);
  const earlier = await earlierSignature(subject, definition, key, ports, run);
  const unchanged = earlier === 'clean' && Buffer.compare(marked, definition) === 0;
  if (earlier === 'foreign' && !request.replace) {
    throw new SignUsageError(
      'SIGN_ALREADY_SIGNED',
      `${request.location} carries a signature that is not a valid one of this key`,
      {
        suggestions: [
          `cowa-release verify ${request.location} --key <key of its maker>`,
          'Say --replace to take that signature away and put yours in its place',
        ],
      },
    );
  }
  const target = await targetOf(request, fileName, ports);
  const files = unchanged ? undefined : await signedFiles(subject, request, marked, ports, run);
  const done = {
    kind: 'package',
    archive: target.path,
    signature: signatureName,
    fingerprint: key.fingerprint,
  } as const;
  if (unchanged && request.inPlace) {
    const report = await judge(request.location, target.name, archive.size, key, ports, run);
    return { ...done, outcome: 'unchanged', size: report.archive.size, report, notes: [] };
  }
  await using file = await target.folder.create(target.name);
  const title = `Write and verify ${target.name}`;
  const { report } = await withStep('copy', title, archive.size, run, (onBytes) =>
    writeJudged<unknown, VerifyReport>(
      (reader) =>
        files === undefined
          ? copyBytes(subject, file, reader, onBytes, run)
          : writeArchive(
              files,
              file,
              {
                compute: ports.compute,
                compression: content.compression,
                wholeDigest: false,
                judgedAfterwards: true,
                reader,
                onBytes,
              },
              run,
            ),
      (written) =>
        ports.verify(
          file.temporaryPath,
          { fileName: target.name, wholeDigest: false, key, content: written },
          run,
        ),
    ),
  );
  requirePass(report, target.name);
  await file.commit();
  const notes = await staleNotes(target.folder, target.name);
  return {
    ...done,
    outcome: unchanged ? 'unchanged' : 'signed',
    size: report.archive.size,
    report,
    notes,
  };
}

/** `ours`: valid, but to be made anew; `foreign`: another key's, or broken. */
async function earlierSignature(
  { content }: SignSubject,
  definition: Uint8Array,
  key: TrustedKey,
  { signing }: SignPorts,
  run: Run,
): Promise<'none' | 'clean' | 'ours' | 'foreign'> {
  const has = (name: string): boolean => content.files.some((file) => file.name === name);
  const legacy = has(legacySignatureName);
  if (!has(signatureName)) return legacy ? 'foreign' : 'none';
  const bundle = content.kept.get(signatureName);
  if (bundle === undefined) return 'foreign';
  const judged = await signing.judge.judgeBlob(
    bundle,
    { kind: 'bytes', bytes: definition },
    onlyKey(key),
    run,
  );
  if (judged.outcome !== 'valid') return 'foreign';
  // A stamped one would send Zarf to the network.
  return legacy || judged.warnings.length > 0 ? 'ours' : 'clean';
}

/** Every file of the signed package: what changed first, the rest in its order. */
async function signedFiles(
  { content }: SignSubject,
  request: SignRequest,
  marked: Uint8Array,
  { signing }: SignPorts,
  run: Run,
): Promise<readonly FramedFile[]> {
  const checksums = content.kept.get(checksumsName);
  if (checksums === undefined)
    throw incomplete(request, 'its checksums.txt is missing or too large');
  const listed = new Map(
    parseChecksums(checksums).lines.map(({ path, hex }) => [path, digestFromHex(hex)]),
  );
  const modeOf = (name: string): number =>
    content.files.find((file) => file.name === name)?.mode ?? 0o600;
  const signature = await signOnce({ digest: digestOf(marked), open: () => marked }, signing, run);
  const own = [definitionName, checksumsName, signatureName, legacySignatureName];
  return [
    { name: definitionName, mode: modeOf(definitionName), ...heldContent(marked) },
    { name: checksumsName, mode: modeOf(checksumsName), ...heldContent(checksums) },
    { name: signatureName, mode: 0o600, ...heldContent(signature) },
    ...content.files
      .filter(({ name }) => !own.includes(name))
      .map((file) => ({ ...file, digest: promised(listed.get(file.name), file.name, request) })),
  ];
}

function promised(digest: Digest | undefined, name: string, request: SignRequest): Digest {
  if (digest === undefined) throw incomplete(request, `its checksums.txt does not list ${name}`);
  return digest;
}

interface Target {
  readonly folder: OutputFolder;
  readonly name: string;
  readonly path: string;
}

/** Where the signed package goes. @throws SignUsageError SIGN_OUTPUT_MISSING, SIGN_OUTPUT_IS_INPUT, SIGN_OUTPUT_EXISTS */
async function targetOf(
  { location, out, inPlace, replace }: SignRequest,
  fileName: string,
  ports: SignPorts,
): Promise<Target> {
  if (out === undefined && !inPlace) {
    throw new SignUsageError(
      'SIGN_OUTPUT_MISSING',
      'a signed package is a new file, and nothing says where it goes',
      {
        suggestions: [
          `cowa-release sign ${location} --out signed/ --key <file>`,
          'Or say --in-place: the signed package then takes the name of the old one',
        ],
      },
    );
  }
  const { folder, name, isInput } = await ports.outputAt(out ?? location, fileName);
  const path = folder.pathOf(name);
  if (!inPlace && isInput) {
    throw new SignUsageError(
      'SIGN_OUTPUT_IS_INPUT',
      `${path} is the archive that is to be signed`,
      {
        suggestions: ['Choose another name with --out, or say --in-place'],
      },
    );
  }
  if (!inPlace && !replace && (await folder.list()).includes(name)) {
    throw new SignUsageError('SIGN_OUTPUT_EXISTS', `${path} exists already`, {
      suggestions: ['Choose another name with --out, or say --replace'],
    });
  }
  if (!inPlace && !isArchiveName(name)) {
    throw new SignUsageError(
      'SIGN_OUTPUT_NAME',
      `${path} would be a package that no program opens: its name ends in neither .tar.zst nor .tar`,
      {
        suggestions: [
          `For a folder: --out ${out ?? path}/`,
          `For a file: --out ${out ?? path}.tar.zst`,
        ],
      },
    );
  }
  return { folder, name, path };
}

async function judge(
  path: string,
  fileName: string,
  size: number | undefined,
  key: TrustedKey,
  ports: SignPorts,
  run: Run,
): Promise<SignedArchive['report']> {
  return withStep('verify', `Verify ${fileName}`, size, run, async () => {
    const report = await ports.verify(path, { fileName, wholeDigest: false, key }, run);
    requirePass(report, fileName);
    return report;
  });
}

async function copyBytes(
  { archive }: SignSubject,
  file: OutputFile,
  reader: WrittenChunks,
  onBytes: (bytes: number) => void,
  run: Run,
): Promise<void> {
  let bytes = 0;
  const chunks = archive.chunks(run);
  for await (const chunk of chunks) {
    await file.write([chunk]);
    await reader.offer(chunk, () => chunks.recycle?.(chunk));
    bytes += chunk.length;
    onBytes(bytes);
  }
}

function incomplete(request: SignRequest, detail: string): SignInputError {
  return new SignInputError(
    'SIGN_PACKAGE_INCOMPLETE',
    `the package ${request.location} is not signed: ${detail}`,
    {
      suggestions: [`cowa-release verify ${request.location} --insecure-allow-unsigned`],
    },
  );
}
