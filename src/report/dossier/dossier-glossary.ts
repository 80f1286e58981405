/** Words of the report that people outside of building software need not know, in the order they are met. */
export const dossierGlossary: readonly (readonly [string, string])[] = [
  ['archive', 'One file that is carried in: a package, or a bundle of packages.'],
  [
    'Zarf package, UDS bundle',
    'The two kinds of archive: all that one application needs to be deployed without internet, and several of them to be deployed together.',
  ],
  ['image', 'The files a program runs from, in layers; several images may share a layer.'],
  [
    'SHA-256, digest',
    'A fingerprint of bytes: if one bit changes, it is another. Equal digests mean equal files.',
  ],
  [
    'signature, key',
    'Proof that whoever holds a private key vouched for exactly these bytes. Whose key it is has to be learnt another way.',
  ],
  [
    'statement',
    'A signed file that says something about other files, named by their digests: how they were made, tested or approved.',
  ],
  ['SBOM', 'The list of everything an image is made of, with versions and licences.'],
  ['flavor', 'A variant of a release, such as one for machines with and one without GPUs.'],
  [
    'waiver',
    'An exception: a named person accepts a known failure until a date. It is shown, never hidden.',
  ],
  [
    'undecided',
    'It could not be looked at. That is neither good nor bad, and never counts as passed.',
  ],
];
