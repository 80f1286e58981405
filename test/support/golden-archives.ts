import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SignatureAlgorithm } from '../../src/attestation/signature-algorithm.ts';
import type { KnownArchive } from './own-archives.ts';

const folder = join(import.meta.dirname, '..', 'conformance');

/** Signed with what deploying programs do not take: honest where a trust policy pins it. */
const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  'signed-p384': 'ecdsa-p384-sha384',
  'signed-ed25519': 'ed25519',
};
const algorithmOf = (id: string): Pick<KnownArchive, 'algorithm'> => {
  const algorithm = algorithms[id];
  return algorithm === undefined ? {} : { algorithm };
};

/** Every whole archive that the real programs made, with its key where it is signed. */
export function goldenArchives(): readonly KnownArchive[] {
  const zarf: {
    packages: readonly { id: string; open: string; publicKey: string | null }[];
  } = JSON.parse(readFileSync(join(folder, 'zarf', 'expect.json'), 'utf8'));
  const uds: { bundles: readonly { file: string; key?: string }[] } = JSON.parse(
    readFileSync(join(folder, 'uds', 'expect.json'), 'utf8'),
  );
  const key = (half: string, path: string | null | undefined) =>
    typeof path === 'string' ? { keyPem: readFileSync(join(folder, half, path), 'utf8') } : {};
  return [
    ...zarf.packages
      .filter(({ open }) => !open.endsWith('.part000'))
      .map(({ id, open, publicKey }) => ({
        name: `zarf ${id}`,
        fileName: basename(open),
        bytes: readFileSync(join(folder, 'zarf', open)),
        ...key('zarf', publicKey),
        ...algorithmOf(id),
      })),
    ...uds.bundles.map(({ file, key: path }) => ({
      name: `uds ${file.split('/')[1] ?? file}`,
      fileName: basename(file),
      bytes: readFileSync(join(folder, 'uds', file)),
      ...key('uds', path),
    })),
  ];
}
