import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { LayoutBuilder } from './real-images.ts';

/**
 * A program called `buildah` that answers as one does, and gives the same small image for whatever it is to build. It
 * writes its command lines to `calls`, and fails with what is in `fail`, where that is there; with
 * seconds in `slow` each call takes so long, and has a worker of its own meanwhile.
 * @returns the folder to put on PATH
 */
export async function fakeBuildah(folder: string): Promise<string> {
  const image = new LayoutBuilder(join(folder, 'image'));
  const layer = await image.blob(mediaTypes.ociLayerTar, Buffer.alloc(1024));
  const config = await image.blob(
    mediaTypes.ociConfig,
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(Buffer.alloc(1024))] },
      history: [{ created_by: 'nobody' }],
    }),
  );
  image.tag(await image.manifest(config, [layer]), 'image');
  await image.finish();
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, 'buildah'),
    `#!/bin/sh
echo "$*" >> ${folder}/calls
if [ -e ${folder}/slow ]; then
  sh -c 'while :; do sleep 0.05; done' "$PWD" &
  sleep "$(cat ${folder}/slow)"
  kill $!
  # Whoever called it is gone: it should be, too.
  [ "$(cut -d' ' -f4 /proc/$$/stat)" = $PPID ] || sleep 60
fi
case "$*" in
  *--version*) echo buildah version 9.9.9 ;;
  *" build "*)
    if [ -e ${folder}/fail ]; then cat ${folder}/fail >&2; exit 1; fi
    cp -r ${folder}/image output ;;
esac
`,
  );
  // Root builds without a network through this one.
  await writeFile(join(bin, 'unshare'), '#!/bin/sh\nshift 2\nexec "$@"\n');
  for (const name of ['buildah', 'unshare']) await chmod(join(bin, name), 0o755);
  return bin;
}
