import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, hexOf } from '../../oci/digest.ts';
import type { SignatureCache } from '../../ports/signature-cache.ts';
import { makeFolder } from './make-folder.ts';
import { touch } from './touch.ts';

const maxBytes = 1024 * 1024;

/** Signatures below a folder: `<folder>/<key fingerprint>/<sha256 of the signed bytes>.json`. */
export class FsSignatureCache implements SignatureCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(fingerprint: string, signed: Digest): Promise<Uint8Array | undefined> {
    try {
      const path = this.#path(fingerprint, signed);
      const { size } = await stat(path);
      if (size > maxBytes) return undefined;
      const bundle = await readFile(path);
      await touch(path);
      return bundle;
    } catch {
      // Whatever keeps an old signature from being read, a new one can be made.
      return undefined;
    }
  }

  async keep(fingerprint: string, signed: Digest, bundle: Uint8Array): Promise<void> {
    const path = this.#path(fingerprint, signed);
    const half = `${path}.${process.pid}.part`;
    try {
      await makeFolder(dirname(path));
      await writeFile(half, bundle);
      await rename(half, path);
    } catch {
      await rm(half, { force: true }).catch(() => undefined);
    }
  }

  #path(fingerprint: string, signed: Digest): string {
    if (!/^[0-9a-f]{64}$/.test(fingerprint))
      throw new RangeError('a fingerprint has 64 hex digits');
    return join(this.#folder, fingerprint, `${hexOf(signed)}.json`);
  }
}
