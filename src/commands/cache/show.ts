import { BaseCommand } from '../../cli/base-command.ts';
import { cacheDirFlag } from '../../cli/cache-flags.ts';
import type { CacheShowResult } from '../../cli/render-cache.ts';

export default class CacheShow extends BaseCommand {
  static override summary = 'Show what the cache holds: entries and bytes by kind';
  static override description = 'Reads names and sizes only, and writes nothing.';
  static override examples = [
    '<%= config.bin %> cache show',
    '<%= config.bin %> cache show --cache-dir /srv/cache --output json',
  ];
  static override flags = { ...cacheDirFlag };

  async run(): Promise<CacheShowResult> {
    const { flags } = await this.parse(CacheShow);
    const { cacheShow } = await import('../../cli/cache-from-flags.ts');
    const { renderCacheShow, toShowResult } = await import('../../cli/render-cache.ts');
    const { folder, entries } = await cacheShow(
      flags['cache-dir'],
      this.startRun({ quiet: flags.quiet }),
    );
    const result = toShowResult(folder, entries);
    this.log(renderCacheShow(result));
    return result;
  }
}
