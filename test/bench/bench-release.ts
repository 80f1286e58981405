import { createCipheriv } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const chunkBytes = 4 * 2 ** 20;
/** One chunk in so many shrinks: weights and packed layers with some text among them. */
const textEvery = 16;

/** A release whose one package has about that many bytes, most of which no compressor makes smaller. */
export async function writeBenchRelease(
  folder: string,
  bytes: number,
  { bundle }: { readonly bundle: boolean } = { bundle: true },
): Promise<void> {
  await mkdir(join(folder, 'package'), { recursive: true });
  const files = 4;
  for (let index = 0; index < files; index++) {
    await writeContent(join(folder, 'package', `content-${index}`), bytes / files, index);
  }
  // Each is one content of the package, as a layer of an image is: one content is hashed by one thread.
  const components = Array.from(
    { length: files },
    (_, index) => `  - name: part-${index}
    required: true
    files: [{ source: content-${index}, target: /opt/content-${index} }]
`,
  );
  await writeFile(
    join(folder, 'package/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: bench, version: 1.0.0, architecture: amd64 }
components:
${components.join('')}`,
  );
  await mkdir(join(folder, 'bundle'), { recursive: true });
  await writeFile(
    join(folder, 'bundle/uds-bundle.yaml'),
    `kind: UDSBundle
metadata: { name: bench, version: 1.0.0, architecture: amd64 }
packages:
  - { name: bench, path: ../package, ref: 1.0.0 }
`,
  );
  await writeFile(
    join(folder, 'cowa-release.yaml'),
    `apiVersion: cowa-release/v1
name: bench
version: 1.0.0
architecture: amd64
imageSources: []
flavors:
  cpu:
    packages: [{ path: package }]
${bundle ? '    bundle: { path: bundle }\n' : ''}`,
  );
}

async function writeContent(path: string, bytes: number, seed: number): Promise<void> {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  const zeros = Buffer.alloc(chunkBytes);
  const text = Buffer.from(
    'a line of text that shrinks well, as configuration does\n'.repeat(80_000),
  );
  const file = await open(path, 'w');
  try {
    for (let done = 0, count = 0; done < bytes; done += chunkBytes, count++) {
      const chunk = count % textEvery === textEvery - 1 ? text : stream.update(zeros);
      await file.write(chunk.subarray(0, Math.min(chunkBytes, bytes - done)));
    }
  } finally {
    await file.close();
  }
}
