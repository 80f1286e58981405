import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { cacheDirFlag } from '../../cli/cache-flags.ts';
import type { CacheVerifyResult } from '../../cli/render-cache.ts';
import { exitCodes } from '../../errors/exit-codes.ts';

export default class CacheVerify extends BaseCommand {
  static override summary = 'Hash every entry of the cache again, and name those that are damaged';
  static override description =
    `Every run compares what it takes from the cache with its digest anyway; this looks at all of it, for instance after
a disk failed. Exit code 1 when anything is damaged, also when it was removed.`;
  static override examples = [
    '<%= config.bin %> cache verify',
    '<%= config.bin %> cache verify --remove --output json',
  ];
  static override flags = {
    ...cacheDirFlag,
    remove: Flags.boolean({ summary: 'Remove damaged entries: they are fetched or made anew' }),
  };

  async run(): Promise<CacheVerifyResult> {
    const { flags } = await this.parse(CacheVerify);
    const { cacheVerify } = await import('../../cli/cache-from-flags.ts');
    const { renderCacheVerify } = await import('../../cli/render-cache.ts');
    const { folder, ...verified } = await cacheVerify(
      { cacheDir: flags['cache-dir'], remove: flags.remove === true },
      this.startRun({ quiet: flags.quiet }),
    );
    const result: CacheVerifyResult = {
      schema: 'cowa-release/cache-verify/v1',
      cache: folder,
      ...verified,
    };
    this.log(renderCacheVerify(result));
    this.conclude(verified.damaged.length > 0 ? exitCodes.verdictFail : exitCodes.ok);
    return result;
  }
}
