/** A private key as the command line names it. */
export interface SigningKey {
  /** A path, `env://NAME`, or `<scheme>://<resource>` of a KMS. */
  readonly reference: string;
  readonly passwordFile?: string;
  /** Program for a KMS reference: a path, or `<path>@sha256:<hex>`. */
  readonly kmsPlugin?: string;
}

/** The flags as oclif names them. */
export interface KeyOpeningFlags {
  readonly 'password-file'?: string | undefined;
  readonly 'kms-plugin'?: string | undefined;
}

/** A private key with what opens it. */
export function toSigningKey(reference: string, flags: KeyOpeningFlags): SigningKey {
  const { 'password-file': passwordFile, 'kms-plugin': kmsPlugin } = flags;
  return {
    reference,
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(kmsPlugin === undefined ? {} : { kmsPlugin }),
  };
}
