import { describeAllMutations } from '../../support/all-mutations.ts';
import { goldenArchives } from '../../support/golden-archives.ts';

const packages = goldenArchives().filter(({ name }) => name.startsWith('zarf'));

describeAllMutations(
  'a package of the real programs with one thing changed, 20,000 of each',
  packages,
);
