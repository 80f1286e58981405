import { InputError } from '../errors/families.ts';

/** A package of another maker that cannot become part of a bundle. */
export class MemberError extends InputError<
  | 'MEMBER_NOT_A_PACKAGE' // the archive is a bundle, or nothing we know
  | 'MEMBER_NAME_UNKNOWN' // standard input has no file name, and a bundle needs one
  | 'MEMBER_NOT_FOUND' // no source holds the published package
  | 'MEMBER_CHANGED' // the archive is not the one that was verified
  | 'MEMBER_ENTRY' // an entry that is no file, or a second one of a name
  | 'MEMBER_DEFINITION_INVALID' // zarf.yaml is missing, unreadable or of a newer kind
  | 'MEMBER_CHECKSUMS_INVALID' // checksums.txt is missing, malformed or not the one the definition names
  | 'MEMBER_FILE_MISSING' // listed in checksums.txt, but not there
  | 'MEMBER_FILE_UNLISTED' // there, but not listed in checksums.txt
  | 'MEMBER_FILE_MISMATCH' // another content than checksums.txt promises
  | 'MEMBER_ARCHITECTURE' // built for another architecture
  | 'MEMBER_SIGNATURE' // not signed by the key that the bundle names
> {}
