import { InputError } from '../errors/families.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { Published } from '../ports/published-source.ts';
import type { Run } from '../support/run.ts';
import { parsePackageManifest, titleOf } from '../uds/package-manifest.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { parseNextBundle } from '../uds/parse-next-bundle.ts';
import { packageFileName } from '../zarf/file-name.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import { describeProblems } from './describe-problems.ts';

/** What is published cannot become an archive. */
class PullError extends InputError<'PULL_DEFINITION' | 'PULL_NAME' | 'PULL_SIZE'> {}

const maxDefinitionBytes = 64 * 2 ** 20;

/** What an archive is to be called. */
export interface PublishedName {
  readonly fileName: string;
  /** Whether the archive is not compressed. */
  readonly plain: boolean;
  readonly version: string;
}

/** The name that zarf or uds give such an archive. @throws PullError PULL_DEFINITION, PULL_NAME */
export async function namePublished(
  published: Published,
  { reference, architecture }: { readonly reference: string; readonly architecture: string },
  store: BlobStore,
  run: Run,
): Promise<PublishedName> {
  const read = async (blob: BlobSource | undefined, name: string): Promise<Uint8Array> => {
    if (blob === undefined) throw noDefinition(reference, `it has no ${name}`);
    return smallContent(blob, `${name} of ${reference}`, store, run);
  };
  switch (published.kind) {
    case 'package': {
      const file = published.files.find(({ path }) => path === 'zarf.yaml');
      const bytes = await read(file?.blob, 'zarf.yaml');
      const { definition, problems } = parsePackageDefinition(bytes, 'built');
      if (definition === undefined)
        throw noDefinition(reference, describeProblems('zarf.yaml', problems));
      const own = definition.build?.architecture ?? definition.metadata.architecture;
      const flavor = definition.build?.flavor;
      const fileName = packageFileName(definition, {
        architecture: own ?? architecture,
        ...(flavor === undefined ? {} : { flavor }),
      });
      return { fileName, plain: fileName.endsWith('.tar'), version: '' };
    }
    case 'legacy-bundle': {
      const bytes = await read(published.definition, 'uds-bundle.yaml');
      const { bundle, problems } = parseUdsBundle(bytes, 'built');
      if (bundle === undefined)
        throw noDefinition(reference, describeProblems('uds-bundle.yaml', problems));
      const { name, version = '' } = bundle.metadata;
      const own = bundle.build?.architecture ?? bundle.metadata.architecture ?? architecture;
      return bundleName(name, own, version, reference);
    }
    case 'next-bundle': {
      const bytes = await read(hclOf(published), 'bundle.uds.hcl');
      const { next, problems } = parseNextBundle(bytes, architecture);
      if (next === undefined)
        throw noDefinition(reference, describeProblems('bundle.uds.hcl', problems));
      const { name, version = '' } = next.metadata;
      const parts = [name, architecture, ...(version === '' ? [] : [version])];
      const fileName = `uds-bundle-${parts.join('-').replaceAll(/[^A-Za-z0-9._-]/g, '-')}.tar.zst`;
      return { fileName, plain: false, version };
    }
  }
}

function bundleName(
  name: string,
  architecture: string,
  version: string,
  reference: string,
): PublishedName {
  const fileName = `uds-bundle-${name}-${architecture}-${version}.tar.zst`;
  if (/[/\\\p{Cc}]/u.test(fileName)) {
    throw new PullError(
      'PULL_NAME',
      `name and version of ${reference} give the file name ${JSON.stringify(fileName)}, which leads elsewhere`,
      { suggestions: ['Ask its producer: no program makes a bundle of this name'] },
    );
  }
  return { fileName, plain: false, version };
}

/** The definition of a bundle of the next format, among its contents. */
function hclOf({
  documents,
  blobs,
}: Extract<Published, { kind: 'next-bundle' }>): BlobSource | undefined {
  for (const { bytes, digest } of documents) {
    const { layers } = parsePackageManifest(bytes, digest);
    const layer = layers.find((each) => titleOf(each) === 'bundle.uds.hcl');
    if (layer !== undefined) return blobs.find((blob) => blob.digest === layer.digest);
  }
  return undefined;
}

function noDefinition(reference: string, why: string): PullError {
  return new PullError('PULL_DEFINITION', `${reference} does not say what it is: ${why}`, {
    suggestions: ['Ask its producer to publish it again'],
  });
}

/** @throws PullError PULL_SIZE */
async function smallContent(
  blob: BlobSource,
  name: string,
  store: BlobStore,
  run: Run,
): Promise<Uint8Array> {
  const { digest, size } = blob;
  if (size > maxDefinitionBytes)
    throw new PullError(
      'PULL_SIZE',
      `${name} has ${size} bytes, at most ${maxDefinitionBytes} are read`,
    );
  if ((await store.find(digest)) !== size) await store.put(blob.open(run), { digest, size }, run);
  return Buffer.concat(await Array.fromAsync(store.open(digest, run)));
}
