import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { registryAccess, registryFlags } from '../cli/registry-flags.ts';
import type { PushArchiveResult } from '../cli/render-push-archive.ts';

export default class Push extends BaseCommand {
  static override summary =
    'Publish a package or bundle to a registry, with the statements and SBOMs that lie beside it';
  static override description =
    `As zarf package publish and uds publish put it there: <prefix>/<name>:<version>, a package with its flavor behind the
version. The archive is judged first; one that does not pass is not pushed.

What lies beside it and is about it or its release goes along, each file an artifact about the manifest (OCI referrers):
signatures, statements (release, provenance, SBOM references, approvals, reproductions, verdicts, results) and SBOMs.
Nothing is signed or changed on the way, and the tag comes last. pull lays it all beside the archive again.`;
  static override examples = [
    '<%= config.bin %> push dist/cpu/zarf-package-api-amd64-1.0.0.tar.zst --to registry.example.org/packages',
    '<%= config.bin %> push dist/cpu/uds-bundle-platform-amd64-1.0.0.tar.zst --to localhost:5000/bundles --output json',
  ];
  static override args = {
    archive: Args.string({ description: 'Package or bundle', required: true }),
  };
  static override flags = {
    to: Flags.string({
      summary: 'Registry to push to, with a prefix for its repositories',
      required: true,
      helpValue: '<host[:port][/prefix]>',
    }),
    replace: Flags.boolean({ summary: 'Move a tag that something else has' }),
    referrers: Flags.boolean({
      summary: 'Push what lies beside the archive, too',
      allowNo: true,
      default: true,
    }),
    ...registryFlags,
    'cache-dir': Flags.string({
      summary: 'Where contents are kept between runs',
      env: 'COWA_CACHE_DIR',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<PushArchiveResult> {
    const { args, flags } = await this.parse(Push);
    const { pushArchiveFromFlags } = await import('../cli/push-archive-from-flags.ts');
    const { renderPushArchive } = await import('../cli/render-push-archive.ts');
    if (flags['plain-http'])
      this.warn('--plain-http: whoever sits between sees logins and can change what is pushed');
    const run = this.startRun({
      quiet: flags.quiet,
      resume: ['Run the same command again: what the registry has is not sent again'],
    });
    const pushed = await pushArchiveFromFlags(
      {
        location: args.archive,
        to: flags.to,
        replace: flags.replace,
        referrers: flags.referrers,
        access: await registryAccess(flags),
        cacheDir: flags['cache-dir'],
        programVersion: this.config.version,
      },
      run,
    );
    this.log(renderPushArchive(pushed));
    return { schema: 'cowa-release/push-result/v1', ...pushed };
  }
}
