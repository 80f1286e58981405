import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { renderSeekTable } from '../../src/archive/seek-table-write.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { padded, rawHeader, tarOf } from './tar-bytes.ts';

/** One change of a bundle; the words are explained in test/conformance/uds/README.md. */
export type BundleOp =
  | { readonly op: 'reverse' | 'plain_tar' }
  | {
      readonly op: 'move_first' | 'move_last' | 'remove' | 'flip_last_byte';
      readonly entry: string;
    }
  | { readonly op: 'prefix'; readonly prefix: string }
  | { readonly op: 'add'; readonly entry: string; readonly text: string; readonly at?: 'start' }
  | { readonly op: 'append'; readonly entry: string; readonly text: string }
  | {
      readonly op: 'replace_text';
      readonly entry: string;
      readonly from: string;
      readonly to: string;
      readonly relink?: boolean;
    }
  | {
      readonly op: 'edit_json';
      readonly entry: string;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly remove?: readonly string[];
    }
  | {
      readonly op: 'duplicate';
      readonly entry: string;
      readonly where: 'before' | 'end';
      readonly from?: string;
      readonly to?: string;
    }
  | { readonly op: 'hardlink'; readonly entry: string; readonly target: string }
  | { readonly op: 'zstd_frames'; readonly seek_table?: boolean }
  | { readonly op: 'truncate'; readonly bytes: number }
  | { readonly op: 'append_raw'; readonly text: string };

interface Entry {
  name: string;
  content: Buffer;
  link?: string;
}

interface Pointing {
  readonly digest: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const titleKey = 'org.opencontainers.image.title';

/** A bundle taken apart into its entries, to be changed and written again. */
export class BundleArchive {
  entries: Entry[];
  #pack: (tar: readonly Buffer[]) => Buffer = (parts) => zstdCompressSync(tarOf(...parts));
  readonly #after: ((bytes: Buffer) => Buffer)[] = [];

  constructor(bytes: Uint8Array) {
    this.entries = untar(zstdDecompressSync(bytes));
  }

