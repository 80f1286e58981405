import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { releaseFlags } from '../cli/release-flags.ts';
import { rendererFlags } from '../cli/renderer-flags.ts';
import { keyOpeningFlags } from '../cli/signing-flags.ts';
import { outputColumns } from '../cli/text-columns.ts';
import type { ReproduceReport } from '../report/reproduce-report.ts';

export default class Reproduce extends BaseCommand {
  static override summary =
    'Make an archive again from its definition, and say which bytes differ and why';
  static override description =
    `Makes the package or bundle of that name again, by the lock where there is one, in a folder that goes away afterwards,
and compares the two: the whole file, then package by package, file by file, and within components. Signatures are
taken from the archive where they hold over what was made now; --key, or release.pub beside the archive, says whose.

Contents come from the cache where it has them, so that no network is needed then. Nothing compressed is taken from it.

Exit code 0: the same, or the same up to signatures. 1: different.`;
  static override examples = [
    '<%= config.bin %> reproduce dist/gpu/uds-bundle-cowabungaai-gpu-amd64-1.0.0.tar.zst',
    '<%= config.bin %> reproduce zarf-package-api-amd64-1.0.0.tar.zst -f cowa-release.yaml --key release.pub --attest api.reproduced.intoto.jsonl --attest-key reviewer.key',
  ];
  static override args = {
    archive: Args.string({ description: 'Zarf package or UDS bundle', required: true }),
  };
  static override flags = {
    ...releaseFlags,
    ...keyOpeningFlags,
    locked: Flags.boolean({
      summary:
        'Take exactly what cowa-release.lock.json names (default: where it lies beside the definition)',
      allowNo: true,
    }),
    key: Flags.string({
      summary: 'Public key of the signatures in the archive (default: release.pub beside it)',
      env: 'COWA_KEY',
      helpValue: '<file>',
    }),
    'run-actions': Flags.boolean({
      summary: 'Run the onCreate actions of package definitions, after showing them',
    }),
    kustomize: rendererFlags.kustomize,
    syft: Flags.string({
      summary: 'The syft that found the packages, where the release was assembled with one',
      env: 'COWA_SYFT',
      helpValue: '<file>',
    }),
    attest: Flags.string({
      summary: 'Sign the result, whatever it is: an in-toto statement goes to this file',
      helpValue: '<path>',
    }),
    'attest-key': Flags.string({
      summary:
        'Private key that signs the result: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS',
      env: 'COWA_ATTEST_KEY',
      helpValue: '<file|reference>',
    }),
    jobs: Flags.integer({
      char: 'j',
      summary: 'Steps at once (default: COWA_JOBS, by the processors)',
      min: 1,
      max: 64,
    }),
  };

  async run(): Promise<ReproduceReport> {
    const { args, flags } = await this.parse(Reproduce);
    const { settleRelease } = await import('../cli/release-request.ts');
    const { reproduceFromFlags } = await import('../cli/reproduce-from-flags.ts');
    const { renderReproduce } = await import('../cli/render-reproduce.ts');
    const { attestingOf } = await import('../cli/attest-from-flags.ts');
    // The key of the settings signs; here the public half is meant.
    const { key, ...others } = flags;
    const { config, ...release } = await settleRelease(others, process.env, 'all');
    const report = await reproduceFromFlags(
      {
        ...release,
        location: args.archive,
        locked: flags.locked,
        key,
        syft: flags.syft,
        kustomize: flags.kustomize,
        runActions: Boolean(flags['run-actions']),
        jobs: config.jobs.value,
        programVersion: this.config.version,
        attest: attestingOf(flags.attest, flags),
      },
      this.startRun({ quiet: flags.quiet }),
    );
    this.log(renderReproduce(report, outputColumns()));
    this.conclude(report.exitCode);
    return report;
  }
}
