import { ContainerFault } from './container-fault.ts';

/**
 * Reads the records of a PAX header.
 * @throws ContainerFault TAR_PAX_INVALID
 * @see POSIX.1-2017 pax, Extended Header
 */
export function readPaxRecords(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  const bad = (why: string): ContainerFault =>
    new ContainerFault('TAR_PAX_INVALID', `a PAX header is malformed: ${why}`);
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits =
      space < 0 ? '' : Buffer.from(bytes.subarray(at, Math.min(space, at + 12))).toString('latin1');
    if (!/^[1-9][0-9]{0,9}$/.test(digits)) throw bad('a record has no length');
    const end = at + Number(digits);
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a)
      throw bad('a record does not fit its length');
    const key = Buffer.from(bytes.subarray(space + 1, equals)).toString('utf8');
    if (key === '') throw bad('a record has no name');
    if (records.has(key)) throw bad(`the record "${key}" appears twice`);
    records.set(key, Uint8Array.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

const time = /^-?[0-9]{1,15}(\.[0-9]{1,20})?$/;
const id = /^[0-9]{1,10}$/;
const words = /^[^\0]*$/;
const anything = /^/;
const utf8Name = /^ISO-IR 10646 2000 UTF-8$/;

/** What a record has to look like for all readers to take it alike. */
const forms: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    // These three are read here, and judged where that is done.
    path: anything,
    linkpath: anything,
    size: anything,
    mtime: time,
    atime: time,
    ctime: time,
    'LIBARCHIVE.creationtime': time,
    uid: id,
    gid: id,
    uname: words,
    gname: words,
    comment: words,
    hdrcharset: utf8Name,
  }),
);
const attributes = ['SCHILY.xattr.', 'LIBARCHIVE.xattr.'];
const maxId = 2 ** 32 - 1;

/**
 * Why readers can take these records differently: ones that only some know change names, sizes or
 * contents for those; ones that some cannot read stop those.
 */
export function paxOddities(records: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const odd: string[] = [];
  for (const [key, value] of records) {
    if (key.startsWith('GNU.sparse.')) continue; // told by the type of the entry
    const shown = JSON.stringify(key.slice(0, 80));
    const form = attributes.some((start) => key.startsWith(start)) ? anything : forms.get(key);
    const text = Buffer.from(value).toString('latin1');
    if (form === undefined || key.includes('\0'))
      odd.push(`its PAX record ${shown} is not known to all readers`);
    else if (!form.test(text) || (form === id && Number(text) > maxId))
      odd.push(`its PAX record ${shown} is not one that all readers can read`);
  }
  return odd;
}
