import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { cacheDirFlag } from '../../cli/cache-flags.ts';
import type { CachePruneResult } from '../../cli/render-cache.ts';

export default class CachePrune extends BaseCommand {
  static override summary = 'Remove from the cache what was not used for long, or is too much';
  static override description =
    `First goes what was not used for --max-age, then, while there is more than --max-size, what was not used longest.
What was used within the last hour stays, and so does what --keep-locked names. While other runs of this program use
the cache, fetched and built content stays as well; runs that begin meanwhile wait. Files that are not of this program
are never touched. What is removed is fetched or made anew when it is needed.`;
  static override examples = [
    '<%= config.bin %> cache prune --dry-run',
    '<%= config.bin %> cache prune --max-age 7d --max-size 50GB --keep-locked cowa-release.lock.json',
  ];
  static override flags = {
    ...cacheDirFlag,
    'max-age': Flags.string({
      summary: 'Longest time without use, in days or hours',
      default: '30d',
      helpValue: '<age>',
    }),
    'max-size': Flags.string({
      summary: 'Most bytes that stay; 0 for nothing but what must',
      default: '10GB',
      helpValue: '<size>',
    }),
    'keep-locked': Flags.string({
      summary: 'Keep what this lock file names, whatever its age',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<lock>',
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would go, and remove nothing' }),
  };

  async run(): Promise<CachePruneResult> {
    const { flags } = await this.parse(CachePrune);
    const { cachePrune } = await import('../../cli/cache-from-flags.ts');
    const { renderCachePrune } = await import('../../cli/render-cache.ts');
    const dryRun = flags['dry-run'] === true;
    const { folder, ...pruned } = await cachePrune(
      {
        cacheDir: flags['cache-dir'],
        maxAge: flags['max-age'],
        maxSize: flags['max-size'],
        keepLocked: flags['keep-locked'] ?? [],
        dryRun,
      },
      this.startRun({ quiet: flags.quiet }),
    );
    const result: CachePruneResult = {
      schema: 'cowa-release/cache-prune/v1',
      cache: folder,
      dryRun,
      ...pruned,
    };
    this.log(renderCachePrune(result));
    return result;
  }
}
