import { annotationKeys, type Descriptor } from '../oci/descriptor.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { isManifestType } from '../oci/manifest.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { OutputFolder } from '../ports/output.ts';
import {
  maxReferrerBytes,
  type Referrer,
  ReferrerError,
  type ReferrerSource,
} from '../ports/referrer-source.ts';
import type { Run } from '../support/run.ts';
import { archiveKeys, maxBesideFiles } from './archive-referrers.ts';
import { type BesideKind, besideKind } from './beside-archive.ts';
import { storeBlobs } from './store-blobs.ts';

/** All of what is laid beside one archive. */
const maxTotalBytes = 1 << 30;
/** Statements of one name are numbered up to this. */
const maxNumber = 99;

/** A file to be laid beside a pulled archive, its content in the store. */
export interface FoundBeside {
  readonly name: string;
  readonly kind: BesideKind;
  readonly blob: BlobSource;
}

/** What a registry holds about a published archive. */
export interface FoundReferrers {
  readonly files: readonly FoundBeside[];
  /** Listed, and nothing that is read beside an archive. */
  readonly others: number;
  /** Digests of the files these were pushed beside, as whoever pushed said: for telling, not for believing. */
  readonly pushedBeside: readonly Digest[];
}

/** What became of it. */
export interface LaidBeside {
  readonly name: string;
  readonly outcome: 'written' | 'there' | 'left-out';
}

/**
 * Brings what is about a published archive into the store: files that would be read beside it, by their names.
 * Nothing of it is believed here.
 * @throws ReferrerError REFERRERS_*; errors of the registry and of the store
 */
export async function findReferrers(
  { reference, subject, archive }: { reference: string; subject: Digest; archive: string },
  { referrers, blobs }: { readonly referrers: ReferrerSource; readonly blobs: BlobStore },
  run: Run,
): Promise<FoundReferrers> {
  const listed = await referrers.listReferrers(reference, subject, run);
  const wanted = listed.filter((each) => mayLieBeside(each, archive));
  if (wanted.length > maxBesideFiles)
    throw tooMuch(
      `${wanted.length} files are published beside ${reference}, at most ${maxBesideFiles} are taken`,
    );
  const files: FoundBeside[] = [];
  const pushedBeside = new Set<Digest>();
  for (const each of wanted) {
    const referrer = await referrers.readReferrer(reference, subject, each, run);
    const file = fileOf(referrer, archive);
    if (file === undefined) continue;
    files.push(file);
    const said = referrer.descriptor.annotations?.[archiveKeys.digest];
    if (said !== undefined && isDigest(said)) pushedBeside.add(said);
  }
  const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (total > maxTotalBytes)
    throw tooMuch(
      `what lies beside ${reference} has ${total} bytes, at most ${maxTotalBytes} are taken`,
    );
  if (files.length > 0)
    await storeBlobs(
      files.map(({ blob }) => blob),
      blobs,
      {
        name: `fetch what is about ${reference}`,
        title: (missing, of) => `Fetch ${missing} of ${of} files beside ${reference}`,
      },
      run,
    );
  return {
    files: files.sort((a, b) => compare(a.name, b.name) || compare(a.blob.digest, b.blob.digest)),
    others: listed.length - files.length,
    pushedBeside: [...pushedBeside].sort(),
  };
}

/**
 * Lays files beside an archive. Statements of the same name and other content get the next free number, as further
 * signatures have it; of everything else what is there stays.
 * @throws OutputError; errors of the store
 */
export async function layBeside(
  files: readonly FoundBeside[],
  { output, blobs }: { readonly output: OutputFolder; readonly blobs: BlobStore },
  replace: boolean,
  run: Run,
): Promise<readonly LaidBeside[]> {
  const names = new Set(await output.list());
  const own = new Set<string>();
  const laid: LaidBeside[] = [];
  for (const { name, kind, blob } of files) {
    run.signal.throwIfAborted();
    const bytes = Buffer.concat(await Array.fromAsync(blobs.open(blob.digest, run)));
    const isSame = async (there: string): Promise<boolean> =>
      bytes.equals((await output.read(there, maxReferrerBytes)) ?? Buffer.alloc(0));
    const place = await placeFor(name, kind, names, (there) =>
      replace && !own.has(there) && !isNumbered(kind) ? Promise.resolve(undefined) : isSame(there),
    );
    laid.push({ name: place.name, outcome: place.outcome });
    own.add(place.name);
    if (place.outcome !== 'written') continue;
    await using file = await output.create(place.name);
    await file.write([bytes]);
    await file.commit();
    names.add(place.name);
  }
  return laid;
}

/** The first name that is free, or has this content already. */
async function placeFor(
  name: string,
  kind: BesideKind,
  names: ReadonlySet<string>,
  isSame: (there: string) => Promise<boolean | undefined>,
): Promise<LaidBeside> {
  for (let number = 1; number <= (isNumbered(kind) ? maxNumber : 1); number += 1) {
    const place = number === 1 ? name : numbered(name, number);
    if (!names.has(place)) return { name: place, outcome: 'written' };
    const same = await isSame(place);
    if (same !== false) return { name: place, outcome: same === true ? 'there' : 'written' };
  }
  return { name, outcome: 'left-out' };
}

function isNumbered(kind: BesideKind): boolean {
  return kind === 'statement' || kind === 'signature';
}

/** `release.intoto.jsonl` → `release.2.intoto.jsonl`; of a numbered one, the number goes. */
function numbered(name: string, number: number): string {
  return name.replace(
    /(?:\.(?:[2-9]|[1-9][0-9]))?(\.intoto\.jsonl|\.sigstore\.json)$/,
    `.${number}$1`,
  );
}

/** A list may leave annotations out: then the manifest says. */
function mayLieBeside({ mediaType, annotations }: Descriptor, archive: string): boolean {
  if (!isManifestType(mediaType)) return false;
  const title = annotations?.[annotationKeys.title];
  return (
    annotations === undefined || (title !== undefined && besideKind(title, archive) !== undefined)
  );
}

function fileOf({ descriptor, layers }: Referrer, archive: string): FoundBeside | undefined {
  const name = descriptor.annotations?.[annotationKeys.title];
  const [blob, second] = layers;
  const kind = name === undefined ? undefined : besideKind(name, archive);
  if (name === undefined || kind === undefined || blob === undefined || second !== undefined)
    return undefined;
  return { name, kind, blob };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function tooMuch(message: string): ReferrerError {
  return new ReferrerError('REFERRERS_LIMIT', message, {
    suggestions: ['Have what nobody needs removed there; pull without it: --no-referrers'],
  });
}
