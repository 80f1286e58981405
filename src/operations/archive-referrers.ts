import { parseReferences } from '../attestation/parse-references.ts';
import { parseSignatureBundle, signatureBundleMediaType } from '../attestation/signature-bundle.ts';
import { parseStatement } from '../attestation/statement.ts';
import { InputError } from '../errors/families.ts';
import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { emptyConfig, renderReferrer } from '../oci/referrer.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import {
  type BlobSource,
  type BlobStore,
  heldContent,
  storedContent,
} from '../ports/blob-store.ts';
import { maxReferrerBytes } from '../ports/referrer-source.ts';
import type { PushedDocument } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';
import { type BesideKind, besideKind, isOwnBeside } from './beside-archive.ts';
import { ArchivePushError } from './push-error.ts';
import { folderOf, linesOf } from './read-beside.ts';
import { sbomReferenceFileName } from './release-attestations.ts';

/** Of the file a statement lies beside. Said by whoever pushed: nothing is believed of it. */
export const archiveKeys = {
  name: 'dev.cowabungaai.archive.name',
  digest: 'dev.cowabungaai.archive.digest',
} as const;
const bundleKeys = {
  content: 'dev.sigstore.bundle.content',
  predicateType: 'dev.sigstore.bundle.predicateType',
} as const;
/** Several signed statements, one in each line. @see in-toto attestation, bundle */
const statementLinesType = 'application/vnd.in-toto.bundle';

/** Files of one archive that go along. */
export const maxBesideFiles = 256;
const maxStatementBytes = 16 * 2 ** 20;

/** A file beside an archive, in the store. */
export interface BesideFile {
  readonly name: string;
  readonly kind: BesideKind;
  readonly blob: BlobSource;
}

/** A file as an artifact about the archive. */
export interface ArchiveReferrer {
  readonly name: string;
  readonly artifactType: string;
  readonly document: PushedDocument;
  /** What has to be there before the manifest. */
  readonly blobs: readonly BlobSource[];
}

/**
 * What lies beside an archive and is about it or its release, in the store, by name. SBOMs of images and files
 * come along where the statement that binds SBOMs to this archive names them.
 * @throws ArchivePushError PUSH_BESIDE_LIMIT; ArchiveSourceError
 */
export async function takeBeside(
  location: string,
  { source, blobs }: { readonly source: ArchiveSource; readonly blobs: BlobStore },
  run: Run,
): Promise<readonly BesideFile[]> {
  const folder = folderOf(location);
  const archive = location.slice(folder.length);
  const names = (await source.list(folder === '' ? '.' : folder, run)) ?? [];
  const named = await namedSboms(location, source, run);
  const wanted = names.flatMap((name) => {
    const kind = besideKind(name, archive);
    if (kind === undefined) return [];
    const isSbom = kind === 'cyclonedx' || kind === 'spdx';
    return isSbom && !isOwnBeside(name, archive) && !named.has(name) ? [] : [{ name, kind }];
  });
  if (wanted.length > maxBesideFiles)
    throw tooMuch(
      `${wanted.length} files lie beside ${archive} and are about it, at most ${maxBesideFiles} go along`,
    );
  const taken: BesideFile[] = [];
  for (const { name, kind } of wanted) {
    await using file = await source.open(`${folder}${name}`, run);
    if ((file.size ?? 0) > maxReferrerBytes)
      throw tooMuch(`${name} has ${file.size} bytes, at most ${maxReferrerBytes} go along`);
    const stored = await blobs.put(file.chunks(run), {}, run);
    taken.push({ name, kind, blob: storedContent(stored, blobs) });
  }
  return taken;
}

/** What the statements that bind SBOMs to an archive name. Nobody's signature is asked for: it is the sender who chooses. */
async function namedSboms(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<ReadonlySet<string>> {
  const beside = sbomReferenceFileName(location);
  const bytes = await source.readSmall(beside, maxStatementBytes, run);
  const lines = bytes === undefined ? [] : linesOf(beside, bytes);
  return new Set(
    lines.flatMap(
      (line) =>
        readable(() => parseReferences(payloadOf(line.bytes)).files.map(({ name }) => name)) ?? [],
    ),
  );
}

/** A file as an artifact: the same bytes for the same file, subject and archive. */
export async function toReferrer(
  { name, kind, blob }: BesideFile,
  subject: Descriptor,
  archive: { readonly name: string; readonly digest: Digest },
  run: Run,
): Promise<ArchiveReferrer> {
  const { mediaType, annotations } = await kindOf(name, kind, blob, run);
  const config = heldContent(emptyConfig);
  const bytes = renderReferrer({
    artifactType: mediaType,
    config: { mediaType: mediaTypes.ociEmpty, digest: config.digest, size: config.size },
    layers: [
      {
        mediaType,
        digest: blob.digest,
        size: blob.size,
        annotations: { [annotationKeys.title]: name },
      },
    ],
    subject,
    annotations: {
      ...annotations,
      [annotationKeys.title]: name,
      [archiveKeys.name]: archive.name,
      [archiveKeys.digest]: archive.digest,
    },
  });
  const document = { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), bytes };
  return { name, artifactType: mediaType, document, blobs: [config, blob] };
}

interface Kind {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const resultTypes: readonly (readonly [ending: string, mediaType: string])[] = [
  ['.xml', 'application/xml'],
  ['.sarif', 'application/sarif+json'],
  ['.grype.json', 'application/vnd.grype+json'],
  ['.json', 'application/json'],
];

/** As programs that look for it know it. */
async function kindOf(name: string, kind: BesideKind, blob: BlobSource, run: Run): Promise<Kind> {
  switch (kind) {
    case 'cyclonedx':
      return { mediaType: 'application/vnd.cyclonedx+json', annotations: {} };
    case 'spdx':
      return { mediaType: 'application/spdx+json', annotations: {} };
    case 'result': {
      const known = resultTypes.find(([ending]) => name.endsWith(ending));
      return { mediaType: known?.[1] ?? 'application/json', annotations: {} };
    }
    case 'signature':
    case 'statement': {
      const lines: Kind = { mediaType: statementLinesType, annotations: {} };
      if (blob.size > maxStatementBytes) return lines;
      const bytes = Buffer.concat(await Array.fromAsync(blob.open(run)));
      return (
        (linesOf(name, bytes).length === 1 ? readable(() => bundleKind(bytes)) : undefined) ?? lines
      );
    }
  }
}

/** @throws SignatureBundleError, StatementError */
function bundleKind(bytes: Uint8Array): Kind {
  const { content, version } = parseSignatureBundle(bytes);
  const isStatement = content.kind === 'dsseEnvelope';
  return {
    mediaType: version === '0.3' ? signatureBundleMediaType : statementLinesType,
    annotations: {
      [bundleKeys.content]: isStatement ? 'dsse-envelope' : 'message-signature',
      ...(isStatement
        ? {
            [bundleKeys.predicateType]: parseStatement(content.envelope.payload, {
              allowOldType: true,
            }).predicateType,
          }
        : {}),
    },
  };
}

/** @throws SignatureBundleError */
function payloadOf(bytes: Uint8Array): Uint8Array {
  const { content } = parseSignatureBundle(bytes);
  return content.kind === 'dsseEnvelope' ? content.envelope.payload : new Uint8Array();
}

/** undefined for what is no bundle or statement that is understood here: it goes along as it is. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function tooMuch(message: string): ArchivePushError {
  return new ArchivePushError('PUSH_BESIDE_LIMIT', message, {
    suggestions: ['Take what is not needed out of the folder; or push without: --no-referrers'],
  });
}
