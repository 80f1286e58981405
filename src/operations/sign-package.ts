import { InternalError } from '../errors/families.ts';
import { digestOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';
import { parsePackageDefinition } from '../zarf/parse-definition.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';
import { type SignOncePorts, signOnce } from './sign-once.ts';

const definitionName = 'zarf.yaml';
const signatureNames: readonly string[] = ['zarf.bundle.sig', 'zarf.yaml.sig'];

export interface SignPackagePorts extends SignOncePorts {
  /** The bytes of `zarf.yaml` with `build.signed` and what else a signed package says of itself. */
  readonly markSigned: (definition: Uint8Array) => Uint8Array;
}

/**
 * Signs a package: marks its definition as signed and adds `zarf.bundle.sig` over those exact bytes.
 * Any earlier signature is replaced. A signature of the same key over the same bytes is reused, so
 * that an unchanged package keeps its bytes.
 * @throws SignerFailure SIGN_SELF_CHECK
 * @throws SigningError SIGN_KEY_ALGORITHM
 */
export async function signPackage(
  packed: PackedPackage,
  ports: SignPackagePorts,
  run: Run,
): Promise<PackedPackage> {
  const definition = packed.files.find((file) => file.path === definitionName);
  if (definition === undefined) throw new InternalError('a packed package has no zarf.yaml');
  const unsigned = Buffer.concat(await Array.fromAsync(definition.blob.open(run)));
  const signed = ports.markSigned(unsigned);
  const signature = await signOnce({ digest: digestOf(signed), open: () => signed }, ports, run);
  const kept = packed.files.filter(
    (file) => file.path !== definitionName && !signatureNames.includes(file.path),
  );
  const files: readonly PackedFile[] = [
    { ...definition, blob: heldContent(signed) },
    ...kept,
    { path: 'zarf.bundle.sig', mode: 0o600, blob: heldContent(signature) },
  ];
  const { registryManifest: _unsignedManifest, ...rest } = packed;
  // What it says of itself now: the manifest of the package is made from it.
  const said = parsePackageDefinition(signed, 'built').definition;
  if (said === undefined) throw new InternalError('a signed zarf.yaml cannot be read back');
  return { ...rest, definition: said, files, signed: true };
}
