import { isReleaseApproval } from './approval-files.ts';
import type { NotPlayed, Tampering } from './drill-tampering.ts';
import { isReleaseStatement } from './read-beside.ts';
import { releaseFileNames } from './release-files.ts';
import { releaseStatementName } from './release-statement.ts';

/** What a release folder is tampered with by. */
export interface FolderMaterial {
  /** Names in it. */
  readonly names: readonly string[];
  /** Names of archives in it. */
  readonly archives: readonly string[];
  /** A small file of it; undefined where there is none, or it is not small. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** A sound signature over the same statement by a key nobody trusts. */
  resign(statement: Uint8Array): Promise<Uint8Array | undefined>;
}

export interface FolderDrill {
  readonly tamperings: readonly Tampering[];
  readonly notPlayed: readonly NotPlayed[];
}

/** Every way to tamper with a folder beside its archives that there is something for. */
export async function planFolderDrill({
  names,
  archives,
  read,
  resign,
}: FolderMaterial): Promise<FolderDrill> {
  const tamperings: Tampering[] = [];
  const notPlayed: NotPlayed[] = [];
  const play = (id: string, what: string, beside: Tampering['beside'], without: string): void => {
    if (beside === undefined || beside.size === 0) notPlayed.push({ id, reason: without });
    else tamperings.push({ id, what, where: [...beside.keys()].sort().join(', '), beside });
  };
  const statement = await read(releaseStatementName);
  const noStatement = 'there is no release statement';
  const one = (name: string, bytes: Uint8Array | null | undefined) =>
    bytes === undefined ? undefined : new Map([[name, bytes]]);
  play(
    'flip-statement',
    'a bit of what the release statement says is turned over',
    one(releaseStatementName, statement && flippedMember(statement, 'payload')),
    noStatement,
  );
  play(
    'flip-statement-signature',
    'a bit of the signature over the release statement is turned over',
    one(releaseStatementName, statement && flippedMember(statement, 'sig')),
    noStatement,
  );
  play(
    'wrong-key-statement',
    'the same release statement, with a sound signature by another key',
    one(releaseStatementName, statement && (await resign(statement))),
    'there is no release statement that could be signed anew',
  );
  play(
    'no-statement',
    'the release statement is taken away',
    new Map(names.filter(isReleaseStatement).map((name) => [name, null])),
    noStatement,
  );
  const [first] = archives;
  play(
    'archive-missing',
    'an archive is left out',
    statement === undefined || first === undefined ? undefined : new Map([[first, null]]),
    'no statement says which archives there are',
  );
  play(
    'file-added',
    'a file is added that nobody signed',
    statement === undefined ? undefined : one('setup.sh', Buffer.from('#!/bin/sh\n')),
    'no statement says which files there are',
  );
  const listed = names.find((name) => name === releaseFileNames.report) ?? undefined;
  const report = listed === undefined ? undefined : await read(listed);
  play(
    'file-altered',
    'a file that is listed is another',
    listed === undefined ? undefined : one(listed, report && withOneMore(report)),
    'there is no small file that is listed',
  );
  const sums = await read(releaseFileNames.checksums);
  play(
    'checksums-altered',
    'a line of SHA256SUMS says another digest',
    one(releaseFileNames.checksums, sums && otherDigit(sums)),
    'there is no SHA256SUMS',
  );
  for (const name of names.filter(isReleaseApproval)) {
    const bytes = await read(name);
    play(
      'flip-approval',
      'a bit of the signature of an approval is turned over',
      one(name, bytes && flippedMember(bytes, 'sig')),
      'it cannot be read',
    );
  }
  return { tamperings, notPlayed };
}

/** Turns a bit over in the text of a member, as far as it is found. */
function flippedMember(bytes: Uint8Array, member: string): Uint8Array | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const found = new RegExp(`"${member}"\\s*:\\s*"`).exec(text);
  if (found === null) return undefined;
  const at = found.index + found[0].length + 30;
  const other = text[at] === 'A' ? 'B' : 'A';
  return Buffer.from(`${text.slice(0, at)}${other}${text.slice(at + 1)}`, 'latin1');
}

function withOneMore(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.from(' ')]);
}

function otherDigit(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[0] = copy[0] === 0x30 ? 0x31 : 0x30;
  return copy;
}
