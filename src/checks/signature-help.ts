import type { CodeHelp } from './check.ts';

const broken =
  'Ask whoever signed for the signature file again; where it came from them like this, have it made anew';
const rootFix =
  'Get the present trusted_root.json of the instance that signed, over the way trust comes, and pin its digest in the trust policy';

/** What to do about each way in which a signature is not believed. One row says the same of all its codes. */
const rows: readonly (readonly [codes: readonly string[], why: string, fix: string])[] = [
  [
    ['SIGNATURE_ABSENT'],
    'Nothing says who made it: whoever had it in hand could have made it.',
    'Ask the producer for a signed archive, or for <archive>.sigstore.json beside a bundle; where the signature lies elsewhere, name it with --signature',
  ],
  [
    ['SIGNATURE_NO_KEY'],
    'A signature says something only to who knows whose key it must be made with.',
    'Get the public key of the producer over another way than the archive, and give it with --key, or name the producer in a trust policy (--trust-policy)',
  ],
  [
    ['SIGNATURE_UNREAD'],
    'A signature that was not read, or over something that was not read, has not been judged.',
    'Where --quick was given, verify without it: it stops before what this signature covers. Else the archive is cut or damaged, or the file too large to be kept: bring it over again',
  ],
  [
    ['SIGNATURE_HALF'],
    'A bundle of both formats holds two trees; a signature over one lets anybody exchange the other.',
    'Have the whole file signed: cowa-release sign writes <archive>.sigstore.json beside it',
  ],
  [
    ['SIGNATURE_DIGEST'],
    'The signature was made over another file: this one was changed after it was signed, or the signature belongs to another release.',
    'Do not use it. Bring file and signature over again, together, from the producer; if they differ again, ask the producer which digest was signed',
  ],
  [
    ['SIGNATURE_MISMATCH'],
    'Either the bytes were changed after they were signed, or another key signed them than the one that is trusted: which of both cannot be told.',
    'Compare the fingerprint of the key (cowa-release keys show <file>) with the producer over another way; if it is right, bring archive and signature over again',
  ],
  [
    ['SIGNATURE_MATERIAL_KIND'],
    'A certificate never stands in for a key, nor a key for a certificate: who may choose the kind may choose the weaker one.',
    'Ask the producer how the release is signed; name the key or the identity in the trust policy, whichever it is',
  ],
  [
    ['SIGNATURE_IDENTITY'],
    'The certificate is of somebody, and not of whom the trust policy names.',
    'Ask the producer who signs; if it is the one the certificate names, put that identity and issuer into the trust policy, else do not use the archive',
  ],
  [
    ['SIGNATURE_CERTIFICATE_CHAIN', 'SIGNATURE_SELF_SIGNED'],
    'A certificate that no trusted authority issued says nothing: anybody makes one.',
    rootFix,
  ],
  [
    ['SIGNATURE_CERTIFICATE_TIME', 'SIGNATURE_NO_TIME'],
    'A certificate speaks for the time it was valid in; without proof that the signature is of that time it could be of whoever found the key later.',
    'Have it signed again with a timestamp, or a log entry, of the instance that the trust policy trusts',
  ],
  [
    ['SIGNATURE_SCT', 'SIGNATURE_LOG_COUNT', 'SIGNATURE_TIMESTAMP_COUNT'],
    'The trust policy demands more proof from logs or timestamp authorities than the signature brings along.',
    'Have it signed again with what is demanded; where that is more than is meant, lower tlogs, scts or timestamps of the signer in the trust policy',
  ],
  [
    ['SIGNATURE_LOG', 'SIGNATURE_LOG_BODY', 'SIGNATURE_LOG_TWICE', 'SIGNATURE_EVIDENCE'],
    'What stands in a log about a signature must be about this signature, and must hold.',
    broken,
  ],
  [
    ['SIGNATURE_LOG_UNKNOWN', 'SIGNATURE_TIMESTAMP_AUTHORITY'],
    'A log or an authority that nobody trusts proves nothing.',
    rootFix,
  ],
  [
    ['SIGNATURE_TIMESTAMP', 'SIGNATURE_TIMESTAMP_IMPRINT', 'SIGNATURE_TIMESTAMP_TWICE'],
    'A timestamp that does not hold, or is over another signature, makes an old signature look new or a late one early.',
    `${broken}, with a new timestamp`,
  ],
  [
    ['SIGNATURE_ROOT_DIGEST', 'SIGNATURE_ROOT_MISSING'],
    'Certificates, logs and timestamps are judged by a trusted root, and by the very file that the trust policy pins.',
    rootFix,
  ],
  [
    ['SIGNATURE_SAN_PATTERN'],
    'A pattern that is none matches nobody, or everybody.',
    'Mend sanPattern of the identity; cowa-release trust check says where',
  ],
  [
    ['SIGNATURE_KEY_FINGERPRINT', 'SIGNATURE_KEY_UNREADABLE'],
    'The key that is trusted could not be used as it was given.',
    'Give the public key again, as PEM; cowa-release keys show <file> says what it is',
  ],
  [
    ['SIGNATURE_KEY_ALGORITHM', 'SIGNATURE_DIGEST_ALGORITHM', 'SIGNATURE_DIGEST_MISSING'],
    'Key, algorithm and digest come from who trusts, never from the signature; programs that deploy take P-256 and RSA over SHA-256.',
    'Have it signed with a P-256 or RSA key over SHA-256; where another algorithm is meant, pin it for the key in the trust policy',
  ],
  [
    ['SIGNATURE_UNUSUAL_ALGORITHM'],
    'The signature holds here; programs that deploy refuse to verify it.',
    'Nothing, where only cowa-release judges it; else have it signed with a P-256 or RSA key over SHA-256',
  ],
  [
    ['SIGNATURE_NOT_ALL_JUDGED'],
    'The signature holds; something beside it was not looked at, because nothing was given to judge it by.',
    'Give the key a trustedRoot in the trust policy if its timestamps and log entries are to be judged; nothing else has to be done',
  ],
  [
    ['SIGNATURE_NEEDS_CONTENT'],
    'Some algorithms sign the whole content, and of a large file only the digest is known.',
    'Have the file signed with a P-256 or RSA key',
  ],
  [
    ['SIGNATURE_BASE64'],
    'Two readers decode loose base64 to different signatures.',
    `${broken}: one line of standard base64`,
  ],
  [
    ['SIGNATURE_CONTENT', 'SIGNATURE_PAYLOAD_TYPE', 'SIGNATURE_KEYID'],
    'A signature of one kind must not be taken for one of another.',
    `${broken}, in the form the message names`,
  ],
  [
    ['SIGNATURE_IMAGE'],
    'A good signature over one image, laid at another, would make the other look signed.',
    'Create the package again from images whose signatures belong to them',
  ],
  [
    ['SIGNATURE_IMAGE_CERTIFICATE'],
    'A certificate or log entry that two programs read differently shows each of them another signer.',
    'Pull the image with its signature again and create the package from it; where it came like this, have the image signed anew',
  ],
  [
    [
      'SIGNATURE_BUNDLE_SIZE',
      'SIGNATURE_BUNDLE_JSON',
      'SIGNATURE_BUNDLE_MEMBER',
      'SIGNATURE_BUNDLE_MEDIA_TYPE',
      'SIGNATURE_BUNDLE_CONTENT',
      'SIGNATURE_BUNDLE_MATERIAL',
      'SIGNATURE_BUNDLE_BASE64',
      'SIGNATURE_BUNDLE_DIGEST_ALGORITHM',
      'SIGNATURE_BUNDLE_ENTRIES',
      'SIGNATURE_BUNDLE_LOG_PROOF',
      'SIGNATURE_BUNDLE_DSSE',
    ],
    'A signature file that two programs read differently shows each of them another signature.',
    broken,
  ],
  [
    ['CERTIFICATE_DER', 'CERTIFICATE_FORM', 'CERTIFICATE_USE', 'CERTIFICATE_IDENTITY'],
    'A certificate that is malformed, or not meant for signing, is no proof of who signed.',
    'Ask whoever runs the authority; have it signed again with a certificate for code signing',
  ],
  [
    ['TIMESTAMP_DER', 'TIMESTAMP_FORM', 'TIMESTAMP_ALGORITHM'],
    'A timestamp that cannot be read in one way only proves no time.',
    `${broken}, with a timestamp of an authority that answers as RFC 3161 says`,
  ],
  [
    [
      'TRUSTED_ROOT_SIZE',
      'TRUSTED_ROOT_JSON',
      'TRUSTED_ROOT_MEMBER',
      'TRUSTED_ROOT_MEDIA_TYPE',
      'TRUSTED_ROOT_LOG',
      'TRUSTED_ROOT_AUTHORITY',
      'TRUSTED_ROOT_VALIDITY',
    ],
    'The trusted root is what certificates, logs and timestamps are judged by; it was pinned and still cannot be used.',
    rootFix,
  ],
  [
    [
      'STATEMENT_JSON',
      'STATEMENT_TYPE',
      'STATEMENT_MEMBER',
      'STATEMENT_SUBJECT',
      'STATEMENT_PREDICATE',
      'STATEMENT_PROVENANCE',
    ],
    'A statement is believed for what it says in one reading, and for the kind it is of.',
    'Ask the producer for the statement again; sign statements with cowa-release or with cosign attest-blob',
  ],
  [
    ['STATEMENT_RESULT'],
    'A result that cannot be read would travel along as if it said something.',
    'Give the file as the tool wrote it: JUnit XML, SARIF, JSON of grype, or a predicate of test results',
  ],
];

/** By code. */
export const signatureHelp: readonly (readonly [code: string, help: CodeHelp])[] = rows.flatMap(
  ([codes, why, fix]) => codes.map((code) => [code, { why, fix }] as const),
);
