import { describeAllMutations } from '../../support/all-mutations.ts';
import { goldenArchives } from '../../support/golden-archives.ts';
import { ownArchives } from '../../support/own-archives.ts';

const bundles = goldenArchives().filter(({ name }) => name.startsWith('uds'));
const small = await ownArchives({ noiseBytes: 3000, textBytes: 6000 });

describeAllMutations('an archive with one thing changed, 20,000 of each', [...small, ...bundles]);
describeAllMutations(
  'an archive of several frames with one thing changed',
  await ownArchives(),
  1000,
);
