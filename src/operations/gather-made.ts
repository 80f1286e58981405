import type { ProvenanceFacts } from '../checks/provenance-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { gatherProvenance } from './gather-provenance.ts';
import { gatherReferences } from './gather-references.ts';
import { gatherReproductions } from './gather-reproductions.ts';
import { gatherTestResults } from './gather-test-results.ts';
import { readLinesBeside, readResultLines, type StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Statements beside an archive about how it was made, not judged yet. */
export interface MadeLines {
  readonly location: string;
  readonly provenance: readonly StatementLine[];
  readonly reproductions: readonly StatementLine[];
  readonly references: readonly StatementLine[];
  readonly results: readonly StatementLine[];
  /** There is one: the digest of the whole archive is needed. */
  readonly any: boolean;
}

/** @param given provenance that does not lie beside it */
export async function readMadeLines(
  location: string,
  given: readonly StatementLine[] | undefined,
  source: ArchiveSource,
  run: Run,
): Promise<MadeLines> {
  const provenance = given ?? (await readLinesBeside(location, 'provenance', source, run));
  const reproductions = await readLinesBeside(location, 'reproduced', source, run);
  const references = await readLinesBeside(location, 'sboms', source, run);
  const results = await readResultLines(location, source, run);
  const any = [provenance, reproductions, references, results].some(({ length }) => length > 0);
  return { location, provenance, reproductions, references, results, any };
}

/** What is believed of them. */
export async function gatherMade(
  { location, provenance, reproductions, references, results }: MadeLines,
  digest: Digest | undefined,
  trust: TrustInputs | undefined,
  ports: { readonly source: ArchiveSource; readonly signatures: SignatureJudge },
  run: Run,
): Promise<Omit<ProvenanceFacts, 'demands'>> {
  const { signatures } = ports;
  return {
    statements: await gatherProvenance(provenance, trust, signatures, run),
    reproductions: await gatherReproductions(reproductions, digest, trust, signatures, run),
    sbomReferences: await gatherReferences(references, { location, digest }, trust, ports, run),
    testResults: await gatherTestResults(results, { location, digest }, trust, ports, run),
  };
}
