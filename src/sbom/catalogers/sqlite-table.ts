/** A row of a table: its columns as they are stored. */
export type SqliteRow = readonly (number | bigint | string | Uint8Array | null)[];

const headerBytes = 100;
const maxPages = 2 ** 22;

/** A file that is no SQLite database this reader understands. */
class SqliteFault extends Error {}

/**
 * Rows of one table of an SQLite database that lies in memory, in the order of the table. Reads tables
 * with a row id and nothing else: no index, no write-ahead log.
 * @throws SqliteFault
 * @see SQLite Database File Format, 1.6 and 2.1
 */
export function* sqliteTable(bytes: Buffer, table: string): Generator<SqliteRow> {
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new SqliteFault('it is no SQLite database');
  const stated = bytes.readUInt16BE(16);
  const pageBytes = stated === 1 ? 65536 : stated;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0)
    throw new SqliteFault(`its pages have ${pageBytes} bytes`);
  const file: SqliteFile = { bytes, pageBytes, usable: pageBytes - (bytes[20] ?? 0) };
  for (const [type, name, , root] of tableRows(file, 1)) {
    if (type === 'table' && name === table && typeof root === 'number') {
      yield* tableRows(file, root);
      return;
    }
  }
  throw new SqliteFault(`it has no table ${table}`);
}

interface SqliteFile {
  readonly bytes: Buffer;
  readonly pageBytes: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
}

function* tableRows(file: SqliteFile, root: number): Generator<SqliteRow> {
  const waiting = [root];
  const visited = new Set<number>();
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    // A page that is its own descendant would never end.
    if (visited.has(number) || visited.size > maxPages)
      throw new SqliteFault('its pages form a circle');
    visited.add(number);
    const page = pageOf(file, number);
    const at = number === 1 ? headerBytes : 0;
    const type = page[at];
    const cells = page.readUInt16BE(at + 3);
    if (type === 0x05) {
      const children: number[] = [];
      for (let cell = 0; cell < cells; cell++)
        children.push(page.readUInt32BE(page.readUInt16BE(at + 12 + 2 * cell)));
      children.push(page.readUInt32BE(at + 8));
      waiting.push(...children.reverse());
    } else if (type === 0x0d) {
      for (let cell = 0; cell < cells; cell++)
        yield rowOf(file, page, page.readUInt16BE(at + 8 + 2 * cell));
    } else throw new SqliteFault(`page ${number} is no table page`);
  }
}

function pageOf({ bytes, pageBytes }: SqliteFile, number: number): Buffer {
  const from = (number - 1) * pageBytes;
  if (number < 1 || from + pageBytes > bytes.length)
    throw new SqliteFault(`it has no page ${number}`);
  return bytes.subarray(from, from + pageBytes);
}

function rowOf(file: SqliteFile, page: Buffer, at: number): SqliteRow {
  const size = varint(page, at);
  const key = varint(page, size.end);
  const payload = payloadOf(file, page, key.end, size.value);
  const header = varint(payload, 0);
  const row: (number | bigint | string | Uint8Array | null)[] = [];
  let content = header.value;
  for (let column = header.end; column < header.value; ) {
    const type = varint(payload, column);
    column = type.end;
    const { value, length } = columnOf(payload, content, type.value);
    row.push(value);
    content += length;
  }
  return row;
}

/** Content beyond what a page takes continues on a chain of further pages. */
function payloadOf(file: SqliteFile, page: Buffer, at: number, size: number): Buffer {
  const { usable } = file;
  const most = usable - 35;
  if (size <= most) {
    if (at + size > page.length) throw new SqliteFault('a row ends behind its page');
    return page.subarray(at, at + size);
  }
  if (size > file.bytes.length) throw new SqliteFault('a row is larger than the database');
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const surplus = least + ((size - least) % (usable - 4));
  const local = surplus <= most ? surplus : least;
  const pieces = [page.subarray(at, at + local)];
  let next = page.readUInt32BE(at + local);
  for (let left = size - local; left > 0; ) {
    const more = pageOf(file, next);
    next = more.readUInt32BE(0);
    const piece = more.subarray(4, 4 + Math.min(left, usable - 4));
    pieces.push(piece);
    left -= piece.length;
  }
  return Buffer.concat(pieces);
}

function columnOf(
  payload: Buffer,
  at: number,
  type: number,
): { readonly value: number | bigint | string | Uint8Array | null; readonly length: number } {
  if (type >= 12) {
    const length = Math.floor((type - 12) / 2);
    if (at + length > payload.length) throw new SqliteFault('a column ends behind its row');
    const content = payload.subarray(at, at + length);
    return { value: type % 2 === 0 ? content : content.toString('utf8'), length };
  }
  if (type === 0) return { value: null, length: 0 };
  if (type === 8 || type === 9) return { value: type - 8, length: 0 };
  if (type === 7) return { value: payload.readDoubleBE(at), length: 8 };
  if (type === 6) return { value: payload.readBigInt64BE(at), length: 8 };
  const length = [0, 1, 2, 3, 4, 6][type];
  if (length === undefined) throw new SqliteFault(`a column has the reserved type ${type}`);
  return { value: payload.readIntBE(at, length), length };
}

function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new SqliteFault('a number is cut short');
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return { value, end: at + index + 1 };
  }
  throw new SqliteFault('a number is cut short');
}