  apply(op: BundleOp): this {
    switch (op.op) {
      case 'reverse':
        this.entries.reverse();
        return this;
      case 'prefix':
        for (const entry of this.entries) entry.name = op.prefix + entry.name;
        return this;
      case 'add': {
        const entry = { name: op.entry, content: Buffer.from(op.text) };
        if (op.at === 'start') this.entries.unshift(entry);
        else this.entries.push(entry);
        return this;
      }
      case 'move_first':
      case 'move_last': {
        const entry = this.#find(op.entry);
        const others = this.entries.filter((each) => each !== entry);
        this.entries = op.op === 'move_first' ? [entry, ...others] : [...others, entry];
        return this;
      }
      case 'remove': {
        const entry = this.#find(op.entry);
        this.entries = this.entries.filter((each) => each !== entry);
        return this;
      }
      case 'append':
        return this.#change(
          op.entry,
          (content) => Buffer.concat([content, Buffer.from(op.text)]),
          false,
        );
      case 'flip_last_byte':
        return this.#change(op.entry, flipped, false);
      case 'replace_text':
        return this.#change(
          op.entry,
          (content) => replaced(content, op.from, op.to),
          op.relink === true,
        );
      case 'edit_json':
        return this.#change(op.entry, (content) => this.#edited(op.entry, content, op), true);
      case 'duplicate': {
        const entry = this.#find(op.entry);
        const content =
          op.from === undefined ? entry.content : replaced(entry.content, op.from, op.to ?? '');
        const twin = { name: entry.name, content };
        if (op.where === 'end') this.entries.push(twin);
        else this.entries.splice(this.entries.indexOf(entry), 0, twin);
        return this;
      }
      case 'hardlink': {
        const entry = this.#find(op.entry);
        this.entries.splice(this.entries.indexOf(entry), 0, {
          name: op.target,
          content: entry.content,
        });
        entry.link = op.target;
        return this;
      }
      case 'plain_tar':
        this.#pack = (parts) => tarOf(...parts);
        return this;
      case 'zstd_frames':
        this.#pack = (parts) => framed(parts, op.seek_table === true);
        return this;
      case 'truncate':
        this.#after.push((bytes) => bytes.subarray(0, bytes.length - op.bytes));
        return this;
      case 'append_raw':
        this.#after.push((bytes) => Buffer.concat([bytes, Buffer.from(op.text)]));
        return this;
    }
  }

  bytes(): Buffer {
    const parts = this.entries.map(({ name, content, link }) =>
      link === undefined
        ? Buffer.concat([rawHeader(name, '0', content.length), padded(content)])
        : rawHeader(name, '1', 0, link),
    );
    return this.#after.reduce((bytes, change) => change(bytes), this.#pack(parts));
  }

  /** Content of an entry, by its name or by what it holds. */
  content(which: string): Buffer {
    return this.#find(which).content;
  }

  get #prefix(): string {
    return this.entries.some(({ name }) => name === 'index.json') ? '' : 'oci/';
  }

  #find(which: string): Entry {
    const name = which.startsWith('@') ? this.#nameOf(which) : which;
    const found = this.entries.find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`no entry ${which} (${name})`);
    return found;
  }

  #nameOf(which: string): string {
    if (which === '@index') return `${this.#prefix}index.json`;
    return `${this.#prefix}blobs/sha256/${this.#digestOf(which).slice('sha256:'.length)}`;
  }

  #digestOf(which: string): string {
    const titled = (layers: readonly Pointing[], title: string): Pointing | undefined =>
      layers.find(({ annotations = {} }) => annotations[titleKey] === title);
    const index = this.#json('@index');
    const legacy = this.#prefix === '';
    const found = (pointing: Pointing | undefined): string => {
      if (pointing === undefined) throw new Error(`nothing leads to ${which}`);
      return pointing.digest;
    };
    if (which === '@root') return found(index.manifests[0]);
    if (which === '@root-config') return found(this.#json('@root').config);
    if (which === '@uds-bundle.yaml')
      return found(titled(this.#json('@root').layers, 'uds-bundle.yaml'));
    if (which === '@definition')
      return found(index.manifests.find(({ artifactType }) => artifactType !== undefined));
    if (which === '@bundle.uds.hcl')
      return found(titled(this.#json('@definition').layers, 'bundle.uds.hcl'));
    if (which === '@empty-config') return found(this.#json('@definition').config);
    if (which === '@package0') {
      return found(
        legacy
          ? this.#json('@root').layers[0]
          : index.manifests.find(({ artifactType }) => artifactType === undefined),
      );
    }
    const path = which.slice('@package0/'.length);
    const manifest = this.#json('@package0');
    return found(path === '@config' ? manifest.config : titled(manifest.layers, path));
  }

  #json(which: string): {
    readonly manifests: Pointing[];
    readonly layers: Pointing[];
    readonly config: Pointing;
  } {
    return JSON.parse(this.#find(which).content.toString('utf8'));
  }

  #change(which: string, change: (content: Buffer) => Buffer, relink: boolean): this {
    const entry = this.#find(which);
    const content = change(entry.content);
    entry.content = content;
    if (relink && entry.name.includes('blobs/sha256/')) this.#relink(entry);
    return this;
  }

  /** Gives a blob its name again; whatever points to it follows, up to the index. */
  #relink(entry: Entry): void {
    const before = `sha256:${entry.name.slice(-64)}`;
    const digest = digestOf(entry.content);
    entry.name = entry.name.slice(0, -64) + digest.slice('sha256:'.length);
    for (const other of this.entries) {
      if (other === entry || other.link !== undefined || !other.content.includes(before)) continue;
      const text = other.content.toString('utf8');
      other.content = text.startsWith('{')
        ? this.#pointed(other, text, before, { digest, size: entry.content.length })
        : Buffer.from(text.replaceAll(before, digest));
      if (other.name.includes('blobs/sha256/')) this.#relink(other);
    }
  }

  #pointed(
    entry: Entry,
    text: string,
    before: string,
    now: { readonly digest: string; readonly size: number },
  ): Buffer {
    const value: unknown = JSON.parse(text, (_key, item: unknown) =>
      typeof item === 'object' && item !== null && Reflect.get(item, 'digest') === before
        ? { ...item, ...now }
        : item,
    );
    return this.#written(entry.name, value);
  }

  #edited(which: string, content: Buffer, op: Extract<BundleOp, { op: 'edit_json' }>): Buffer {
    const value: unknown = JSON.parse(content.toString('utf8'));
    for (const [pointer, item] of Object.entries(op.set ?? {}))
      edit(value, pointer, (owner, key) =>
        Array.isArray(owner) && key === '-'
          ? void owner.push(item)
          : void Reflect.set(owner, key, item),
      );
    for (const pointer of op.remove ?? [])
      edit(value, pointer, (owner, key) =>
        Array.isArray(owner)
          ? void owner.splice(Number(key), 1)
          : void Reflect.deleteProperty(owner, key),
      );
    return this.#written(this.#find(which).name, value);
  }

  #written(name: string, value: unknown): Buffer {
    return Buffer.from(
      name === 'oci/index.json' ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value),
    );
  }
}

function edit(root: unknown, pointer: string, change: (owner: object, key: string) => void): void {
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const owner = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), root);
  if (typeof owner !== 'object' || owner === null) throw new Error(`nothing at ${pointer}`);
  change(owner, last);
}

function replaced(content: Buffer, from: string, to: string): Buffer {
  const text = content.toString('latin1');
  if (!text.includes(from)) throw new Error(`the text '${from}' is not there`);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

function flipped(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 1, copy.length - 1);
  return copy;
}

/** Plain ustar is all these bundles use. */
function untar(tar: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('utf8', at, at + 100).split('\0')[0] ?? '';
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    entries.push({ name, content: Buffer.from(tar.subarray(at + 512, at + 512 + size)) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

function framed(parts: readonly Buffer[], seekTable: boolean): Buffer {
  const frames = [...parts, Buffer.alloc(1024)].map((content) => ({
    content,
    bytes: zstdCompressSync(content),
  }));
  const sizes = frames.map(({ content, bytes }) => ({
    size: bytes.length,
    contentSize: content.length,
  }));
  return Buffer.concat([
    ...frames.map(({ bytes }) => bytes),
    ...(seekTable ? [renderSeekTable(sizes)] : []),
  ]);
}
