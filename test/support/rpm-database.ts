import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Values of an rpm header, by tag. */
export type RpmTags = Readonly<
  Record<number, string | number | readonly string[] | readonly number[]>
>;

/** The header of an installed package as the database holds it. */
export function rpmHeader(tags: RpmTags): Buffer {
  const index: Buffer[] = [];
  const store: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of Object.entries(tags)) {
    const list: readonly (string | number)[] = typeof value === 'object' ? value : [value];
    const numbers = typeof list[0] === 'number';
    const bytes = Buffer.concat(
      list.map((each) => {
        if (typeof each === 'string') return Buffer.from(`${each}\0`);
        const number = Buffer.alloc(4);
        number.writeUInt32BE(each);
        return number;
      }),
    );
    const padding = numbers ? (4 - (offset % 4)) % 4 : 0;
    offset += padding;
    store.push(Buffer.alloc(padding), bytes);
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(Number(tag), 0);
    entry.writeUInt32BE(numbers ? 4 : typeof value === 'object' ? 8 : 6, 4);
    entry.writeUInt32BE(offset, 8);
    entry.writeUInt32BE(list.length, 12);
    index.push(entry);
    offset += bytes.length;
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE(index.length, 0);
  head.writeUInt32BE(offset, 4);
  return Buffer.concat([head, ...index, ...store]);
}

/** A database as rpm writes it, by SQLite itself. */
export function rpmDatabase(headers: readonly Uint8Array[], pageBytes = 4096): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'cowa-rpm-'));
  try {
    const path = join(folder, 'rpmdb.sqlite');
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA page_size = ${pageBytes}`);
    database.exec('CREATE TABLE Other (a TEXT, b REAL, c INTEGER)');
    database.exec("INSERT INTO Other VALUES ('x', 1.5, 12345678901)");
    database.exec(
      'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)',
    );
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const header of headers) insert.run(header);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
