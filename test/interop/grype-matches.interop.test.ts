import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedGenerator } from '../../src/adapters/catalogers/embedded-generator.ts';
import { FsWorkspace } from '../../src/adapters/fs/workspace.ts';
import { folderFiles } from '../../src/adapters/layout/layout-files.ts';
import { listImages } from '../../src/adapters/layout/list-images.ts';
import { OciLayoutSource } from '../../src/adapters/layout/oci-layout-source.ts';
import { MemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { renderSbom } from '../../src/sbom/render-sbom.ts';
import { sbomFormats } from '../../src/sbom/sbom-names.ts';

// What the grype that COWA_GRYPE names finds with the database below COWA_GRYPE_DB (a GRYPE_DB_CACHE_DIR), in the
// list that the syft of COWA_SYFT makes of each layout in COWA_SBOM_IMAGES, and in ours. Last tried with grype 0.110.0
// and syft 1.51.0.
const grype = process.env['COWA_GRYPE'] ?? '';
const database = process.env['COWA_GRYPE_DB'] ?? '';
const syft = process.env['COWA_SYFT'] ?? '';
const layouts = process.env['COWA_SBOM_IMAGES'] ?? '';
const missing = [grype, database, syft, layouts].includes('');
const run = { signal: new AbortController().signal };
const systems: readonly string[] = ['deb', 'apk', 'rpm'];

interface Match {
  readonly vulnerability: { readonly id: string };
  readonly artifact: { readonly type: string; readonly name: string; readonly version: string };
}

function matchesIn(document: string): readonly Match[] {
  const options = {
    env: {
      GRYPE_DB_CACHE_DIR: database,
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_DB_VALIDATE_AGE: 'false',
      GRYPE_CHECK_FOR_APP_UPDATE: 'false',
      HOME: tmpdir(),
    },
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  } as const;
  return JSON.parse(execFileSync(grype, ['-q', `sbom:${document}`, '-o', 'json'], options)).matches;
}

const inShort = (matches: readonly Match[]): ReadonlySet<string> =>
  new Set(
    matches.map(({ vulnerability: { id }, artifact: { type, name, version } }) =>
      [id, type, name, version].join(' '),
    ),
  );

describe.skipIf(missing)(
  `what grype finds${missing ? ' (skipped: COWA_GRYPE, COWA_GRYPE_DB, COWA_SYFT and COWA_SBOM_IMAGES are wanted)' : ''}`,
  async () => {
    const names = missing ? ['none'] : (await readdir(layouts)).sort();

    it.each(names)('is the same in our documents of %s', async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'cowa-grype-'));
      try {
        const layout = join(layouts, name);
        const theirs = join(folder, 'theirs.json');
        execFileSync(syft, ['-q', `oci-dir:${layout}`, '-o', `syft-json=${theirs}`], {
          env: { SYFT_CHECK_FOR_APP_UPDATE: 'false', HOME: tmpdir() },
        });
        const expected = inShort(matchesIn(theirs));
        const files = await folderFiles(layout, new FsWorkspace('/'));
        const [reference = ''] = (await listImages(files, run)).references;
        const source = new OciLayoutSource(layout, async () => files);
        const image = await source.resolve(reference, { architecture: 'amd64', os: 'linux' }, run);
        if (image === undefined) throw new Error(`no image in ${layout}`);
        const ours = new EmbeddedGenerator('1.0.0', inProcessCompute(), new MemoryRecordStore());
        const [inventory] = await ours.catalogue(image, run);
        if (inventory === undefined) throw new Error(`no container image in ${layout}`);
        for (const format of sbomFormats) {
          const path = join(folder, `ours.${format}.json`);
          const tool = { name: 'cowa-release', version: '1.0.0' };
          await writeFile(path, renderSbom(inventory, format, tool, new Date(0)));
          const matches = matchesIn(path);
          const found = inShort(matches);
          expect([...expected].filter((each) => !found.has(each))).toEqual([]);
          // Only Syft JSON can say that a package of the system owns another one, of which grype then drops the second.
          const more = matches.filter(
            ({ artifact: { type } }) => format === 'syft' || systems.includes(type),
          );
          expect([...inShort(more)].filter((each) => !expected.has(each))).toEqual([]);
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  },
);
