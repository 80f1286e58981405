import { parseJsonStrict } from '../support/json-document.ts';
import { type ReadSbom, readSbom } from './read-sbom.ts';
import { SbomError } from './sbom-error.ts';

/**
 * Reads an SBOM of any maker: CycloneDX, SPDX 2 or Syft, in JSON.
 * @returns the document as it stands, and what is judged of it
 * @throws SbomError SBOM_DOCUMENT_INVALID
 */
export function parseSbom(
  bytes: Uint8Array,
  name: string,
): { readonly document: unknown; readonly sbom: ReadSbom } {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: 256 * 2 ** 20, maxDepth: 64 });
  if (problem !== undefined)
    throw new SbomError(
      'SBOM_DOCUMENT_INVALID',
      `${name} line ${problem.line}, column ${problem.column}: ${problem.message}`,
      { suggestions: ['Give an SBOM in JSON'] },
    );
  const sbom = readSbom(value);
  if (sbom === undefined)
    throw new SbomError(
      'SBOM_DOCUMENT_INVALID',
      `${name} is neither CycloneDX nor SPDX 2 nor Syft JSON`,
      { suggestions: ['Give an SBOM in one of these formats'] },
    );
  return { document: value, sbom };
}
