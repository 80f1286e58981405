import { isMap, isScalar, isSeq, Pair, parseAllDocuments, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { PackError } from './pack-error.ts';

/** What a package signed in the bundle format says of its readers. */
const signatureRequirement = {
  version: 'v0.71.0',
  reason: 'This package contains a bundle format signature which requires Zarf v0.71.0 or later',
} as const;

const signatureName = 'zarf.bundle.sig';

/**
 * Marks a definition as signed in the bundle format, in each of its documents: `build.signed`, the
 * signature file among the provenance files, and the version requirement, each once. What else
 * stands there, members we do not know included, stays. Marking twice changes nothing.
 * @throws PackError PACK_DEFINITION_INVALID when it is no YAML mapping
 * @see shared reference of the Zarf package format, 5.2
 */
export function markSigned(definition: Uint8Array): Uint8Array {
  const text = Buffer.from(definition).toString('utf8');
  const parsed = parseAllDocuments(text, { version: '1.2', uniqueKeys: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  if (documents.length === 0)
    throw new PackError(
      'PACK_DEFINITION_INVALID',
      'zarf.yaml is empty and cannot be marked as signed',
    );
  let changed = false;
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined || !(isMap(document.contents) || document.contents === null)) {
      throw new PackError(
        'PACK_DEFINITION_INVALID',
        `zarf.yaml cannot be marked as signed: ${error?.message ?? 'it is no mapping'}`,
        {
          ...(error === undefined ? {} : { cause: error }),
        },
      );
    }
    if (isMap(document.contents)) changed = markDocument(document.contents) || changed;
  }
  if (!changed) return definition;
  const texts = documents.map((document) => {
    const rendered = document.toString({
      lineWidth: 0,
      indentSeq: false,
      flowCollectionPadding: false,
    });
    return rendered.replace(/^---\n/, '').replace(/\n*$/, '\n');
  });
  return Buffer.from(texts.join('---\n'));
}

/** True when something was added. */
function markDocument(root: YAMLMap<unknown, unknown>): boolean {
  let build = root.get('build');
  if (!isMap(build)) {
    build = new YAMLMap();
    root.set('build', build);
  }
  if (!isMap(build)) return false;
  let changed = false;
  if (build.get('signed') !== true) {
    build.set('signed', true);
    changed = true;
  }
  const requirements = listOf(build, 'versionRequirements', 'provenanceFiles');
  const required = requirements.items.some(
    (item) => isMap(item) && item.get('version') === signatureRequirement.version,
  );
  if (!required) {
    const entry = new YAMLMap();
    entry.set('version', signatureRequirement.version);
    entry.set('reason', signatureRequirement.reason);
    requirements.items.push(entry);
    changed = true;
  }
  const provenance = listOf(build, 'provenanceFiles');
  if (!provenance.items.some((item) => isScalar(item) && item.value === signatureName)) {
    provenance.items.push(new Scalar(signatureName));
    changed = true;
  }
  return changed;
}

/** The list of that name; made, ahead of another member where that exists, when there is none. */
function listOf(map: YAMLMap<unknown, unknown>, name: string, ahead?: string): YAMLSeq<unknown> {
  const present = map.get(name);
  if (isSeq(present)) return present;
  const made = new YAMLSeq<unknown>();
  map.delete(name);
  const before =
    ahead === undefined
      ? -1
      : map.items.findIndex(({ key }) => isScalar(key) && key.value === ahead);
  map.items.splice(before < 0 ? map.items.length : before, 0, new Pair(new Scalar(name), made));
  return made;
}
