import { type ExitCode, exitCodes, worstExitCode } from '../errors/exit-codes.ts';
import type { ImageBuild } from '../operations/build-images.ts';
import { counted } from '../support/counted.ts';
import { formatSize } from '../support/format-size.ts';

/** What `images build --output json` prints. */
export interface ImagesBuildResult {
  readonly schema: 'cowa-release/images-build/v1';
  readonly images: readonly ImageBuild[];
  readonly cache: string;
}

/** One block per image: what became of it, by what, of what. */
export function renderBuilds({ images, cache }: Omit<ImagesBuildResult, 'schema'>): string {
  if (images.length === 0) return 'no image of this release is built here';
  const count = (outcome: ImageBuild['outcome']): number =>
    images.filter((image) => image.outcome === outcome).length;
  return [
    ...images.flatMap(blockOf),
    `built ${count('built')}, reused ${count('reused')}, failed ${count('failed')}, skipped ${count('skipped')}${count('partial') === 0 ? '' : `, not finished as best effort ${count('partial')}`}`,
    `cache  ${cache}`,
  ].join('\n');
}

/** What the run ends with: what failed decides, and best effort that did not come to its end is no success. */
export function buildsExitCode(images: readonly ImageBuild[]): ExitCode {
  const codes = images.map(({ outcome, error }) =>
    outcome === 'partial' ? exitCodes.verdictIncomplete : (error?.exitCode ?? exitCodes.ok),
  );
  return worstExitCode(codes);
}

function blockOf(image: ImageBuild): readonly string[] {
  const { reference, platform, outcome, durationMs, context, record, error, because } = image;
  const taken = outcome === 'built' ? ` in ${(durationMs / 1000).toFixed(1)} s` : '';
  const by = record === undefined ? '' : `, ${record.engine} ${record.version}`;
  return [
    `${outcome.padEnd(8)}${reference}  ${platform}${taken}${by}`,
    ...(image.digest === undefined
      ? []
      : [`        ${image.digest}  ${formatSize(image.size ?? 0)}`]),
    `        context ${counted(context.files, 'file')}, ${formatSize(context.size)}`,
    ...(error === undefined
      ? []
      : [
          `        ${error.code}: ${error.message}`,
          ...error.suggestions.map((next) => `        next: ${next}`),
        ]),
    ...(because === undefined ? [] : [`        needs ${because}`]),
  ];
}
