import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { registryAccess, registryFlags } from '../cli/registry-flags.ts';
import type { PullResult } from '../cli/render-pull.ts';

export default class Pull extends BaseCommand {
  static override summary = 'Fetch a published package or bundle from a registry into an archive';
  static override description =
    `Takes what zarf package publish and uds publish (or uds bundle push) put there. Contents are taken as they are, each
compared with its digest, so that signatures inside still hold; the archive around them is written anew: an archive that
this program made gets the same bytes again. Judging it is for verify, which never uses a network.

What push laid beside it in the registry (statements, signatures, SBOMs) is laid beside it here, by the same names. Nothing
of it is believed for that: verify judges it as files. --no-referrers leaves it there.

Only the host of the reference is contacted, or the one that --registry-override puts in its place. What was fetched
stays in the cache: an interrupted pull goes on where it was.`;
  static override examples = [
    '<%= config.bin %> pull oci://ghcr.io/example/packages/api:1.0.0 --out archives',
    '<%= config.bin %> pull oci://registry.example.org/bundles/platform:1.0.0 -a arm64 --registry-override registry.example.org=localhost:5000',
  ];
  static override args = {
    reference: Args.string({
      description: 'oci://host/repository:tag, or with @sha256:…',
      required: true,
    }),
  };
  static override flags = {
    out: Flags.string({
      summary: 'Folder the archive goes to',
      default: '.',
      helpValue: '<folder>',
    }),
    architecture: Flags.string({
      char: 'a',
      summary: 'Architecture, where it is published for several (default: that of this machine)',
      helpValue: 'amd64|arm64',
    }),
    replace: Flags.boolean({ summary: 'Replace an archive of this name' }),
    referrers: Flags.boolean({
      summary: 'Lay statements, signatures and SBOMs that are published about it beside it',
      allowNo: true,
      default: true,
    }),
    'registry-override': Flags.string({
      summary: 'Registry to ask instead of another, as host=other-host',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<host=other-host>',
    }),
    ...registryFlags,
    'cache-dir': Flags.string({
      summary: 'Where what was fetched is kept between runs',
      env: 'COWA_CACHE_DIR',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<PullResult> {
    const { args, flags } = await this.parse(Pull);
    const { pullFromFlags } = await import('../cli/pull-from-flags.ts');
    const { renderPull } = await import('../cli/render-pull.ts');
    if (flags['plain-http'])
      this.warn('--plain-http: whoever sits between sees logins and can change what a tag means');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: what is in the cache is not fetched again'],
    });
    const pulled = await pullFromFlags(
      {
        reference: args.reference,
        out: flags.out,
        architecture: flags.architecture,
        replace: flags.replace,
        referrers: flags.referrers,
        overrides: flags['registry-override'] ?? [],
        access: await registryAccess(flags),
        cacheDir: flags['cache-dir'],
      },
      run,
    );
    this.log(renderPull(pulled));
    return { schema: 'cowa-release/pull-result/v1', ...pulled };
  }
}
