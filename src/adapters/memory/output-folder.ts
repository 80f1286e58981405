import type { OutputFile, OutputFolder } from '../../ports/output.ts';

/** Results in memory: finished files by name, and files being written by their temporary name. */
export class MemoryOutputFolder implements OutputFolder {
  /** By path: what `pathOf` and `temporaryPath` name. */
  readonly files = new Map<string, Uint8Array>();
  readonly #folder: string;
  #made = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }

  create(name: string): Promise<OutputFile> {
    this.#made += 1;
    const { files } = this;
    const temporaryPath = this.pathOf(`.${name}.${this.#made}.partial`);
    const path = this.pathOf(name);
    files.set(temporaryPath, new Uint8Array());
    const pieces: Uint8Array[] = [];
    return Promise.resolve({
      temporaryPath,
      async write(more) {
        pieces.push(...more.map((piece) => Uint8Array.from(piece)));
        files.set(temporaryPath, Buffer.concat(pieces));
      },
      async commit() {
        files.set(path, Buffer.concat(pieces));
        files.delete(temporaryPath);
      },
      async [Symbol.asyncDispose]() {
        files.delete(temporaryPath);
      },
    });
  }

  list(): Promise<readonly string[]> {
    const names = [...this.files.keys()].map((path) => path.slice(this.#folder.length + 1));
    return Promise.resolve(names.filter((name) => !name.endsWith('.partial')).sort());
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(this.pathOf(name)));
  }

  remove(name: string): Promise<void> {
    this.files.delete(this.pathOf(name));
    return Promise.resolve();
  }
}
