import { Flags } from '@oclif/core';

// None has a default or a variable here: an empty variable counts as none, which oclif does not know.

/** How the commands that use a private key are told where it is and what opens it. */
export const keyOpeningFlags = {
  'password-file': Flags.string({
    summary:
      'File with the password of a key file (default: COWA_KEY_PASSWORD, COSIGN_PASSWORD, or asked)',
    helpValue: '<file>',
  }),
  'kms-plugin': Flags.string({
    summary:
      'Program sigstore-kms-<name> that reaches a key <name>://<key> (default: COWA_KMS_PLUGIN); with @sha256:<hex> behind it, only that very program',
    helpValue: '<path>',
  }),
};

/** Flags of every command that makes signatures. */
export const signingFlags = {
  key: Flags.string({
    summary:
      'Private key that signs: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS (default: COWA_SIGNING_KEY)',
    helpValue: '<file|reference>',
  }),
  ...keyOpeningFlags,
  'fulcio-url': Flags.string({
    summary:
      'Certificate authority: signs without a key, as the identity of a token (default: COWA_FULCIO_URL)',
    helpValue: '<url>',
  }),
  'rekor-url': Flags.string({
    summary: 'Transparency log of the certificate authority (default: COWA_REKOR_URL)',
    helpValue: '<url>',
  }),
  'timestamp-server-url': Flags.string({
    summary: 'RFC 3161 authority that stamps signatures (default: COWA_TIMESTAMP_SERVER_URL)',
    helpValue: '<url>',
  }),
  'identity-token': Flags.string({
    summary:
      'File with the identity token (default: COWA_IDENTITY_TOKEN, SIGSTORE_ID_TOKEN, or asked of GitHub Actions)',
    helpValue: '<file>',
  }),
  'trusted-root': Flags.string({
    summary:
      'trusted_root.json that answers of services are judged by (default: COWA_TRUSTED_ROOT)',
    helpValue: '<file>',
  }),
};
