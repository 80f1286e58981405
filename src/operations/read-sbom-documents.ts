import { ByteFeed } from '../archive/byte-feed.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { cleanPath } from '../archive/entry-path.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readTar } from '../archive/tar-reader.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { isOwnDocument, openSyft, type ParsedSyft } from '../sbom/parse-syft.ts';
import { renderSbom } from '../sbom/render-sbom.ts';
import { SbomError } from '../sbom/sbom-error.ts';
import type { Run } from '../support/run.ts';

/** A document of `sboms.tar`, whole. */
export interface SbomDocument {
  /** In the tar. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const maxDocumentBytes = 256 * 2 ** 20;

/**
 * The documents of an `sboms.tar`, one at a time.
 * @throws SbomError SBOM_DOCUMENT_INVALID for a tar that cannot be read, or a document larger than is read
 */
export async function* readSbomDocuments(
  tar: AsyncIterable<Uint8Array>,
  run: Run,
): AsyncGenerator<SbomDocument> {
  try {
    for await (const entry of readTar(new ByteFeed(tar), defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      const path = cleanPath(entry.name);
      const wanted = entry.type === 'file' && path.endsWith('.json') && !path.includes('/');
      if (wanted && entry.size > maxDocumentBytes)
        throw invalid(`${path} has ${entry.size} bytes, at most ${maxDocumentBytes} are read`);
      const pieces: Buffer[] = [];
      // Copied: the memory of a piece may be used again.
      for await (const piece of entry.content()) if (wanted) pieces.push(Buffer.from(piece));
      if (!wanted) continue;
      yield { path, bytes: Buffer.concat(pieces) };
    }
  } catch (error) {
    if (error instanceof ContainerFault) throw invalid(`sboms.tar: ${error.message}`);
    throw error;
  }
}

/** What other documents say of one: its names and digests in the formats that lie beside an archive. */
export interface DocumentNames {
  /** Of the CycloneDX document, a UUID. */
  readonly serial: string;
  readonly cyclonedx: Digest;
  readonly namespace: string;
  readonly spdx: Digest;
}

/** A document of ours in the formats that lie beside an archive. */
export function ownDocumentNames({ inventory, tool }: ParsedSyft, created: Date): DocumentNames {
  const cyclonedx = renderSbom(inventory, 'cyclonedx', tool, created);
  const spdx = renderSbom(inventory, 'spdx', tool, created);
  return {
    serial: serialIn(cyclonedx),
    cyclonedx: digestOf(cyclonedx),
    namespace: namespaceIn(spdx),
    spdx: digestOf(spdx),
  };
}

/** The same for every document of a tar, by path; those of other programs are left out. */
export async function ownDocuments(
  tar: AsyncIterable<Uint8Array>,
  created: Date,
  run: Run,
): Promise<ReadonlyMap<string, DocumentNames>> {
  const found = new Map<string, DocumentNames>();
  for await (const { path, bytes } of readSbomDocuments(tar, run)) {
    const { tool, inventory } = openSyft(bytes, path);
    // Those of others need not be such that they can be written again: Zarf's name no manifest.
    if (isOwnDocument(tool))
      found.set(path, ownDocumentNames({ tool, inventory: inventory() }, created));
  }
  return found;
}

/** Serial number at the head of a CycloneDX document of ours. */
export function serialIn(document: Uint8Array): string {
  return found(document, /"serialNumber": "urn:uuid:([0-9a-f-]{36})"/);
}

/** Namespace at the head of an SPDX document of ours. */
export function namespaceIn(document: Uint8Array): string {
  return found(document, /"documentNamespace": "([^"]+)"/);
}

const headBytes = 65_536;

function found(document: Uint8Array, pattern: RegExp): string {
  const head = Buffer.from(document.subarray(0, headBytes)).toString('utf8');
  const [, name] = pattern.exec(head) ?? [];
  if (name === undefined) throw invalid('a document of ours has no name');
  return name;
}

function invalid(message: string): SbomError {
  return new SbomError('SBOM_DOCUMENT_INVALID', message, {
    suggestions: ['Create the package again: its SBOMs are damaged, or too large'],
  });
}
