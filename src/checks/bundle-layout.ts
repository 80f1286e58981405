import { mediaTypes } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseLayoutMarker } from '../oci/layout.ts';
import { type JsonObject, readObject } from '../oci/read-members.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { BundleBlobs, BundleFile } from './bundle-blobs.ts';
import type { ProblemList } from './bundle-problem.ts';

/** Reads `oci-layout` of one half: a wrong one is refused, an absent one only where nobody reads without. */
export function readMarker(
  blobs: BundleBlobs,
  path: string,
  required: boolean,
  list: ProblemList,
): void {
  const marker = blobs.named('oci-layout');
  if (marker === undefined) {
    const more = {
      severity: required ? ('error' as const) : ('warning' as const),
      ...(blobs.complete ? {} : { outcome: 'undecided' as const }),
    };
    list.report('BUNDLE_LAYOUT_MARKER', path, `${path} is not in the archive`, more);
    return;
  }
  const { content } = marker;
  if (content === undefined) list.report('BUNDLE_LAYOUT_MARKER', path, `${path} is not text`);
  else list.attempt('BUNDLE_LAYOUT_MARKER', path, () => parseLayoutMarker(content, path));
}

/** The index of one half as an object, when it is of the form we know. */
export function readIndex(
  blobs: BundleBlobs,
  path: string,
  list: ProblemList,
):
  | { readonly file: BundleFile; readonly index: JsonObject; readonly content: Uint8Array }
  | undefined {
  const file = blobs.named('index.json');
  if (file === undefined) {
    list.report(
      'BUNDLE_INDEX_MISSING',
      path,
      `${path} is not in the archive`,
      blobs.complete ? {} : { outcome: 'undecided' },
    );
    return undefined;
  }
  const { content } = file;
  if (content === undefined) {
    const message = `${path} (${file.size} bytes) is too large to be judged, or not text`;
    list.report('BUNDLE_INDEX_UNREAD', path, message, { outcome: 'undecided' });
    return undefined;
  }
  const index = list.attempt('BUNDLE_INDEX_INVALID', path, () => readObject(content, path));
  return index === undefined || isNewer(index, path, list) ? undefined : { file, index, content };
}

/** True, and told, when a manifest says that it is of a newer schema than we know; what is no document is not. */
export function isNewerManifest(
  content: Uint8Array,
  what: string,
  digest: Digest,
  list: ProblemList,
): boolean {
  const { value } = parseJsonStrict(content, { maxBytes: content.length, maxDepth: 64 });
  const schemaVersion: unknown = Object(value)['schemaVersion'];
  if (typeof schemaVersion !== 'number' || schemaVersion <= 2) return false;
  list.unknown(what, `${what} has schemaVersion ${schemaVersion}; 2 is known`, digest);
  return true;
}

/** True, and told, when the document says that it is of another format than we know. */
function isNewer(
  { schemaVersion, mediaType }: JsonObject,
  path: string,
  list: ProblemList,
): boolean {
  if (typeof schemaVersion === 'number' && schemaVersion > 2) {
    list.unknown(path, `${path} has schemaVersion ${schemaVersion}; 2 is known`);
    return true;
  }
  if (typeof mediaType === 'string' && mediaType !== mediaTypes.ociIndex) {
    list.unknown(
      path,
      `${path} calls itself ${JSON.stringify(mediaType.slice(0, 100))}; ${mediaTypes.ociIndex} is known`,
    );
    return true;
  }
  return false;
}
