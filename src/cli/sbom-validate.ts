import { basename } from 'node:path';
import { identity } from '../sbom/judge-against-image.ts';
import { type JudgedAgainst, judgeSbom, type SbomScore, scoreOf } from '../sbom/judge-sbom.ts';
import { parseSbom } from '../sbom/parse-sbom.ts';
import type { SbomRule } from '../sbom/sbom-rule.ts';
import { type SbomVerdict, sbomVerdict } from '../sbom/sbom-verdict.ts';
import type { Run } from '../support/run.ts';
import { holds, SbomUsageError } from './sbom-from-flags.ts';
import { judgeBySchema } from './sbom-schema.ts';
import { blobStoreIn, cacheFolder, openCompute, workspaceIn } from './wire.ts';
import { embeddedGenerator, imagesIn } from './wire-sbom.ts';

const maxBytes = 256 * 2 ** 20;

/** What `sbom validate` was asked for. */
export interface ValidateRequest {
  readonly file: string;
  /** Where the image lies that the document should be about. */
  readonly location: string | undefined;
  readonly image: string | undefined;
  readonly architecture: string;
  readonly maxAgeDays: number;
  readonly minScore: number | undefined;
  /** As rules name them. */
  readonly profiles: readonly string[];
  readonly cacheDir: string | undefined;
  readonly programVersion: string;
}

/** What became of it. */
export interface ValidatedSbom {
  readonly file: string;
  readonly format: string;
  readonly specVersion: string;
  readonly components: number;
  readonly rules: readonly SbomRule[];
  /** 0 to 10, where what could not be decided counts as not kept. @see SbomScore */
  readonly score: number;
  /** On how many rules the score rests, and what it is of these alone. */
  readonly basis: Omit<SbomScore, 'score'>;
  readonly verdict: SbomVerdict;
}

/** Judges one document. @throws SbomError SBOM_DOCUMENT_INVALID; SbomUsageError */
export async function validateSbom(request: ValidateRequest, run: Run): Promise<ValidatedSbom> {
  const { file, location } = request;
  const { document, sbom } = await readDocument(file);
  const schema = await judgeBySchema(document, sbom.format, sbom.specVersion);
  const against: JudgedAgainst = {
    // That it says what is needed does not prove that it keeps to the whole of its schema.
    schemaFaults:
      schema?.official === true || (schema?.faults.length ?? 0) > 0 ? schema?.faults : undefined,
    now: new Date(),
    maxAgeDays: request.maxAgeDays,
    ...(location === undefined ? {} : { inventory: await inventoryOf(location, request, run) }),
  };
  const rules = judgeSbom(sbom, against);
  const { score, ...basis } = scoreOf(rules);
  return {
    file: basename(file),
    format: sbom.format,
    specVersion: sbom.specVersion,
    components: sbom.components.length,
    rules,
    score,
    basis,
    verdict: sbomVerdict(rules, score, {
      minScore: request.minScore,
      profiles: request.profiles,
      image: location !== undefined,
    }),
  };
}

/** What differs between the packages of two documents, whatever their formats. */
export interface SbomDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly same: number;
  /** Of both: what one does not say it lists in full may be there without being listed. */
  readonly before: DiffedSbom;
  readonly after: DiffedSbom;
}

/** A document of a comparison, and how much its silence is worth. */
export interface DiffedSbom {
  readonly file: string;
  /** Distinct packages it lists. */
  readonly packages: number;
  /** As it says of itself; undefined: it does not. */
  readonly completeness?: string;
}

/** Compares two documents by the package URLs in them. @throws SbomError SBOM_DOCUMENT_INVALID */
export async function diffSboms(before: string, after: string): Promise<SbomDifference> {
  const [was, is] = [await packagesIn(before), await packagesIn(after)];
  return {
    added: [...is.ids].filter((id) => !was.ids.has(id)).sort(),
    removed: [...was.ids].filter((id) => !is.ids.has(id)).sort(),
    same: [...is.ids].filter((id) => was.ids.has(id)).length,
    before: was.document,
    after: is.document,
  };
}

async function packagesIn(
  file: string,
): Promise<{ readonly ids: ReadonlySet<string>; readonly document: DiffedSbom }> {
  const { sbom } = await readDocument(file);
  const ids = new Set(
    sbom.components.map(({ purl, name, version }) =>
      purl === '' ? `${name}@${version}` : identity(purl),
    ),
  );
  const { completeness } = sbom;
  const said = completeness === undefined ? {} : { completeness };
  return { ids, document: { file: basename(file), packages: ids.size, ...said } };
}

async function readDocument(file: string): Promise<ReturnType<typeof parseSbom>> {
  const workspace = await workspaceIn('.');
  return parseSbom(await workspace.read(file, maxBytes), file);
}

async function inventoryOf(
  location: string,
  request: ValidateRequest,
  run: Run,
): Promise<NonNullable<JudgedAgainst['inventory']>> {
  const cacheDir = await cacheFolder(request.cacheDir);
  await using compute = await openCompute();
  const { found, there } = await imagesIn(
    location,
    request.image === undefined ? [] : [request.image],
    { architecture: request.architecture, os: 'linux' },
    { workspace: await workspaceIn('/'), blobs: await blobStoreIn(cacheDir, compute) },
    run,
  );
  const generator = await embeddedGenerator(request.programVersion, cacheDir, compute);
  const [image, another] = found;
  const inventories = image === undefined ? [] : await generator.catalogue(image, run);
  const [inventory] = inventories;
  if (inventory !== undefined && another === undefined && inventories.length === 1)
    return inventory;
  throw new SbomUsageError(
    inventory === undefined ? 'SBOM_IMAGE_MISSING' : 'SBOM_IMAGE_AMBIGUOUS',
    inventory === undefined
      ? `${location} holds no such container image`
      : `${location} holds several images, and an SBOM is about one`,
    { suggestions: [`Name the image with --image: ${holds(location, there)}`] },
  );
}
