import { UsageError } from '../errors/families.ts';

/** Where a private key is, in the spelling that cosign has. */
export type KeyReference =
  | { readonly kind: 'file'; readonly path: string }
  /** `env://NAME`: the text of a key file in a variable. */
  | { readonly kind: 'variable'; readonly name: string }
  /** `<scheme>://<resource>`: the key stays where it is, a plugin program signs with it. */
  | { readonly kind: 'plugin'; readonly scheme: string; readonly resource: string };

/** A `--key` that cannot mean any key here. */
class KeyReferenceError extends UsageError<'KEY_REFERENCE'> {}

const withScheme = /^([A-Za-z0-9][A-Za-z0-9+.-]*):\/\/(.*)$/s;
/** What can be the end of a program name, and so of a scheme. */
const pluginScheme = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Places a private key should not be fetched from while something is being signed. */
const fetched: readonly string[] = ['http', 'https', 'k8s', 'gitlab', 'github'];

/**
 * Reads what `--key` says.
 * @throws KeyReferenceError KEY_REFERENCE
 */
export function parseKeyReference(text: string): KeyReference {
  if (text.startsWith('pkcs11:')) {
    throw refused(
      'a PKCS#11 URI names a token that a plugin program reaches',
      'Write --key <name>://<key>, and name its program: --kms-plugin <folder>/sigstore-kms-<name>',
    );
  }
  const match = withScheme.exec(text);
  if (match === null) return { kind: 'file', path: text };
  const [, scheme = '', resource = ''] = match;
  if (scheme === 'env') {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(resource)) return { kind: 'variable', name: resource };
    throw refused('env:// wants the name of a variable behind it', '--key env://SIGNING_KEY');
  }
  if (fetched.includes(scheme)) {
    throw refused(
      `private keys are not fetched from ${scheme}://`,
      'Give the key as a file, as env://NAME, or keep it in a KMS and sign through its plugin',
    );
  }
  if (!pluginScheme.test(scheme) || resource === '') {
    throw refused(
      `'${text.slice(0, 80)}' is no reference to a key`,
      'Write --key <name>://<key>, with <name> as in the program sigstore-kms-<name>',
    );
  }
  return { kind: 'plugin', scheme, resource };
}

function refused(why: string, suggestion: string): KeyReferenceError {
  return new KeyReferenceError('KEY_REFERENCE', `this names no key: ${why}`, {
    suggestions: [suggestion],
  });
}
